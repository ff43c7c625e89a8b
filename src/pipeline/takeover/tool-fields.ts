/**
 * Takes an object that another tool deployed and what is rendered of it, returns what the tool has set on it and git does
 * not say: nobody would ever drop it once the tool is gone. Not the tool's tracking, nor what the server fills in, which is
 * told by a dry run. Writes nothing.
 */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../foundation/cluster/cluster-error.ts';
import { diffFields } from '../../foundation/fields/diff.ts';
import { foreignFields } from '../../foundation/fields/foreign-fields.ts';
import { valueAt } from '../../foundation/fields/pointer.ts';
import { maskObject } from '../../foundation/manifest/mask.ts';
import { groupVersionKind, type KubernetesObject } from '../../foundation/manifest/object.ts';
import type { FieldChange } from '../plan/plan.ts';
import { managersOf, trackingMarks } from './tool-marks.ts';

export interface Deployed {
  readonly live: KubernetesObject;
  /** With what is left to others as it is live. */
  readonly wanted: KubernetesObject;
  readonly tool: string;
}

export async function toolFields(
  { client, signal }: { readonly client: ClusterClient; readonly signal: AbortSignal },
  { live, wanted, tool }: Deployed,
): Promise<FieldChange[]> {
  const managers = managersOf(tool);
  const found = foreignFields(wanted, live, (manager) => managers.includes(manager)).map(({ pointer }) => pointer);
  const candidates = found.filter((pointer) => !isTracking(pointer, live));
  if (candidates.length === 0) return [];
  const probe = { ...wanted, metadata: { ...wanted.metadata, name: `${live.metadata.name?.slice(0, 50)}-probe` } };
  const filled = await client
    .apply(probe, { fieldManager: 'helm', force: true, dryRun: true, signal })
    .catch((thrown: unknown) => {
      // Names that are bound to the content, fields that must be its own: then nothing is known to be the server's.
      if (isClusterError(thrown, 'cluster.invalid', 'cluster.denied', 'cluster.bad-request')) return wanted;
      throw thrown;
    });
  const differing = diffFields(filled, live, groupVersionKind(live)).map(({ pointer }) => pointer);
  const isBelow = (one: string, other: string) => one === other || one.startsWith(`${other}/`);
  const shown = maskObject(live);
  return candidates
    .filter((pointer) => differing.some((one) => isBelow(one, pointer) || isBelow(pointer, one)))
    .map((pointer) => ({ pointer, before: valueAt(shown, pointer), after: undefined }));
}

/** A mark of the tool's own, or a map of nothing else. */
function isTracking(pointer: string, live: KubernetesObject): boolean {
  const [, field, name] = /^\/metadata\/(labels|annotations)(?:\/(.*))?$/.exec(pointer) ?? [];
  if (field === undefined) return false;
  const names = name === undefined ? Object.keys(live.metadata[field as 'labels'] ?? {}) : [name.replaceAll('~1', '/')];
  return names.every((one) => trackingMarks.has(one));
}
