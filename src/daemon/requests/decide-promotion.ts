/** Answers `approve` and `reject` by an annotation: somebody who may write the state decides of a version that waits. */
import type { PersonRequest, PromotionState, ReleaseState } from '../../foundation/state/release-state.ts';
import { madeBefore, withDecision } from '../../foundation/state/waited.ts';
import type { PromotionSettings } from '../../pipeline/definitions/promotion-schema.ts';
import { decisionsOn } from '../../pipeline/promote/people-gate.ts';
import { noLongerWaits } from './no-longer-waits.ts';

export interface PromotionAnswer {
  readonly outcome: 'done' | 'refused';
  readonly message: string;
  readonly state?: (state: ReleaseState) => ReleaseState;
  readonly since?: string;
}

/** `{"id": "p-1a2b3c4d", "by": "ann", "reason": "…"}`; a rejection needs the reason. */
export function decidePromotion(
  release: ReleaseState,
  { verb, arguments: given }: Pick<PersonRequest, 'verb' | 'arguments'>,
  { gates, now }: { readonly gates: PromotionSettings['gates'] | undefined; readonly now: Date },
): PromotionAnswer {
  const { promotion } = release;
  const { waiting, last } = promotion ?? {};
  const id = textOf(given['id']) ?? waiting?.id;
  if (id === undefined) return refuse('no promotion waits for a person');
  const by = textOf(given['by']) ?? 'unknown';
  const reason = textOf(given['reason']);
  const before = madeBefore(release, { id, by });
  const isSaid = before?.verdict === (verb === 'approve' ? 'approved' : 'rejected') && before.reason === reason;
  const counting = verb === 'approve' ? promotion?.approved : promotion?.rejected;
  const stands = (last?.id === id && waiting?.id !== id) || (counting?.id === id && counting.by === by);
  if (isSaid && stands) return { outcome: 'done', message: `${id} by ${by}, since ${before.at}`, since: before.at };
  if (id !== waiting?.id) return refuse(noLongerWaits(id, waiting?.id));
  if (verb === 'approve' && gates !== undefined && !gates.includes('approval')) return refuse(unnamed);
  const standing = decisionsOn(promotion, id).find(({ verdict }) => verdict === 'rejected');
  if (verb === 'approve' && standing)
    return refuse(`${standing.user} has rejected ${id} by the API, and takes that back there: ${standing.reason}`);
  const decision = { id, by, at: now.toISOString() };
  if (verb === 'approve') return decide({ approved: decision }, `${id} by ${decision.by}`);
  if (reason === undefined) return refuse('it needs a reason');
  return decide({ rejected: { ...decision, reason } }, `${id} by ${decision.by}: ${reason}`);
}

const unnamed =
  'it waits for people by name, and an annotation does not prove who wrote it: helm-gitops approve ID --server URL';

/** The later decision counts. */
function decide(made: Pick<PromotionState, 'approved' | 'rejected'>, message: string): PromotionAnswer {
  const state = (before: ReleaseState): ReleaseState => {
    const { approved: _approved, rejected: _rejected, ...promotion } = before.promotion ?? {};
    const after = { ...before, promotion: { ...promotion, ...made } };
    const { approved, rejected } = made;
    if (rejected) return withDecision(after, { ...rejected, verdict: 'rejected' });
    return approved ? withDecision(after, { ...approved, verdict: 'approved' }) : after;
  };
  return { outcome: 'done', message, state };
}

const refuse = (message: string): PromotionAnswer => ({ outcome: 'refused', message });

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
