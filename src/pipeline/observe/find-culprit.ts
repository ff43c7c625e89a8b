/**
 * Takes a workload that is not ready, returns what keeps its new pods from becoming so, and on request the words of
 * the newest warning and of the container's log. Reads pods, events and logs; never fails because one of them may not
 * be read.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { findPods } from './find-pods.ts';
import { conditionsOf, readNumber, readText, replicasOf } from './kinds/verdict.ts';
import {
  failedContainer,
  isPullHopeless,
  type Patience,
  type Problem,
  podProblem,
  worstProblem,
} from './pod-problem.ts';
import type { Culprit, Readiness } from './readiness.ts';

/** Of a log: lines, and characters of all of them. */
const logLines = 20;
const mostText = 4096;

/** The worst problem of the pods of the new template, or of their making. */
export async function findProblem(
  client: ClusterClient,
  workload: KubernetesObject,
  { patience, ...call }: CallOptions & { patience: Patience },
): Promise<Problem | undefined> {
  const pods = await findPods(client, workload, call);
  const worst = worstProblem(pods.map((pod) => podProblem(pod, patience)).filter((problem) => problem !== undefined));
  if (worst !== undefined) return sharpened(client, workload, { problem: worst, ...call });
  return pods.length < wantedPods(workload) ? refusal(client, workload, { patience, ...call }) : undefined;
}

/** Between two tries a kubelet only says that it waits: why it does, an event told. */
async function sharpened(
  client: ClusterClient,
  workload: KubernetesObject,
  { problem, ...call }: CallOptions & { problem: Problem },
): Promise<Problem> {
  const vague = problem.nature === 'persistent' && /^Back-off pulling image "[^"]*"$/.test(problem.message.trim());
  if (!vague || problem.pod === undefined) return problem;
  const about = { namespace: workload.metadata.namespace ?? '', kind: 'Pod', name: problem.pod };
  const texts = await warnings(client, about, call);
  const told = texts.find((text) => /^Failed to pull image/.test(text));
  if (told === undefined) return problem;
  return { ...problem, message: told, nature: isPullHopeless(told) ? 'hopeless' : problem.nature };
}

/** Quota and admission refuse pods: Deployments and ReplicaSets have a condition for it, others only an event. */
async function refusal(
  client: ClusterClient,
  workload: KubernetesObject,
  { patience, ...call }: CallOptions & { patience: Patience },
): Promise<Problem | undefined> {
  const condition = conditionsOf(workload).find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const { namespace = '', name = '' } = workload.metadata;
  const message =
    condition?.message ??
    (workload.kind === 'Deployment'
      ? undefined
      : (await warnings(client, { namespace, kind: workload.kind, name, reason: 'FailedCreate' }, call))[0]);
  if (message === undefined) return undefined;
  const refused = /forbidden|denied|exceeded quota|is invalid/i.test(message);
  return { nature: refused ? 'persistent' : 'waiting', reason: 'FailedCreate', message, grace: patience.refusal };
}

/** Of a Job or Pod that has failed: the container whose end made it so, newest pod first. */
export async function findFailedContainer(
  client: ClusterClient,
  workload: KubernetesObject,
  { readiness, ...call }: CallOptions & { readiness: Readiness },
): Promise<Problem | undefined> {
  if (workload.kind !== 'Job' && workload.kind !== 'Pod') return undefined;
  const age = ({ metadata }: KubernetesObject) => Date.parse(metadata.creationTimestamp ?? '') || 0;
  const pods = (await findPods(client, workload, call)).sort((a, b) => age(b) - age(a));
  const found = pods.map(failedContainer).find((container) => container !== undefined);
  if (found === undefined) return undefined;
  return { ...found, nature: 'crashing', reason: readiness.reason, message: `${readiness.message}; ${found.message}` };
}

function wantedPods(workload: KubernetesObject): number {
  if (workload.kind === 'DaemonSet') return readNumber(workload, 'status', 'desiredNumberScheduled') ?? 1;
  return workload.kind === 'Job' ? 1 : replicasOf(workload);
}

