/** `freeze`, `unfreeze`: asks the daemons of all clusters to keep everything, or an environment, as it is, and waits for their answers. */
import { randomBytes } from 'node:crypto';
import { parseDuration } from '../../../foundation/base/duration.ts';
import type { ClusterClient } from '../../../foundation/cluster/cluster-client.ts';
import { putRequest } from '../../../foundation/state/put-request.ts';
import { claimedName } from '../claimed-name.ts';
import { cliError } from '../cli-error.ts';
import { openClusters } from '../open-clusters.ts';
import { type GlobalOptions, openStates, readConfig } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';
import { refuseLeftOut } from '../select.ts';
import { type Answered, awaitOutcome } from './await-outcome.ts';

export interface FreezeOptions extends GlobalOptions {
  readonly verb: 'freeze' | 'unfreeze';
  readonly environment: string | undefined;
  readonly reason?: string;
  readonly for?: string;
  readonly until?: string;
}

export async function freeze(line: CommandLine, options: FreezeOptions): Promise<number> {
  const { environment, reason, verb } = options;
  const until = endOf(options, line.now());
  await using stack = new AsyncDisposableStack();
  const config = await readConfig(line, options);
  const clusters = await openClusters(line, config, stack);
  const chosen = await clustersWith(line, { config, clusters, environment });
  if (chosen.length === 0) {
    refuseLeftOut(`environment ${environment}`, clusters);
    throw cliError('cli.nothing-chosen', `there is no release of environment ${environment}`, {
      hint: 'helm-gitops status lists what there is',
    });
  }
  const by = claimedName(line);
  const given = { environment, reason, until, by };
  const arguments_ = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const answers = await Promise.all(
    chosen.map(async ({ client, states }) => {
      const id = randomBytes(4).toString('hex');
      const target = { kind: 'daemon' } as const;
      await putRequest({ client, namespace: states.namespace }, target, { verb, id, arguments: arguments_ });
      const find = async () => (await states.daemon())?.body.requests?.find((one) => one.id === id) ?? 'waiting';
      return tell(line, client, await awaitOutcome(line, find));
    }),
  );
  return answers.every((done) => done) && !clusters.isPartial ? 0 : 1;
}

type Opened = { readonly client: ClusterClient; readonly states: ReturnType<typeof openStates> };

/** All, or those in which the environment has releases. */
async function clustersWith(
  line: CommandLine,
  {
    config,
    clusters,
    environment,
  }: {
    config: Awaited<ReturnType<typeof readConfig>>;
    clusters: Awaited<ReturnType<typeof openClusters>>;
    environment: string | undefined;
  },
): Promise<Opened[]> {
  const opened = clusters.clients.map((client) => ({ client, states: openStates(line, config, client) }));
  if (environment === undefined) return opened;
  const found = await Promise.all(
    opened.map(async (one) => {
      const states = (await clusters.ask(one.client, () => one.states.list())) ?? [];
      return states.some(({ state }) => state.identity.environment === environment) ? [one] : [];
    }),
  );
  return found.flat();
}

function endOf(options: FreezeOptions, now: Date): string | undefined {
  const { for: length, until } = options;
  if (length !== undefined && until !== undefined)
    throw cliError('cli.flag', '--for and --until say the same', { hint: 'give one of them' });
  if (length !== undefined) {
    const duration = parseDuration(length);
    if (!duration) throw cliError('cli.flag', `--for: "${length}" is no duration`, { hint: 'write 2h, or 72h' });
    return new Date(now.getTime() + duration).toISOString();
  }
  if (until === undefined) return undefined;
  const end = Date.parse(until);
  if (Number.isNaN(end))
    throw cliError('cli.flag', `--until: "${until}" is no time`, { hint: 'write 2027-01-04T06:00:00Z, or 2027-01-04' });
  if (end <= now.getTime()) throw cliError('cli.flag', `--until: ${until} is over`);
  return new Date(end).toISOString();
}

function tell(line: CommandLine, client: ClusterClient, { outcome, message }: Answered): boolean {
  const done = outcome === 'done';
  (done ? line.stdout : line.stderr).write(`${client.name}: ${message ?? outcome}\n`);
  return done;
}
