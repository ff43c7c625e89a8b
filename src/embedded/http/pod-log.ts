/** Log text for a container that never ran: what its image's tag makes it do, in lines that look like a program's. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { badRequest } from '../api/status-error.ts';
import { objectsAt } from '../defaults/set-default.ts';

interface LogLine {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
}

export function podLog(pod: KubernetesObject, query: URLSearchParams, now: number): string {
  const container = chooseContainer(pod, query.get('container') ?? '');
  const status = stateOf(pod, String(container.name));
  const waiting = status?.waiting as JsonObject | undefined;
  if (waiting !== undefined && waiting.reason !== 'CrashLoopBackOff') {
    const why =
      waiting.reason === 'ContainerCreating' || waiting.reason === 'PodInitializing'
        ? String(waiting.reason)
        : 'trying and failing to pull image';
    throw badRequest(
      `container ${JSON.stringify(container.name)} in pod ${JSON.stringify(pod.metadata.name)} is waiting to start: ${why}`,
    );
  }
  const start = Date.parse(pod.metadata.creationTimestamp ?? '') || now;
  let lines = linesOf(container, start);
  const since = Number(query.get('sinceSeconds') ?? 0);
  if (since > 0) lines = lines.filter((line) => line.time >= now - since * 1000);
  const tail = query.get('tailLines');
  if (tail !== null) lines = Number(tail) > 0 ? lines.slice(-Number(tail)) : [];
  const stamped = query.get('timestamps') === 'true';
  return lines
    .map(({ time, text }) => `${stamped ? `${new Date(time).toISOString().replace('Z', '000000Z')} ` : ''}${text}\n`)
    .join('');
}

function chooseContainer(pod: KubernetesObject, name: string): JsonObject {
  const spec = (pod.spec ?? {}) as JsonObject;
  const containers = objectsAt(spec, 'containers');
  const all = [...containers, ...objectsAt(spec, 'initContainers'), ...objectsAt(spec, 'ephemeralContainers')];
  const found = name === '' ? containers[0] : all.find((one) => one.name === name);
  if (name === '' && containers.length > 1) {
    const names = containers.map((one) => String(one.name)).join(' ');
    throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names}]`);
  }
  if (found === undefined) throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`);
  return found;
}

function stateOf(pod: KubernetesObject, name: string): JsonObject | undefined {
  const status = (pod.status ?? {}) as JsonObject;
  const all = [...objectsAt(status, 'containerStatuses'), ...objectsAt(status, 'initContainerStatuses')];
  return all.find((one) => one.name === name)?.state as JsonObject | undefined;
}

function linesOf(container: JsonObject, start: number): LogLine[] {
  const image = String(container.image ?? '');
  const tag = /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? '';
  const texts = [`starting ${String(container.name)} (${image})`];
  if (tag.startsWith('crash')) texts.push('loading configuration', 'fatal: this image crashes by its tag');
  else if (tag.startsWith('fail')) texts.push('working', 'error: this image fails by its tag');
  else texts.push('ready');
  return texts.map((text, index) => ({ time: start + index * 10, text }));
}
