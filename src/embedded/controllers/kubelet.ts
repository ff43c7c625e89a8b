/**
 * Plays the kubelets: brings the pods of every node to the state that their images' tags ask for (image-outcome.ts),
 * after the times of `pace`, and removes those that are to go. No container runs.
 */
import type { Controller, ControllerContext } from '../store.ts';
import { findCondition, writeStatus } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { type Attempt, containerStatus, hasCrash, imageEvents, podPhase, restartLimit } from './image-outcome.ts';
import { isFinished } from './pod-state.ts';
import type { WorkQueue } from './work-queue.ts';
import { type Condition, type Pod, timestamp } from './workload.ts';

const manager = { manager: 'kubelet' };

interface Environment {
  readonly context: ControllerContext;
  readonly queue: WorkQueue;
  readonly recorders: Map<string, EventRecorder>;
  readonly addresses: Addresses;
}

export function startKubelet(context: ControllerContext): Controller {
  const recorders = new Map<string, EventRecorder>();
  const addresses = createAddresses(context);
  return startControlLoop(context, {
    name: 'kubelet',
    watched: ['pods'],
    keys: (_resource, object) => [keyOf(object)],
    reconcile(key, queue) {
      const { namespace, name } = splitKey(key);
      const pod = context.store.get('pods', namespace, name) as Pod | undefined;
      if (pod !== undefined) reconcilePod({ context, queue, recorders, addresses }, pod);
    },
  });
}

function reconcilePod(environment: Environment, pod: Pod): void {
  if (pod.metadata.deletionTimestamp !== undefined) remove(environment.context, pod);
  else if (!pod.spec.nodeName || isFinished(pod)) return;
  else if (pod.status?.podIP === undefined) startInTime(environment, pod);
  else if (hasCrash(pod)) restart(environment, pod);
  else if (pod.status.phase === 'Running' && endsByItself(pod)) endInTime(environment, pod);
}

function startInTime(environment: Environment, pod: Pod): void {
  const left = untilDue(environment.context, pod.metadata.creationTimestamp, environment.context.pace.podStart);
  if (left > 0) environment.queue.addAfter(keyOf(pod), left);
  else start(environment, pod);
}

function endInTime({ context, queue }: Environment, pod: Pod): void {
  const left = untilDue(context, pod.status?.startTime, context.pace.jobRun);
  const status = endedStatus(pod, timestamp(context.clock.now()));
  if (left > 0) queue.addAfter(keyOf(pod), left);
  else writeStatus(context.store, { resource: 'pods', object: pod, status }, manager);
}

/** Milliseconds; times are stored in whole seconds, so that it is due at most one second too early. */
function untilDue({ clock }: ControllerContext, since: string | undefined, delay: number): number {
  return delay === 0 ? 0 : Date.parse(since ?? '') + delay - clock.now();
}

/** Its containers are gone at once: nothing has to be waited for. */
function remove({ store }: ControllerContext, pod: Pod): void {
  if (pod.metadata.deletionGracePeriodSeconds === 0 && (pod.metadata.finalizers ?? []).length > 0) return;
  const { namespace = '', name = '', uid } = pod.metadata;
  const preconditions = uid === undefined ? {} : { preconditions: { uid } };
  store.delete('pods', namespace, name, { ...manager, gracePeriodSeconds: 0, ...preconditions });
}

function endsByItself(pod: Pod): boolean {
  return pod.spec.restartPolicy === 'Never' || pod.spec.restartPolicy === 'OnFailure';
}

function start(environment: Environment, pod: Pod): void {
  const { context, addresses } = environment;
  const { store, pace, clock } = context;
  const attempt: Attempt = { now: timestamp(clock.now()), restarts: pace.crashBackoff === 0 ? restartLimit : 0 };
  const { podIP, hostIP } = addresses.take(pod);
  const status = {
    ...pod.status,
    phase: podPhase(pod),
    conditions: startConditions(pod, attempt.now),
    containerStatuses: pod.spec.containers.map((container) => containerStatus(container, attempt)),
    ...initStatuses(pod, attempt.now),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: attempt.now,
  };
  writeStatus(store, { resource: 'pods', object: pod, status }, manager);
  recordImages(environment, pod, attempt.restarts);
}

function initStatuses(pod: Pod, now: string): object {
  const containers = pod.spec.initContainers ?? [];
  if (containers.length === 0) return {};
  const terminated = { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now };
  const status = { ready: true, started: false, restartCount: 0, imageID: '', lastState: {}, state: { terminated } };
  return { initContainerStatuses: containers.map(({ name, image = '' }) => ({ name, image, ...status })) };
}

