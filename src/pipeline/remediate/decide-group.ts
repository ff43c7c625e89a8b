/**
 * Decides what a member of a group (`rollback.group`) may do now: go forward, wait for others, go back to the last set that
 * was healthy at once, or stay. From what git wants, what each member's state says, and that set. It only decides.
 */
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { GroupRetreat, GroupRevision, GroupState } from '../../foundation/state/shared-state.ts';
import type { RollbackDecision } from './decide-remedy.ts';

export interface GroupMember {
  readonly app: string;
  /** Of what git wants. */
  readonly digest: string;
  /** Other members that come first. */
  readonly dependsOn: readonly string[];
  readonly state: ReleaseState | undefined;
  /** Somebody suspended it: it is left alone. */
  readonly suspended: boolean;
  /** Why it may not go forward at this time: `its sync window is closed`. */
  readonly closed?: string | undefined;
  /** A person has not approved yet of what it is to do. */
  readonly unapproved?: boolean;
  /** Its change is to be taken back in git too. */
  readonly reverts: boolean;
}

export interface Group extends GroupState {
  readonly members: readonly GroupMember[];
}

export type GroupTurn =
  /** It may go forward, as far as the group goes. */
  | { readonly turn: 'forward' }
  /** It is as git wants it, goes back by its own fault, or is held by itself. */
  | { readonly turn: 'own' }
  | { readonly turn: 'wait'; readonly for: string; readonly message: string }
  | { readonly turn: 'back'; readonly to: GroupRevision }
  /** It would have to go back, and what depends on it cannot. */
  | { readonly turn: 'stay'; readonly to: GroupRevision; readonly because: string }
  /** What kept it back is over. */
  | { readonly turn: 'release' };

export function decideGroupTurn(group: Group, app: string): GroupTurn {
  const me = memberOf(group, app);
  if (me === undefined || me.suspended || isCulprit(me)) return own;
  const { back } = group;
  if (back && back.app !== app) {
    const to = hasToGo(group, me);
    if (to) return backTurn(group, me, to);
    if (isGoingForward(me)) return { turn: 'forward' };
    return wantsForward(me) && !isHeld(me) ? waitFor(back.app, wentBack(group.name, back.app)) : own;
  }
  const culprit = group.members.find(isCulprit);
  if (isHeld(me)) return culprit || owesRevert(me) ? own : { turn: 'release' };
  return wantsForward(me) ? forwardTurn(group, me, culprit) : own;
}

const own = { turn: 'own' } as const;
const waitFor = (app: string, message: string) => ({ turn: 'wait', for: app, message }) as const;
const wentBack = (name: string, app: string): string => `group ${name} went back because of ${app}`;

function forwardTurn(group: Group, me: GroupMember, culprit: GroupMember | undefined): GroupTurn {
  // What has begun is ended.
  if (isGoingForward(me)) return { turn: 'forward' };
  if (culprit) return waitFor(culprit.app, `${culprit.app} of group ${group.name} is not to be had as git wants it`);
  // Nothing is deployed of it yet, but its plan has to be made for somebody to approve it.
  if (me.unapproved) return { turn: 'forward' };
  const others = group.members.filter((one) => one !== me && !one.suspended && wantsForward(one));
  const closed = others.find((one) => one.closed !== undefined && !isGoingForward(one));
  if (closed)
    return waitFor(closed.app, `group ${group.name} goes forward together, and of ${closed.app} ${closed.closed}`);
  const first = others.find(({ app }) => me.dependsOn.includes(app));
  return first ? waitFor(first.app, `${first.app} of group ${group.name} comes first`) : { turn: 'forward' };
}

/** Whoever depends on it goes back first. What cannot go back keeps what it stands on. */
function backTurn(group: Group, me: GroupMember, to: GroupRevision): GroupTurn {
  const upon = dependants(group, me.app);
  const pending = upon.find((one) => isToGo(group, one));
  if (pending) return waitFor(pending.app, `${pending.app} of group ${group.name} goes back first`);
  const stuck = upon.find((one) => stays(group, one));
  return stuck ? { turn: 'stay', to, because: stuck.app } : { turn: 'back', to };
}

/** The same of the member whose inputs failed: it goes to the set, after whoever depends on it. */
export function decideAmong(
  group: Group,
  { app, versions, alone }: { app: string; versions: readonly number[]; alone: RollbackDecision },
): RollbackDecision {
  const to = group.set?.members.find((member) => member.app === app);
  if (to === undefined || !versions.includes(to.version)) return alone;
  const { version, digest, revision } = to;
  const first = dependants(group, app).find((one) => isToGo(group, one));
  if (first === undefined) return { rollback: 'begin', to: version, repeats: { digest, revision } };
  const message = `${first.app} of group ${group.name} goes back first`;
  return { rollback: 'hold', to: version, reason: 'group', message };
}

/** Directly or by others. */
function dependants({ members }: Group, app: string): GroupMember[] {
  const found = new Set([app]);
  for (const known of found) for (const member of members) if (member.dependsOn.includes(known)) found.add(member.app);
  return members.filter((member) => member.app !== app && found.has(member.app));
}

const isToGo = (group: Group, member: GroupMember): boolean =>
  !member.suspended && hasToGo(group, member) !== undefined && !(isCulprit(member) && hasEnded(member));

