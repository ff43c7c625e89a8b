/** Keeps a StatefulSet's pods: numbered, each with its claims, made and replaced in order unless that is waived. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { StatusError } from '../api/status-error.ts';
import type { Controller, ControllerContext } from '../store.ts';
import { writeStatus } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { type ControllerRevision, ensureRevision, findRevision, pruneRevisions } from './controller-revision.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { countAvailable, isFinished, isReady, isTerminating, untilAvailable } from './pod-state.ts';
import type { WorkQueue } from './work-queue.ts';
import {
  type Condition,
  controlledBy,
  controllerKeys,
  controllerManager,
  type IntOrPercent,
  type LabelSelector,
  ownerReference,
  type Pod,
  type PodTemplate,
  podFromTemplate,
} from './workload.ts';

interface StatefulSet extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly ordinals?: { start?: number };
    readonly podManagementPolicy?: string;
    readonly revisionHistoryLimit?: number;
    readonly selector: LabelSelector;
    readonly serviceName?: string;
    readonly template: PodTemplate;
    readonly updateStrategy?: { type?: string; rollingUpdate?: { partition?: number; maxUnavailable?: IntOrPercent } };
    readonly volumeClaimTemplates?: readonly {
      metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
      spec: object;
    }[];
    readonly persistentVolumeClaimRetentionPolicy?: { whenScaled?: string; whenDeleted?: string };
  };
  readonly status?: { currentRevision?: string; updateRevision?: string; conditions?: readonly Condition[] };
}

const statefulSets = 'statefulsets.apps';
const revisionLabel = 'controller-revision-hash';
const indexLabel = 'apps.kubernetes.io/pod-index';
const nameLabel = 'statefulset.kubernetes.io/pod-name';

interface Environment {
  readonly context: ControllerContext;
  readonly events: EventRecorder;
  readonly queue: WorkQueue;
}

export function startStatefulSetController(context: ControllerContext): Controller {
  const events = createEventRecorder(context, 'statefulset-controller');
  return startControlLoop(context, {
    name: 'statefulset',
    watched: [statefulSets, 'pods'],
    keys: (resource, object) => (resource === 'pods' ? controllerKeys(object, 'StatefulSet') : [keyOf(object)]),
    reconcile(key, queue) {
      const { namespace, name } = splitKey(key);
      const set = context.store.get(statefulSets, namespace, name) as StatefulSet | undefined;
      if (set !== undefined) reconcileStatefulSet({ context, events, queue }, set);
    },
  });
}

interface Plan {
  readonly set: StatefulSet;
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

function reconcileStatefulSet(environment: Environment, set: StatefulSet): void {
  const { context } = environment;
  const update = ensureRevision(context, set, { hashLabel: 'controller.kubernetes.io/hash' });
  const current = findRevision(context, set, set.status?.currentRevision ?? '') ?? update;
  const plan = { set, current, update };
  try {
    if (set.metadata.deletionTimestamp === undefined) step(environment, plan);
  } finally {
    settleStatus(environment, plan);
  }
}

function podsOf({ store }: ControllerContext, set: StatefulSet): Map<number, Pod> {
  const pods = new Map<number, Pod>();
  for (const pod of controlledBy<Pod>(store, set, 'pods')) pods.set(ordinalOf(pod), pod);
  return pods;
}

function ordinalOf(pod: Pod): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name ?? '')?.[1] ?? -1);
}

function ordinals({ spec: { ordinals: { start = 0 } = {}, replicas = 1 } }: StatefulSet): number[] {
  return Array.from({ length: replicas }, (_, index) => start + index);
}

/** Creates, then scales down, then replaces; in order, each waits until the one before it is done. */
function step(environment: Environment, plan: Plan): void {
  const { set } = plan;
  const isOrdered = set.spec.podManagementPolicy !== 'Parallel';
  const pods = podsOf(environment.context, set);
  const wanted = ordinals(set);
  for (const ordinal of wanted) {
    if (!ensurePod(environment, plan, { ordinal, pod: pods.get(ordinal) }) && isOrdered) return;
  }
  const surplus = [...pods].filter(([ordinal]) => !wanted.includes(ordinal)).sort(([left], [right]) => right - left);
  for (const [, pod] of surplus) {
    if (!isTerminating(pod)) deletePod(environment, set, pod);
    if (isOrdered) return;
  }
  replaceOutdated(environment, plan);
}

interface Place {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
}

/** Whether the pod of that place is there and ready. */
function ensurePod(environment: Environment, plan: Plan, { ordinal, pod }: Place): boolean {
  const { context, queue } = environment;
  const { set } = plan;
  if (pod === undefined) {
    createPod(environment, plan, ordinal);
    return false;
  }
  if (isFinished(pod)) {
    // A finished pod is made anew: a StatefulSet has no end.
    if (!isTerminating(pod)) deletePod(environment, set, pod);
    return false;
  }
  const wait = isTerminating(pod) ? undefined : untilAvailable(pod, set.spec.minReadySeconds ?? 0, context.clock.now());
  if (wait !== undefined && wait > 0) queue.addAfter(keyOf(set), wait);
  return wait === 0;
}

