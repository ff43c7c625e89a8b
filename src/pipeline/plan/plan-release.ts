/**
 * Takes what was recorded, what was rendered and what is live; returns what a deploy would do to each object.
 * It reads nothing and changes nothing, so that a plan can be printed, tested and refused before anything happens.
 */
import type { DiffOptions } from '../../foundation/fields/diff.ts';
import type { RecordedHook } from '../../foundation/history/release-record.ts';
import type { KubernetesObject, ObjectKey } from '../../foundation/manifest/object.ts';
import { keyId, objectKey } from '../../foundation/manifest/object.ts';
import { hasSyncOption, syncOptionsName } from '../../foundation/manifest/sync-options.ts';
import type { CrdFile } from '../render/rendered-release.ts';
import { maskedFields } from './masked-fields.ts';
import { ownershipProblem, type ReleaseKey, withOwnership } from './ownership.ts';
import type { Change, FieldChange, Plan } from './plan.ts';

export interface PlanInput {
  readonly release: ReleaseKey;
  /** Objects of the revision that this one follows, placed as `placeObjects` does; none for an install. */
  readonly recorded: readonly KubernetesObject[];
  readonly rendered: readonly KubernetesObject[];
  readonly manifest: string;
  readonly hooks: readonly RecordedHook[];
  readonly crds: readonly CrdFile[];
  /** By `keyId`: every object of both lists that exists. */
  readonly live: ReadonlyMap<string, LiveObject>;
  /** By `keyId`, of objects that do not exist: what a dry run was refused with. */
  readonly refusals?: ReadonlyMap<string, string>;
  readonly prune: boolean | 'all';
  /** Objects that exist and are not marked as the release's are taken all the same. */
  readonly takeOwnership: boolean;
}

export interface LiveObject {
  readonly object: KubernetesObject;
  /** Not read: it is known to be just what the rendered or the recorded object makes of it, and `object` is that one. */
  readonly known?: 'as rendered' | 'as recorded';
  /** What a forced dry run of the rendered object answered: the object as it would be. */
  readonly wouldBe?: KubernetesObject;
  /** What the dry run was refused with, such as a field that cannot change. */
  readonly refusal?: string;
}

/** Kinds that hold data or other people's objects: never deleted because a chart stopped rendering them. */
const keptKinds: ReadonlySet<string> = new Set(['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim']);

export function planRelease(input: PlanInput): Plan {
  const recorded = new Map(input.recorded.map((object) => [keyId(objectKey(object)), object]));
  const rendered = new Set<string>();
  const changes: Change[] = [];
  for (const object of input.rendered) {
    const key = objectKey(object);
    rendered.add(keyId(key));
    changes.push(planRendered(input, key, { object, recorded: recorded.get(keyId(key)) }));
  }
  for (const [id, object] of recorded) {
    if (!rendered.has(id)) changes.push(planRemoved(input, objectKey(object), object));
  }
  return { changes, crds: input.crds, hooks: input.hooks, manifest: input.manifest };
}

interface Sides {
  object: KubernetesObject;
  recorded: KubernetesObject | undefined;
}

function planRendered(input: PlanInput, key: ObjectKey, { object, recorded }: Sides): Change {
  const owned = withOwnership(object, input.release);
  const live = input.live.get(keyId(key));
  const base = { key, object: owned, live: live?.object, drift: [], reason: undefined };
  if (!live) return { ...base, operation: 'create', fields: [], reason: input.refusals?.get(keyId(key)) };
  if (live.known !== undefined) {
    const fields = recorded && live.known === 'as recorded' ? fieldsBetween(recorded, object) : [];
    return { ...base, operation: fields.length === 0 ? 'unchanged' : 'update', live: undefined, fields };
  }
  const drift = recorded ? driftOf(recorded, live.object) : [];
  if (live.refusal !== undefined) {
    return {
      ...base,
      operation: 'replacementRefused',
      fields: fieldsBetween(recorded ?? live.object, object),
      drift,
      reason: live.refusal,
    };
  }
  if (!recorded) {
    const problem = input.takeOwnership ? undefined : ownershipProblem(live.object, input.release);
    const fields = fieldsBetween(live.object, live.wouldBe ?? owned);
    return { ...base, operation: problem === undefined ? 'adopt' : 'refused', fields, reason: problem };
  }
  const fields = live.wouldBe ? fieldsBetween(live.object, live.wouldBe) : fieldsBetween(recorded, object);
  return { ...base, operation: fields.length === 0 ? 'unchanged' : 'update', fields, drift };
}

function planRemoved(input: PlanInput, key: ObjectKey, recorded: KubernetesObject): Change {
  const live = input.live.get(keyId(key))?.object;
  const base = { key, object: recorded, live, fields: [], drift: [] };
  const kept = live ? keepReason(input, recorded, live) : 'it is gone already';
  return kept === undefined
    ? { ...base, operation: 'delete', reason: undefined }
    : { ...base, operation: 'keep', reason: kept };
}

function keepReason(input: PlanInput, recorded: KubernetesObject, live: KubernetesObject): string | undefined {
  const policy = [recorded, live].map((object) => object.metadata.annotations?.['helm.sh/resource-policy']);
  if (policy.some((value) => value?.trim().toLowerCase() === 'keep')) return 'helm.sh/resource-policy: keep';
  const option = [recorded, live].map((object) => hasSyncOption(object, 'Prune=false', 'Prune=confirm')).find(Boolean);
  if (option !== undefined) return `${syncOptionsName}: ${option}`;
  if (input.prune === false) return 'sync.prune is false';
  if (input.prune !== 'all' && keptKinds.has(recorded.kind)) return `a ${recorded.kind} stays unless sync.prune is all`;
  if (ownershipProblem(live, input.release) !== undefined) return 'it belongs to something else by now';
  return undefined;
}

/** Fields in which live has left what was recorded; what the API server or another manager added is none. */
function driftOf(recorded: KubernetesObject, live: KubernetesObject): FieldChange[] {
  return shownFields(recorded, live, { extra: false });
}

/** What the API server writes by itself left out, Secrets masked. */
export function fieldsBetween(before: KubernetesObject, after: KubernetesObject): FieldChange[] {
  return shownFields(before, after);
}

function shownFields(before: KubernetesObject, after: KubernetesObject, options: DiffOptions = {}): FieldChange[] {
  return maskedFields(before, after, options)
    .filter(({ pointer }) => !isServerField(pointer))
    .map(({ pointer, recorded, live }) => ({ pointer, before: recorded, after: live }));
}

const serverFields = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];

/** What the API server writes by itself and no plan speaks of. */
function isServerField(pointer: string): boolean {
  return (
    pointer === '/status' ||
    pointer.startsWith('/status/') ||
    serverFields.some((field) => pointer === `/metadata/${field}` || pointer.startsWith(`/metadata/${field}/`))
  );
}
