/** Answers `approve` and `reject` of a version by somebody whom Kubernetes knows: what they say is kept under that name, sealed. */
import type {
  PersonDecision,
  PersonRequest,
  PromotionState,
  ReleaseState,
} from '../../foundation/state/release-state.ts';
import { madeBefore, withDecision } from '../../foundation/state/waited.ts';
import { type PromotionSettings, peopleIn } from '../../pipeline/definitions/promotion-schema.ts';
import { decisionsOn } from '../../pipeline/promote/people-gate.ts';
import type { ApprovalSeals } from './approval-seals.ts';
import { noLongerWaits } from './no-longer-waits.ts';
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
  release: ReleaseState,
  { user, verb, arguments: given }: UserDecision,
  { gates = [], now, seals }: DecidedAmong,
): Promise<Answer> {
  const { identity, promotion } = release;
  const { waiting, last } = promotion ?? {};
  const id = typeof given['id'] === 'string' ? given['id'] : '';
  const verdict = verb === 'approve' ? 'approved' : 'rejected';
  const reason = typeof given['reason'] === 'string' ? given['reason'] : undefined;
  const said = `${id} by ${user}${reason === undefined ? '' : `: ${reason}`}`;
  const before = madeBefore(release, { id, by: user, via: 'api' });
  const isSaid = before?.verdict === verdict && before.reason === reason;
  // The answer to the first was lost.
  const stands = async () =>
    (last?.id === id && waiting?.id !== id) || (await isStanding(release, { id, user, verdict }, seals));
  if (isSaid && (await stands())) return { outcome: 'done', message: `${said}, since ${before.at}`, since: before.at };
  if (waiting?.id !== id) return refuse(noLongerWaits(id, waiting?.id));
  const isAsked = gates.includes('approval') || peopleIn(gates).some((one) => one.user === user);
  if (verb === 'approve' && !isAsked) return { ...refuse(`${user} is none of those who are asked`), forbidden: true };
  const made = { id, verdict, at: now.toISOString(), ...(reason === undefined ? {} : { reason }) } as const;
  // A rejection of another version may still be needed; an approval of one never is.
  const stays = (one: PersonDecision) => (one.id === id ? one.user !== user : one.verdict === 'rejected');
  const instead = (promotion?.decisions ?? []).filter((one) => !stays(one));
  const decision = await seals.seal(identity, { ...made, user }, instead);
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
    message: said,
    state: (state) =>
      withDecision({ ...state, promotion: change(state.promotion ?? {}) }, { ...made, by: user, via: 'api' }),
  };
}

/** Under the daemon's seal: else it is said again. */
async function isStanding(
  { identity, promotion }: ReleaseState,
  { id, user, verdict }: Pick<PersonDecision, 'id' | 'user' | 'verdict'>,
  seals: ApprovalSeals,
): Promise<boolean> {
  const found = decisionsOn(promotion, id).find((one) => one.user === user && one.verdict === verdict);
  return found !== undefined && (await seals.judge(identity, found)) === 'standing';
}

const refuse = (message: string): Answer => ({ outcome: 'refused', message });