export interface Explained {
  readonly client: ClusterClient;
  readonly workload: KubernetesObject;
  readonly readiness: Readiness;
  readonly problem: Problem | undefined;
}

/** The readiness with its culprit: what a person needs to see without opening a terminal. */
export async function explain(
  { client, workload, readiness, problem }: Explained,
  call: CallOptions,
): Promise<Readiness> {
  const { namespace = '', name = '' } = workload.metadata;
  const [texts, logs] = await Promise.all([
    newestWarnings(client, { namespace, kind: workload.kind, name, pod: problem?.pod }, call),
    problem === undefined ? '' : lastLines(client, { namespace, problem, ...call }),
  ]);
  const culprit: Culprit = {
    ...(problem?.pod === undefined ? {} : { pod: problem.pod }),
    ...(problem?.container === undefined ? {} : { container: problem.container }),
    ...(problem?.image === undefined ? {} : { image: problem.image }),
    ...(texts[0] === undefined ? {} : { event: texts[0] }),
    ...(logs === '' ? {} : { logs }),
  };
  const told = problem === undefined ? {} : { reason: problem.reason, message: problem.message };
  return { ...readiness, ...told, ...(Object.keys(culprit).length > 0 ? { culprit } : {}) };
}

async function lastLines(
  client: ClusterClient,
  { namespace, problem, ...call }: CallOptions & { namespace: string; problem: Problem },
): Promise<string> {
  // A container that never ran has written nothing.
  if (problem.pod === undefined || problem.container === undefined || problem.nature !== 'crashing') return '';
  const { pod, container, previous = false } = problem;
  const read = (former: boolean) =>
    client
      .logs({ namespace, name: pod }, { container, tailLines: logLines, previous: former, ...call })
      .catch(() => '');
  const logs = (await read(previous)) || (await read(!previous));
  const text = logs.trimEnd();
  return text.length > mostText ? `…${text.slice(-mostText)}` : text;
}

interface EventSubject {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly reason?: string;
}

/** About the pod to blame; that a Job has given up, only its own say. */
async function newestWarnings(
  client: ClusterClient,
  { pod, ...workload }: EventSubject & { pod: string | undefined },
  call: CallOptions,
): Promise<string[]> {
  if (pod === undefined) return await warnings(client, workload, call);
  const texts = await warnings(client, { namespace: workload.namespace, kind: 'Pod', name: pod }, call);
  if (texts.length > 0 || workload.kind !== 'Job') return texts;
  const told = await warnings(client, workload, call);
  if (told.length > 0) return told;
  // The controller writes a Job's status first and its warning after: looked for once more.
  await sleep(lateEvent, undefined, call).catch(() => undefined);
  return await warnings(client, workload, call);
}

/** Milliseconds */
const lateEvent = 300;

/** Texts of the warnings about an object, newest first. */
async function warnings(client: ClusterClient, about: EventSubject, call: CallOptions): Promise<string[]> {
  const reason = about.reason === undefined ? '' : `,reason=${about.reason}`;
  const fieldSelector = `type=Warning,involvedObject.kind=${about.kind},involvedObject.name=${about.name}${reason}`;
  const query = { apiVersion: 'v1', kind: 'Event', namespace: about.namespace, fieldSelector };
  const { items } = await client.list(query, call).catch(() => ({ items: [] as KubernetesObject[] }));
  return items
    .sort((a, b) => eventTime(b) - eventTime(a))
    .map((event) => readText(event, 'message') ?? '')
    .filter((text) => text !== '');
}

function eventTime(event: KubernetesObject): number {
  const time =
    readText(event, 'series', 'lastObservedTime') ?? readText(event, 'lastTimestamp') ?? readText(event, 'eventTime');
  return Date.parse(time ?? event.metadata.creationTimestamp ?? '') || 0;
}
