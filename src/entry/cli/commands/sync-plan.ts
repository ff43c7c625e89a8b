/** `sync --plan`: asks the daemon to carry out what was saved, of each release that the file holds; refused where that is not what it would do now. */
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { cliError } from '../cli-error.ts';
import { openClusters } from '../open-clusters.ts';
import { type GlobalOptions, readConfig, readStates } from '../open-fleet.ts';
import { readPlans } from '../plan/saved-plans.ts';
import type { CommandLine } from '../run-command-line.ts';
import { refuseLeftOut, type Selection, select } from '../select.ts';
import { ask } from './request.ts';

export interface SyncPlanOptions extends GlobalOptions, Selection {
  readonly file: string;
}

export async function syncPlan(line: CommandLine, options: SyncPlanOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const saved = select(await readPlans(line, options.file), options, (one) => one);
  const config = await readConfig(line, options);
  const clusters = await openClusters(line, config, stack);
  const states = await readStates(line, config, clusters);
  const targets = saved.map((one) => {
    const found = states.find(
      ({ client, state: { identity } }) =>
        client.name === one.cluster &&
        definitionId(identity) === definitionId(one) &&
        identity.namespace === one.namespace &&
        identity.release === one.release,
    );
    if (found) return { ...one, found };
    refuseLeftOut(definitionId(one), clusters);
    throw cliError('cli.nothing-chosen', `the daemon does not know ${definitionId(one)} of ${options.file}`, {
      hint: 'it has to follow the commit that the plan was made of',
    });
  });
  if (targets.length === 0) line.stdout.write('there is nothing to do\n');
  const outcomes = await Promise.all(
    targets.map(({ plan, found }) => ask(line, { verb: 'sync', arguments: { plan } }, found)),
  );
  return outcomes.every((done) => done) ? 0 : 1;
}
