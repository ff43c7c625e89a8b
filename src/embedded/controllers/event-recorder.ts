/**
 * Writes Events about objects, as controllers, scheduler and kubelet do: a repeated one only counts up. They are
 * deleted an hour after their last repetition.
 */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { StatusError } from '../api/status-error.ts';
import type { ControllerContext, Store } from '../store.ts';
import { createEventCorrelator } from './event-correlator.ts';
import { timestamp } from './workload.ts';

export interface EventToRecord {
  readonly about: KubernetesObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** `spec.containers{name}`, of a container's events. */
  readonly fieldPath?: string;
}

export interface EventRecorder {
  record(event: EventToRecord): void;
}

interface RecordedEvent extends KubernetesObject {
  readonly count?: number;
  readonly lastTimestamp?: string;
  readonly eventTime?: string | null;
}

const lifetime = 3_600_000;
const remembered = 4096;

/** `host`: the node a kubelet runs on. */
export function createEventRecorder(context: ControllerContext, component: string, host?: string): EventRecorder {
  const names = new Map<string, string>();
  const correlate = createEventCorrelator(context.clock);
  return {
    record(recorded) {
      const event = correlate(recorded);
      if (event === undefined) return;
      const namespace = event.about.metadata.namespace ?? 'default';
      const name = names.get(event.id);
      if (name !== undefined && countUp(context, { namespace, name, message: event.message })) return;
      const written = write(context, { event, component, host, namespace });
      if (written !== undefined) remember(names, event.id, written);
    },
  };
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > remembered) map.delete(map.keys().next().value ?? '');
}

interface Repetition {
  readonly namespace: string;
  readonly name: string;
  readonly message: string;
}

function countUp({ store, clock }: ControllerContext, { namespace, name, message }: Repetition): boolean {
  const event = store.get('events', namespace, name) as RecordedEvent | undefined;
  if (event === undefined) return false;
  const changed = { ...event, message, count: (event.count ?? 1) + 1, lastTimestamp: timestamp(clock.now()) };
  store.update('events', changed, { manager: managerOf(event) });
  return true;
}

function managerOf(event: RecordedEvent): string {
  const component = String((event as { reportingComponent?: unknown }).reportingComponent ?? '');
  return component === 'kubelet' ? 'kubelet' : 'kube-controller-manager';
}

interface NewEvent {
  readonly event: EventToRecord;
  readonly component: string;
  readonly host: string | undefined;
  readonly namespace: string;
}

/** Undefined where the namespace takes no new objects: nobody misses the event. */
function write(context: ControllerContext, { event, component, host, namespace }: NewEvent): string | undefined {
  const { about, type, reason, message, fieldPath } = event;
  const { name = '', uid = '', resourceVersion = '' } = about.metadata;
  const now = timestamp(context.clock.now());
  const involvedObject = {
    apiVersion: about.apiVersion,
    kind: about.kind,
    name,
    ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
    uid,
    resourceVersion,
    ...(fieldPath === undefined ? {} : { fieldPath }),
  };
  const object: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${eventSuffix(context)}`, namespace },
    involvedObject,
    type,
    reason,
    message,
    source: host === undefined ? { component } : { component, host },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: host ?? '',
  };
  try {
    return context.store.create('events', object, {
      manager: component === 'kubelet' ? 'kubelet' : 'kube-controller-manager',
    }).metadata.name;
  } catch (error) {
    if (error instanceof StatusError && [403, 404, 409].includes(error.code)) return undefined;
    throw error;
  }
}

function eventSuffix(context: ControllerContext): string {
  return (
    BigInt(context.clock.now()).toString(16) +
    [...context.randomSuffix(5)].map((letter) => (letter.charCodeAt(0) % 16).toString(16)).join('')
  );
}

/** One timer, for the oldest event; none while there are no events. */
export function startEventExpiry(context: ControllerContext): { name: string; stop(): void } {
  let cancel: (() => void) | undefined;
  const lastSeen = (event: RecordedEvent): number =>
    Date.parse(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '') || context.clock.now();
  const expire = (): void => {
    cancel = undefined;
    const now = context.clock.now();
    const events = context.store.list('events') as RecordedEvent[];
    for (const event of events) if (lastSeen(event) + lifetime <= now) remove(context.store, event);
    const left = events.map(lastSeen).filter((time) => time + lifetime > now);
    if (left.length > 0) cancel = context.schedule(Math.min(...left) + lifetime - now, expire);
  };
  const unsubscribe = context.store.subscribe(({ resource, type }) => {
    if (resource === 'events' && type === 'ADDED') cancel ??= context.schedule(lifetime, expire);
  });
  expire();
  return {
    name: 'event-expiry',
    stop() {
      unsubscribe();
      cancel?.();
    },
  };
}

function remove(store: Store, event: RecordedEvent): void {
  store.delete('events', event.metadata.namespace ?? '', event.metadata.name ?? '');
}
