/** Rolls a Deployment out: the ReplicaSet of its template up, the others down, within the limits of its strategy. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import { StatusError } from '../api/status-error.ts';
import type { Controller, ControllerContext } from '../store.ts';
import { findCondition, replaceCondition, setCondition } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import {
  allSets,
  type Deployment,
  type DeploymentStatus,
  deployments,
  desiredReplicas,
  isRolling,
  type Rollout,
  readRollout,
  replicasOf,
  revisionAnnotation,
  revisionOf,
} from './deployment-objects.ts';
import { annotateSet, newReplicaSet, sizeAnnotations } from './deployment-sets.ts';
import { type Resize, rollingStep, scaleSteps, wasScaled } from './deployment-sizes.ts';
import {
  countStatus,
  hasDeadline,
  isComplete,
  progressing,
  rolloutStatus,
  untilDeadline,
} from './deployment-status.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { isFinished } from './pod-state.ts';
import { type ReplicaSet, replicaSets } from './replica-set.ts';
import type { WorkQueue } from './work-queue.ts';
import { controlledBy, controllerKeys, controllerManager, controllerOf, type Pod, timestamp } from './workload.ts';

interface Environment {
  readonly context: ControllerContext;
  readonly events: EventRecorder;
  readonly queue: WorkQueue;
}

export function startDeploymentController(context: ControllerContext): Controller {
  const events = createEventRecorder(context, 'deployment-controller');
  return startControlLoop(context, {
    name: 'deployment',
    watched: [deployments, replicaSets, 'pods'],
    keys(resource, object) {
      if (resource === deployments) return [keyOf(object)];
      if (resource === replicaSets) return controllerKeys(object, 'Deployment');
      // A Recreate rollout waits until the last old pod is gone.
      return object.metadata.deletionTimestamp === undefined ? [] : deploymentOfPod(context, object as Pod);
    },
    reconcile: (key, queue) => {
      const { namespace, name } = splitKey(key);
      const deployment = context.store.get(deployments, namespace, name) as Deployment | undefined;
      if (deployment !== undefined) reconcileDeployment({ context, events, queue }, deployment);
    },
  });
}

function deploymentOfPod({ store }: ControllerContext, pod: Pod): string[] {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return [];
  const set = store.get(replicaSets, pod.metadata.namespace ?? '', owner.name);
  return set === undefined ? [] : controllerKeys(set, 'Deployment');
}

function reconcileDeployment(environment: Environment, found: Deployment): void {
  const { context } = environment;
  const now = timestamp(context.clock.now());
  const read = readRollout(context.store, found);
  if (found.metadata.deletionTimestamp !== undefined) {
    writeDeployment(environment, read, countStatus(read, now));
    return;
  }
  const rollout = { ...read, deployment: markPaused(found, now) };
  if (found.spec.paused || wasScaled(rollout)) {
    resize(environment, rollout, scaleSteps(rollout));
    if (!found.spec.paused) annotateSets(environment, rollout);
    writeDeployment(environment, rollout, countStatus(readAgain(environment, rollout), now));
    return;
  }
  const next = isRolling(found) ? rollingUpdate(environment, rollout) : recreate(environment, rollout);
  writeDeployment(environment, next, rolloutStatus(readAgain(environment, next), now));
}

/** The sets as they are after what was just written; the Deployment with what is not written yet. */
function readAgain({ context }: Environment, rollout: Rollout): Rollout {
  return { ...readRollout(context.store, rollout.deployment), deployment: rollout.deployment };
}

function withConditions(
  deployment: Deployment,
  change: (conditions: NonNullable<DeploymentStatus['conditions']>) => DeploymentStatus['conditions'],
): Deployment {
  const status: DeploymentStatus = {
    ...deployment.status,
    conditions: change(deployment.status?.conditions ?? []) ?? [],
  };
  return { ...deployment, status };
}

/** Pausing stops the clock of the progress deadline, resuming starts it anew. */
function markPaused(deployment: Deployment, now: string): Deployment {
  const current = findCondition(deployment.status?.conditions, 'Progressing');
  if (!hasDeadline(deployment) || current?.reason === 'ProgressDeadlineExceeded') return deployment;
  const isMarked = current?.reason === 'DeploymentPaused';
  if (deployment.spec.paused && !isMarked) {
    return withConditions(deployment, (conditions) =>
      setCondition(conditions, progressing('Unknown', ['DeploymentPaused', 'Deployment is paused'], now)),
    );
  }
  if (!deployment.spec.paused && isMarked) {
    return withConditions(deployment, (conditions) =>
      setCondition(conditions, progressing('Unknown', ['DeploymentResumed', 'Deployment is resumed'], now)),
    );
  }
  return deployment;
}

function rollingUpdate(environment: Environment, before: Rollout): Rollout {
  const rollout = ensureNewSet(environment, before);
  const steps = rollingStep(rollout);
  resize(environment, rollout, steps);
  if (steps.length === 0) cleanUp(environment, rollout);
  return rollout;
}

/** All old pods are gone before the first new one comes. */
function recreate(environment: Environment, before: Rollout): Rollout {
  const running = before.oldSets.filter((set) => replicasOf(set) > 0);
  if (running.length > 0) {
    resize(
      environment,
      before,
      running.map((set) => ({ set, replicas: 0 })),
    );
    return before;
  }
  const { store } = environment.context;
  const left = before.oldSets.flatMap((set) => controlledBy<Pod>(store, set, 'pods')).filter((pod) => !isFinished(pod));
  if (left.length > 0) return before;
  const rollout = ensureNewSet(environment, before);
  const { newSet, deployment } = rollout;
  if (newSet !== undefined && replicasOf(newSet) !== desiredReplicas(deployment)) {
    resize(environment, rollout, [{ set: newSet, replicas: desiredReplicas(deployment) }]);
  } else {
    cleanUp(environment, rollout);
  }
  return rollout;
}

