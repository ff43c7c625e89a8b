/** Answers `approve` and `reject` of a version by somebody whom Kubernetes knows: what they say is kept under that name, sealed. */
import type {
  PersonDecision,
  PersonRequest,
  PromotionState,
  ReleaseState,
} from '../../foundation/state/release-state.ts';
import { type PromotionSettings, peopleIn } from '../../pipeline/definitions/promotion-schema.ts';
import type { ApprovalSeals } from './approval-seals.ts';
import type { Answer } from './requests.ts';

export interface UserDecision extends Pick<PersonRequest, 'verb' | 'arguments'> {
  readonly user: string;
}

export interface DecidedAmong {
  /** Of the target; undefined where it is not defined any more. */
  readonly gates: PromotionSettings['gates'] | undefined;
  readonly now: Date;
  readonly seals: ApprovalSeals;
}

/** So many are remembered: no more people decide of one version. */
const kept = 50;

export async function decideByUser(
  { identity, promotion }: ReleaseState,
  { user, verb, arguments: given }: UserDecision,
  { gates = [], now, seals }: DecidedAmong,
): Promise<Answer> {
  const { waiting } = promotion ?? {};
  const id = typeof given['id'] === 'string' ? given['id'] : '';
  if (waiting?.id !== id) return refuse(`${id} does not wait any more${waiting ? `, ${waiting.id} does` : ''}`);
  const isAsked = gates.includes('approval') || peopleIn(gates).some((one) => one.user === user);
  if (verb === 'approve' && !isAsked) return { ...refuse(`${user} is none of those who are asked`), forbidden: true };
  const reason = typeof given['reason'] === 'string' ? given['reason'] : undefined;
  const verdict = verb === 'approve' ? 'approved' : 'rejected';
  const said = { id, user, verdict, at: now.toISOString(), ...(reason === undefined ? {} : { reason }) } as const;
  // A rejection of another version may still be needed; an approval of one never is.
  const stays = (one: PersonDecision) => (one.id === id ? one.user !== user : one.verdict === 'rejected');
  const instead = (promotion?.decisions ?? []).filter((one) => !stays(one));
  const decision = await seals.seal(identity, said, instead);
  const change = (before: PromotionState): PromotionState => {
    const { approved, rejected, decisions = [], ...rest } = before;
    const others = decisions.filter(stays);
    // Of an annotation and of this the later counts.
    const claimed = verdict === 'approved' ? { ...(approved && { approved }) } : { ...(rejected && { rejected }) };
    const elsewhere = rejected && rejected.id !== id ? { rejected } : {};
    return { ...rest, ...claimed, ...elsewhere, decisions: [...others, decision].slice(-kept) };
  };
  return {
    outcome: 'done',
    message: `${id} by ${user}${reason === undefined ? '' : `: ${reason}`}`,
    state: (before) => ({ ...before, promotion: change(before.promotion ?? {}) }),
  };
}

const refuse = (message: string): Answer => ({ outcome: 'refused', message });
