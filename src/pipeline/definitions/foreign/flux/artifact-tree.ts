/**
 * The files of an artifact that an ArtifactGenerator puts together from folders of this repository. Takes its name and what
 * is applied, returns its files by their paths within it; undefined where no generator makes it so. Pure.
 */
import { posix } from 'node:path';
import type { FluxTree } from './flux-files.ts';
import { type FluxObject, listOf, mapOf, textOf } from './flux-object.ts';

export function artifactTree(
  { name, namespace }: Pick<FluxObject, 'name' | 'namespace'>,
  applied: readonly { readonly object: FluxObject }[],
  own: FluxTree,
): FluxTree | undefined {
  for (const { object } of applied) {
    if (object.kind !== 'ArtifactGenerator' || object.namespace !== namespace) continue;
    const spec = mapOf(object.data['spec']);
    const artifact = listOf(spec['artifacts'])
      .map(mapOf)
      .find((one) => textOf(one['name']) === name);
    if (artifact === undefined) continue;
    const sources = listOf(spec['sources']).map(mapOf);
    // Every source is taken for this repository: the one that Flux was bootstrapped from.
    const aliases = new Set(
      sources.flatMap((one) => (textOf(one['name']) === 'flux-system' ? [`@${textOf(one['alias'])}`] : [])),
    );
    const tree = new Map<string, string>();
    for (const copy of listOf(artifact['copy']).map(mapOf)) {
      const [alias = '', ...from] = textOf(copy['from']).split('/');
      const to = textOf(copy['to']).replace(/^@artifact\/?/, '');
      const folder = from.join('/').replace(/\/?\*\*$/, '');
      if (!aliases.has(alias) || /[*?[{]/.test(folder)) return undefined;
      copyInto(tree, { folder, to, own });
    }
    return tree;
  }
  return undefined;
}

function copyInto(tree: Map<string, string>, { folder, to, own }: { folder: string; to: string; own: FluxTree }): void {
  for (const [path, file] of own) {
    if (path === folder) tree.set(to.endsWith('/') || to === '' ? posix.join(to, posix.basename(path)) : to, file);
    else if (folder === '' || path.startsWith(`${folder}/`))
      tree.set(posix.join(to, folder === '' ? path : path.slice(folder.length + 1)), file);
  }
}
