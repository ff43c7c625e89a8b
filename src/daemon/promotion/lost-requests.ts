/**
 * Requests that the forge has closed or aimed at another branch because the branch that is followed was deleted: nobody has
 * decided anything, and when that branch is back they are opened anew.
 */
import type { ForgeRequest } from '../../foundation/forge/forge.ts';
import type { PromotionState, ProposedPromotion, ReleaseState } from '../../foundation/state/release-state.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { changePromotion, type Promoting } from './promoting.ts';
import { withdraw } from './settle-promotion.ts';

export interface AskedRequest {
  readonly state: ReleaseState | undefined;
  readonly proposed: ProposedPromotion;
  /** What the forge says. */
  readonly known: ForgeRequest;
}

/** Merged there it would promote nothing here: Gitea aims the requests of a deleted branch at the default one. */
export const isAimedElsewhere = ({ onto, closed }: ProposedPromotion, { state, target }: ForgeRequest): boolean =>
  onto !== undefined && closed !== true && state !== 'closed' && target !== onto;

/** Once the branch is there; before, nothing can be aimed at it. */
export async function proposeAgain(
  promoting: Promoting,
  target: PreparedRelease,
  { state, proposed, known }: AskedRequest,
): Promise<ReleaseState | undefined> {
  if (!(await promoting.isFollowedThere(target.checkout.repository))) return state;
  const why = `it would be merged into ${known.target}, and not into ${proposed.onto}`;
  if (known.state === 'open') await withdraw(promoting, target, { proposed, why });
  return await forgetProposed(promoting, target, state);
}

export async function forgetProposed(
  promoting: Promoting,
  target: PreparedRelease,
  state: ReleaseState | undefined,
): Promise<ReleaseState | undefined> {
  const without = ({ proposed: _proposed, ...before }: PromotionState): PromotionState => before;
  await changePromotion(promoting, target, without);
  promoting.proposals.delete(definitionId(target.definition));
  return state && { ...state, promotion: without(state.promotion ?? {}) };
}
