/** `sync`, `rollback`, `retry`, `confirm`, `approve`, `reject`, `suspend`, `resume`, `uninstall`: asks the daemon through the release's state, and waits for its answer. */

import { randomBytes } from 'node:crypto';
import { putRequest } from '../../../foundation/state/put-request.ts';
import { cliError } from '../cli-error.ts';
import { openClusters } from '../open-clusters.ts';
import { type FoundRelease, type GlobalOptions, readConfig, readStates } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';
import { refuseLeftOut, type Selection, select } from '../select.ts';
import { awaitOutcome } from './await-outcome.ts';

export interface RequestOptions extends GlobalOptions, Selection {
  readonly verb:
    | 'sync'
    | 'rollback'
    | 'retry'
    | 'confirm'
    | 'suspend'
    | 'resume'
    | 'uninstall'
    | 'accept'
    | 'approve'
    | 'reject';
  readonly all: boolean;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Of confirm, approve and reject: the id of what waits. */
  readonly waiting?: string;
  /** Milliseconds that what is asked for may take. */
  readonly patience?: number;
}

export async function request(line: CommandLine, options: RequestOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const config = await readConfig(line, options);
  const clusters = await openClusters(line, config, stack);
  const states = await readStates(line, config, clusters);
  const targets =
    options.waiting === undefined
      ? chosen(states, { ...options, ...clusters })
      : states.filter(({ state: { moving, renamed, emptied, removal, promotion, plan } }) =>
          [moving, renamed, emptied, removal, promotion?.waiting, plan?.plan].some(
            (one) => one?.id === options.waiting,
          ),
        );
  if (targets.length === 0) {
    refuseLeftOut('what was named', clusters);
    throw cliError(
      'cli.nothing-chosen',
      options.waiting === undefined
        ? 'no release fits'
        : `nothing waits for ${options.verb === 'confirm' ? 'a confirmation' : 'a decision'} named ${options.waiting}`,
      { hint: 'helm-gitops status lists what there is' },
    );
  }
  const outcomes = await Promise.all(targets.map((target) => ask(line, options, target)));
  // More that was meant may lie in a cluster out of reach.
  const isAll = clusters.leftOut.size === 0 || options.environment !== undefined || options.waiting !== undefined;
  return outcomes.every((done) => done) && isAll ? 0 : 1;
}

function chosen(states: readonly FoundRelease[], options: RequestOptions): FoundRelease[] {
  if (options.apps.length === 0 && !options.all) {
    throw cliError('cli.nothing-chosen', `${options.verb} needs the name of an application`, {
      hint: '--all chooses every one',
    });
  }
  return select(states, options, ({ state }) => state.identity);
}

/** True when it is done. */
export async function ask(
  line: CommandLine,
  options: Pick<RequestOptions, 'verb' | 'arguments' | 'waiting' | 'patience'>,
  { client, states, state }: FoundRelease,
): Promise<boolean> {
  const { app, environment, namespace, release } = state.identity;
  const id = randomBytes(4).toString('hex');
  const target = { kind: 'release', namespace, release } as const;
  const by = line.environment['USER'];
  await putRequest({ client, namespace: states.namespace }, target, {
    verb: options.verb,
    id,
    arguments: { ...options.arguments, ...(options.waiting ? { id: options.waiting } : {}), ...(by ? { by } : {}) },
  });
  const find = async () => {
    const found = await states.read(namespace, release);
    return found === undefined ? 'gone' : (found.state.requests?.find((one) => one.id === id) ?? 'waiting');
  };
  const answer = await awaitOutcome(line, find, options.patience);
  if (answer === 'gone') return wentAway(line, options, `${app}/${environment}`);
  const { outcome, message } = answer;
  const text = `${app}/${environment}: ${options.verb} ${outcome}${message ? `, ${message}` : ''}\n`;
  (outcome === 'done' ? line.stdout : line.stderr).write(text);
  return outcome === 'done';
}

/** Its state goes with a release: nobody is left to answer. */
function wentAway(line: CommandLine, { verb }: Pick<RequestOptions, 'verb'>, label: string): boolean {
  const isMeant = verb === 'confirm' || verb === 'uninstall';
  (isMeant ? line.stdout : line.stderr).write(`${label}: the release is gone\n`);
  return isMeant;
}
