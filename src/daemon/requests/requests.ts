/**
 * Answers what people ask: an annotation on a release's state is a request, whoever wrote it (command line, page,
 * kubectl). The outcome goes into the state and the annotation away, in one write.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import { describeFreeze } from '../../foundation/state/describe-freeze.ts';
import type { StateStore } from '../../foundation/state/open-state.ts';
import type {
  Decision,
  PersonRequest,
  Quarantine,
  ReleaseState,
  StoredState,
} from '../../foundation/state/release-state.ts';
import { type RequestTarget, targetName } from '../../foundation/state/request-target.ts';
import { accountOf } from '../../pipeline/act-for.ts';
import { observedBy } from '../../pipeline/observed-by.ts';
import { chooseRevision } from '../../pipeline/remediate/choose-revision.ts';
import { uninstallOnRequest } from '../../pipeline/remove-release.ts';
import { rollbackRelease } from '../../pipeline/rollback-release.ts';
import type { ClusterSession } from '../clusters/cluster-session.ts';
import { acceptDrift } from '../drift/accept-drift.ts';
import type { TakeBackAnswer } from '../promotion/take-back.ts';
import { changeFreeze } from './change-freeze.ts';
import { decideRequest } from './decide-request.ts';
import type { Freezes } from './freezes.ts';
import { answered, inTurn } from './in-turn.ts';
import { uninstallArguments } from './uninstall-arguments.ts';

export interface RequestOptions {
  readonly session: ClusterSession;
  readonly states: StateStore;
  readonly freezes: Freezes;
  readonly emit: Emit;
  readonly now: () => Date;
  /** Removals are looked at again. */
  readonly onConfirmed: () => void;
  /** Of `shop/prod` what was promoted last, in git. */
  readonly takeBack: (id: string, by: string) => Promise<TakeBackAnswer>;
}

export interface Answer {
  /** What is lifted with it. */
  readonly lifted?: Quarantine | undefined;
  readonly outcome: 'done' | 'refused';
  readonly message?: string | undefined;
  /** Refused, because it is not for this person to say. */
  readonly forbidden?: boolean;
  readonly state?: (state: ReleaseState) => ReleaseState;
  /** Of a plan: whether it is carried out now. */
  readonly deploys?: boolean;
  /** RFC 3339: the same was said then, and stands. */
  readonly since?: string;
}
type Handler = (options: RequestOptions, stored: StoredState, request: PersonRequest) => Promise<Answer>;

export async function answerRequest(
  options: RequestOptions,
  target: RequestTarget,
  request: PersonRequest,
): Promise<Answer> {
  const { verb, id, user } = request;
  const who = user === undefined ? {} : { by: user, via: 'api' as const };
  const stored = target.kind === 'release' ? await options.states.read(target.namespace, target.release) : undefined;
  const label = stored ? `${stored.state.identity.app}/${stored.state.identity.environment}` : targetName(target);
  options.emit({ event: 'request.received', verb, id, target: label, ...who });
  const answer: Answer = stored
    ? await handle(options, stored, request)
    : target.kind === 'daemon'
      ? await changeFreeze(options, request)
      : { outcome: 'refused', message: 'only releases and the daemon take requests' };
  await options.states.answerRequest({
    target,
    outcome: {
      id,
      verb,
      at: options.now().toISOString(),
      ...(user === undefined ? {} : { by: user }),
      outcome: answer.outcome,
      ...(answer.message ? { message: answer.message } : {}),
    },
    ...(answer.state ? { change: answer.state } : {}),
  });
  if (answer.outcome === 'done')
    options.emit({
      event: 'request.done',
      verb,
      id,
      target: label,
      ...who,
      ...(answer.message ? { message: answer.message } : {}),
    });
  else
    options.emit({ event: 'request.refused', verb, id, target: label, ...who, message: answer.message ?? 'refused' });
  if (!stored) return answer;
  if (answer.lifted) tellLifted(options, stored, { request, digest: answer.lifted.digest });
  afterwards(options, stored, { verb, answer });
  return answer;
}

