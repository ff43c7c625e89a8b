/** Keeps one pod of a DaemonSet on every node that its template allows, and replaces outdated ones in turn. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Controller, ControllerContext } from '../store.ts';
import { writeStatus } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { type ControllerRevision, ensureRevision, pruneRevisions } from './controller-revision.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { countAvailable, isFinished, isReady, isTerminating, untilAvailable } from './pod-state.ts';
import type { WorkQueue } from './work-queue.ts';
import {
  type Condition,
  controlledBy,
  controllerKeys,
  controllerManager,
  type IntOrPercent,
  intOrPercent,
  type LabelSelector,
  type Pod,
  type PodTemplate,
  podFromTemplate,
} from './workload.ts';

interface DaemonSet extends KubernetesObject {
  readonly spec: {
    readonly minReadySeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly updateStrategy?: {
      type?: string;
      rollingUpdate?: { maxUnavailable?: IntOrPercent; maxSurge?: IntOrPercent };
    };
  };
  readonly status?: { conditions?: readonly Condition[] };
}

const daemonSets = 'daemonsets.apps';
const revisionLabel = 'controller-revision-hash';

interface Environment {
  readonly context: ControllerContext;
  readonly events: EventRecorder;
  readonly queue: WorkQueue;
}

export function startDaemonSetController(context: ControllerContext): Controller {
  const { store } = context;
  const events = createEventRecorder(context, 'daemonset-controller');
  return startControlLoop(context, {
    name: 'daemonset',
    watched: [daemonSets, 'pods', 'nodes'],
    keys(resource, object, previous) {
      if (resource === 'pods') return controllerKeys(object, 'DaemonSet');
      if (resource === daemonSets) return [keyOf(object)];
      return previous !== undefined && sameLabels(object, previous) ? [] : store.list(daemonSets).map(keyOf);
    },
    reconcile(key, queue) {
      const { namespace, name } = splitKey(key);
      const set = store.get(daemonSets, namespace, name) as DaemonSet | undefined;
      if (set !== undefined) reconcileDaemonSet({ context, events, queue }, set);
    },
  });
}

function sameLabels(left: KubernetesObject, right: KubernetesObject): boolean {
  return JSON.stringify(left.metadata.labels) === JSON.stringify(right.metadata.labels);
}

function reconcileDaemonSet(environment: Environment, set: DaemonSet): void {
  const { context } = environment;
  const revision = ensureRevision(context, set, { hashLabel: revisionLabel });
  const nodes = (context.store.list('nodes') as KubernetesObject[])
    .filter((node) => mayRun(set, node))
    .map((node) => node.metadata.name ?? '');
  try {
    if (set.metadata.deletionTimestamp === undefined) {
      placePods(environment, { set, revision, nodes });
      replaceOutdated(environment, { set, revision, nodes });
    }
  } finally {
    settleStatus(environment, { set, revision, nodes });
  }
}

function mayRun({ spec: { template } }: DaemonSet, node: KubernetesObject): boolean {
  return Object.entries(template.spec.nodeSelector ?? {}).every(
    ([key, value]) => node.metadata.labels?.[key] === value,
  );
}

interface Plan {
  readonly set: DaemonSet;
  readonly revision: ControllerRevision;
  readonly nodes: readonly string[];
}

/** The node a pod is on or meant for. */
function nodeOf(pod: Pod): string {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return pod.spec.nodeName || (terms?.[0]?.matchFields?.[0]?.values?.[0] ?? '');
}

function podsByNode({ store }: ControllerContext, set: DaemonSet): Map<string, Pod[]> {
  return Map.groupBy(controlledBy<Pod>(store, set, 'pods'), nodeOf);
}

