/**
 * Gives a release back to the tool that it was taken over from: what was taken off its objects and off the tool's own one is
 * put back as it is remembered there, Helm's records and our state that came with the take-over go. Pods are not touched.
 */
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import type { KubernetesObject } from '../foundation/manifest/object.ts';
import { accountOf, actFor } from './act-for.ts';
import type { PreparedRelease } from './context.ts';
import type { ForeignObject } from './definitions/foreign-object.ts';
import { liveForeign } from './observed-by.ts';
import type { TakeoverContext } from './take-over-release.ts';
import { changeForeign } from './takeover/change-foreign.ts';
import {
  type Handover,
  handoverOf,
  putBack,
  type RememberedObject,
  remembered,
  targetOf,
} from './takeover/handover.ts';
import { patchAsRead } from './takeover/patch-as-read.ts';
import { givenBack } from './takeover/remember-object.ts';
import { busy, nameOf, wrong } from './takeover/takeover-errors.ts';

export interface Undoing {
  readonly prepared: PreparedRelease;
  readonly foreign: ForeignObject;
  readonly object: KubernetesObject;
  readonly handover: Handover;
  /** Helm's revisions that go. */
  readonly revisions: readonly number[];
  /** The one that counts again, where it was superseded. */
  readonly before: number | undefined;
}

export async function planUndo(given: TakeoverContext, prepared: PreparedRelease): Promise<Undoing> {
  const { definition } = prepared;
  const { foreign } = definition;
  const what = `${definition.app}/${definition.environment}`;
  if (foreign === undefined)
    throw wrong('takeover.none', `${what} is no definition of Argo CD or Flux`, 'put that one back into git first');
  const object = await liveForeign(given, foreign);
  const name = nameOf(foreign);
  if (object === undefined)
    throw wrong('takeover.none', `there is no ${name}`, 'apply it again first; it need not sync');
  const handover = handoverOf(object);
  if (!handover?.since)
    throw wrong('takeover.none', `${name} was not taken over`, 'helm-gitops migrate --takeover APP');
  const history = actFor(given, accountOf(definition)).history(recordsNamespace(definition), definition.releaseName);
  const marks = await history.marks();
  const newest = marks.at(-1);
  if (newest?.status.startsWith('pending-')) throw busy(`revision ${newest.version} is ${newest.status}`);
  const { revision = Number.POSITIVE_INFINITY } = handover;
  const older = marks.filter(({ version }) => version < revision).at(-1)?.version;
  const made = marks.map(({ version }) => version).filter((version) => version >= revision);
  // What was deployed since upon a history of the tool's own is part of that.
  const revisions = older === undefined || made.length === 1 ? made : [];
  return { prepared, foreign, object, handover, revisions, before: revisions.length > 0 ? older : undefined };
}

/** Every step may be done again: the tool itself is let in last. */
export async function undoTakeover(given: TakeoverContext, undoing: Undoing): Promise<void> {
  const { prepared, handover, foreign } = undoing;
  const { namespace, releaseName } = prepared.definition;
  const context = actFor(given, accountOf(prepared.definition));
  // From now on the daemon only observes.
  const annotations = remembered({ ...handover, phase: 'undoing' });
  await changeForeign(given, undoing.object, () => ({ metadata: { annotations } }));
  for (const one of handover.objects) await giveBack(context, one);
  await removeRecords(context, undoing);
  await given.states.remove(namespace, releaseName);
  await changeForeign(given, undoing.object, (object) => putBack(object, handover, foreign));
}

/** What is gone by now is gone. */
async function giveBack({ client, signal }: TakeoverContext, one: RememberedObject): Promise<void> {
  const target = targetOf(one);
  const fieldManager = one.managers[0]?.manager ?? 'helm-gitops';
  await patchAsRead({ client, signal, target, fieldManager }, (live) => live && givenBack(live, one));
}

async function removeRecords(context: TakeoverContext, { prepared, revisions, before }: Undoing): Promise<void> {
  const { definition } = prepared;
  const history = context.history(recordsNamespace(definition), definition.releaseName);
  const stored = before === undefined ? undefined : await history.get(before);
  if (stored !== undefined) {
    const info = { ...stored.record.info, status: 'deployed' as const };
    await history.update(stored, { ...stored.record, info });
  }
  for (const version of revisions) await history.delete(version);
}
