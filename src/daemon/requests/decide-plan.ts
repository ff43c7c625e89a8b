/**
 * Answers `approve` and `reject` of a plan, and `sync` with one: what a person has seen is carried out only where it is
 * just what would be done now.
 */
import type { FrozenPlan, WaitingPlan } from '../../foundation/state/frozen-plan.ts';
import type { PersonRequest, ReleaseState } from '../../foundation/state/release-state.ts';
import { readFrozenPlan } from '../../foundation/state/schema.ts';
import { madeBefore, withDecision } from '../../foundation/state/waited.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from '../../pipeline/context.ts';
import { freezeRelease } from '../../pipeline/freeze-release.ts';
import { movedSince } from '../../pipeline/plan/moved-since.ts';
import { noLongerWaits } from './no-longer-waits.ts';

export interface PlanAnswer {
  readonly outcome: 'done' | 'refused';
  readonly message: string;
  readonly state?: (state: ReleaseState) => ReleaseState;
  /** It is deployed now, whatever `sync.automatic` says. */
  readonly deploys?: boolean;
  readonly since?: string;
}

export interface PlanRequest {
  readonly prepared: PreparedRelease;
  readonly request: Pick<PersonRequest, 'verb' | 'arguments' | 'user'>;
  readonly now: () => Date;
}

/** Else it is about a version to be promoted. */
export function isAboutPlan(
  { plan, promotion }: ReleaseState,
  { verb, arguments: given }: Pick<PersonRequest, 'verb' | 'arguments'>,
): boolean {
  const id = textOf(given['id']);
  if (verb === 'sync' || id !== undefined) return verb === 'sync' || id?.startsWith('plan-') === true;
  return plan !== undefined && promotion?.waiting === undefined;
}

/** Of what was said before, and of what cannot be decided: nothing that is under way has to end for that. */
export function answerAtOnce(
  state: ReleaseState | undefined,
  request: PlanRequest['request'],
): PlanAnswer | { readonly seen: FrozenPlan } {
  const { verb, arguments: given } = request;
  const waiting = state?.plan;
  const seen = verb === 'sync' ? readFrozenPlan(given['plan']) : waiting?.plan;
  if (seen === undefined && verb === 'sync') return refuse('its plan is not understood');
  const id = textOf(given['id']) ?? seen?.id;
  const who = whoAsks(request);
  const before = state && id !== undefined ? standing(state, { ...request, id, ...who }) : undefined;
  if (before) {
    const answer = { outcome: 'done', message: `${id} by ${who.by}, since ${before.at}`, since: before.at } as const;
    return { ...answer, deploys: waiting !== undefined && verb !== 'reject' };
  }
  if (seen === undefined) return id === undefined ? noPlan : refuse(noLongerWaits(id, undefined));
  return id === seen.id ? { seen } : refuse(noLongerWaits(id ?? '', seen.id));
}

const whoAsks = ({ user, arguments: given }: PlanRequest['request']) =>
  user === undefined ? { by: textOf(given['by']) ?? 'unknown' } : { by: user, via: 'api' as const };

/** `{"id": "plan-1a2b3c4d5e", "by": "ann", "reason": "…"}`; of sync `{"plan": {…}, "by": "ann"}`. */
export async function decidePlan(context: ReleaseContext, asked: PlanRequest): Promise<PlanAnswer> {
  const { prepared, request, now } = asked;
  const { verb, arguments: given } = request;
  const { namespace, releaseName } = prepared.definition;
  const state = (await context.states.read(namespace, releaseName))?.state;
  const waiting = state?.plan;
  const answer = answerAtOnce(state, request);
  if (!('seen' in answer)) return answer;
  const { seen } = answer;
  const { id } = seen;
  const who = whoAsks(request);
  const { by } = who;
  const at = now().toISOString();
  if (verb === 'reject') return waiting ? rejectPlan(waiting, { ...who, at, reason: textOf(given['reason']) }) : noPlan;
  const plan = await freezeRelease(context, prepared, state?.deployed?.secretKeys);
  const moved = movedSince(seen, plan);
  if (moved.length > 0) return refuseMoved({ seen, plan, moved, at, verb });
  const impossible = plan.objects.find(({ operation }) => /refused$/i.test(operation));
  if (impossible) return refuse(`${id} cannot be carried out: ${impossible.object}: ${impossible.reason ?? ''}`);
  context.emit({ event: 'plan.approved', ...releaseFields(prepared), id, ...who });
  const since = waiting?.plan.digest === plan.digest ? waiting.since : at;
  const isAsked = verb === 'sync' ? { asked: true } : {};
  const made = { id, verdict: 'approved', ...who, at, inputs: plan.inputs } as const;
  return {
    outcome: 'done',
    message: `${id} by ${by}`,
    state: (state) => withDecision({ ...state, plan: { plan, since, approved: { ...who, at }, ...isAsked } }, made),
    deploys: true,
  };
}

interface Asker extends Pick<PersonRequest, 'verb' | 'arguments'> {
  readonly id: string;
  readonly by: string;
  readonly via?: 'api';
}

/** What they said of it before, where it counts still or has been carried out: the answer to the first was lost. */
function standing({ plan, deployed, intent, ...rest }: ReleaseState, { verb, arguments: given, ...who }: Asker) {
  const made = madeBefore(rest, who);
  if (verb === 'reject') {
    const isSaid = made?.verdict === 'rejected' && made.reason === textOf(given['reason']);
    return isSaid && plan?.plan.id === who.id && plan.rejected !== undefined ? made : undefined;
  }
  if (made?.verdict !== 'approved') return undefined;
  if (plan === undefined) return [deployed?.digest, intent?.digest].includes(made.inputs) ? made : undefined;
  return plan.plan.id === who.id && plan.approved?.by === who.by ? made : undefined;
}

interface Moved {
  /** What the person saw. */
  readonly seen: FrozenPlan;
  readonly plan: FrozenPlan;
  readonly moved: readonly string[];
  readonly at: string;
  readonly verb: string;
}

/** Of what waits the new plan takes the place of the old one; a file stays what it is. */
function refuseMoved({ seen, plan, moved, at, verb }: Moved): PlanAnswer {
  const message = `${seen.id} is not what would be done now: ${moved.join('; ')}`;
  if (verb === 'sync') return refuse(`${message}; helm-gitops plan --save says what would be done now`);
  const state = (before: ReleaseState): ReleaseState => ({ ...before, plan: { plan, since: at } });
  return { ...refuse(`${message}; that is ${plan.id}`), state };
}

interface Rejection {
  readonly by: string;
  readonly via?: 'api';
  readonly at: string;
  readonly reason: string | undefined;
}

function rejectPlan({ approved: _approved, ...waiting }: WaitingPlan, { reason, ...who }: Rejection): PlanAnswer {
  if (reason === undefined) return refuse('it needs a reason');
  const plan = { ...waiting, rejected: { ...who, reason } };
  const { id, inputs } = plan.plan;
  return {
    outcome: 'done',
    message: `${id} by ${who.by}: ${reason}`,
    state: (before) => withDecision({ ...before, plan }, { id, verdict: 'rejected', ...who, reason, inputs }),
  };
}

const refuse = (message: string): PlanAnswer => ({ outcome: 'refused', message });
const noPlan = refuse('no plan waits for a person');

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
