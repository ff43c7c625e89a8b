/** Takes what is remembered of a release, returns who has said what of the version that waits for it, and of the one it got last. Pure. */
import type { PromotionState, ReleaseState } from '../../foundation/state/release-state.ts';
import type { MadeDecision } from '../../foundation/state/waited.ts';

export interface ShownDecision {
  /** Of the version. */
  readonly id: string;
  readonly version: 'waiting' | 'promoted';
  readonly verdict: MadeDecision['verdict'];
  readonly by: string;
  /** How it is known who it was; undefined where they only said so. */
  readonly via?: 'api' | 'review';
  /** RFC 3339; of a review only the forge knows. */
  readonly at?: string;
  readonly reason?: string;
}

export function shownDecisions({ promotion = {}, decided = [] }: ReleaseState): ShownDecision[] {
  const { waiting, last } = promotion;
  const promoted = decided.filter(({ id }) => id === last?.id && id !== waiting?.id);
  return [
    ...promoted.map(({ inputs: _inputs, ...one }) => ({ ...one, version: 'promoted' as const })),
    ...(waiting === undefined ? [] : ofWaiting(promotion, waiting.id)),
  ];
}

function ofWaiting({ decisions = [], approved, rejected, proposed }: PromotionState, id: string): ShownDecision[] {
  const of = { id, version: 'waiting' } as const;
  const known = decisions.filter((one) => one.id === id);
  const reviewed = proposed?.id === id ? proposed : undefined;
  const byReview = (names: readonly string[] = [], verdict: MadeDecision['verdict']) =>
    names.map((by) => ({ ...of, verdict, by, via: 'review' as const }));
  return [
    ...(approved?.id === id ? [{ ...approved, ...of, verdict: 'approved' as const }] : []),
    ...(rejected?.id === id ? [{ ...rejected, ...of, verdict: 'rejected' as const }] : []),
    ...known.map(({ seal: _seal, user: by, ...said }) => ({ ...said, ...of, by, via: 'api' as const })),
    ...byReview(reviewed?.approvedBy, 'approved'),
    ...byReview(reviewed?.rejectedBy, 'rejected'),
  ];
}

/** `p-1a2b3c4d promoted, approved by ann (api) at 2026-11-22T07:00:00Z`; undefined where nobody has said anything. */
export function describeDecisions(shown: readonly ShownDecision[]): string | undefined {
  const versions = (['promoted', 'waiting'] as const).flatMap((version) => {
    const said = shown.filter((one) => one.version === version);
    const [first] = said;
    if (first === undefined) return [];
    const lead = version === 'promoted' ? `${first.id} promoted` : `${first.id} waits`;
    return [[lead, ...said.map(describe)].join(', ')];
  });
  return versions.length === 0 ? undefined : versions.join('; ');
}

function describe({ verdict, by, via, at, reason }: ShownDecision): string {
  const how = via === undefined ? '' : ` (${via})`;
  return `${verdict} by ${by}${how}${at === undefined ? '' : ` at ${at}`}${reason === undefined ? '' : `: ${reason}`}`;
}
