/** Answers `approve` and `reject`: a person decides of a version that waits to be promoted. */
import type { PersonRequest, PromotionState, ReleaseState } from '../foundation/state/release-state.ts';

export interface PromotionAnswer {
  readonly outcome: 'done' | 'refused';
  readonly message: string;
  readonly state?: (state: ReleaseState) => ReleaseState;
}

/** `{"id": "p-1a2b3c4d", "by": "ann", "reason": "…"}`; a rejection needs the reason. */
export function decidePromotion(
  { promotion }: ReleaseState,
  { verb, arguments: given }: Pick<PersonRequest, 'verb' | 'arguments'>,
  now: Date,
): PromotionAnswer {
  const { waiting } = promotion ?? {};
  if (waiting === undefined) return refuse('no promotion waits for a person');
  const id = textOf(given['id']) ?? waiting.id;
  if (id !== waiting.id) return refuse(`what waits is ${waiting.id}, no longer ${id}`);
  const decision = { id, by: textOf(given['by']) ?? 'unknown', at: now.toISOString() };
  if (verb === 'approve') return decide({ approved: decision }, `${id} by ${decision.by}`);
  const reason = textOf(given['reason']);
  if (reason === undefined) return refuse('it needs a reason');
  return decide({ rejected: { ...decision, reason } }, `${id} by ${decision.by}: ${reason}`);
}

/** The later decision counts. */
function decide(made: Pick<PromotionState, 'approved' | 'rejected'>, message: string): PromotionAnswer {
  const state = (before: ReleaseState): ReleaseState => {
    const { approved: _approved, rejected: _rejected, ...promotion } = before.promotion ?? {};
    return { ...before, promotion: { ...promotion, ...made } };
  };
  return { outcome: 'done', message, state };
}

const refuse = (message: string): PromotionAnswer => ({ outcome: 'refused', message });

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
