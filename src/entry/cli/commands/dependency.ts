/** `dependency list|update|build`: what Helm's commands of that name do, in their words, for a chart on disk. */
import { resolve } from 'node:path';
import { toBytes } from '../../../foundation/base/byte-string.ts';
import type { CommandLine } from '../run-command-line.ts';
import { dependencyHelp } from './dependency-help.ts';
import { type DependencyOptions, readDependencyOptions } from './dependency-options.ts';

export async function dependency(line: CommandLine, args: readonly string[]): Promise<number> {
  const options = readDependencyOptions(line, args);
  if (options === 'help') line.stdout.write(dependencyHelp());
  else if (options.verb === 'list') await list(line, options);
  else await fetchAll(line, options);
  return 0;
}

async function list(line: CommandLine, { chart, compat, maxColumnWidth }: DependencyOptions): Promise<void> {
  const { listDependencies } = await import('../../../pipeline/chart/dependencies/list-dependencies.ts');
  const text = await listDependencies(resolve(line.folder, chart), { shown: chart, compat, maxColumnWidth });
  line.stdout.write(toBytes(text));
}

async function fetchAll(line: CommandLine, options: DependencyOptions): Promise<void> {
  const { chart, verb, compat, keyring, fetching } = options;
  const [{ openChartFetching }, { packageChart }, { buildDependencies }, { updateDependencies }] = await Promise.all([
    import('../open-chart-fetching.ts'),
    import('../../../pipeline/chart/package-chart.ts'),
    import('../../../pipeline/chart/dependencies/build-dependencies.ts'),
    import('../../../pipeline/chart/dependencies/update-dependencies.ts'),
  ]);
  await using open = await openChartFetching(line, fetching);
  const run = {
    folder: resolve(line.folder, chart),
    shown: chart,
    compat,
    sources: open.sources,
    repositories: open.repositories,
    indexFailure: open.indexFailure,
    // As Helm: what has no signature at all is refused by an update, and passes a build.
    verify: keyring === undefined ? undefined : ({ keyring, unsigned: verb === 'update' ? 'refuse' : 'warn' } as const),
    // Helm 4 alone tells of the digest on standard output.
    ...(compat === 'helm4' ? { resolveTag: open.resolveTag } : {}),
    skipRefresh: fetching.skipRefresh,
    now: line.now,
    pack: (folder: string, destination: string) => packageChart(folder, { destination, compat }),
    say: (text: string) => line.stdout.write(toBytes(text)),
  };
  await (verb === 'update' ? updateDependencies(run) : buildDependencies(run));
}