function tellLifted(
  { session, emit }: RequestOptions,
  { state }: StoredState,
  { request, digest }: { request: PersonRequest; digest: string },
): void {
  const { app, environment, namespace, release } = state.identity;
  const fields = { op: request.id, app, environment, cluster: session.context.client.name, namespace, release };
  const reason = `retry, asked by ${text(request.arguments['by']) ?? 'a person'}`;
  emit({ event: 'revision.released', ...fields, digest, reason });
}

async function handle(options: RequestOptions, stored: StoredState, request: PersonRequest): Promise<Answer> {
  if (request.problem) return { outcome: 'refused', message: request.problem };
  const handler = Object.hasOwn(handlers, request.verb) ? handlers[request.verb] : undefined;
  if (!handler) return { outcome: 'refused', message: `unknown verb "${request.verb}"` };
  try {
    const observed = changing.has(request.verb) ? await observes(options, stored) : undefined;
    if (observed) return { outcome: 'refused', message: `the release is only observed: ${observed}` };
    const freeze = request.verb === 'uninstall' && options.freezes.of(stored.state.identity.environment);
    if (freeze)
      return { outcome: 'refused', message: `${stored.state.identity.environment} is ${describeFreeze(freeze)}` };
    return await handler(options, stored, request);
  } catch (error) {
    return { outcome: 'refused', message: asHelmGitopsError(error).message };
  }
}

/** What would write to the release. */
const changing: ReadonlySet<string> = new Set(['sync', 'retry', 'rollback', 'uninstall']);

async function observes({ session }: RequestOptions, { state }: StoredState): Promise<string | undefined> {
  const prepared = session.loop.prepared(idOf(state));
  return prepared && (await observedBy(session.context, prepared.definition));
}

const handlers: Record<string, Handler> = {
  sync: async (options, stored, request) =>
    request.arguments['plan'] === undefined
      ? { outcome: 'done', state: ({ uninstalled: _uninstalled, ...state }) => state }
      : await decideRequest(options, stored, request),
  retry: async (_options, stored) => ({
    outcome: 'done',
    lifted: stored.state.quarantine,
    state: ({ quarantine: _quarantine, failure: _failure, uninstalled: _uninstalled, ...state }) => state,
  }),
  suspend: async ({ now }, _stored, { arguments: given }) => {
    const suspended = {
      by: text(given['by']) ?? 'unknown',
      at: now().toISOString(),
      ...(text(given['reason']) ? { reason: text(given['reason']) } : {}),
    };
    return { outcome: 'done', state: (state) => ({ ...state, suspended }) };
  },
  resume: async () => ({
    outcome: 'done',
    state: ({ suspended: _suspended, uninstalled: _uninstalled, ...state }) => state,
  }),
  confirm: async (_options, { state }, { arguments: given }) => {
    const id = text(given['id']);
    const waits = (decision: Partial<Decision> | undefined) =>
      decision?.id !== undefined && !decision.confirmed && (id === undefined || id === decision.id);
    const { moving, renamed, emptied, removal } = state;
    const confirmed = true;
    if (moving && waits(moving))
      return { outcome: 'done', state: (current) => ({ ...current, moving: { ...moving, confirmed } }) };
    if (renamed && waits(renamed))
      return { outcome: 'done', state: (current) => ({ ...current, renamed: { ...renamed, confirmed } }) };
    if (emptied && waits(emptied))
      return { outcome: 'done', state: (current) => ({ ...current, emptied: { ...emptied, confirmed } }) };
    if (removal && waits(removal))
      return { outcome: 'done', state: (current) => ({ ...current, removal: { ...removal, confirmed } }) };
    return { outcome: 'refused', message: 'nothing waits for a confirmation' };
  },
  approve: decideRequest,
  reject: decideRequest,
  rollback: rollBack,
  uninstall,
  accept: async ({ session, now }, { state }, request) =>
    acceptDrift({ drift: session.drift, id: idOf(state), state, now: now() }, request),
};

