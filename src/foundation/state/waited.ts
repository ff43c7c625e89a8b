/** What of a release has waited for people, and what they said: so that it can be told when it is over. Pure. */
import type { ReleaseState } from './release-state.ts';

/** What somebody has said of a version or a plan. It opens nothing: `promotion` and `plan` say what counts. */
export interface MadeDecision {
  readonly id: string;
  readonly verdict: 'approved' | 'rejected';
  readonly by: string;
  /** Kubernetes knows who it was. */
  readonly via?: 'api';
  readonly at: string;
  readonly reason?: string;
  /** Of a plan: the digest of its chart and values. */
  readonly inputs?: string;
}

/** So many of each are remembered. */
const kept = 20;

const waitingIn = ({ promotion, plan }: ReleaseState): readonly string[] =>
  [promotion?.waiting?.id, plan?.plan.id].filter((id) => id !== undefined);

/** Returns `after`, and what waited before and does not any more is remembered in it. */
export function withWaited(before: ReleaseState | undefined, after: ReleaseState): ReleaseState {
  if (before === undefined || before === after) return after;
  const now = waitingIn(after);
  const gone = waitingIn(before).filter((id) => !now.includes(id));
  if (gone.length === 0) return after;
  const others = (after.waited ?? []).filter((id) => !gone.includes(id));
  return { ...after, waited: [...others, ...gone].slice(-kept) };
}

/** Each person's last word of an id, the newest last. */
export function withDecision(state: ReleaseState, made: MadeDecision): ReleaseState {
  const others = (state.decided ?? []).filter((one) => !isSame(one, made));
  return { ...state, decided: [...others, made].slice(-kept) };
}

/** What they said of it last. */
export function madeBefore(
  { decided = [] }: ReleaseState,
  asked: Pick<MadeDecision, 'id' | 'by' | 'via'>,
): MadeDecision | undefined {
  return decided.findLast((one) => isSame(one, asked));
}

/** A name that is claimed is not that of who is known by it. */
const isSame = (
  one: Pick<MadeDecision, 'id' | 'by' | 'via'>,
  other: Pick<MadeDecision, 'id' | 'by' | 'via'>,
): boolean => one.id === other.id && one.by === other.by && one.via === other.via;

export function hasWaited({ waited = [], decided = [], promotion }: ReleaseState, id: string): boolean {
  return waited.includes(id) || decided.some((one) => one.id === id) || promotion?.last?.id === id;
}
