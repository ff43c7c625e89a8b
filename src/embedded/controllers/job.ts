/** Runs a Job's pods until enough have succeeded, too many have failed, or its time is up. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { StatusError } from '../api/status-error.ts';
import type { Controller, ControllerContext } from '../store.ts';
import { findCondition, writeStatus } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { type Ending, endingOf, indexesText, type JobProgress, missingIndexes } from './job-progress.ts';
import { isActive, isFinished, isReady, isTerminating } from './pod-state.ts';
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

export interface Job extends KubernetesObject {
  readonly spec: {
    readonly activeDeadlineSeconds?: number;
    readonly backoffLimit?: number;
    readonly completionMode?: string;
    readonly completions?: number;
    readonly parallelism?: number;
    readonly selector?: LabelSelector;
    readonly suspend?: boolean;
    readonly template: PodTemplate;
    readonly ttlSecondsAfterFinished?: number;
  };
  readonly status?: JobStatus;
}

export interface JobStatus {
  readonly active?: number;
  readonly completionTime?: string;
  readonly conditions?: readonly Condition[];
  readonly failed?: number;
  readonly startTime?: string;
  readonly succeeded?: number;
}

export const jobs = 'jobs.batch';
const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

interface Environment {
  readonly context: ControllerContext;
  readonly events: EventRecorder;
  readonly queue: WorkQueue;
}

export function startJobController(context: ControllerContext): Controller {
  const events = createEventRecorder(context, 'job-controller');
  return startControlLoop(context, {
    name: 'job',
    watched: [jobs, 'pods'],
    keys: (resource, object) => (resource === 'pods' ? controllerKeys(object, 'Job') : [keyOf(object)]),
    reconcile(key, queue) {
      const { namespace, name } = splitKey(key);
      const job = context.store.get(jobs, namespace, name) as Job | undefined;
      if (job === undefined || job.metadata.deletionTimestamp !== undefined) return;
      if (isJobFinished(job)) expire({ context, events, queue }, job);
      else reconcileJob({ context, events, queue }, job);
    },
  });
}

export function isJobFinished(job: Job): boolean {
  return (job.status?.conditions ?? []).some(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
}

/** A finished Job goes when its time to live is over. */
function expire({ context, queue }: Environment, job: Job): void {
  const ttl = job.spec.ttlSecondsAfterFinished;
  if (ttl === undefined) return;
  const done = job.status?.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed')?.lastTransitionTime;
  const left = Date.parse(done ?? '') + ttl * 1000 - context.clock.now();
  if (left > 0) queue.addAfter(keyOf(job), left);
  else
    context.store.delete(jobs, job.metadata.namespace ?? '', job.metadata.name ?? '', {
      ...controllerManager,
      propagationPolicy: 'Foreground',
    });
}

function reconcileJob(environment: Environment, job: Job): void {
  const { context, queue } = environment;
  const now = context.clock.now();
  const startTime = job.spec.suspend ? undefined : (job.status?.startTime ?? timestamp(now));
  const progress = { ...observe(context, job), startTime, now };
  const ending = endingOf(job, progress);
  if (ending !== undefined) {
    finish(environment, job, { ending, progress });
    return;
  }
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds !== undefined && startTime !== undefined) {
    queue.addAfter(keyOf(job), Math.max(0, Date.parse(startTime) + activeDeadlineSeconds * 1000 - now));
  }
  try {
    adjustPods(environment, job, progress);
  } finally {
    writeJobStatus(context, job, { startTime, conditions: suspension(environment, job) });
  }
}

function observe({ store }: ControllerContext, job: Job): Omit<JobProgress, 'startTime' | 'now'> {
  const pods = controlledBy<Pod>(store, job, 'pods');
  const ofPhase = (phase: string): Pod[] => pods.filter((pod) => pod.status?.phase === phase);
  return {
    pods,
    active: pods.filter(isActive),
    // A count never falls, even when someone removes the finished pods.
    succeeded: Math.max(ofPhase('Succeeded').length, job.status?.succeeded ?? 0),
    failed: Math.max(ofPhase('Failed').length, job.status?.failed ?? 0),
    succeededIndexes: new Set(ofPhase('Succeeded').map(indexOf)),
  };
}

function indexOf(pod: Pod): number {
  return Number(pod.metadata.annotations?.[indexAnnotation] ?? -1);
}

function adjustPods(environment: Environment, job: Job, progress: JobProgress): void {
  const { context, queue } = environment;
  const { active, failed, now } = progress;
  const wanted = job.spec.suspend ? 0 : wantedPods(job, progress);
  if (active.length > wanted) for (const pod of active.slice(wanted)) deletePod(environment, job, pod);
  if (active.length >= wanted) return;
  const wait = backOff(context, progress) - now;
  if (failed > 0 && wait > 0) {
    queue.addAfter(keyOf(job), wait);
    return;
  }
  const used = new Set(active.map(indexOf));
  const indexes = missingIndexes(job, progress.succeededIndexes, used);
  for (let count = active.length; count < wanted; count += 1) createPod(environment, job, indexes.shift());
}

function wantedPods({ spec: { parallelism = 1, completions } }: Job, { succeeded, active }: JobProgress): number {
  // Without a number of completions the first success ends the growth.
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.min(parallelism, Math.max(0, completions - succeeded));
}

