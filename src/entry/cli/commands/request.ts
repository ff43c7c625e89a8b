/** `sync`, `rollback`, `retry`, `confirm`, `approve`, `reject`, `suspend`, `resume`, `uninstall`: asks the daemon through the release's state, and waits for its answer. */

import { randomBytes } from 'node:crypto';
import { putRequest } from '../../../foundation/state/put-request.ts';
import { hasWaited } from '../../../foundation/state/waited.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { claimedName } from '../claimed-name.ts';
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
  const { verb, waiting } = options;
  const targets = waiting === undefined ? chosen(states, { ...options, ...clusters }) : deciding(states, verb, waiting);
  if (targets.length === 0) {
    refuseLeftOut('what was named', clusters);
    const listed = 'helm-gitops status lists what there is';
    if (waiting === undefined) throw cliError('cli.nothing-chosen', 'no release fits', { hint: listed });
    const isConfirm = verb === 'confirm';
    const message = `nothing waits for ${isConfirm ? 'a confirmation' : 'a decision'} named ${waiting}`;
    throw cliError('cli.nothing-chosen', message, { hint: isConfirm ? listed : describeUndecided(states) });
  }
  const outcomes = await Promise.all(targets.map((target) => ask(line, options, target)));
  // More that was meant may lie in a cluster out of reach.
  const isAll = clusters.leftOut.size === 0 || options.environment !== undefined || options.waiting !== undefined;
  return outcomes.every((done) => done) && isAll ? 0 : 1;
}

function deciding(states: readonly FoundRelease[], verb: RequestOptions['verb'], id: string): FoundRelease[] {
  const waiting = states.filter(({ state: { moving, renamed, emptied, removal, promotion, plan } }) =>
    [moving, renamed, emptied, removal, promotion?.waiting, plan?.plan].some((one) => one?.id === id),
  );
  // The daemon says what became of it.
  return waiting.length > 0 || verb === 'confirm' ? waiting : states.filter(({ state }) => hasWaited(state, id));
}

/** So many ids are named in a hint. */
const mostNamed = 10;

function describeUndecided(states: readonly FoundRelease[]): string {
  const waiting = states.flatMap(({ state: { identity, promotion, plan } }) =>
    [promotion?.waiting?.id, plan?.approved ? undefined : plan?.plan.id].flatMap((id) =>
      id === undefined ? [] : `${id} (${definitionId(identity)})`,
    ),
  );
  const listed = 'helm-gitops promotions and helm-gitops plans list what waits';
  if (waiting.length === 0) return `nothing waits for a decision now; ${listed}`;
  const more = waiting.length > mostNamed ? ` and ${waiting.length - mostNamed} more` : '';
  return `what waits: ${waiting.sort().slice(0, mostNamed).join(', ')}${more}; ${listed}`;
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
  const by = claimedName(line);
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
