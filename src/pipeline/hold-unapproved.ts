/**
 * Takes what is about to be deployed, returns why it waits where a person has to approve of it first, or where it is no
 * longer what a person approved. It writes down the plan that waits, and nothing else.
 */
import type { WaitingPlan } from '../foundation/state/frozen-plan.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from './context.ts';
import { freezeRevision, type PlannedRevision } from './freeze-release.ts';
import { movedSince } from './plan/moved-since.ts';
import type { NextStep } from './plan/next-step.ts';
import { withIdentity } from './remember-release.ts';

type Hold = Extract<NextStep, { step: 'hold' }>;

/** What a person has approved, or asked for by its plan, holds whatever `sync.approval` says by now. */
export function isHeldToPlan({ definition }: PreparedRelease, plan: WaitingPlan | undefined): boolean {
  return definition.settings.sync.approval === 'plan' || plan?.asked === true;
}

/** As far as its state tells: whether what was approved is what would be done now is not looked at. */
export function isUnapproved(prepared: PreparedRelease, state: ReleaseState | undefined): boolean {
  return isHeldToPlan(prepared, state?.plan) && !isApproved(prepared, state);
}

export function isApproved({ digest }: Pick<PreparedRelease, 'digest'>, state: ReleaseState | undefined): boolean {
  return state?.plan?.approved !== undefined && state.plan.plan.inputs === digest;
}

/**
 * While a window is closed: its plan is made, so that it can be approved before (`plan`), or it waits for a person, or for the
 * window. Of a freeze nothing is made.
 */
export function holdAhead(
  { definition, digest }: PreparedRelease,
  state: ReleaseState | undefined,
  closed: Hold,
): Hold | 'plan' {
  if (closed.reason !== 'window' || definition.settings.sync.approval !== 'plan') return closed;
  const known = state?.plan;
  if (known?.plan.inputs !== digest) return 'plan';
  return known.approved ? closed : hold(known);
}

export async function holdUnapproved(
  context: ReleaseContext,
  prepared: PreparedRelease,
  planned: PlannedRevision,
): Promise<Hold | undefined> {
  const { definition } = prepared;
  const { namespace, releaseName } = definition;
  const state = (await context.states.read(namespace, releaseName))?.state;
  const known = state?.plan;
  if (!isHeldToPlan(prepared, known)) return undefined;
  const plan = await freezeRevision(context, prepared, { ...planned, known: state?.deployed?.secretKeys });
  const moved = known && movedSince(known.plan, plan);
  if (known && moved?.length === 0) return known.approved ? undefined : hold(known);
  const waiting: WaitingPlan = { plan, since: context.now().toISOString() };
  const waits = definition.settings.sync.approval === 'plan';
  await context.states.change(namespace, releaseName, (before) => {
    const { plan: _former, ...state } = withIdentity(before, context, definition);
    return waits ? { ...state, plan: waiting } : state;
  });
  if (known?.approved && moved) {
    const { by } = known.approved;
    context.emit({ event: 'plan.voided', ...releaseFields(prepared), id: known.plan.id, by, moved: moved.join('; ') });
  }
  return waits
    ? hold(waiting)
    : { ...hold(waiting), message: `${known?.plan.id} is not what would be done now`, hint: again };
}

const again = 'make another one: helm-gitops plan --save FILE';

function hold({ plan: { id }, rejected }: WaitingPlan): Hold {
  const message = rejected ? `${id} was rejected by ${rejected.by}: ${rejected.reason}` : `${id} waits for a person`;
  const hint = `see it: helm-gitops plans; let it go: helm-gitops approve ${id}`;
  return { step: 'hold', reason: 'approval', message, hint };
}