/** Finds or creates the template's ReplicaSet and gives it and the Deployment the newest revision. */
function ensureNewSet(environment: Environment, rollout: Rollout): Rollout {
  const { context } = environment;
  const { deployment, newSet, oldSets } = rollout;
  const now = timestamp(context.clock.now());
  const newest = Math.max(0, ...oldSets.map(revisionOf)) + 1;
  const revision = String(Math.max(newest, newSet === undefined ? 0 : revisionOf(newSet)));
  const note = (reason: string, message: string) =>
    hasDeadline(deployment)
      ? withConditions(deployment, (conditions) =>
          setCondition(conditions, progressing('True', [reason, message], now)),
        )
      : deployment;
  if (newSet !== undefined) {
    const kept = annotateSet(context, { set: newSet, deployment, revision });
    const known = findCondition(deployment.status?.conditions, 'Progressing') !== undefined;
    const noted = known ? deployment : note('FoundNewReplicaSet', `Found new replica set "${newSet.metadata.name}"`);
    return { ...rollout, newSet: kept, deployment: withRevision(noted, revision) };
  }
  const wanted = newReplicaSet(rollout, revision);
  try {
    const created = context.store.create(replicaSets, wanted, controllerManager) as ReplicaSet;
    if (replicasOf(created) > 0) recordScaling(environment, deployment, { set: created, from: 0 });
    const noted = note('NewReplicaSetCreated', `Created new replica set "${created.metadata.name}"`);
    return { ...rollout, newSet: created, deployment: withRevision(noted, revision) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const message = `Failed to create new replica set "${wanted.metadata.name}": ${error.message}`;
    environment.events.record({ about: deployment, type: 'Warning', reason: 'ReplicaSetCreateError', message });
    const failed = withConditions(deployment, (conditions) =>
      replaceCondition(conditions, progressing('False', ['ReplicaSetCreateError', message], now)),
    );
    writeDeployment(environment, { ...rollout, deployment: failed }, failed.status ?? {});
    throw error;
  }
}

/** After scaling every set knows the size it was made for. */
function annotateSets(environment: Environment, rollout: Rollout): void {
  const { store } = environment.context;
  for (const set of allSets(readAgain(environment, rollout))) {
    const annotations = { ...set.metadata.annotations, ...sizeAnnotations(rollout.deployment) };
    if (replicasOf(set) > 0 && !equalJson(annotations, set.metadata.annotations)) {
      store.update(replicaSets, { ...set, metadata: { ...set.metadata, annotations } }, controllerManager);
    }
  }
}

function withRevision(deployment: Deployment, revision: string): Deployment {
  const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision };
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}

function resize(environment: Environment, { deployment }: Rollout, steps: readonly Resize[]): void {
  const { store } = environment.context;
  for (const { set, replicas } of steps) {
    const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
    const changed = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } };
    const written = store.update(replicaSets, changed, controllerManager) as ReplicaSet;
    recordScaling(environment, deployment, { set: written, from: replicasOf(set) });
  }
}

function recordScaling(
  { events }: Environment,
  deployment: Deployment,
  { set, from }: { set: ReplicaSet; from: number },
): void {
  const to = replicasOf(set);
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`;
  events.record({ about: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message });
}

/** Deletes the oldest empty sets beyond the history limit once a rollout is complete. */
function cleanUp({ context }: Environment, { deployment, oldSets, newSet }: Rollout): void {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const status = countStatus({ deployment, oldSets, newSet }, timestamp(context.clock.now()));
  if (!isComplete(deployment, status) || oldSets.length <= limit) return;
  const byRevision = oldSets.toSorted((left, right) => revisionOf(left) - revisionOf(right));
  for (const set of byRevision.slice(0, oldSets.length - limit)) {
    const busy = replicasOf(set) > 0 || (set.status?.replicas ?? 0) > 0 || set.metadata.deletionTimestamp !== undefined;
    if (!busy)
      context.store.delete(replicaSets, set.metadata.namespace ?? '', set.metadata.name ?? '', controllerManager);
  }
}

/** Writes status and revision where they differ, and looks again when the progress deadline is due. */
function writeDeployment({ context, queue }: Environment, rollout: Rollout, status: DeploymentStatus): void {
  const { store, clock } = context;
  const { deployment } = rollout;
  const { namespace = '', name = '', annotations } = deployment.metadata;
  const live = store.get(deployments, namespace, name) as Deployment | undefined;
  if (live === undefined || live.metadata.uid !== deployment.metadata.uid) return;
  const metadata = { ...live.metadata, ...(annotations === undefined ? {} : { annotations }) };
  const isAnnotated = equalJson(annotations, live.metadata.annotations);
  if (!isAnnotated || !equalJson(live.status, status)) {
    const written = store.updateStatus(deployments, { ...live, metadata, status }, controllerManager);
    // The API server takes annotations along with a status; a store that keeps to the status gets them by themselves.
    const isTaken = equalJson(annotations, written.metadata.annotations);
    if (!isTaken)
      store.update(
        deployments,
        { ...written, metadata: { ...written.metadata, ...(annotations === undefined ? {} : { annotations }) } },
        controllerManager,
      );
  }
  const wait = untilDeadline(deployment, status, clock.now());
  if (wait !== undefined) queue.addAfter(keyOf(deployment), wait);
}
