/**
 * Takes whom a gate names and what is known of what they said; returns the gate. Each person counts once, whichever way they
 * said it; who asked for changes, or rejected, keeps it closed until they say otherwise. Pure.
 */
import type { PersonDecision, PromotionState } from '../../foundation/state/release-state.ts';
import type { NamedPerson, PeopleGate } from '../definitions/promotion-schema.ts';
import type { Approver, Gate } from './gates.ts';

export interface PeopleAsked {
  /** Of the version. */
  readonly id: string;
  /** Somebody can review it there. */
  readonly byReview: boolean;
}

export function peopleGate(
  { people, count }: PeopleGate,
  promotion: PromotionState | undefined,
  asked: PeopleAsked,
): Gate {
  const proposed = promotion?.proposed?.id === asked.id ? promotion.proposed : undefined;
  const decisions = decisionsOn(promotion, asked.id);
  const reviewed = (names: readonly string[] = []) => people.filter(({ forge }) => isAmong(forge, names));
  const rejected = reviewed(proposed?.rejectedBy);
  const said = people.map((person) => ({ person, approver: approverOf(person, proposed?.approvedBy, decisions) }));
  const approvers = said.flatMap(({ approver }) => approver ?? []);
  const open = rejected.length === 0 && approvers.length >= count;
  const of = people.map(nameOf).join(', ');
  const byUser = people.some(({ user }) => user !== undefined);
  const opened = { name: 'approval', of, byPeople: true, byUser, open } as const;
  const where = proposed?.request === undefined ? 'its pull request' : proposed.request.url;
  if (rejected.length > 0)
    return { ...opened, message: `${rejected.map(nameOf).join(', ')} asked for changes in a review of ${where}` };
  if (open) return { ...opened, approvers, message: `approved by ${describeApprovers(approvers, where)}` };
  const missing = said.filter(({ approver }) => approver === undefined).map(({ person }) => person);
  const beside = approvers.length === 0 ? '' : ` beside ${approvers.map(({ name }) => name).join(', ')}`;
  const lacking = count - approvers.length;
  const wanted = lacking === missing.length ? '' : `${lacking} of `;
  const ways = [
    ...(asked.byReview && missing.some(({ forge }) => forge !== undefined) ? [`a review of ${where}`] : []),
    ...(missing.some(({ user }) => user !== undefined) ? [`helm-gitops approve ${asked.id} by the API,`] : []),
  ];
  const whom = `${wanted}${missing.map(nameOf).join(', ')}${beside}`;
  // Nobody is asked for what cannot be done yet.
  const isAhead = proposed?.request === undefined && asked.byReview && ways.length === 1 && !byUser;
  const message = isAhead
    ? `its pull request will need a review by ${whom}`
    : `waits for ${ways.join(' or ')} by ${whom}`;
  return { ...opened, approvers, message };
}

function approverOf(
  { forge, user }: NamedPerson,
  reviewers: readonly string[] | undefined,
  decisions: readonly PersonDecision[],
): Approver | undefined {
  if (forge !== undefined && isAmong(forge, reviewers)) return { name: forge, how: 'review' };
  const decided = decisions.some((one) => one.user === user && one.verdict === 'approved');
  return user !== undefined && decided ? { name: user, how: 'api' } : undefined;
}

/** As far as they are to be believed: only the daemon can tell its seal. */
export function decisionsOn(promotion: PromotionState | undefined, id: string): readonly PersonDecision[] {
  return (promotion?.decisions ?? []).filter((one) => one.id === id);
}

/** Forges do not tell `Ann` from `ann`; Kubernetes does. */
const isAmong = (name: string | undefined, names: readonly string[] = []): boolean =>
  name !== undefined && names.some((one) => one.toLowerCase() === name.toLowerCase());

const nameOf = ({ forge, user }: NamedPerson): string => forge ?? user ?? '';

function describeApprovers(approvers: readonly Approver[], where: string): string {
  const by = (how: Approver['how']) => approvers.flatMap((one) => (one.how === how ? [one.name] : [])).join(', ');
  const [reviews, users] = [by('review'), by('api')];
  return [reviews && `${reviews} in a review of ${where}`, users && `${users} by the API`].filter(Boolean).join(', ');
}
