/** Takes what a state says that people have said by the API, returns it with what bears the daemon's seal alone; the rest is told. */
import type { PersonDecision, ReleaseState } from '../../foundation/state/release-state.ts';
import { type PreparedRelease, releaseFields } from '../../pipeline/context.ts';
import type { Promoting } from './promoting.ts';

/** Told once each; so many at most. */
const mostTold = 1000;

export async function onlySealed(
  { sessions, emit, forged }: Promoting,
  target: PreparedRelease,
  state: ReleaseState | undefined,
): Promise<ReleaseState | undefined> {
  const decisions = state?.promotion?.decisions ?? [];
  const seals = sessions.get(target.definition.cluster)?.session.seals;
  if (state === undefined || decisions.length === 0 || seals === undefined) return state;
  const kept: PersonDecision[] = [];
  for (const decision of decisions) {
    const verdict = await seals.judge(state.identity, decision);
    if (verdict === 'standing') kept.push(decision);
    else if (!forged.has(decision.seal) && forged.size < mostTold) {
      forged.add(decision.seal);
      const { id, user, at } = decision;
      const why =
        verdict === 'former' ? 'that is over: somebody has written it there again' : 'the daemon did not write that';
      const message = `the state says that ${user} has ${decision.verdict} ${id} at ${at}, and ${why}; it does not count`;
      const hint = 'see who may write ConfigMaps there; after the loss of the key it has to be said again';
      emit({ event: 'approval.forged', ...releaseFields(target), id, by: user, message, hint });
    }
  }
  return { ...state, promotion: { ...state.promotion, decisions: kept } };
}
