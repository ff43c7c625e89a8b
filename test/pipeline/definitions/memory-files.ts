/** A checkout in memory, for tests of what is read in it. */
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { type ReadDefinitionsInput, readDefinitions } from '../../../src/pipeline/definitions/read-definitions.ts';
import { createTextRenderer } from '../../../src/pipeline/render/text-renderer.ts';
import type { CheckoutFiles } from '../../../src/pipeline/source/checkout-files.ts';

export function memoryFiles(files: Readonly<Record<string, string>>): CheckoutFiles & { readonly reads: string[] } {
  const reads: string[] = [];
  const paths = Object.keys(files).sort();
  const folders = new Set(
    paths.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, i, all) => all.slice(0, i + 1).join('/')),
    ),
  );
  return {
    reads,
    list: async (folder, { skip, take }) => {
      if (folder !== '' && !folders.has(folder))
        throw new HelmGitopsError('source.unreadable', 'user', `${folder} does not exist`, { place: { file: folder } });
      const below = paths.filter((path) => folder === '' || path.startsWith(`${folder}/`));
      const skipped = ['', ...folders].filter((name) => {
        const inside = paths
          .filter((path) => path.startsWith(name === '' ? '' : `${name}/`))
          .map((path) => path.slice(name === '' ? 0 : name.length + 1));
        return (
          skip?.(
            name,
            inside.filter((path) => !path.includes('/')),
          ) ?? false
        );
      });
      const isSkipped = (path: string) => skipped.some((name) => name === '' || path.startsWith(`${name}/`));
      return { files: below.filter((path) => !isSkipped(path) && take(path.split('/').at(-1) ?? '')), unreadable: [] };
    },
    all: async () => paths,
    read: async (path) => {
      reads.push(path);
      return files[path] ?? '';
    },
  };
}

const noDefaults = { settings: {}, environments: undefined };

export function readFleetOf(
  files: Readonly<Record<string, string>>,
  input: Partial<ReadDefinitionsInput> & { path?: string } = {},
) {
  const { path = 'apps', ...others } = input;
  return readDefinitions({
    checkout: { repository: 'fleet', revision: 'r', commit: undefined, root: '/nowhere', path },
    files: memoryFiles(files),
    defaults: noDefaults,
    clusters: ['local'],
    renderText: createTextRenderer(),
    ...others,
  });
}

const head = (kind: string, name: string) =>
  `apiVersion: helm-gitops.io/v1\nkind: ${kind}\nmetadata: {name: ${name}}\n`;

/** `spec` is the YAML of the spec in one line. */
export const application = (name: string, spec = '{chart: {path: charts/x}}') =>
  `${head('Application', name)}spec: ${spec}\n`;
export const environment = (name: string, spec = '{}') => `${head('Environment', name)}spec: ${spec}\n`;
export const defaults = (spec: string) => `apiVersion: helm-gitops.io/v1\nkind: Defaults\nspec: ${spec}\n`;
