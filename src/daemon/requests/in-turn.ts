/** Does what a person asks for to a release in its turn: nothing else is done to it meanwhile. */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { ClusterSession } from '../clusters/cluster-session.ts';
import type { Slot } from '../work-queue.ts';
import type { Answer } from './requests.ts';

/** After whatever is done to the release now, which it ends where it `interrupts`, and before it is looked at again. */
export async function inTurn(
  session: ClusterSession,
  id: string,
  act: (slot: Slot) => Promise<Answer>,
  { interrupts = true }: { readonly interrupts?: boolean } = {},
): Promise<Answer> {
  return await new Promise<Answer>((resolve) => {
    const action = async (slot: Slot) => {
      try {
        resolve(await act(slot));
      } catch (error) {
        // The request stands, and is answered after the next start.
        if (session.context.signal.aborted) return;
        const { message, hint } = asHelmGitopsError(error);
        const told = hint === undefined ? message : `${message} (${hint})`;
        resolve({ outcome: 'refused', message: told, state: answered });
      }
    };
    if (!session.loop.act(id, action, interrupts)) session.queue.add(`request ${id}`, action);
  });
}

/** What it has begun is done. */
export const answered = ({ begun: _begun, ...state }: ReleaseState): ReleaseState => state;
