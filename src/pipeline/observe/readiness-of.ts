/**
 * Takes a live object, returns whether it has become what it should be, by kstatus' rules and a few of our own (named
 * where they differ). Looks at nothing but the object: pods are find-culprit.ts' matter.
 */
import { groupVersionKind, type KubernetesObject, objectLabel } from '../../foundation/manifest/object.ts';
import { customResourceDefinitionReadiness } from './kinds/custom-resource-definition.ts';
import { daemonSetReadiness } from './kinds/daemon-set.ts';
import { deploymentReadiness } from './kinds/deployment.ts';
import { apiServiceReadiness, commonVerdict, genericReadiness } from './kinds/generic.ts';
import { jobReadiness } from './kinds/job.ts';
import { persistentVolumeClaimReadiness } from './kinds/persistent-volume-claim.ts';
import { podReadiness } from './kinds/pod.ts';
import { replicaSetReadiness } from './kinds/replica-set.ts';
import { serviceReadiness } from './kinds/service.ts';
import { statefulSetReadiness } from './kinds/stateful-set.ts';
import { ready, type Verdict } from './kinds/verdict.ts';
import type { Readiness } from './readiness.ts';

export interface ReadinessContext {
  /** Of a PersistentVolumeClaim: its class binds only when a pod uses it. */
  readonly waitsForConsumer?: boolean;
}

type Rule = (object: KubernetesObject, context: ReadinessContext) => Verdict;

const rules: Readonly<Record<string, Rule>> = {
  '/PersistentVolumeClaim': (object, context) =>
    persistentVolumeClaimReadiness(object, context.waitsForConsumer === true),
  '/Pod': podReadiness,
  '/ReplicationController': replicaSetReadiness,
  '/Service': serviceReadiness,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinitionReadiness,
  'apiregistration.k8s.io/APIService': apiServiceReadiness,
  'apps/DaemonSet': daemonSetReadiness,
  'apps/Deployment': deploymentReadiness,
  'apps/ReplicaSet': replicaSetReadiness,
  'apps/StatefulSet': statefulSetReadiness,
  'batch/Job': jobReadiness,
};

/** Kubernetes' own kinds without rules above have nothing to wait for: they are ready by being there. */
const builtinGroups: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

export function readinessOf(object: KubernetesObject, context: ReadinessContext = {}): Readiness {
  const rule = ruleOf(object) ?? (isReadyByBeing(object) ? () => ready('it exists', 'Exists') : genericReadiness);
  const verdict = commonVerdict(object) ?? rule(object, context);
  return { ...verdict, object: objectLabel({ kind: object.kind, name: object.metadata.name ?? '' }) };
}

/** True for kinds that need no look once they are written: ConfigMaps, Roles, Ingresses … */
export function isReadyByBeing(object: { apiVersion: string; kind: string }): boolean {
  return builtinGroups.has(groupVersionKind(object).group) && ruleOf(object) === undefined;
}

function ruleOf(object: { apiVersion: string; kind: string }): Rule | undefined {
  const id = `${groupVersionKind(object).group}/${object.kind}`;
  return Object.hasOwn(rules, id) ? rules[id] : undefined;
}
