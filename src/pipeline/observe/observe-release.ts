/**
 * Takes the objects of a release, returns when all of them are ready, when one of them cannot become so, or when time is
 * up; then with the culprit. Follows the cluster by watches, and looks at pods only while something is not ready. Never
 * writes. Fails only where the caller gives up or nothing may be read.
 */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { abortError } from '../../foundation/cluster/cluster-error.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { explain, findFailedContainer, findProblem } from './find-culprit.ts';
import { hasPods } from './find-pods.ts';
import { followObjects, type ObservedObject, type ReleaseWatches } from './observed-objects.ts';
import { defaultPatience, type Patience, type Problem } from './pod-problem.ts';
import type { Readiness } from './readiness.ts';

export interface ObserveInput {
  readonly client: ClusterClient;
  /** As applied (with their resourceVersion) or as rendered; namespaced ones with their namespace. */
  readonly objects: readonly KubernetesObject[];
  /** Milliseconds */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** What is waited for: after a second, and then each time it is another object or another reason. */
  readonly onProgress?: (readiness: Readiness) => void;
  readonly patience?: Partial<Patience>;
  readonly watches?: ReleaseWatches;
  /** `ended`, for hooks: Jobs and Pods have to end, and other kinds are ready by being there. */
  readonly until?: 'ready' | 'ended';
}

export type Observed =
  | { readonly status: 'ready' }
  | { readonly status: 'failed'; readonly readiness: Readiness }
  | { readonly status: 'timeout'; readonly readiness: Readiness };

/** Milliseconds until pods are looked at for the first time, and at most between two looks. */
const firstLook = 500;
const slowestLook = 3_000;
const progressDelay = 1_000;
/** Milliseconds that finding the words for a failure may take. */
const explainDeadline = 5_000;

export async function observeRelease(input: ObserveInput): Promise<Observed> {
  const { signal, timeout } = input;
  if (signal.aborted) throw abortError('wait for readiness', signal.reason);
  const ended = Promise.withResolvers<Ending>();
  const stop = new AbortController();
  const abort = () => ended.reject(abortError('wait for readiness', signal.reason));
  signal.addEventListener('abort', abort, { once: true });
  const deadline = setTimeout(() => ended.resolve({ status: 'timeout' }), timeout);
  const objects = followObjects({
    client: input.client,
    objects: input.objects,
    signal: stop.signal,
    ...(input.watches === undefined ? {} : { watches: input.watches }),
    ...(input.until === undefined ? {} : { until: input.until }),
    failed: ended.reject,
    changed: () => {
      const waiting = objects.waiting();
      const failed = waiting.find(({ readiness }) => readiness.status === 'failed');
      if (waiting.length === 0) ended.resolve({ status: 'ready' });
      else if (failed) ended.resolve({ status: 'failed', failed });
    },
  });
  if (objects.waiting().length === 0) ended.resolve({ status: 'ready' });
  const progress = setInterval(reportProgress(input, objects), progressDelay);
  lookAtPods(input, { objects, signal: stop.signal, end: ended.resolve }).catch(ended.reject);
  try {
    const ending = await ended.promise;
    if (ending.status === 'ready') return ending;
    const observed = await withCulprit(input, objects.waiting(), ending);
    if (signal.aborted) throw abortError('wait for readiness', signal.reason);
    return observed;
  } finally {
    clearTimeout(deadline);
    clearInterval(progress);
    signal.removeEventListener('abort', abort);
    stop.abort('the wait is over');
    await objects[Symbol.asyncDispose]();
  }
}

type Ending =
  | { readonly status: 'ready' }
  | { readonly status: 'timeout' }
  | { readonly status: 'failed'; readonly failed: ObservedObject; readonly problem?: Problem };

interface Waiting {
  waiting(): readonly ObservedObject[];
}

function reportProgress({ onProgress }: ObserveInput, objects: Waiting): () => void {
  let told = '';
  return () => {
    const first = objects.waiting()[0]?.readiness;
    const now = `${first?.object} ${first?.reason}`;
    if (first === undefined || now === told) return;
    told = now;
    onProgress?.(first);
  };
}

