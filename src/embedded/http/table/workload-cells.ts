/** Rows of workloads, Jobs and autoscalers. */
import type { JsonObject } from '../../../foundation/manifest/object.ts';
import { age, humanDuration } from './age.ts';
import {
  at,
  type Cell,
  containerTexts,
  count,
  createdAt,
  items,
  labelPairs,
  nameOf,
  type RowCells,
  selectorText,
  size,
  text,
} from './cell.ts';
import { podCells } from './pod-cells.ts';

function template(object: JsonObject): [string, string] {
  return containerTexts(at(object, 'spec.template.spec'));
}

const deployment: RowCells = (object, now) => [
  nameOf(object),
  `${count(object, 'status.readyReplicas')}/${count(object, 'spec.replicas')}`,
  count(object, 'status.updatedReplicas'),
  count(object, 'status.availableReplicas'),
  age(createdAt(object), now),
  ...template(object),
  selectorText(at(object, 'spec.selector')),
];

const replicaSet: RowCells = (object, now) => [
  nameOf(object),
  count(object, 'spec.replicas'),
  count(object, 'status.replicas'),
  count(object, 'status.readyReplicas'),
  age(createdAt(object), now),
  ...template(object),
  selectorText(at(object, 'spec.selector')),
];

const replicationController: RowCells = (object, now) => {
  const cells = replicaSet(object, now);
  cells[cells.length - 1] = labelPairs(at(object, 'spec.selector')).join(',') || '<none>';
  return cells;
};

const statefulSet: RowCells = (object, now) => [
  nameOf(object),
  `${count(object, 'status.readyReplicas')}/${count(object, 'spec.replicas')}`,
  age(createdAt(object), now),
  ...template(object),
];

const daemonSet: RowCells = (object, now) => [
  nameOf(object),
  count(object, 'status.desiredNumberScheduled'),
  count(object, 'status.currentNumberScheduled'),
  count(object, 'status.numberReady'),
  count(object, 'status.updatedNumberScheduled'),
  count(object, 'status.numberAvailable'),
  labelPairs(at(object, 'spec.template.spec.nodeSelector')).join(',') || '<none>',
  age(createdAt(object), now),
  ...template(object),
  selectorText(at(object, 'spec.selector')),
];

function jobStatus(job: JsonObject): string {
  const conditions = items(job, 'status.conditions').filter((one) => one.status === 'True');
  const has = (type: string): boolean => conditions.some((one) => one.type === type);
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (at(job, 'metadata.deletionTimestamp') !== undefined) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  if (has('FailureTarget')) return 'FailureTarget';
  return has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

const job: RowCells = (object, now) => {
  const completions = at(object, 'spec.completions');
  const parallelism = count(object, 'spec.parallelism');
  const wanted = completions === undefined ? (parallelism > 1 ? `1 of ${parallelism}` : '1') : String(completions);
  const start = text(object, 'status.startTime', '');
  const end = text(object, 'status.completionTime', '');
  const duration = start === '' ? '' : humanDuration((end === '' ? now : Date.parse(end)) - Date.parse(start));
  return [
    nameOf(object),
    jobStatus(object),
    `${count(object, 'status.succeeded')}/${wanted}`,
    duration,
    age(createdAt(object), now),
    ...template(object),
    selectorText(at(object, 'spec.selector')),
  ];
};

const cronJob: RowCells = (object, now) => [
  nameOf(object),
  text(object, 'spec.schedule', ''),
  text(object, 'spec.timeZone'),
  at(object, 'spec.suspend') === true ? 'True' : 'False',
  size(object, 'status.active'),
  text(object, 'status.lastScheduleTime', '') === '' ? '<none>' : age(text(object, 'status.lastScheduleTime', ''), now),
  age(createdAt(object), now),
  ...containerTexts(at(object, 'spec.jobTemplate.spec.template.spec')),
  selectorText(at(object, 'spec.jobTemplate.spec.selector')),
];

function metricText(spec: JsonObject, current: JsonObject | undefined): string {
  const source = String(spec.type ?? '');
  const key = source.charAt(0).toLowerCase() + source.slice(1);
  const target = at(spec, `${key}.target`);
  const name = source === 'Resource' || source === 'ContainerResource' ? `${text(spec, `${key}.name`, '')}: ` : '';
  if (at(target, 'averageUtilization') !== undefined) {
    const now = at(current, `${key}.current.averageUtilization`);
    return `${name}${now === undefined ? '<unknown>' : `${String(now)}%`}/${text(target, 'averageUtilization')}%`;
  }
  const field = at(target, 'averageValue') === undefined ? 'value' : 'averageValue';
  const suffix =
    field === 'averageValue' && source !== 'Resource' && source !== 'ContainerResource' && source !== 'Pods'
      ? ' (avg)'
      : '';
  return `${name}${text(current, `${key}.current.${field}`, '<unknown>')}/${text(target, field)}${suffix}`;
}

const autoscaler: RowCells = (object, now) => {
  const current = items(object, 'status.currentMetrics');
  const metrics = items(object, 'spec.metrics').map((one, index) => metricText(one, current[index]));
  const v1 = at(object, 'spec.targetCPUUtilizationPercentage');
  const targets = v1 === undefined ? metrics : [`cpu: <unknown>/${String(v1)}%`];
  const shown =
    targets.length > 2 ? `${targets.slice(0, 2).join(', ')} + ${targets.length - 2} more...` : targets.join(', ');
  return [
    nameOf(object),
    `${text(object, 'spec.scaleTargetRef.kind', '')}/${text(object, 'spec.scaleTargetRef.name', '')}`,
    shown === '' ? '<none>' : shown,
    text(object, 'spec.minReplicas', '<unset>'),
    count(object, 'spec.maxReplicas'),
    count(object, 'status.currentReplicas'),
    age(createdAt(object), now),
  ];
};

const disruptionBudget: RowCells = (object, now): Cell[] => [
  nameOf(object),
  text(object, 'spec.minAvailable', 'N/A'),
  text(object, 'spec.maxUnavailable', 'N/A'),
  count(object, 'status.disruptionsAllowed'),
  age(createdAt(object), now),
];

const controllerRevision: RowCells = (object, now) => {
  const owner = items(object, 'metadata.ownerReferences').find((one) => one.controller === true);
  const group = text(owner, 'apiVersion', '').split('/')[0];
  const who =
    owner === undefined ? '<none>' : `${text(owner, 'kind', '').toLowerCase()}.${group}/${text(owner, 'name', '')}`;
  return [nameOf(object), who, count(object, 'revision'), age(createdAt(object), now)];
};

export const workloadCells: Readonly<Record<string, RowCells>> = {
  pods: podCells,
  'deployments.apps': deployment,
  'replicasets.apps': replicaSet,
  replicationcontrollers: replicationController,
  'statefulsets.apps': statefulSet,
  'daemonsets.apps': daemonSet,
  'controllerrevisions.apps': controllerRevision,
  'jobs.batch': job,
  'cronjobs.batch': cronJob,
  'horizontalpodautoscalers.autoscaling': autoscaler,
  'poddisruptionbudgets.policy': disruptionBudget,
  podtemplates: (object) => [
    nameOf(object),
    ...containerTexts(at(object, 'template.spec')),
    labelPairs(at(object, 'template.metadata.labels')).join(',') || '<none>',
  ],
};