function createPod({ context, events }: Environment, plan: Plan, ordinal: number): void {
  const { set, update, current } = plan;
  const { partition = 0 } = set.spec.updateStrategy?.rollingUpdate ?? {};
  const revision = ordinal - (set.spec.ordinals?.start ?? 0) < partition ? current : update;
  const name = `${set.metadata.name}-${ordinal}`;
  try {
    createClaims(context, set, name);
    context.store.create('pods', statefulPod(set, { name, ordinal, revision }), controllerManager);
    events.record({
      about: set,
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Create Pod ${name} in StatefulSet ${set.metadata.name} successful`,
    });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const message = `Create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
    events.record({ about: set, type: 'Warning', reason: 'FailedCreate', message });
    throw error;
  }
}

interface Numbered {
  readonly name: string;
  readonly ordinal: number;
  readonly revision: ControllerRevision;
}

function statefulPod(set: StatefulSet, { name, ordinal, revision }: Numbered): KubernetesObject {
  const template = revision.data?.spec?.template ?? set.spec.template;
  const { generateName: _, ...metadata } = podFromTemplate(template, set).metadata;
  const labels = {
    ...metadata.labels,
    [nameLabel]: name,
    [indexLabel]: String(ordinal),
    [revisionLabel]: revision.metadata.name ?? '',
  };
  const claims = (set.spec.volumeClaimTemplates ?? []).map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${name}` },
  }));
  const own = (template.spec.volumes ?? []).filter((volume) => !claims.some((claim) => claim.name === volume.name));
  const volumes = [...claims, ...own];
  const spec = {
    ...template.spec,
    hostname: name,
    subdomain: set.spec.serviceName ?? '',
    ...(volumes.length > 0 ? { volumes } : {}),
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, labels }, spec };
}

function createClaims({ store }: ControllerContext, set: StatefulSet, pod: string): void {
  const namespace = set.metadata.namespace ?? '';
  for (const { metadata, spec } of set.spec.volumeClaimTemplates ?? []) {
    const name = `${metadata.name}-${pod}`;
    if (store.get('persistentvolumeclaims', namespace, name) !== undefined) continue;
    const labels = { ...metadata.labels, ...set.spec.selector.matchLabels };
    const owners =
      set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete'
        ? { ownerReferences: [ownerReference(set)] }
        : {};
    const annotations = metadata.annotations === undefined ? {} : { annotations: metadata.annotations };
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace, labels, ...annotations, ...owners },
      spec,
    };
    store.create('persistentvolumeclaims', claim, controllerManager);
  }
}

function deletePod({ context, events }: Environment, set: StatefulSet, pod: Pod): void {
  context.store.delete('pods', pod.metadata.namespace ?? '', pod.metadata.name ?? '', controllerManager);
  const message = `Delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  events.record({ about: set, type: 'Normal', reason: 'SuccessfulDelete', message });
}

/** From the last pod down to the partition: one of another revision goes, one that is not ready is waited for. */
function replaceOutdated(environment: Environment, { set, update }: Plan): void {
  const { type = 'RollingUpdate', rollingUpdate: { partition = 0 } = {} } = set.spec.updateStrategy ?? {};
  if (type === 'OnDelete') return;
  const pods = podsOf(environment.context, set);
  for (const ordinal of ordinals(set).slice(partition).reverse()) {
    const pod = pods.get(ordinal);
    if (pod === undefined) return;
    if (pod.metadata.labels?.[revisionLabel] !== update.metadata.name && !isTerminating(pod)) {
      deletePod(environment, set, pod);
      return;
    }
    if (isTerminating(pod) || !isReady(pod)) return;
  }
}

function settleStatus({ context, queue }: Environment, { set, current, update }: Plan): void {
  const { store, clock } = context;
  const live = store.get(statefulSets, set.metadata.namespace ?? '', set.metadata.name ?? '') as
    | StatefulSet
    | undefined;
  if (live === undefined || live.metadata.uid !== set.metadata.uid) return;
  const pods = [...podsOf(context, set).values()];
  const present = pods.filter((pod) => !isTerminating(pod));
  const ofRevision = (revision: ControllerRevision): number =>
    present.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision.metadata.name).length;
  const { available, next } = countAvailable(present, set.spec.minReadySeconds ?? 0, clock.now());
  const ready = present.filter(isReady).length;
  const updated = ofRevision(update);
  // The update is the current revision once every pod is of it and ready.
  const isDone = updated === pods.length && ready === pods.length && updated === ordinals(set).length;
  const serving = isDone ? update : current;
  const status = {
    observedGeneration: live.metadata.generation,
    replicas: pods.length,
    readyReplicas: ready || undefined,
    availableReplicas: available,
    currentReplicas: ofRevision(serving) || undefined,
    updatedReplicas: updated || undefined,
    currentRevision: serving.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: 0,
    conditions: set.status?.conditions,
  };
  writeStatus(store, { resource: statefulSets, object: live, status });
  pruneRevisions(context, set, new Set([serving, update].map((one) => one.metadata.name ?? '')));
  if (next !== undefined) queue.addAfter(keyOf(set), next);
}
