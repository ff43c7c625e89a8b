/** `migrate argocd`, `migrate flux`: prints definitions of ours that come to the same as those of another tool, and names what has no equivalent. */
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { formatProblem } from '../../../foundation/base/problem.ts';
import { holds } from '../../../foundation/base/repository-path.ts';
import type { PreparedRelease } from '../../../pipeline/context.ts';
import { printDefinitions } from '../../../pipeline/definitions/native/print-definitions.ts';
import { type SourceTexts, sourceTexts } from '../../../pipeline/definitions/native/source-texts.ts';
import { failedProblems } from '../../../pipeline/failed-problems.ts';
import type { SyncedRevision } from '../../../pipeline/sync-revision.ts';
import { type GlobalOptions, readConfig, readFleet } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';

export interface MigrateOptions extends GlobalOptions {
  readonly tool: 'Argo CD' | 'Flux';
  /** A folder of the repository, or on disk; undefined: all. */
  readonly folder: string | undefined;
}

export async function migrate(line: CommandLine, options: MigrateOptions): Promise<number> {
  const config = await readConfig(line, options, { definitionsOnly: true });
  const fleet = await readFleet(line, config);
  const isMeant = ({ definition, checkout }: Pick<PreparedRelease, 'definition' | 'checkout'>) =>
    definition.foreign?.tool === options.tool &&
    isBelow(line.folder, checkout.root, definition.origin.place.file, options.folder);
  const rendered = new Set(fleet.flatMap(({ nested }) => [...(nested?.values() ?? [])].flatMap(filesOf)));
  const releases = fleet.flatMap((revision) => revision.releases).filter(isMeant);
  const own = releases.filter(({ definition }) => !rendered.has(definition.origin.place.file));
  const texts = textsOf(own);
  const printed = printDefinitions({
    releases: own.map(({ definition, chart, checkout }) => ({
      definition,
      isPlain: chart.metadata.description === 'plain manifests' && chart.metadata.version === '0.0.0',
      comments: texts(checkout.root, definition.origin.place.file)?.commentsAt(definition.origin.place) ?? [],
    })),
    clusters: config.clusters.length,
    hasEnvironments: fleet
      .flatMap(({ releases }) => releases)
      .some(({ definition }) => definition.foreign === undefined),
    inlineText: (source) => {
      const { root } = own.find(({ definition }) => definition.values.includes(source))?.checkout ?? {};
      return root === undefined ? undefined : texts(root, source.place.file)?.mapAt(source.place);
    },
  });
  line.stdout.write(printed.text);
  for (const notice of fleet.flatMap(({ notices }) => notices)) line.stderr.write(`note: ${formatProblem(notice)}\n`);
  for (const { definition } of releases.filter((one) => !own.includes(one)))
    line.stderr.write(
      `note: ${definition.origin.place.file}: application ${definition.app} stays in the templates of that chart\n`,
    );
  const wrong = [
    ...fleet.flatMap(({ problems }) => problems),
    ...fleet
      .flatMap(({ failed }) => failed)
      .filter(({ definition }) => definition.foreign?.tool === options.tool)
      .flatMap((one) => failedProblems([one])),
    ...printed.unlike,
  ];
  for (const problem of wrong) line.stderr.write(`not printed: ${formatProblem(problem)}\n`);
  line.stderr.write(`${printed.applications} applications printed, ${wrong.length} not\n`);
  return wrong.length === 0 ? 0 : 2;
}

const filesOf = ({
  files,
}: NonNullable<SyncedRevision['nested']> extends ReadonlyMap<string, infer One> ? One : never) =>
  files.map(({ parsed }) => parsed.file);

function isBelow(working: string, root: string, file: string, folder: string | undefined): boolean {
  if (folder === undefined) return true;
  const onDisk = relative(root, resolve(working, folder));
  const isInside = existsSync(resolve(working, folder)) && !onDisk.startsWith('..') && !isAbsolute(onDisk);
  return holds(isInside ? onDisk : folder.replace(/\/+$/, ''), file);
}

/** Each file is read once; what lies in another repository is not. */
function textsOf(releases: readonly PreparedRelease[]) {
  const known = new Map<string, SourceTexts | undefined>();
  const wanted = new Set(releases.map(({ definition }) => definition.origin.place.file));
  return (root: string, file: string): SourceTexts | undefined => {
    const path = join(root, file);
    if (!known.has(path))
      known.set(path, wanted.has(file) && existsSync(path) ? sourceTexts(readFileSync(path, 'utf8')) : undefined);
    return known.get(path);
  };
}
