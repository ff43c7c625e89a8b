/**
 * What its group makes of a release before it is looked at: it goes on by itself, waits for another member, or goes back
 * with all. Every look decides anew, from the states of all members; so nothing is lost with the process.
 */
import { newestRevision } from '../../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { GroupRevision } from '../../foundation/state/shared-state.ts';
import { type PreparedRelease, releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { quarantineLeft } from '../../pipeline/plan/next-step.ts';
import { stepIncident } from '../../pipeline/record-incident.ts';
import { decideGroupTurn, type Group, type GroupTurn } from '../../pipeline/remediate/decide-group.ts';
import { hooksThatRan } from '../../pipeline/remediate/describe-incident.ts';
import { liftQuarantine } from '../../pipeline/remember-release.ts';
import type { Blocker } from '../releases/find-blocker.ts';
import type { Entry, Loop, Turn } from '../releases/release-entry.ts';
import { endSoak } from '../releases/soak.ts';
import { endBack, expectedOf, leadBack, readGroup } from './release-group.ts';
import { noteIncident, rollBack } from './roll-back.ts';
import { quarantine } from './settle-failure.ts';

export type GroupResult =
  | { readonly result: 'forward' }
  /** Whatever else it depends on, that does not hold it up. */
  | { readonly result: 'own' }
  /** `quiet`: for a moment, until it is known what git wants of that one; not worth a word. */
  | { readonly result: 'wait'; readonly blocker: Blocker; readonly quiet?: true }
  | { readonly result: 'back'; readonly goBack: () => Promise<void> };

export async function takeGroupTurn(loop: Loop, entry: Entry, turn: Turn): Promise<GroupResult> {
  const { prepared } = entry;
  const { definition } = prepared;
  await liftWhenDue(loop, prepared);
  // While the group is read their wishes may come: what was read is of before.
  const [expected] = expectedOf(loop, definition);
  const read = await readGroup(loop, definition);
  if (read === undefined) return { result: 'forward' };
  const group = await followPerson(loop, prepared, await endBack(loop, definition, read));
  const decided = decideGroupTurn(group, definition.app);
  return await resultOf(loop, entry, { expected, group, decided, turn });
}

interface Decided {
  /** A member of which it was not known what git wants of it. */
  readonly expected: string | undefined;
  readonly group: Group;
  readonly decided: GroupTurn;
  readonly turn: Turn;
}

async function resultOf(loop: Loop, entry: Entry, { expected, group, decided, turn }: Decided): Promise<GroupResult> {
  const { prepared } = entry;
  const { definition } = prepared;
  const idOf = (app: string) => definitionId({ app, environment: definition.environment });
  if (decided.turn === 'wait') return { result: 'wait', blocker: { id: idOf(decided.for), message: decided.message } };
  if (decided.turn === 'release') {
    await liftQuarantine(loop.context, prepared, `${group.name} may go forward again`);
    return await takeGroupTurn(loop, entry, turn);
  }
  if (decided.turn === 'forward') {
    const [other] = expectedOf(loop, definition);
    const message = `group ${group.name} goes forward together, and ${other} is not known yet`;
    return other === undefined ? { result: 'forward' } : { result: 'wait', blocker: { id: other, message } };
  }
  if (decided.turn === 'own') {
    const isHeld = group.members.some(({ app, state }) => app === definition.app && state?.quarantine?.group);
    if (!isHeld || expected === undefined) return { result: 'own' };
    const blocker = { id: expected, message: `what git wants of ${expected} is not known yet` };
    return { result: 'wait', blocker, quiet: true };
  }
  const left = await leftBehind(loop, prepared, { group, to: decided.to });
  if (left === undefined) return { result: 'own' };
  const stays = decided.turn === 'stay' ? decided.because : undefined;
  return { result: 'back', goBack: () => leave(loop, entry, { left, stays, turn }) };
}

interface Leave {
  readonly left: LeftBehind;
  /** Who depends on it and could not go back. */
  readonly stays: string | undefined;
  readonly turn: Turn;
}

async function leave(loop: Loop, entry: Entry, { left, stays, turn }: Leave): Promise<void> {
  endSoak(entry);
  const { version, hooks, prepared } = left;
  if (stays !== undefined) await stay(loop, left, `${stays}, which depends on it, could not go back`);
  else if (hooks.length > 0 && prepared.definition.settings.rollback.afterHooks === 'hold')
    await stay(loop, left, `hooks of revision ${version} had run, which no rollback takes back: ${hooks.join('; ')}`);
  else await rollBack(loop, entry, { ...left, turn });
}

/** What `rollback.retryAfter` is over for is tried again, in its turn. */
async function liftWhenDue(loop: Loop, prepared: PreparedRelease): Promise<void> {
  const { namespace, releaseName, settings } = prepared.definition;
  const held = (await loop.context.states.read(namespace, releaseName))?.state.quarantine;
  if (held?.digest !== prepared.digest) return;
  const left = quarantineLeft(held, settings.rollback.retryAfter, loop.context.now().getTime());
  if (left === undefined || left > 0) return;
  await liftQuarantine(loop.context, prepared);
  loop.wakeGroup(prepared.definition);
}

/** A person took one back: the others follow. */
async function followPerson(loop: Loop, prepared: PreparedRelease, group: Group): Promise<Group> {
  const { app } = prepared.definition;
  const state = group.members.find((member) => member.app === app)?.state;
  const { quarantine: held, deployed } = state ?? {};
  if (group.back || held?.by === undefined || held.digest !== prepared.digest) return group;
  if ((deployed?.helmRevision ?? 0) <= held.helmRevision) return group;
  const reason = `${held.by} took it back`;
  return (await leadBack(loop, { prepared, version: held.helmRevision, reason })) ?? group;
}

interface LeftBehind {
  readonly prepared: PreparedRelease;
  readonly version: number;
  readonly versions: readonly number[];
  readonly reason: string;
  readonly message: string;
  readonly to: number;
  readonly repeats: Pick<GroupRevision, 'digest' | 'revision'>;
  readonly group: { readonly name: string; readonly app: string };
  readonly hooks: readonly string[];
}

async function leftBehind(
  loop: Loop,
  prepared: PreparedRelease,
  { group, to }: { group: Group; to: GroupRevision },
): Promise<LeftBehind | undefined> {
  const { definition } = prepared;
  const history = loop.context.history(recordsNamespace(definition), definition.releaseName);
  const newest = await newestRevision(history);
  const state = group.members.find(({ app }) => app === definition.app)?.state;
  if (!newest || !group.back) return undefined;
  const { intent } = state ?? {};
  const isBack = newest.record.info.status === 'deployed' && intent?.version === newest.record.version;
  // Nothing is left but to remember it.
  if (isBack && intent.action === 'rollback' && intent.digest === prepared.digest) return undefined;
  const { version, digest, revision } = to;
  const reason = `group ${group.name} went back because of ${group.back.app}`;
  return {
    prepared: inputsOf(prepared, state),
    version: state?.quarantine?.group ? state.quarantine.helmRevision : newest.record.version,
    versions: (await history.marks()).map((mark) => mark.version),
    reason,
    message: `${reason}: ${group.back.reason}`,
    to: version,
    repeats: { digest, revision },
    group: { name: group.name, app: group.back.app },
    hooks: hooksThatRan(newest.record),
  };
}

/** Of what runs, or is just being made. */
function inputsOf(prepared: PreparedRelease, state: ReleaseState | undefined): PreparedRelease {
  const { deployed, intent } = state ?? {};
  if (deployed === undefined || deployed.digest === prepared.digest || intent?.digest === prepared.digest)
    return prepared;
  const checkout = { ...prepared.checkout, revision: deployed.revision, commit: undefined };
  return { ...prepared, digest: deployed.digest, checkout };
}

/** It stays as it is; a person decides. */
async function stay(loop: Loop, left: LeftBehind, message: string): Promise<void> {
  const { prepared, version, to, reason, group } = left;
  await noteIncident(loop, { ...left, readiness: undefined });
  await quarantine(loop, prepared, { version, reason, group: { ...group, stays: true } });
  const hint = 'commit a fix, or run: helm-gitops rollback APP -e ENVIRONMENT';
  loop.emit({ event: 'rollback.held', ...releaseFields(prepared), from: version, to, reason: 'group', message, hint });
  const what = `the rollback waits: ${message}`;
  await stepIncident(loop.context, prepared.definition, { from: version, what, change: { outcome: 'held', to } });
}