interface Look {
  readonly objects: Waiting;
  readonly signal: AbortSignal;
  readonly end: (ending: Ending) => void;
}

async function lookAtPods(input: ObserveInput, { objects, signal, end }: Look): Promise<void> {
  const patience = { ...defaultPatience, ...input.patience };
  const since = new Map<string, number>();
  for (let pause = firstLook; ; pause = Math.min(pause * 1.5, slowestLook)) {
    await new Promise((resolve) => setTimeout(resolve, pause).unref());
    if (signal.aborted) return;
    const found: { object: ObservedObject; problem: Problem | undefined }[] = [];
    for (const object of objects.waiting()) {
      const problem = await problemOf(input, object, { patience, signal });
      if (signal.aborted) return;
      found.push({ object, problem });
    }
    const now = input.now().getTime();
    const failing = found.find(({ problem }) => problem !== undefined && isFailure(problem, { since, now }));
    // A crash loop may be waiting for a database of the same release, as long as that one is still coming; a Job of a
    // hook counts its tries itself.
    const stuck =
      input.until !== 'ended' && found.every(({ problem }) => problem !== undefined && problem.nature !== 'waiting');
    const culprit = failing ?? (stuck ? found.find(({ problem }) => problem?.nature === 'crashing') : undefined);
    if (culprit?.problem !== undefined) end({ status: 'failed', failed: culprit.object, problem: culprit.problem });
  }
}

/** Undefined too where pods may not be read, or the API server is busy: the workload's own status still decides. */
async function problemOf(
  { client }: ObserveInput,
  { live, readiness }: ObservedObject,
  options: { patience: Patience; signal: AbortSignal },
): Promise<Problem | undefined> {
  if (live === undefined || !hasPods(live)) return undefined;
  // Until its controller has seen the change, the pods that count as the new ones are those of the change before.
  if (readiness.reason === 'NotObserved') return undefined;
  return findProblem(client, live, options).catch(() => undefined);
}

async function failedContainerOf(
  { client }: ObserveInput,
  { live, readiness }: ObservedObject,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  if (live === undefined) return undefined;
  return findFailedContainer(client, live, { readiness, signal }).catch(() => undefined);
}

function isFailure(problem: Problem, { since, now }: { since: Map<string, number>; now: number }): boolean {
  if (problem.nature === 'hopeless') return true;
  if (problem.nature !== 'persistent') return false;
  const id = [problem.pod, problem.container, problem.grace].join('/');
  const first = since.get(id) ?? now;
  since.set(id, first);
  return now - first >= (problem.grace ?? 0);
}

async function withCulprit(
  input: ObserveInput,
  waiting: readonly ObservedObject[],
  ending: Exclude<Ending, { status: 'ready' }>,
): Promise<Observed> {
  const signal = AbortSignal.any([input.signal, AbortSignal.timeout(explainDeadline)]);
  const patience = { ...defaultPatience, ...input.patience };
  const { object, problem } =
    ending.status === 'failed'
      ? {
          object: ending.failed,
          problem:
            ending.problem ??
            (await problemOf(input, ending.failed, { patience, signal })) ??
            (await failedContainerOf(input, ending.failed, signal)),
        }
      : await mostTelling(input, waiting, { patience, signal });
  const status = ending.status === 'failed' ? ('failed' as const) : object.readiness.status;
  const readiness = { ...object.readiness, status };
  if (object.live === undefined) return { status: ending.status, readiness };
  const explained = await explain(
    { client: input.client, workload: object.live, readiness, problem },
    { signal },
  ).catch(() => readiness);
  return { status: ending.status, readiness: explained };
}

/** At the timeout: the first object whose pods have something to say, else the first that is not ready. */
async function mostTelling(
  input: ObserveInput,
  waiting: readonly ObservedObject[],
  options: { patience: Patience; signal: AbortSignal },
): Promise<{ object: ObservedObject; problem: Problem | undefined }> {
  for (const object of waiting) {
    const problem = await problemOf(input, object, options);
    if (problem !== undefined) return { object, problem };
  }
  const readiness: Readiness = { status: 'progressing', object: 'release', reason: 'Timeout', message: 'time is up' };
  return { object: waiting[0] ?? { live: undefined, readiness }, problem: undefined };
}
