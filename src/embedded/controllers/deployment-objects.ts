/** A Deployment's fields, its strategy in numbers, and its ReplicaSets told apart into the new one and the old ones. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Store } from '../store.ts';
import { type ReplicaSet, replicaSets } from './replica-set.ts';
import {
  byCreation,
  type Condition,
  controlledBy,
  type IntOrPercent,
  intOrPercent,
  type LabelSelector,
  type PodTemplate,
} from './workload.ts';

export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly minReadySeconds?: number;
    readonly progressDeadlineSeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly selector: LabelSelector;
    readonly strategy?: { type?: string; rollingUpdate?: { maxSurge?: IntOrPercent; maxUnavailable?: IntOrPercent } };
    readonly template: PodTemplate;
  };
  readonly status?: DeploymentStatus;
}

export interface DeploymentStatus {
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
}

export const deployments = 'deployments.apps';
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';
export const hashLabel = 'pod-template-hash';

export interface Rollout {
  readonly deployment: Deployment;
  readonly newSet: ReplicaSet | undefined;
  /** From the oldest to the newest. */
  readonly oldSets: readonly ReplicaSet[];
}

export function readRollout(store: Store, deployment: Deployment): Rollout {
  const sets = controlledBy<ReplicaSet>(store, deployment, replicaSets).sort(byCreation);
  const newSet = sets.find((set) => equalJson(withoutHash(set.spec.template), withoutHash(deployment.spec.template)));
  return { deployment, newSet, oldSets: sets.filter((set) => set !== newSet) };
}

function withoutHash(template: PodTemplate): object {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { metadata: { ...template.metadata, labels }, spec: template.spec };
}

export function allSets({ newSet, oldSets }: Rollout): ReplicaSet[] {
  return newSet === undefined ? [...oldSets] : [...oldSets, newSet];
}

export function replicasOf(set: ReplicaSet): number {
  return set.spec.replicas ?? 1;
}

export function sumReplicas(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + replicasOf(set), 0);
}

export function sumStatus(
  sets: readonly ReplicaSet[],
  field: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas',
): number {
  return sets.reduce((sum, set) => sum + (set.status?.[field] ?? 0), 0);
}

export function desiredReplicas(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

export function isRolling(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type !== 'Recreate';
}

/** Pods above and below the desired number; when both round to none, one may be missing, or nothing would ever move. */
export function rolloutLimits(deployment: Deployment): { maxSurge: number; maxUnavailable: number } {
  const replicas = desiredReplicas(deployment);
  if (!isRolling(deployment)) return { maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = intOrPercent(maxSurge, replicas, Math.ceil);
  const unavailable = intOrPercent(maxUnavailable, replicas, Math.floor);
  return { maxSurge: surge, maxUnavailable: Math.min(surge === 0 && unavailable === 0 ? 1 : unavailable, replicas) };
}

export function revisionOf(object: KubernetesObject): number {
  return Number(object.metadata.annotations?.[revisionAnnotation] ?? 0) || 0;
}
