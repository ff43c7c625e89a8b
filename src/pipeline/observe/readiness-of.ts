/**
 * Takes a live object, returns whether it has become what it should be, by kstatus' rules and a few of our own (named
 * where they differ). Looks at nothing but the object: pods are find-culprit.ts' matter.
 */
import { groupVersionKind, type KubernetesObject, objectLabel } from '../../foundation/manifest/object.ts';
import { customResourceDefinitionReadiness } from './kinds/custom-resource-definition.ts';
import { daemonSetReadiness } from './kinds/daemon-set.ts';
import { deploymentReadiness } from './kinds/deployment.ts';
import { apiServiceReadiness, genericReadiness, notObserved, standing } from './kinds/generic.ts';
import { jobReadiness, jobResult } from './kinds/job.ts';
import { persistentVolumeClaimReadiness } from './kinds/persistent-volume-claim.ts';
import { podReadiness, podResult } from './kinds/pod.ts';
import { replicaSetReadiness } from './kinds/replica-set.ts';
import { serviceReadiness } from './kinds/service.ts';
import { statefulSetReadiness } from './kinds/stateful-set.ts';
import { ready, type Verdict } from './kinds/verdict.ts';
import type { Readiness } from './readiness.ts';
import type { ExpressionRule } from './ready-expressions.ts';

export interface ReadinessContext {
  /** Of a PersistentVolumeClaim: its class binds only when a pod uses it. */
  readonly waitsForConsumer?: boolean;
  /** Jobs and Pods count when they have ended, as those of hooks do. */
  readonly ended?: boolean;
  /** What the chart says itself, by expressions; where they say something it takes the place of the kind's rule. */
  readonly rule?: ExpressionRule | undefined;
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

/** What a hook of such a kind is waited for; everything else is done by being there. */
const results: Readonly<Record<string, Rule>> = {
  '/Pod': podResult,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinitionReadiness,
  'batch/Job': jobResult,
};

export function readinessOf(object: KubernetesObject, context: ReadinessContext = {}): Readiness {
  const rule = (context.ended ? ruleOf(object, results) : undefined) ?? kindRule(object);
  const verdict =
    notObserved(object) ??
    context.rule?.(object) ??
    (context.ended ? undefined : standing(object)) ??
    rule(object, context);
  return { ...verdict, object: objectLabel({ kind: object.kind, name: object.metadata.name ?? '' }) };
}

function kindRule(object: KubernetesObject): Rule {
  return ruleOf(object, rules) ?? (isReadyByBeing(object) ? () => ready('it exists', 'Exists') : genericReadiness);
}

/** True for kinds that need no look once they are written: ConfigMaps, Roles, Ingresses … */
export function isReadyByBeing(object: { apiVersion: string; kind: string }): boolean {
  return builtinGroups.has(groupVersionKind(object).group) && ruleOf(object, rules) === undefined;
}

/** The same of hooks: only Jobs and Pods are waited for, as Helm does, and definitions until their API is served. */
export function isDoneByBeing(object: { apiVersion: string; kind: string }): boolean {
  return ruleOf(object, results) === undefined;
}

function ruleOf(object: { apiVersion: string; kind: string }, table: Readonly<Record<string, Rule>>): Rule | undefined {
  const id = `${groupVersionKind(object).group}/${object.kind}`;
  return Object.hasOwn(table, id) ? table[id] : undefined;
}
