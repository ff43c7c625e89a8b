/** Rules of workloads: selectors that fit their templates, restart policies, rolling updates, schedules. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { checkLabels } from './check-metadata.ts';
import { forbiddenField, invalidValue, notSupported, required } from './field-error.ts';
import { checkPodSpec } from './pod-checks.ts';

const labelsOf = (template: JsonObject | undefined): Record<string, string> =>
  (objectAt(objectAt(template, 'metadata'), 'labels') ?? {}) as Record<string, string>;

function checkSelector(spec: JsonObject, kind: string): FieldError[] {
  const selector = objectAt(spec, 'selector');
  const labels = labelsOf(objectAt(spec, 'template'));
  const mismatch = invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  if (selector === undefined) return [required('spec.selector'), mismatch];
  const matched = (objectAt(selector, 'matchLabels') ?? {}) as Record<string, string>;
  const expressions = objectsAt(selector, 'matchExpressions');
  if (Object.keys(matched).length === 0 && expressions.length === 0)
    return [invalidValue('spec.selector', {}, `empty selector is invalid for ${kind}`)];
  const fits =
    Object.entries(matched).every(([key, value]) => labels[key] === value) &&
    expressions.every((one) => fitsExpression(labels, one));
  return fits ? [] : [mismatch];
}

function fitsExpression(labels: Record<string, string>, { key, operator, values }: JsonObject): boolean {
  const value = labels[String(key)];
  const listed = Array.isArray(values) && values.includes(value ?? null);
  if (operator === 'In') return listed;
  if (operator === 'NotIn') return !listed;
  return operator === 'Exists' ? value !== undefined : value === undefined;
}

function checkTemplate(spec: JsonObject, path: string): FieldError[] {
  const template = objectAt(spec, 'template');
  const claims = objectsAt(spec, 'volumeClaimTemplates').map((claim) => objectAt(claim, 'metadata')?.name);
  return [
    ...checkLabels(labelsOf(template), `${path}.metadata.labels`),
    ...checkPodSpec(objectAt(template, 'spec') ?? {}, `${path}.spec`, claims),
  ];
}

function alwaysRestarts(spec: JsonObject): FieldError[] {
  const policy = objectAt(objectAt(spec, 'template'), 'spec')?.restartPolicy;
  return policy === 'Always' || policy === undefined
    ? []
    : [notSupported('spec.template.spec.restartPolicy', policy, ['Always'])];
}

function notNegative(spec: JsonObject, ...fields: string[]): FieldError[] {
  return fields.flatMap((field) => {
    const value = spec[field];
    return typeof value === 'number' && value < 0
      ? [invalidValue(`spec.${field}`, value, 'must be greater than or equal to 0')]
      : [];
  });
}

/** A controller of pods that run for ever. */
function service(kind: string): (object: JsonObject) => FieldError[] {
  return (object) => {
    const spec = objectAt(object, 'spec') ?? {};
    return [
      ...notNegative(spec, 'replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'),
      ...checkSelector(spec, kind),
      ...checkTemplate(spec, 'spec.template'),
      ...alwaysRestarts(spec),
    ];
  };
}

const isZero = (value: unknown): boolean => value === 0 || value === '0%';

function checkStrategy(object: JsonObject): FieldError[] {
  const strategy = objectAt(objectAt(object, 'spec'), 'strategy') ?? {};
  const rolling = objectAt(strategy, 'rollingUpdate');
  if (strategy.type === 'Recreate' && rolling !== undefined)
    return [forbiddenField('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")];
  if (rolling !== undefined && isZero(rolling.maxSurge) && isZero(rolling.maxUnavailable))
    return [
      invalidValue(
        'spec.strategy.rollingUpdate.maxUnavailable',
        rolling.maxUnavailable,
        'may not be 0 when `maxSurge` is 0',
      ),
    ];
  return [];
}

function checkJobSpec(spec: JsonObject, path: string): FieldError[] {
  const template = objectAt(spec, 'template');
  const pod = objectAt(template, 'spec') ?? {};
  const errors = checkPodSpec(pod, `${path}.template.spec`);
  const policy = pod.restartPolicy;
  if (policy === 'Always' || policy === undefined)
    errors.push(required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  for (const field of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  ]) {
    const value = spec[field];
    if (typeof value === 'number' && value < 0)
      errors.push(invalidValue(`${path}.${field}`, value, 'must be greater than or equal to 0'));
  }
  return errors;
}

const macros = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|every .+)$/;

function checkCronJob(object: JsonObject): FieldError[] {
  const spec = objectAt(object, 'spec') ?? {};
  const errors = checkJobSpec(objectAt(objectAt(spec, 'jobTemplate'), 'spec') ?? {}, 'spec.jobTemplate.spec');
  const schedule = String(spec.schedule ?? '');
  const fields = schedule.trim().split(/\s+/);
  if (/TZ=/.test(schedule))
    errors.push(
      invalidValue('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'),
    );
  else if (schedule !== '' && !macros.test(schedule) && fields.length !== 5)
    errors.push(
      invalidValue(
        'spec.schedule',
        schedule,
        `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`,
      ),
    );
  const { name = '' } = (objectAt(object, 'metadata') ?? {}) as { name?: string };
  if (name.length > 52) errors.push(invalidValue('metadata.name', name, 'must be no more than 52 characters'));
  return errors;
}

export const workloadChecks: Readonly<Record<string, (object: JsonObject) => FieldError[]>> = {
  pods: (object) => checkPodSpec(objectAt(object, 'spec') ?? {}, 'spec'),
  'deployments.apps': (object) => [...service('deployment')(object), ...checkStrategy(object)],
  'replicasets.apps': service('replicaset'),
  'statefulsets.apps': service('statefulset'),
  'daemonsets.apps': service('daemonset'),
  'jobs.batch': (object) => checkJobSpec(objectAt(object, 'spec') ?? {}, 'spec'),
  'cronjobs.batch': checkCronJob,
  'horizontalpodautoscalers.autoscaling': checkAutoscaler,
  'poddisruptionbudgets.policy': checkDisruptionBudget,
};

function checkAutoscaler(object: JsonObject): FieldError[] {
  const spec = objectAt(object, 'spec') ?? {};
  const { minReplicas, maxReplicas } = spec;
  const errors: FieldError[] = [];
  const most = typeof maxReplicas === 'number' ? maxReplicas : 0;
  if (most <= 0) errors.push(required('spec.maxReplicas', 'must be set and greater than 0'));
  if (typeof minReplicas === 'number' && minReplicas < 1)
    errors.push(invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  if (typeof minReplicas === 'number' && most < minReplicas)
    errors.push(invalidValue('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`'));
  return errors;
}

function checkDisruptionBudget(object: JsonObject): FieldError[] {
  const spec = objectAt(object, 'spec') ?? {};
  if (spec.minAvailable === undefined || spec.maxUnavailable === undefined) return [];
  const shown = {
    MinAvailable: spec.minAvailable,
    Selector: spec.selector ?? null,
    MaxUnavailable: spec.maxUnavailable,
    UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
  };
  return [invalidValue('spec', shown, 'minAvailable and maxUnavailable cannot be both set')];
}
