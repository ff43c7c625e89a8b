/** Keeps as many pods of a ReplicaSet as it asks for, and its status. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { StatusError } from '../api/status-error.ts';
import type { Controller, ControllerContext } from '../store.ts';
import { removeCondition, setCondition, writeStatus } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { byDeletionOrder, countAvailable, isActive, isFinished, isReady, isTerminating } from './pod-state.ts';
import type { WorkQueue } from './work-queue.ts';
import {
  type Condition,
  controlledBy,
  controllerKeys,
  controllerManager,
  type LabelSelector,
  type Pod,
  type PodTemplate,
  podFromTemplate,
  timestamp,
} from './workload.ts';

export interface ReplicaSet extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
  };
  readonly status?: {
    readonly replicas?: number;
    readonly fullyLabeledReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly terminatingReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

export const replicaSets = 'replicasets.apps';

interface Environment {
  readonly context: ControllerContext;
  readonly events: EventRecorder;
  readonly queue: WorkQueue;
}

export function startReplicaSetController(context: ControllerContext): Controller {
  const events = createEventRecorder(context, 'replicaset-controller');
  return startControlLoop(context, {
    name: 'replicaset',
    watched: [replicaSets, 'pods'],
    keys: (resource, object) => (resource === 'pods' ? controllerKeys(object, 'ReplicaSet') : [keyOf(object)]),
    reconcile: (key, queue) => {
      const { namespace, name } = splitKey(key);
      const set = context.store.get(replicaSets, namespace, name) as ReplicaSet | undefined;
      if (set !== undefined) reconcileReplicaSet({ context, events, queue }, set);
    },
  });
}

function reconcileReplicaSet({ context, events, queue }: Environment, set: ReplicaSet): void {
  const failure = isDeleted(set) ? undefined : adjustPods({ context, events, queue }, set);
  const current = context.store.get(replicaSets, set.metadata.namespace ?? '', set.metadata.name ?? '') as
    | ReplicaSet
    | undefined;
  if (current?.metadata.uid !== set.metadata.uid || current === undefined) return;
  const pods = controlledBy<Pod>(context.store, set, 'pods');
  const next = writeReplicaSetStatus(context, current, { pods, failure: failure?.condition });
  if (next !== undefined) queue.addAfter(keyOf(set), next);
  if (failure !== undefined) throw failure.error;
}

function isDeleted(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

interface Failure {
  readonly error: StatusError;
  readonly condition: Condition;
}

/** Creates what is missing or deletes what is too much; returns why it could not. */
function adjustPods({ context, events }: Environment, set: ReplicaSet): Failure | undefined {
  const { store } = context;
  const active = controlledBy<Pod>(store, set, 'pods').filter(isActive);
  const wanted = set.spec.replicas ?? 1;
  try {
    for (let missing = wanted - active.length; missing > 0; missing -= 1) {
      const pod = store.create('pods', podFromTemplate(set.spec.template, set), controllerManager);
      events.record({
        about: set,
        type: 'Normal',
        reason: 'SuccessfulCreate',
        message: `Created pod: ${pod.metadata.name}`,
      });
    }
    for (const pod of active.sort(byDeletionOrder).slice(0, Math.max(0, active.length - wanted))) {
      store.delete('pods', pod.metadata.namespace ?? '', pod.metadata.name ?? '', controllerManager);
      events.record({
        about: set,
        type: 'Normal',
        reason: 'SuccessfulDelete',
        message: `Deleted pod: ${pod.metadata.name}`,
      });
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const reason = active.length < wanted ? 'FailedCreate' : 'FailedDelete';
    const doing = active.length < wanted ? 'creating' : 'deleting';
    events.record({ about: set, type: 'Warning', reason, message: `Error ${doing}: ${error.message}` });
    const lastTransitionTime = timestamp(context.clock.now());
    return {
      error,
      condition: { type: 'ReplicaFailure', status: 'True', reason, message: error.message, lastTransitionTime },
    };
  }
}

interface Observation {
  readonly pods: readonly Pod[];
  readonly failure: Condition | undefined;
}

/** Returns when the next pod becomes available, if one is ready but too young. */
function writeReplicaSetStatus(
  context: ControllerContext,
  set: ReplicaSet,
  { pods, failure }: Observation,
): number | undefined {
  const active = pods.filter(isActive);
  const labels = Object.entries(set.spec.template.metadata?.labels ?? {});
  const labelled = active.filter((pod) => labels.every(([key, value]) => pod.metadata.labels?.[key] === value));
  const { available, next } = countAvailable(active, set.spec.minReadySeconds ?? 0, context.clock.now());
  const conditions = set.status?.conditions ?? [];
  const changed =
    failure === undefined ? removeCondition(conditions, 'ReplicaFailure') : setCondition(conditions, failure);
  const status = {
    replicas: active.length,
    fullyLabeledReplicas: labelled.length || undefined,
    readyReplicas: active.filter(isReady).length || undefined,
    availableReplicas: available || undefined,
    terminatingReplicas: pods.filter((pod) => isTerminating(pod) && !isFinished(pod)).length,
    observedGeneration: set.metadata.generation,
    conditions: changed.length > 0 ? changed : undefined,
  };
  writeStatus(context.store, { resource: replicaSets, object: set, status });
  return next;
}