function startConditions(pod: Pod, now: string): Condition[] {
  const isReady = podPhase(pod) === 'Running';
  const ready = isReady
    ? { status: 'True' as const }
    : { status: 'False' as const, reason: 'ContainersNotReady', message: unreadyMessage(pod) };
  const base = { lastProbeTime: null, lastTransitionTime: now };
  const scheduled = findCondition(pod.status?.conditions, 'PodScheduled') ?? {
    type: 'PodScheduled',
    status: 'True',
    ...base,
  };
  return [
    { type: 'Initialized', status: 'True', ...base },
    { type: 'Ready', ...ready, ...base },
    { type: 'ContainersReady', ...ready, ...base },
    scheduled,
  ];
}

function unreadyMessage(pod: Pod): string {
  const unready = pod.spec.containers.filter((container) => /:(broken|crash)/.test(container.image ?? ''));
  return `containers with unready status: [${unready.map(({ name }) => name).join(' ')}]`;
}

function recordImages(environment: Environment, pod: Pod, restarts: number): void {
  const node = pod.spec.nodeName ?? '';
  let recorder = environment.recorders.get(node);
  if (recorder === undefined) {
    recorder = createEventRecorder(environment.context, 'kubelet', node);
    environment.recorders.set(node, recorder);
  }
  for (const event of imageEvents(pod, restarts)) recorder.record({ about: pod, ...event });
}

/** Restarts what crashes, each time after twice the pause, until it has crashed often enough for everybody to notice. */
function restart(environment: Environment, pod: Pod): void {
  const { store, pace, clock } = environment.context;
  const restarts = Math.max(...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));
  if (restarts >= restartLimit) return;
  const crashed = (pod.status?.containerStatuses ?? []).map(
    (status) => status.lastState?.terminated?.finishedAt ?? pod.status?.startTime,
  );
  const since = Math.max(...crashed.map((time) => Date.parse(String(time))).filter((time) => !Number.isNaN(time)));
  const left = since + Math.min(pace.crashBackoff * 2 ** restarts, 300_000) - clock.now();
  if (left > 0) {
    environment.queue.addAfter(keyOf(pod), left);
    return;
  }
  const attempt: Attempt = { now: timestamp(clock.now()), restarts: restarts + 1 };
  const containerStatuses = pod.spec.containers.map((container) => containerStatus(container, attempt));
  writeStatus(store, { resource: 'pods', object: pod, status: { ...pod.status, containerStatuses } }, manager);
  recordImages(environment, pod, attempt.restarts);
}

function endedStatus(pod: Pod, now: string): object {
  const failed = pod.spec.containers.some(({ image = '' }) => image.includes(':fail'));
  const containerStatuses = pod.spec.containers.map(({ name, image = '' }) => {
    const exitCode = image.includes(':fail') ? 1 : 0;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const terminated = { exitCode, reason, startedAt: pod.status?.startTime ?? now, finishedAt: now };
    return {
      name,
      image,
      imageID: '',
      ready: false,
      restartCount: 0,
      started: false,
      lastState: {},
      state: { terminated },
    };
  });
  const reason = failed ? 'PodFailed' : 'PodCompleted';
  const conditions = (pod.status?.conditions ?? []).map((condition): Condition => {
    if (condition.type !== 'Ready' && condition.type !== 'ContainersReady') return condition;
    return { type: condition.type, status: 'False', reason, lastProbeTime: null, lastTransitionTime: now };
  });
  return { ...pod.status, conditions, containerStatuses, phase: failed ? 'Failed' : 'Succeeded' };
}

interface Addresses {
  take(pod: Pod): { podIP: string; hostIP: string };
}

/** Pod addresses count up from the highest in use at the start; each node has one of its own. */
function createAddresses({ store }: ControllerContext): Addresses {
  const used = (store.list('pods') as Pod[]).map((pod) => toNumber(pod.status?.podIP ?? ''));
  let last = Math.max(0, ...used);
  const hosts = new Map<string, string>();
  return {
    take(pod) {
      const node = pod.spec.nodeName ?? '';
      const hostIP = hosts.get(node) ?? `172.18.0.${hosts.size + 2}`;
      hosts.set(node, hostIP);
      if (pod.spec.hostNetwork) return { podIP: hostIP, hostIP };
      // 10.244.0.0/16, starting over when it is used up.
      last = (last % 65_534) + 1;
      return { podIP: `10.244.${last >> 8}.${last & 255}`, hostIP };
    },
  };
}

function toNumber(podIP: string): number {
  const [first, second, high, low] = podIP.split('.').map(Number);
  return first === 10 && second === 244 ? (high ?? 0) * 256 + (low ?? 0) : 0;
}
