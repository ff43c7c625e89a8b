/** Answers what a person has decided: of what a release is to do (a plan), or of a version that it is to get. */
import type { PersonRequest, StoredState } from '../../foundation/state/release-state.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { decideByUser } from './decide-by-user.ts';
import { answerAtOnce, decidePlan, isAboutPlan } from './decide-plan.ts';
import { decidePromotion } from './decide-promotion.ts';
import { inTurn } from './in-turn.ts';
import type { Answer, RequestOptions } from './requests.ts';

export async function decideRequest(
  { session, now }: Pick<RequestOptions, 'session' | 'now'>,
  { state }: StoredState,
  request: PersonRequest,
): Promise<Answer> {
  const { user, ...asked } = request;
  const id = definitionId(state.identity);
  const prepared = session.loop.prepared(id);
  if (!isAboutPlan(state, asked)) {
    const around = { gates: prepared?.definition.settings.promotion.gates, now: now() };
    if (user === undefined) return decidePromotion(state, asked, around);
    return await decideByUser(state, { ...asked, user }, { ...around, seals: session.seals });
  }
  if (!prepared) return { outcome: 'refused', message: 'the release is not defined any more' };
  const known = answerAtOnce(state, request);
  if (!('seen' in known)) return { deploys: false, ...known };
  const decide = () => decidePlan(session.context, { prepared, request, now });
  const decided = await inTurn(session, id, decide, { interrupts: false });
  return { deploys: false, ...decided };
}