/** It should have gone back, and cannot. */
const stays = (group: Group, member: GroupMember): boolean =>
  member.state?.quarantine?.group?.stays === true ||
  (isCulprit(member) && hasToGo(group, member) !== undefined && hasEnded(member) && !isAsked(member));

/** Nothing more is done by itself about what failed. */
function hasEnded(member: GroupMember): boolean {
  const { failure, quarantine, incidents } = member.state ?? {};
  const incident = incidents?.findLast(({ from }) => from === quarantine?.helmRevision);
  const isOver = ['failed', 'impossible', 'held'].includes(incident?.outcome ?? '');
  return isAsked(member) || (isOver && !failure?.owed);
}

/** A person put it where it is. */
const isAsked = ({ state }: GroupMember): boolean => state?.quarantine?.by !== undefined;

/** Where to; undefined where it is there already, was never part of a healthy set, or stays. */
function hasToGo({ set }: Group, member: GroupMember): GroupRevision | undefined {
  const to = set?.members.find(({ app }) => app === member.app);
  if (to === undefined || member.state?.quarantine?.group?.stays) return undefined;
  return hasLeft(member, to) ? to : undefined;
}

function hasLeft({ state }: GroupMember, to: GroupRevision): boolean {
  const { deployed, intent } = state ?? {};
  if (deployed === undefined) return false;
  const isUnderWay = intent !== undefined && intent.action !== 'uninstall' && intent.digest !== to.digest;
  return deployed.digest !== to.digest || isUnderWay;
}

/** Its own inputs failed, or a person left them. */
function isCulprit({ digest, state }: GroupMember): boolean {
  const { quarantine } = state ?? {};
  return quarantine?.digest === digest && quarantine.group === undefined;
}

/** The group keeps it back, and its own inputs are not to blame. */
const isHeld = ({ state }: GroupMember): boolean => state?.quarantine?.group !== undefined;

const wantsForward = ({ digest, state }: GroupMember): boolean =>
  state?.deployed?.digest !== digest && state?.uninstalled?.digest !== digest;

function isGoingForward({ digest, state }: GroupMember): boolean {
  const { intent } = state ?? {};
  return intent?.digest === digest && (intent.action === 'install' || intent.action === 'upgrade');
}

/** Released before that, it would be deployed once more in between. */
function owesRevert({ digest, reverts, state }: GroupMember): boolean {
  const incident = state?.incidents?.at(-1);
  if (!reverts || state?.quarantine?.digest !== digest || incident?.digest !== digest) return false;
  // What is written already is read soon, and gives it other inputs.
  if (incident.revert !== undefined) return incident.revert.outcome !== 'dropped';
  return ['open', 'rolledBack', 'healthy'].includes(incident.outcome);
}

/** Whether what the group went back for still holds: its inputs are wanted, and are in quarantine. */
export function isBackFor(
  { app, digest }: Pick<GroupRetreat, 'app' | 'digest'>,
  { members }: Pick<Group, 'members'>,
): boolean {
  const culprit = members.find((member) => member.app === app);
  return culprit !== undefined && culprit.digest === digest && isCulprit(culprit);
}

/** What came of going back; undefined while it is under way. */
export function backOutcome(group: Group): 'done' | 'failed' | undefined {
  const { back, members } = group;
  if (back === undefined || members.some((member) => isToGo(group, member))) return undefined;
  return stayingBehind(group).length > 0 ? 'failed' : 'done';
}

/** Members that should have gone back and cannot. */
export const stayingBehind = (group: Group): string[] =>
  group.members.filter((member) => stays(group, member)).map(({ app }) => app);

/** With the set that all are in now, if that is another than what is known; else as it was. */
export function withNextSet(before: GroupState, members: readonly GroupMember[], at: string): GroupState {
  const revisions = members.map(healthyRevision);
  if (members.length === 0 || revisions.some((one) => one === undefined)) return before;
  const set = { at, members: revisions as GroupRevision[] };
  const isWanted = members.every(({ digest, state }) => state?.deployed?.digest === digest);
  const known = (one: GroupRevision) => before.set?.members.find(({ app }) => app === one.app);
  // After going back it is the same set, by newer revisions of Helm's.
  const isSame =
    members.length === before.set?.members.length && set.members.every((one) => known(one)?.digest === one.digest);
  if (!isWanted && !isSame) return before;
  if (!isSame) return { ...before, set, ...(before.set ? { former: before.set } : {}) };
  return set.members.some((one) => known(one)?.version !== one.version) ? { ...before, set } : before;
}

/** All go back because of these inputs. A person may leave what is part of the set: then to the one before it. */
export function withBack(before: GroupState, back: GroupRetreat): GroupState {
  const isLeft = before.set?.members.some(({ app, digest }) => app === back.app && digest === back.digest);
  if (!isLeft) return before.set ? { ...before, back } : before;
  const { former: set, ...rest } = before;
  return set ? { ...rest, set, back } : before;
}

function healthyRevision({ app, state }: GroupMember): GroupRevision | undefined {
  const { deployed, healthy, intent, failure } = state ?? {};
  if (deployed === undefined || intent || failure || deployed.unhealthy) return undefined;
  const { helmRevision: version, digest, revision } = deployed;
  return healthy?.version === version && healthy.at !== undefined ? { app, version, digest, revision } : undefined;
}

const memberOf = ({ members }: Group, app: string): GroupMember | undefined =>
  members.find((member) => member.app === app);
