/**
 * The group of a release (`rollback.group`) as it is now: its members by what git wants and what their states say. It is
 * noted when all are healthy at once, when one of them makes all go back, and when that is over.
 */
import type { GroupState } from '../../foundation/state/shared-state.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import { deployHold } from '../../pipeline/deploy-hold.ts';
import { isUnapproved } from '../../pipeline/hold-unapproved.ts';
import {
  backOutcome,
  type Group,
  type GroupMember,
  isBackFor,
  stayingBehind,
  withBack,
  withNextSet,
} from '../../pipeline/remediate/decide-group.ts';
import type { Entry, Loop } from '../releases/release-entry.ts';

export async function readGroup(loop: Loop, definition: ReleaseDefinition): Promise<Group | undefined> {
  const { environment, settings } = definition;
  const { group: name } = settings.rollback;
  if (name === undefined) return undefined;
  const entries = membersOf(loop, definition);
  const apps = new Set(entries.map(({ prepared }) => prepared.definition.app));
  const members = await Promise.all(entries.map((entry) => memberOf(loop, entry, apps)));
  return { ...(await loop.groups.read(environment, name)), members };
}

/** What is only observed goes nowhere. */
export function membersOf(loop: Pick<Loop, 'entries'>, definition: ReleaseDefinition): Entry[] {
  const { group } = definition.settings.rollback;
  if (group === undefined) return [];
  return [...loop.entries.values()].filter(({ prepared: { definition: other } }) => {
    const { rollback, mode } = other.settings;
    return rollback.group === group && other.environment === definition.environment && mode !== 'observe';
  });
}

async function memberOf({ context }: Loop, entry: Entry, apps: ReadonlySet<string>): Promise<GroupMember> {
  const { prepared, requested } = entry;
  const { definition, digest } = prepared;
  const { app, environment, namespace, releaseName, settings } = definition;
  const state = (await context.states.read(namespace, releaseName))?.state;
  const isManual = !settings.sync.automatic && !requested;
  const unapproved = isUnapproved(prepared, state);
  const closed =
    deployHold(context, definition)?.message ??
    (isManual ? 'sync.automatic is false' : unapproved ? 'the plan waits for approval' : undefined);
  return {
    app,
    digest,
    dependsOn: settings.dependsOn
      .filter((other) => other.environment === environment && apps.has(other.app))
      .map((other) => other.app),
    state,
    suspended: settings.sync.suspend || state?.suspended !== undefined,
    ...(closed === undefined ? {} : { closed }),
    ...(unapproved ? { unapproved } : {}),
    reverts: settings.rollback.revert !== 'none',
  };
}

/** Healthy at once: that is what all go back to from now on. */
export async function noteSet(loop: Loop, { definition }: PreparedRelease): Promise<void> {
  const group = await readGroup(loop, definition);
  if (!group || expectedOf(loop, definition).some((id) => !loop.entries.has(id))) return;
  const at = loop.context.now().toISOString();
  let noted: GroupState['set'];
  await loop.groups.change(definition.environment, group.name, (before) => {
    const after = withNextSet(before, group.members, at);
    noted = after === before ? undefined : after.set;
    return after;
  });
  if (noted) loop.emit({ event: 'group.healthy', ...fieldsOf(definition), members: spell(noted.members) });
}

/** Other members that are defined, and not prepared yet: nobody knows what git wants of them. */
export function expectedOf({ across }: Pick<Loop, 'across'>, definition: ReleaseDefinition): string[] {
  const { app, environment, cluster, settings } = definition;
  const { group } = settings.rollback;
  const isOther = (other: ReleaseDefinition) =>
    other.app !== app &&
    other.environment === environment &&
    other.cluster === cluster &&
    other.settings.rollback.group === group;
  return [...across.expected].filter(([, other]) => isOther(other)).map(([id]) => id);
}

export interface Leaving {
  readonly prepared: PreparedRelease;
  /** Helm's revision that failed. */
  readonly version: number;
  readonly reason: string;
}

/** All go back because of this one; undefined where nothing is known that all were healthy at. Its inputs are in quarantine. */
export async function leadBack(loop: Loop, { prepared, version, reason }: Leaving): Promise<Group | undefined> {
  const { definition, digest } = prepared;
  const group = await readGroup(loop, definition);
  if (group?.set === undefined) return undefined;
  const { app, environment, namespace, releaseName: release } = definition;
  const at = loop.context.now().toISOString();
  let begun = false;
  await loop.groups.change(environment, group.name, (before) => {
    if (before.back && isBackFor(before.back, group)) return before;
    const after = withBack(before, { at, app, digest, version, reason, namespace, release });
    begun = after !== before;
    return after;
  });
  const now = { ...(await loop.groups.read(environment, group.name)), members: group.members };
  if (!begun) return now;
  const members = spell(now.set?.members ?? []);
  loop.emit({ event: 'group.rollback', ...fieldsOf(definition), app, version, reason, members });
  for (const entry of membersOf(loop, definition)) {
    if (entry.prepared.definition.app === app) continue;
    if (now.set?.members.some((member) => member.app === entry.prepared.definition.app))
      entry.running?.superseded.abort();
    loop.enqueue(definitionId(entry.prepared.definition));
  }
  return now;
}

/** What made the group go back is over: its inputs are others, or are tried again, or it is defined no more. */
export async function endBack(loop: Loop, definition: ReleaseDefinition, group: Group): Promise<Group> {
  const { back, members } = group;
  if (back === undefined || isBackFor(back, group)) return group;
  const { context, model, across } = loop;
  const id = definitionId({ app: back.app, environment: definition.environment });
  if (!members.some(({ app }) => app === back.app)) {
    const state = (await context.states.read(back.namespace, back.release))?.state;
    // At a start it may not have been read yet.
    if ((!model.ready || across.expected.has(id)) && state?.quarantine?.digest === back.digest) return group;
  }
  await loop.groups.change(definition.environment, group.name, (before) => {
    if (before.back?.at !== back.at) return before;
    const { back: _back, ...rest } = before;
    return rest;
  });
  const { back: _back, ...rest } = group;
  return rest;
}

/** Once all have gone back, or cannot. */
export async function tellBack(loop: Loop, definition: ReleaseDefinition): Promise<void> {
  const group = await readGroup(loop, definition);
  const outcome = group && backOutcome(group);
  if (!group?.back || outcome === undefined || group.back.outcome !== undefined) return;
  let told = false;
  await loop.groups.change(definition.environment, group.name, (before) => {
    told = before.back?.at === group.back?.at && before.back?.outcome === undefined;
    return told && before.back ? { ...before, back: { ...before.back, outcome } } : before;
  });
  if (!told) return;
  const { app } = group.back;
  const members = spell(
    group.members.flatMap(({ app: name, state }) =>
      state?.deployed ? [{ app: name, version: state.deployed.helmRevision }] : [],
    ),
  );
  const fields = { ...fieldsOf(definition), app, members };
  if (outcome === 'done') loop.emit({ event: 'group.done', ...fields });
  else {
    const message = `not all of them could go back: ${stayingBehind(group).join(', ')} did not`;
    loop.emit({ event: 'group.failed', ...fields, message, hint: failedHint });
  }
}

const failedHint =
  'nothing more is tried by itself: commit a fix, or run: helm-gitops rollback APP -e ENVIRONMENT --to N for these';

const fieldsOf = ({ cluster, environment, settings }: ReleaseDefinition) => ({
  cluster,
  environment,
  group: settings.rollback.group ?? '',
});

const spell = (members: readonly { readonly app: string; readonly version: number }[]): string =>
  members.map(({ app, version }) => `${app} ${version}`).join(', ');