/** When the next pod may start after failures: later with each one. */
function backOff({ pace }: ControllerContext, { pods, failed }: JobProgress): number {
  const ends = pods
    .filter((pod) => pod.status?.phase === 'Failed')
    .map((pod) => {
      const finished = pod.status?.containerStatuses?.map((status) =>
        Date.parse(String(status.state?.terminated?.finishedAt ?? '')),
      );
      return Math.max(0, ...(finished ?? []).filter((time) => !Number.isNaN(time)));
    });
  return Math.max(0, ...ends) + Math.min(pace.crashBackoff * 2 ** Math.max(0, failed - 1), 600_000);
}

function createPod({ context, events }: Environment, job: Job, index: number | undefined): void {
  const pod = podFromTemplate(job.spec.template, job);
  try {
    const created = context.store.create(
      'pods',
      index === undefined ? pod : indexedPod(pod, job, index),
      controllerManager,
    );
    events.record({
      about: job,
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${created.metadata.name}`,
    });
  } catch (error) {
    if (error instanceof StatusError)
      events.record({
        about: job,
        type: 'Warning',
        reason: 'FailedCreate',
        message: `Error creating: ${error.message}`,
      });
    throw error;
  }
}

function indexedPod(pod: KubernetesObject, job: Job, index: number): KubernetesObject {
  const annotations = { ...pod.metadata.annotations, [indexAnnotation]: String(index) };
  const labels = { ...pod.metadata.labels, [indexAnnotation]: String(index) };
  const generateName = `${job.metadata.name}-${index}-`;
  const spec = { ...(pod.spec as object), hostname: `${job.metadata.name}-${index}` };
  return { ...pod, metadata: { ...pod.metadata, annotations, labels, generateName }, spec };
}

function deletePod({ context, events }: Environment, job: Job, pod: Pod): void {
  context.store.delete('pods', pod.metadata.namespace ?? '', pod.metadata.name ?? '', controllerManager);
  events.record({
    about: job,
    type: 'Normal',
    reason: 'SuccessfulDelete',
    message: `Deleted pod: ${pod.metadata.name}`,
  });
}

/** Suspended says so and loses its start time; resumed starts anew. */
function suspension({ context, events }: Environment, job: Job): Condition[] {
  const conditions = job.status?.conditions ?? [];
  const current = findCondition(conditions, 'Suspended');
  const suspended = job.spec.suspend === true;
  if ((current?.status === 'True') === suspended) return [...conditions];
  const [reason, message] = suspended ? ['JobSuspended', 'Job suspended'] : ['JobResumed', 'Job resumed'];
  events.record({ about: job, type: 'Normal', reason: suspended ? 'Suspended' : 'Resumed', message });
  const rest = conditions.filter(({ type }) => type !== 'Suspended');
  return [...rest, jobCondition(context, { type: 'Suspended', status: suspended ? 'True' : 'False', reason, message })];
}

function jobCondition(
  { clock }: ControllerContext,
  condition: Omit<Condition, 'lastProbeTime' | 'lastTransitionTime'>,
): Condition {
  const now = timestamp(clock.now());
  return { ...condition, lastProbeTime: now, lastTransitionTime: now };
}

/** First the decision and the end of running pods, then, when they are gone, the verdict: as upstream since 1.31. */
function finish(
  environment: Environment,
  job: Job,
  { ending, progress }: { ending: Ending; progress: JobProgress },
): void {
  const { context, events } = environment;
  for (const pod of progress.active) deletePod(environment, job, pod);
  const [decision, verdict] = ending.failed ? ['FailureTarget', 'Failed'] : ['SuccessCriteriaMet', 'Complete'];
  const { reason, message } = ending;
  const conditions = [...(job.status?.conditions ?? [])];
  const add = (type: string) => {
    if (findCondition(conditions, type) === undefined)
      conditions.push(jobCondition(context, { type, status: 'True', reason, message }));
  };
  add(decision);
  const isSettled = controlledBy<Pod>(context.store, job, 'pods').every(isFinished);
  if (isSettled) add(verdict);
  const completionTime = isSettled && !ending.failed ? timestamp(context.clock.now()) : undefined;
  // Pods that are ended count as failed, as upstream counts them.
  const failed = progress.failed + (ending.failed ? progress.active.length : 0);
  writeJobStatus(context, job, { startTime: progress.startTime, conditions, completionTime, failed });
  if (!isSettled) return;
  if (ending.failed) events.record({ about: job, type: 'Warning', reason, message });
  else events.record({ about: job, type: 'Normal', reason: 'Completed', message: 'Job completed' });
}

interface Outcome {
  readonly startTime: string | undefined;
  readonly conditions: readonly Condition[];
  readonly completionTime?: string | undefined;
  readonly failed?: number;
}

function writeJobStatus(context: ControllerContext, job: Job, outcome: Outcome): void {
  const { store } = context;
  const live = store.get(jobs, job.metadata.namespace ?? '', job.metadata.name ?? '') as Job | undefined;
  if (live === undefined || live.metadata.uid !== job.metadata.uid) return;
  const { startTime, conditions, completionTime } = outcome;
  const { active, pods, succeeded, failed: counted, succeededIndexes } = observe(context, job);
  const failed = outcome.failed ?? counted;
  const status = {
    active: active.length || undefined,
    completedIndexes: job.spec.completionMode === 'Indexed' ? indexesText(succeededIndexes) || undefined : undefined,
    completionTime,
    conditions: conditions.length > 0 ? conditions : undefined,
    failed: failed || undefined,
    ready: active.filter(isReady).length,
    startTime,
    succeeded: succeeded || undefined,
    terminating: pods.filter((pod) => isTerminating(pod) && !isFinished(pod)).length,
    uncountedTerminatedPods: {},
  };
  writeStatus(store, { resource: jobs, object: live, status });
}