async function rollBack(
  options: RequestOptions,
  { state }: StoredState,
  { id, arguments: given }: PersonRequest,
): Promise<Answer> {
  const { session } = options;
  const { namespace, release } = state.identity;
  const { states, history } = session.context;
  const prepared = session.loop.prepared(idOf(state));
  if (!prepared) return { outcome: 'refused', message: 'the release is not defined any more' };
  if (given['promoteBack'] === true) return await options.takeBack(idOf(state), text(given['by']) ?? 'a person');
  const to = typeof given['to'] === 'number' ? given['to'] : text(given['to']);
  return await inTurn(session, idOf(state), async (slot) => {
    const records = (await history(recordsNamespace(state.identity), release).list()).map(({ record }) => record);
    const current = (await states.read(namespace, release))?.state;
    const newest = records.at(-1)?.version ?? 0;
    if (current?.begun?.id === id && newest >= current.begun.version)
      return {
        outcome: 'done',
        message: `revision ${current.begun.version} was begun before a restart`,
        state: answered,
      };
    const chosen = chooseRevision({ records, state: current, to });
    if (chosen.choice === 'none') return { outcome: 'refused', message: chosen.message };
    const begun = { id, version: newest + 1 };
    await states.change(namespace, release, (now) => now && { ...now, begun });
    const by = text(given['by']) ?? 'a person';
    const { outcome, version } = await rollbackRelease(session.context, {
      prepared,
      to: chosen.version,
      reason: `asked by ${by}`,
      by,
      aside: slot.aside,
    });
    if (outcome.status === 'deployed')
      return { outcome: 'done', message: `revision ${version} repeats revision ${chosen.version}`, state: answered };
    const message = outcome.status === 'failed' ? outcome.error.message : outcome.status;
    return { outcome: 'refused', message, state: answered };
  });
}

async function uninstall(
  { session }: RequestOptions,
  { state }: StoredState,
  { id: op, arguments: given }: PersonRequest,
): Promise<Answer> {
  const options = uninstallArguments(given);
  if ('problem' in options) return { outcome: 'refused', message: options.problem };
  const { app, environment, namespace, release } = state.identity;
  const prepared = session.loop.prepared(idOf(state));
  const fields = { op, app, environment, cluster: session.context.client.name, namespace, release };
  return await inTurn(session, idOf(state), async (slot) => {
    const ended = await uninstallOnRequest(session.context, {
      fields,
      records: recordsNamespace(state.identity),
      account: prepared ? accountOf(prepared.definition) : state.identity.serviceAccount,
      options: { ...options, everything: prepared?.definition.settings.sync.prune === 'all' },
      timeout: options.timeout,
      by: text(given['by']) ?? 'a person',
      digest: prepared?.digest ?? state.deployed?.digest ?? 'unknown',
      aside: slot.aside,
    });
    session.unwatch(idOf(state));
    const parts = [
      `revision ${ended.version} is gone`,
      ...ended.kept.map(({ object, reason }) => `${object} stays (${reason})`),
      ...ended.problems.map(({ message }) => message),
      ...(prepared ? ['it stays away until sync asks for it or its chart or values change'] : []),
    ];
    return { outcome: ended.problems.length === 0 ? 'done' : 'refused', message: parts.join('; '), state: answered };
  });
}

const idOf = ({ identity }: ReleaseState): string => `${identity.app}/${identity.environment}`;

interface Answered {
  readonly verb: string;
  readonly answer: Pick<Answer, 'deploys'>;
}

function afterwards(
  { session, onConfirmed }: RequestOptions,
  { state }: StoredState,
  { verb, answer: { deploys } }: Answered,
): void {
  const prepared = session.loop.prepared(`${state.identity.app}/${state.identity.environment}`);
  if (verb === 'accept' || (deploys === undefined && (verb === 'approve' || verb === 'reject'))) return;
  if (verb === 'confirm') onConfirmed();
  if (prepared) session.loop.wish(prepared, { requested: deploys ?? verb === 'sync' });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
