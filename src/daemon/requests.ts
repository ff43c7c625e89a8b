/**
 * Answers what people ask: an annotation on a release's state is a request, whoever wrote it (command line, page,
 * kubectl). The outcome goes into the state and the annotation away, in one write.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { StateStore } from '../foundation/state/open-state.ts';
import type { PersonRequest, ReleaseState, StoredState } from '../foundation/state/release-state.ts';
import { type RequestTarget, targetName } from '../foundation/state/request-target.ts';
import { rollbackRelease } from '../pipeline/rollback-release.ts';
import type { ClusterSession } from './cluster-session.ts';

export interface RequestOptions {
  readonly session: ClusterSession;
  readonly states: StateStore;
  readonly emit: Emit;
  readonly now: () => Date;
  /** Removals are looked at again. */
  readonly onConfirmed: () => void;
}

interface Answer {
  readonly outcome: 'done' | 'refused';
  readonly message?: string | undefined;
  readonly state?: (state: ReleaseState) => ReleaseState;
}
type Handler = (options: RequestOptions, stored: StoredState, request: PersonRequest) => Promise<Answer>;

export async function answerRequest(
  options: RequestOptions,
  target: RequestTarget,
  request: PersonRequest,
): Promise<void> {
  const { verb, id } = request;
  const stored = target.kind === 'release' ? await options.states.read(target.namespace, target.release) : undefined;
  const label = stored ? `${stored.state.identity.app}/${stored.state.identity.environment}` : targetName(target);
  options.emit({ event: 'request.received', verb, id, target: label });
  const answer = stored
    ? await handle(options, stored, request)
    : { outcome: 'refused' as const, message: 'only releases take requests so far' };
  await options.states.answerRequest({
    target,
    outcome: {
      id,
      verb,
      at: options.now().toISOString(),
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
      ...(answer.message ? { message: answer.message } : {}),
    });
  else options.emit({ event: 'request.refused', verb, id, target: label, message: answer.message ?? 'refused' });
  if (stored) afterwards(options, stored, verb);
}

async function handle(options: RequestOptions, stored: StoredState, request: PersonRequest): Promise<Answer> {
  if (request.problem) return { outcome: 'refused', message: request.problem };
  const handler = Object.hasOwn(handlers, request.verb) ? handlers[request.verb] : undefined;
  if (!handler) return { outcome: 'refused', message: `unknown verb "${request.verb}"` };
  try {
    return await handler(options, stored, request);
  } catch (error) {
    return { outcome: 'refused', message: asHelmGitopsError(error).message };
  }
}

const handlers: Record<string, Handler> = {
  sync: async () => ({ outcome: 'done' }),
  retry: async () => ({ outcome: 'done', state: ({ quarantine: _quarantine, failure: _failure, ...state }) => state }),
  suspend: async ({ now }, _stored, { arguments: given }) => {
    const suspended = {
      by: text(given['by']) ?? 'unknown',
      at: now().toISOString(),
      ...(text(given['reason']) ? { reason: text(given['reason']) } : {}),
    };
    return { outcome: 'done', state: (state) => ({ ...state, suspended }) };
  },
  resume: async () => ({ outcome: 'done', state: ({ suspended: _suspended, ...state }) => state }),
  confirm: async (_options, { state }) => {
    if (!state.removal) return { outcome: 'refused', message: 'nothing waits for a confirmation' };
    const removal = { ...state.removal, confirmed: true };
    return { outcome: 'done', state: (current) => ({ ...current, removal }) };
  },
  rollback: rollBack,
};

async function rollBack(
  { session }: RequestOptions,
  { state }: StoredState,
  { arguments: given }: PersonRequest,
): Promise<Answer> {
  const { app, environment, namespace, release } = state.identity;
  const prepared = session.loop.prepared(`${app}/${environment}`);
  if (!prepared) return { outcome: 'refused', message: 'the release is not defined any more' };
  const marks = await session.context.history(namespace, release).marks();
  const latest = marks.at(-1)?.version ?? 0;
  const wanted =
    typeof given['to'] === 'number'
      ? given['to']
      : marks.findLast(({ version, status }) => version < latest && status === 'superseded')?.version;
  if (wanted === undefined) return { outcome: 'refused', message: 'there is no earlier revision' };
  if (!marks.some(({ version }) => version === wanted))
    return { outcome: 'refused', message: `there is no revision ${wanted}` };
  return await new Promise<Answer>((resolve) => {
    session.queue.add(`${app}/${environment}`, async (slot) => {
      try {
        const { outcome, version } = await rollbackRelease(session.context, {
          prepared,
          to: wanted,
          reason: `asked by ${text(given['by']) ?? 'a person'}`,
          aside: slot.aside,
        });
        const message =
          outcome.status === 'deployed'
            ? `revision ${version}`
            : outcome.status === 'failed'
              ? outcome.error.message
              : outcome.status;
        resolve({ outcome: outcome.status === 'deployed' ? 'done' : 'refused', message });
      } catch (error) {
        resolve({ outcome: 'refused', message: asHelmGitopsError(error).message });
      }
    });
  });
}

function afterwards({ session, onConfirmed }: RequestOptions, { state }: StoredState, verb: string): void {
  const prepared = session.loop.prepared(`${state.identity.app}/${state.identity.environment}`);
  if (verb === 'confirm') onConfirmed();
  else if (prepared) session.loop.wish(prepared, { requested: verb === 'sync' });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
