/**
 * What becomes of a container by its image's tag, the same as kwok's stages make of it on the real control plane:
 * `broken…` cannot be pulled, `crash…` exits again and again, everything else runs. Pure.
 */
import type { EventToRecord } from './event-recorder.ts';
import type { Container, ContainerStatus, Pod } from './workload.ts';

export interface Attempt {
  /** RFC 3339. */
  readonly now: string;
  readonly restarts: number;
}

/** After so many a crash loop has been told, and nothing more happens. */
export const restartLimit = 5;

const isBroken = ({ image = '' }: Container): boolean => image.includes(':broken');
const isCrashing = ({ image = '' }: Container): boolean => image.includes(':crash');

export function podPhase(pod: Pod): 'Running' | 'Pending' {
  return pod.spec.containers.some((container) => isBroken(container) || isCrashing(container)) ? 'Pending' : 'Running';
}

export function hasCrash(pod: Pod): boolean {
  return pod.spec.containers.some(isCrashing);
}

export function containerStatus(container: Container, { now, restarts }: Attempt): ContainerStatus {
  const { name, image = '' } = container;
  const base = { name, image, imageID: '', lastState: {} };
  if (isCrashing(container)) return { ...base, ...crashed(now, restarts) };
  if (!isBroken(container))
    return { ...base, ready: true, restartCount: 0, started: true, state: { running: { startedAt: now } } };
  const message = `Back-off pulling image ${JSON.stringify(image)}: ErrImagePull: ${pullError(image)}`;
  return {
    ...base,
    ready: false,
    restartCount: 0,
    started: false,
    state: { waiting: { reason: 'ImagePullBackOff', message } },
  };
}

function crashed(now: string, restarts: number): Omit<ContainerStatus, 'name'> {
  const terminated = { exitCode: 1, reason: 'Error', startedAt: now, finishedAt: now };
  const state = {
    waiting: { reason: 'CrashLoopBackOff', message: `${backOff(restarts)} restarting failed container` },
  };
  return { ready: false, restartCount: restarts, started: false, lastState: { terminated }, state };
}

/** The kubelet's pauses: 10 s, doubled up to 5 min. */
function backOff(restarts: number): string {
  const seconds = Math.min(10 * 2 ** restarts, 300);
  const minutes = Math.floor(seconds / 60);
  return `back-off ${minutes > 0 ? `${minutes}m` : ''}${seconds % 60}s`;
}

function pullError(image: string): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image ${JSON.stringify(image)}: not found`;
}

type ImageEvent = Omit<EventToRecord, 'about'>;

export function imageEvents(pod: Pod, restarts: number): ImageEvent[] {
  return pod.spec.containers.flatMap((container) => {
    const fieldPath = `spec.containers{${container.name}}`;
    return eventsOf(container, pod, restarts).map((event) => ({ ...event, fieldPath }));
  });
}

function eventsOf(container: Container, pod: Pod, restarts: number): ImageEvent[] {
  const { name, image = '' } = container;
  const quoted = JSON.stringify(image);
  const normal = (reason: string, message: string): ImageEvent => ({ type: 'Normal', reason, message });
  const warning = (reason: string, message: string): ImageEvent => ({ type: 'Warning', reason, message });
  if (isBroken(container)) {
    return [
      normal('Pulling', `Pulling image ${quoted}`),
      warning('Failed', `Failed to pull image ${quoted}: ${pullError(image)}`),
      warning('Failed', 'Error: ErrImagePull'),
      normal('BackOff', `Back-off pulling image ${quoted}`),
      warning('Failed', 'Error: ImagePullBackOff'),
    ];
  }
  const started = [
    normal('Pulled', `Container image ${quoted} already present on machine`),
    normal('Created', `Created container: ${name}`),
    normal('Started', `Started container ${name}`),
  ];
  if (!isCrashing(container)) return started;
  const { namespace, name: podName, uid } = pod.metadata;
  const restarting =
    restarts > 0
      ? [warning('BackOff', `Back-off restarting failed container ${name} in pod ${podName}_${namespace}(${uid})`)]
      : [];
  return [...started, ...restarting];
}
