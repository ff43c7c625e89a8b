/** Makes a CronJob's Jobs when they are due, keeps as many finished ones as asked for, and lists those that run. */

import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Controller, ControllerContext } from '../store.ts';
import { findCondition, writeStatus } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { type CronSchedule, parseCron } from './cron-schedule.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { isJobFinished, type Job, jobs } from './job.ts';
import type { WorkQueue } from './work-queue.ts';
import {
  byCreation,
  controlledBy,
  controllerKeys,
  controllerManager,
  ownerReference,
  type PodTemplate,
  timestamp,
} from './workload.ts';

interface CronJob extends KubernetesObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly concurrencyPolicy?: string;
    readonly startingDeadlineSeconds?: number;
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
    readonly jobTemplate: { metadata?: PodTemplate['metadata']; spec: Job['spec'] };
  };
  readonly status?: { lastScheduleTime?: string; lastSuccessfulTime?: string; active?: readonly object[] };
}

const cronJobs = 'cronjobs.batch';

interface Environment {
  readonly context: ControllerContext;
  readonly events: EventRecorder;
  readonly queue: WorkQueue;
}

export function startCronJobController(context: ControllerContext): Controller {
  const events = createEventRecorder(context, 'cronjob-controller');
  return startControlLoop(context, {
    name: 'cronjob',
    watched: [cronJobs, jobs],
    keys: (resource, object) => (resource === jobs ? controllerKeys(object, 'CronJob') : [keyOf(object)]),
    reconcile(key, queue) {
      const { namespace, name } = splitKey(key);
      const cron = context.store.get(cronJobs, namespace, name) as CronJob | undefined;
      if (cron !== undefined && cron.metadata.deletionTimestamp === undefined)
        reconcileCronJob({ context, events, queue }, cron);
    },
  });
}

function reconcileCronJob(environment: Environment, cron: CronJob): void {
  const { context, queue } = environment;
  const scheduled = cron.spec.suspend ? undefined : runDue(environment, cron);
  const owned = controlledBy<Job>(context.store, cron, jobs).sort(byCreation);
  keepHistory(environment, cron, owned);
  const active = owned.filter((job) => !isJobFinished(job)).map(jobReference);
  const succeeded = owned
    .map((job) => job.status?.completionTime)
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  const status = {
    ...cron.status,
    active: active.length > 0 ? active : undefined,
    lastScheduleTime: scheduled?.last ?? cron.status?.lastScheduleTime,
    lastSuccessfulTime: succeeded ?? cron.status?.lastSuccessfulTime,
  };
  const live = context.store.get(cronJobs, cron.metadata.namespace ?? '', cron.metadata.name ?? '');
  if (live !== undefined) writeStatus(context.store, { resource: cronJobs, object: live, status });
  if (scheduled?.next !== undefined) queue.addAfter(keyOf(cron), Math.max(0, scheduled.next - context.clock.now()));
}

interface Scheduled {
  readonly last: string | undefined;
  readonly next: number | undefined;
}

/** Starts the latest time that was missed, if it is not too late for it. */
function runDue(environment: Environment, cron: CronJob): Scheduled | undefined {
  const { context, events } = environment;
  const schedule = readSchedule(cron, events);
  if (schedule === undefined) return undefined;
  const now = context.clock.now();
  const since = Date.parse(cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp ?? '');
  let due: number | undefined;
  let next = schedule.next(since);
  while (next !== undefined && next <= now) {
    due = next;
    next = schedule.next(next);
  }
  if (due === undefined) return { last: undefined, next };
  const isLate =
    cron.spec.startingDeadlineSeconds !== undefined && now - due > cron.spec.startingDeadlineSeconds * 1000;
  const started = !isLate && startJob(environment, cron, due);
  return { last: started ? timestamp(due) : undefined, next };
}

function readSchedule(cron: CronJob, events: EventRecorder): CronSchedule | undefined {
  try {
    return parseCron(cron.spec.schedule, cron.spec.timeZone);
  } catch (error) {
    const isUsers = error instanceof HelmGitopsError || error instanceof RangeError;
    if (!isUsers) throw error;
    events.record({
      about: cron,
      type: 'Warning',
      reason: 'UnparseableSchedule',
      message: `unparseable schedule: ${cron.spec.schedule} : ${error.message}`,
    });
    return undefined;
  }
}

function startJob({ context, events }: Environment, cron: CronJob, due: number): boolean {
  const { store } = context;
  const running = controlledBy<Job>(store, cron, jobs).filter((job) => !isJobFinished(job));
  if (running.length > 0 && cron.spec.concurrencyPolicy === 'Forbid') {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    events.record({ about: cron, type: 'Normal', reason: 'JobAlreadyActive', message });
    return false;
  }
  if (cron.spec.concurrencyPolicy === 'Replace') for (const job of running) deleteJob(store, job);
  const name = `${cron.metadata.name}-${Math.floor(due / 60_000)}`;
  const namespace = cron.metadata.namespace ?? '';
  if (store.get(jobs, namespace, name) !== undefined) return true;
  const { metadata = {}, spec } = cron.spec.jobTemplate;
  const annotations = { ...metadata.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(due) };
  const labels = metadata.labels === undefined ? {} : { labels: metadata.labels };
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, annotations, ...labels, ownerReferences: [ownerReference(cron)] },
    spec,
  };
  store.create(jobs, job, controllerManager);
  events.record({ about: cron, type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${name}` });
  return true;
}

function deleteJob(store: ControllerContext['store'], job: Job): void {
  store.delete(jobs, job.metadata.namespace ?? '', job.metadata.name ?? '', {
    ...controllerManager,
    propagationPolicy: 'Background',
  });
}

function keepHistory({ context }: Environment, { spec }: CronJob, owned: readonly Job[]): void {
  const ended = (type: string): Job[] =>
    owned.filter((job) => findCondition(job.status?.conditions, type)?.status === 'True');
  const surplus = (all: Job[], limit: number): Job[] => all.slice(0, Math.max(0, all.length - limit));
  const old = [
    ...surplus(ended('Complete'), spec.successfulJobsHistoryLimit ?? 3),
    ...surplus(ended('Failed'), spec.failedJobsHistoryLimit ?? 1),
  ];
  for (const job of old) if (job.metadata.deletionTimestamp === undefined) deleteJob(context.store, job);
}

function jobReference(job: Job): object {
  const { name, namespace, uid, resourceVersion } = job.metadata;
  return { apiVersion: 'batch/v1', kind: 'Job', name, namespace, uid, resourceVersion };
}
