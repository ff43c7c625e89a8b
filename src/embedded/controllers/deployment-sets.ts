/** What a Deployment writes on its ReplicaSets: their making, revision, size and copied annotations. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { ControllerContext } from '../store.ts';
import {
  type Deployment,
  desiredAnnotation,
  desiredReplicas,
  hashLabel,
  maxAnnotation,
  type Rollout,
  revisionAnnotation,
  rolloutLimits,
} from './deployment-objects.ts';
import { newSetSize } from './deployment-sizes.ts';
import { type ReplicaSet, replicaSets } from './replica-set.ts';
import { templateHash } from './template-hash.ts';
import { controllerManager, ownerReference } from './workload.ts';

/** The ReplicaSet of a Deployment's present template. */
export function newReplicaSet(rollout: Rollout, revision: string): ReplicaSet {
  const { deployment } = rollout;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations: setAnnotations(deployment, revision),
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: newSetSize(rollout),
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  'deployment.kubernetes.io/revision-history',
  desiredAnnotation,
  maxAnnotation,
  'deprecated.deployment.rollback.to',
]);

function setAnnotations(deployment: Deployment, revision: string): Record<string, string> {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key));
  return { ...Object.fromEntries(copied), [revisionAnnotation]: revision, ...sizeAnnotations(deployment) };
}

/** The size a set was made for, by which a later scaling is noticed. */
export function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const wanted = desiredReplicas(deployment);
  return { [desiredAnnotation]: String(wanted), [maxAnnotation]: String(wanted + rolloutLimits(deployment).maxSurge) };
}

interface SetRevision {
  readonly set: ReplicaSet;
  readonly deployment: Deployment;
  readonly revision: string;
}

/** The set with its Deployment's annotations, revision and readiness time. */
export function annotateSet({ store }: ControllerContext, { set, deployment, revision }: SetRevision): ReplicaSet {
  const annotations = { ...set.metadata.annotations, ...setAnnotations(deployment, revision) };
  const { minReadySeconds = 0 } = deployment.spec;
  if (equalJson(annotations, set.metadata.annotations) && minReadySeconds === (set.spec.minReadySeconds ?? 0))
    return set;
  const spec = { ...set.spec, minReadySeconds };
  return store.update(
    replicaSets,
    { ...set, metadata: { ...set.metadata, annotations }, spec },
    controllerManager,
  ) as ReplicaSet;
}
