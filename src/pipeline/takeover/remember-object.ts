/**
 * Takes an object that another tool deployed and what is rendered of it, returns what a take-over changes of it and how that
 * is given back: Helm's marks, the tool's tracking, and whose fields it has. Never anything of a pod template. Pure.
 */
import type { KubernetesObject, ManagedFieldsEntry } from '../../foundation/manifest/object.ts';
import { withOwnership } from '../plan/ownership.ts';
import type { RememberedObject } from './handover.ts';
import { installationId, instanceLabel, managersOf, trackingId } from './tool-marks.ts';

export interface Claim {
  readonly live: KubernetesObject;
  readonly rendered: KubernetesObject;
  readonly release: { readonly name: string; readonly namespace: string };
  readonly tool: string;
  /** By which Argo CD tracks it: `NAME`, or `NAMESPACE_NAME` of an Application outside its own namespace. */
  readonly trackedAs: readonly string[];
}

export function rememberObject(claim: Claim): RememberedObject {
  const { live, rendered, release, tool } = claim;
  const { apiVersion, kind, metadata } = live;
  const marked = withOwnership(rendered, release).metadata;
  const labels = before(metadata.labels, changedBy(metadata.labels, marked.labels));
  const annotations = before(metadata.annotations, changedBy(metadata.annotations, marked.annotations));
  const off = tool === 'Flux' ? { labels: [], annotations: [] } : trackingOf(claim);
  const { namespace, name = '' } = metadata;
  return {
    ...{ apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name },
    labels: { ...labels, ...before(metadata.labels, off.labels) },
    annotations: { ...annotations, ...before(metadata.annotations, off.annotations) },
    managers: (metadata.managedFields ?? []).filter((entry) => isTools(entry, tool)).map(managerOf),
  };
}

type Texts = Readonly<Record<string, string>> | undefined;

/** The plan is clean: of what is rendered nothing but Helm's marks is missing. */
const changedBy = (live: Texts, wanted: Texts) =>
  Object.entries(wanted ?? {}).flatMap(([key, text]) => (live?.[key] === text ? [] : [key]));

const before = (live: Texts, keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, live?.[key] ?? null]));

/** What Argo CD has put on it, and the chart has not. */
function trackingOf({ live, rendered, trackedAs }: Claim) {
  const has = (texts: Texts, key: string) => texts !== undefined && Object.hasOwn(texts, key);
  const annotations = [trackingId, installationId].filter(
    (key) => has(live.metadata.annotations, key) && !has(rendered.metadata.annotations, key),
  );
  const instance = live.metadata.labels?.[instanceLabel];
  const isArgos =
    instance !== undefined && trackedAs.includes(instance) && !has(rendered.metadata.labels, instanceLabel);
  return { annotations, labels: isArgos ? [instanceLabel] : [] };
}

function isTools({ manager = '', operation, subresource = '' }: ManagedFieldsEntry, tool: string): boolean {
  return operation !== undefined && subresource === '' && managersOf(tool).includes(manager);
}

const managerOf = ({ manager = '', operation = 'Update' }: ManagedFieldsEntry) => ({ manager, operation });

/**
 * A merge patch for the object once it is applied by `helm`: without the tool's tracking, and without its hold on the fields
 * that `helm` has by then, so that what the chart drops later is dropped. Undefined: nothing is left to do.
 */
export function tracklessPatch(live: KubernetesObject, claim: RememberedObject, tool: string): object | undefined {
  const { labels, annotations, managedFields = [] } = live.metadata;
  const off = (texts: Texts, remembered: RememberedObject['labels'], known: readonly string[]) =>
    Object.fromEntries(
      known.flatMap((key) => (key in remembered && texts?.[key] !== undefined ? [[key, null] as const] : [])),
    );
  const gone = {
    labels: off(labels, claim.labels, [instanceLabel]),
    annotations: off(annotations, claim.annotations, [trackingId, installationId]),
  };
  const kept = managedFields.filter((entry) => !isTools(entry, tool));
  const isSame =
    kept.length === managedFields.length && !Object.values(gone).some((one) => Object.keys(one).length > 0);
  return isSame ? undefined : { metadata: { ...gone, managedFields: kept } };
}

/** A merge patch: as it was before. */
export function givenBack(live: KubernetesObject, { labels, annotations, managers: from }: RememberedObject): object {
  const { managedFields = [] } = live.metadata;
  const [owner] = from;
  const fields = owner === undefined ? {} : { managedFields: managedFields.map((entry) => ofOwner(entry, owner)) };
  return { metadata: { labels, annotations, ...fields } };
}

function ofOwner(entry: ManagedFieldsEntry, owner: RememberedObject['managers'][number]): ManagedFieldsEntry {
  const isOurs = entry.manager === 'helm' && entry.operation === 'Apply' && (entry.subresource ?? '') === '';
  return isOurs ? { ...entry, ...owner } : entry;
}

/** For people. */
export function describeClaim({ labels, annotations }: RememberedObject): string {
  const all = [...Object.entries(labels), ...Object.entries(annotations)];
  const isTracking = (key: string) => [trackingId, installationId, instanceLabel].includes(key);
  const off = all.filter(([key]) => isTracking(key)).map(([key]) => `${key} off`);
  const marks = all.some(([key]) => !isTracking(key)) ? ["Helm's marks on"] : [];
  return [...marks, ...off].join(', ') || 'stays as it is';
}