function placePods({ context, events }: Environment, { set, revision, nodes }: Plan): void {
  const { store } = context;
  const placed = podsByNode(context, set);
  for (const node of nodes) {
    const pods = placed.get(node) ?? [];
    for (const pod of pods.filter((one) => isFinished(one) && !isTerminating(one))) {
      deletePod({ context, events }, set, pod);
    }
    // One that is on its way out still holds its place, as upstream has it for strategies without surge.
    if (pods.length > 0) continue;
    const created = store.create('pods', daemonPod(set, revision, node), controllerManager);
    events.record({
      about: set,
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${created.metadata.name}`,
    });
  }
  for (const [node, pods] of placed) {
    if (!nodes.includes(node))
      for (const pod of pods) if (!isTerminating(pod)) deletePod({ context, events }, set, pod);
  }
}

function deletePod({ context, events }: Pick<Environment, 'context' | 'events'>, set: DaemonSet, pod: Pod): void {
  context.store.delete('pods', pod.metadata.namespace ?? '', pod.metadata.name ?? '', controllerManager);
  events.record({
    about: set,
    type: 'Normal',
    reason: 'SuccessfulDelete',
    message: `Deleted pod: ${pod.metadata.name}`,
  });
}

const tolerated = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
] as const;

function daemonPod(set: DaemonSet, revision: ControllerRevision, node: string): KubernetesObject {
  const { template } = set.spec;
  const pod = podFromTemplate(template, set);
  const hash = revision.metadata.labels?.[revisionLabel] ?? '';
  const generation = set.metadata.annotations?.['deprecated.daemonset.template.generation'];
  const labels = {
    ...pod.metadata.labels,
    [revisionLabel]: hash,
    ...(generation === undefined ? {} : { 'pod-template-generation': generation }),
  };
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  const affinity = {
    ...template.spec.affinity,
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  };
  const tolerations = [
    ...(template.spec.tolerations ?? []),
    ...tolerated.map(([key, effect]) => ({ key, effect, operator: 'Exists' })),
  ];
  return { ...pod, metadata: { ...pod.metadata, labels }, spec: { ...template.spec, affinity, tolerations } };
}

/** Deletes outdated pods: those that are not available anyway, and others as far as the strategy lets them be missing. */
function replaceOutdated(environment: Environment, { set, revision, nodes }: Plan): void {
  const { context } = environment;
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const now = context.clock.now();
  const limit = Math.max(
    1,
    intOrPercent(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, nodes.length, Math.ceil),
  );
  const pods = [...podsByNode(context, set).values()].flat();
  const isAvailable = (pod: Pod): boolean =>
    !isTerminating(pod) && untilAvailable(pod, set.spec.minReadySeconds ?? 0, now) === 0;
  let unavailable = nodes.length - pods.filter(isAvailable).length;
  for (const pod of pods) {
    if (isTerminating(pod) || isOf(pod, revision)) continue;
    if (isAvailable(pod)) {
      if (unavailable >= limit) continue;
      unavailable += 1;
    }
    deletePod(environment, set, pod);
  }
}

function isOf(pod: Pod, revision: ControllerRevision): boolean {
  return pod.metadata.labels?.[revisionLabel] === revision.metadata.labels?.[revisionLabel];
}

function settleStatus({ context, queue }: Environment, { set, revision, nodes }: Plan): void {
  const { store, clock } = context;
  const live = store.get(daemonSets, set.metadata.namespace ?? '', set.metadata.name ?? '') as DaemonSet | undefined;
  if (live === undefined || live.metadata.uid !== set.metadata.uid) return;
  const placed = podsByNode(context, set);
  const present = nodes.flatMap((node) => (placed.get(node) ?? []).filter((pod) => !isTerminating(pod)).slice(0, 1));
  const { available, next } = countAvailable(present, set.spec.minReadySeconds ?? 0, clock.now());
  const status = {
    currentNumberScheduled: present.length,
    desiredNumberScheduled: nodes.length,
    numberMisscheduled: [...placed.keys()].filter((node) => !nodes.includes(node)).length,
    numberReady: present.filter(isReady).length,
    updatedNumberScheduled: present.filter((pod) => isOf(pod, revision)).length || undefined,
    numberAvailable: available || undefined,
    numberUnavailable: nodes.length - available || undefined,
    observedGeneration: live.metadata.generation,
    conditions: set.status?.conditions,
  };
  writeStatus(store, { resource: daemonSets, object: live, status });
  pruneRevisions(context, set, new Set([revision.metadata.name ?? '']));
  if (next !== undefined) queue.addAfter(keyOf(set), next);
}
