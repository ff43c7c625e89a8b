/** Takes a pod, returns what keeps its containers from running, and whether waiting could help. Pure. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { conditionsOf, readList, readNumber, readText } from './kinds/verdict.ts';

/**
 * - `hopeless`: nothing but a change helps; it fails at once.
 * - `persistent`: may pass by itself; fails after its `grace`.
 * - `crashing`: may be waiting for something else of the release; fails when nothing else progresses any more.
 * - `waiting`: no failure, only the reason to name at the timeout.
 */
export type ProblemNature = 'hopeless' | 'persistent' | 'crashing' | 'waiting';

export interface Problem {
  readonly nature: ProblemNature;
  readonly reason: string;
  readonly message: string;
  /** Left out where no pod could be made. */
  readonly pod?: string;
  readonly container?: string;
  readonly image?: string;
  /** Milliseconds it has to stand before it is a failure; of `persistent`. */
  readonly grace?: number;
  /** The log that tells is the one of the container's former run. */
  readonly previous?: boolean;
}

export interface Patience {
  /** Milliseconds for pull errors that are neither "not found" nor "denied". */
  readonly pull: number;
  /** Milliseconds for containers that cannot be created: a Secret may still be on its way. */
  readonly create: number;
  /** Milliseconds for pods that quota or admission refuse: a rolling update makes room by itself. */
  readonly refusal: number;
  readonly restarts: number;
}

export const defaultPatience: Patience = { pull: 60_000, create: 30_000, refusal: 10_000, restarts: 3 };

/** The one that says most about why nothing comes of it. */
export function worstProblem(problems: readonly Problem[]): Problem | undefined {
  return problems.toSorted((a, b) => weight[b.nature] - weight[a.nature])[0];
}

const weight: Readonly<Record<ProblemNature, number>> = { hopeless: 3, crashing: 2, persistent: 1, waiting: 0 };

/** The worst problem of the pod's containers. */
export function podProblem(pod: KubernetesObject, patience: Patience): Problem | undefined {
  if (pod.metadata.deletionTimestamp !== undefined) return undefined;
  const name = pod.metadata.name ?? '';
  const statuses = [
    ...readList(pod, 'status', 'initContainerStatuses'),
    ...readList(pod, 'status', 'containerStatuses'),
  ];
  const problems = statuses.map((status) => containerProblem(status, patience)).filter((found) => found !== undefined);
  const worst = worstProblem(problems);
  if (worst) return { ...worst, pod: name };
  const unscheduled = conditionsOf(pod).find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!unscheduled) return undefined;
  const reason = unscheduled.reason || 'Unschedulable';
  return { nature: 'waiting', reason, message: unscheduled.message || 'the pod has no node', pod: name };
}

const pullReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'RegistryUnavailable',
]);
const hopelessReasons: ReadonlySet<string> = new Set(['InvalidImageName', 'ErrImageNeverPull']);
const createReasons: ReadonlySet<string> = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'PreCreateHookError',
  'PreStartHookError',
  'PostStartHookError',
  'RunContainerError',
]);

function containerProblem(status: unknown, patience: Patience): Problem | undefined {
  const container = readText(status, 'name') ?? '';
  const image = readText(status, 'image');
  const where = { container, ...(image ? { image } : {}) };
  const restarts = readNumber(status, 'restartCount') ?? 0;
  const reason = readText(status, 'state', 'waiting', 'reason');
  const message = readText(status, 'state', 'waiting', 'message') ?? '';
  if (reason !== undefined && pullReasons.has(reason)) {
    const nature = isPullHopeless(message) ? 'hopeless' : 'persistent';
    return { ...where, nature, reason, message: message || 'the image cannot be pulled', grace: patience.pull };
  }
  if (reason !== undefined && hopelessReasons.has(reason)) return { ...where, nature: 'hopeless', reason, message };
  // The runtime's error is repeated with each try: only the newest is known.
  if (reason !== undefined && createReasons.has(reason) && restarts < patience.restarts)
    return { ...where, nature: 'persistent', reason, message, grace: patience.create };
  const ended = readText(status, 'state', 'terminated', 'reason') !== undefined ? 'state' : 'lastState';
  const code = readNumber(status, ended, 'terminated', 'exitCode');
  const looping = reason === 'CrashLoopBackOff' || (code !== undefined && code !== 0);
  if (!looping || restarts < patience.restarts || isReady(status)) return undefined;
  const why = readText(status, ended, 'terminated', 'reason');
  const told = `the container ends again and again (${restarts} restarts${exitText(code, why)})`;
  return { ...where, nature: 'crashing', reason: 'CrashLoopBackOff', message: told, previous: ended === 'lastState' };
}

/** Of kubelets' and runtimes' wordings; `toomanyrequests`, time-outs and name resolution may pass. */
export function isPullHopeless(message: string): boolean {
  if (
    /toomanyrequests|too many requests|rate limit|timeout|i\/o|connection refused|no such host|temporary/i.test(message)
  )
    return false;
  return /not found|NotFound|manifest unknown|does not exist|name unknown|denied|unauthorized|forbidden|authentication required|no basic auth|invalid reference/i.test(
    message,
  );
}

function isReady(status: unknown): boolean {
  return typeof status === 'object' && status !== null && (status as { ready?: unknown }).ready === true;
}

function exitText(code: number | undefined, why: string | undefined): string {
  if (why === 'OOMKilled') return ', out of memory';
  return code === undefined ? '' : `, exit code ${code}`;
}

/** Of a pod that runs no more: the first container that ended badly. */
export function failedContainer(
  pod: KubernetesObject,
): Pick<Problem, 'pod' | 'container' | 'image' | 'message'> | undefined {
  const statuses = [
    ...readList(pod, 'status', 'initContainerStatuses'),
    ...readList(pod, 'status', 'containerStatuses'),
  ];
  const ended = (status: unknown) => readNumber(status, 'state', 'terminated', 'exitCode');
  const failing = statuses.find((status) => (ended(status) ?? 0) !== 0);
  if (failing === undefined) return undefined;
  const container = readText(failing, 'name') ?? '';
  const image = readText(failing, 'image');
  const why = exitText(ended(failing), readText(failing, 'state', 'terminated', 'reason'));
  const message = `container ${container} ended badly${why}`;
  return { pod: pod.metadata.name ?? '', container, ...(image === undefined ? {} : { image }), message };
}
