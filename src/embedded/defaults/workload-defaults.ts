/** Defaults of Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs. Each changes its object in place. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import { podSpecDefaults } from './pod-defaults.ts';
import { ensureObject, objectAt, objectsAt, setDefault } from './set-default.ts';

function templateDefaults(spec: JsonObject): void {
  const pod = objectAt(objectAt(spec, 'template'), 'spec');
  if (pod !== undefined) podSpecDefaults(pod);
}

/** A number of zero is a value here, unlike in Go fields without pointers. */
export function deploymentDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'replicas', 1);
  templateDefaults(spec);
  const strategy = ensureObject(spec, 'strategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureObject(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', '25%');
    setDefault(rolling, 'maxSurge', '25%');
  }
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'progressDeadlineSeconds', 600);
}

export function statefulSetDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'podManagementPolicy', 'OrderedReady');
  setDefault(spec, 'replicas', 1);
  templateDefaults(spec);
  const strategy = ensureObject(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureObject(strategy, 'rollingUpdate');
    setDefault(rolling, 'partition', 0);
  }
  setDefault(spec, 'revisionHistoryLimit', 10);
  const retention = ensureObject(spec, 'persistentVolumeClaimRetentionPolicy');
  setDefault(retention, 'whenDeleted', 'Retain');
  setDefault(retention, 'whenScaled', 'Retain');
  for (const claim of objectsAt(spec, 'volumeClaimTemplates')) {
    claim.kind = 'PersistentVolumeClaim';
    claim.apiVersion = 'v1';
    claimDefaults(claim);
  }
}

export function daemonSetDefaults(object: JsonObject): void {
  setDefault(
    ensureObject(ensureObject(object, 'metadata'), 'annotations'),
    'deprecated.daemonset.template.generation',
    '0',
  );
  const spec = ensureObject(object, 'spec');
  templateDefaults(spec);
  const strategy = ensureObject(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureObject(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', 1);
    setDefault(rolling, 'maxSurge', 0);
  }
  setDefault(spec, 'revisionHistoryLimit', 10);
}

export function replicaSetDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'replicas', 1);
  templateDefaults(spec);
}

export function replicationControllerDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'replicas', 1);
  templateDefaults(spec);
  const labels = objectAt(objectAt(objectAt(spec, 'template'), 'metadata'), 'labels');
  if (labels === undefined) return;
  if (Object.keys(objectAt(spec, 'selector') ?? {}).length === 0) spec.selector = { ...labels };
  const metadata = ensureObject(object, 'metadata');
  if (Object.keys(objectAt(metadata, 'labels') ?? {}).length === 0) metadata.labels = { ...labels };
}

function jobSpecDefaults(spec: JsonObject): void {
  templateDefaults(spec);
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
    spec.parallelism = 1;
  }
  setDefault(spec, 'parallelism', 1);
  if (objectAt(spec, 'podFailurePolicy') !== undefined)
    for (const rule of objectsAt(objectAt(spec, 'podFailurePolicy'), 'rules'))
      for (const condition of objectsAt(rule, 'onPodConditions')) setDefault(condition, 'status', 'True');
  setDefault(spec, 'backoffLimit', spec.backoffLimitPerIndex === undefined ? 6 : 2_147_483_647);
  setDefault(spec, 'completionMode', 'NonIndexed');
  setDefault(spec, 'suspend', false);
  setDefault(
    spec,
    'podReplacementPolicy',
    objectAt(spec, 'podFailurePolicy') === undefined ? 'TerminatingOrFailed' : 'Failed',
  );
  setDefault(spec, 'manualSelector', false);
}

export function jobDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  jobSpecDefaults(spec);
  const labels = objectAt(objectAt(objectAt(spec, 'template'), 'metadata'), 'labels');
  const metadata = ensureObject(object, 'metadata');
  if (labels !== undefined && Object.keys(objectAt(metadata, 'labels') ?? {}).length === 0)
    metadata.labels = { ...labels };
}

export function cronJobDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'concurrencyPolicy', 'Allow');
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'successfulJobsHistoryLimit', 3);
  setDefault(spec, 'failedJobsHistoryLimit', 1);
  // A CronJob's job template gets its pod template's defaults, not a Job's own.
  const job = objectAt(objectAt(spec, 'jobTemplate'), 'spec');
  if (job !== undefined) templateDefaults(job);
}

export function claimDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'volumeMode', 'Filesystem');
  ensureObject(object, 'status');
  setDefault(object.status as JsonObject, 'phase', 'Pending');
}
