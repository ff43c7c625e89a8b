/** One release with its chart and values, for commands that print something of it: a cluster is asked only for values that lie there. */
import type { Config } from '../../config/config.ts';
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import { formatProblem } from '../../foundation/base/problem.ts';
import { accountOf, clientFor } from '../../pipeline/act-for.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import type { SyncedRevision, SyncInput } from '../../pipeline/sync-revision.ts';
import { readValueObjects } from '../../pipeline/values/read-value-object.ts';
import { cliError, notInEnvironment } from './cli-error.ts';
import { type FleetClusters, openClusters } from './open-clusters.ts';
import { type GlobalOptions, readConfig, readFleet } from './open-fleet.ts';
import type { CommandLine } from './run-command-line.ts';
import { type Selection, select } from './select.ts';

export interface ChosenRelease {
  readonly config: Config;
  readonly prepared: PreparedRelease;
}

export async function choosePrepared(line: CommandLine, options: GlobalOptions & Selection): Promise<ChosenRelease> {
  const config = await readConfig(line, options, { definitionsOnly: true });
  const choose = (fleet: readonly SyncedRevision[]) => chooseOf(line, fleet, options);
  const fleet = await readFleet(line, config);
  const chosen = choose(fleet);
  const unread = (chosen && 'unread' in chosen && chosen.unread) || [];
  const again = unread.length === 0 ? undefined : await withObjects(line, config);
  const found = again === undefined ? chosen : choose(again);
  tellProblems(line, again ?? fleet);
  if (found === undefined) throw notInEnvironment(options, environmentsOf(again ?? fleet, options));
  if ('error' in found) throw found.error;
  return { config, prepared: found };
}

function environmentsOf(fleet: readonly SyncedRevision[], { apps }: Selection): string[] {
  const defined = fleet.flatMap((revision) => revision.defined);
  return defined.filter(({ app }) => apps.includes(app)).map(({ environment }) => environment);
}

/** What could not be prepared is there too: why is what is told of it. */
function chooseOf(line: CommandLine, fleet: readonly SyncedRevision[], options: Selection) {
  const all = fleet.flatMap(({ releases, failed }) => [...releases, ...failed]);
  try {
    return select(all, options, ({ definition }) => definition)[0];
  } catch (thrown) {
    // The definition of what is not known may be one of those that are not understood.
    tellProblems(line, fleet);
    throw thrown;
  }
}

/** Of the definitions: what is wrong with charts and values of other releases does not matter here. */
function tellProblems({ stderr }: CommandLine, fleet: readonly SyncedRevision[]): void {
  for (const problem of fleet.flatMap(({ problems }) => problems)) stderr.write(`error: ${formatProblem(problem)}\n`);
}

/** Undefined, and told, where no cluster can be asked. */
async function withObjects(line: CommandLine, config: Config): Promise<SyncedRevision[] | undefined> {
  await using stack = new AsyncDisposableStack();
  try {
    const clusters = await openClusters(line, config, stack);
    return await readFleet(line, config, { objectsOf: objectsIn(clusters, line) });
  } catch (thrown) {
    const { message, fault } = asHelmGitopsError(thrown);
    if (fault === 'internal') throw thrown;
    line.stderr.write(`warning: values that lie in the cluster are left out: ${message}\n`);
    return undefined;
  }
}

export function objectsIn(clusters: FleetClusters, { signal, mask }: CommandLine): NonNullable<SyncInput['objectsOf']> {
  return (definition) => {
    const client = clusters.find(definition.cluster);
    if (client) return readValueObjects(clientFor(client, accountOf(definition)), definition, { signal, mask });
    const message = `its values lie in the cluster ${definition.cluster}, which does not answer`;
    return () => Promise.reject(cliError('cli.cluster-left-out', message));
  };
}
