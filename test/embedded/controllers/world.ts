/** A cluster without HTTP: the real store, the given controllers, and a clock that stands until it is moved. */
import { createControllerStore } from '../../../src/embedded/api/controller-store.ts';
import { workloadControllers } from '../../../src/embedded/controllers/workload-controllers.ts';
import { createResourceRegistry } from '../../../src/embedded/resources/resource-registry.ts';
import { createObjectStore } from '../../../src/embedded/storage/object-store.ts';
import type { Controller, ControllerContext, Pace, StartController, Store } from '../../../src/embedded/store.ts';
import { startGarbageCollector } from '../../../src/embedded/system/collect-garbage.ts';
import { startNamespaceFiller } from '../../../src/embedded/system/fill-namespaces.ts';
import { ensureSystemObjects } from '../../../src/embedded/system/system-namespaces.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';

interface Task {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export interface World {
  readonly store: Store;
  readonly context: ControllerContext;
  /** Runs everything that is due, and what follows from it, without moving the clock. */
  settle(): void;
  /** Moves the clock on in steps, so that every timer meets its time. */
  advance(milliseconds: number): void;
  /** Timers that wait for their time. */
  pending(): number;
  writes(): number;
  stop(): void;
}

const start = Date.parse('2026-01-01T00:00:00Z');

export function createWorld(
  pace: Partial<Pace> = {},
  controllers: readonly StartController[] = workloadControllers,
): World {
  let now = start;
  let tasks: Task[] = [];
  const nextOrder = createCounter();
  const nextName = createCounter();
  let writes = 0;
  const objects = createObjectStore();
  const registry = createResourceRegistry();
  const randomSuffix = (length: number): string => nextName().toString(36).padStart(length, '0').slice(-length);
  const newUid = (): string => `00000000-0000-4000-8000-${String(nextName()).padStart(12, '0')}`;
  const clock = { now: () => now };
  const store = createControllerStore({ objects, registry, clock, newUid, randomSuffix }, (task) => task());
  const context: ControllerContext = {
    store,
    clock,
    randomSuffix,
    pace: { podStart: 0, jobRun: 0, crashBackoff: 0, ...pace },
    schedule(delay, run) {
      const task = { at: now + delay, order: nextOrder(), run };
      tasks.push(task);
      return () => {
        tasks = tasks.filter((one) => one !== task);
      };
    },
  };
  const runDue = (): boolean => {
    const [due] = tasks
      .filter((task) => task.at <= now)
      .sort((left, right) => left.at - right.at || left.order - right.order);
    if (due === undefined) return false;
    tasks = tasks.filter((task) => task !== due);
    due.run();
    return true;
  };
  const settle = (): void => {
    for (let steps = 0; runDue(); steps += 1)
      if (steps > 20_000) throw new Error('the controllers do not come to rest');
  };
  objects.subscribe(() => {
    writes += 1;
  });
  ensureSystemObjects(context);
  const running: Controller[] = [
    startNamespaceFiller(context, 'authority'),
    startGarbageCollector(context, objects),
    ...controllers.map((begin) => begin(context)),
  ];
  settle();
  return {
    store,
    context,
    settle,
    advance(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        settle();
        const next = Math.min(...tasks.map((task) => task.at));
        if (next > end) break;
        now = next;
      }
      now = end;
      settle();
    },
    pending: () => tasks.length,
    writes: () => writes,
    stop() {
      for (const controller of running) controller.stop();
    },
  };
}

function createCounter(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count;
  };
}

export function deployment(name: string, spec: Record<string, unknown> = {}, image = 'app:1'): KubernetesObject {
  const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template, ...spec },
  };
}

export function setImage(world: World, resource: string, name: string, image: string): void {
  const object = world.store.get(resource, 'default', name) as KubernetesObject & {
    spec: { template: { spec: { containers: object[] } } };
  };
  const template = {
    ...object.spec.template,
    spec: { ...object.spec.template.spec, containers: [{ ...object.spec.template.spec.containers[0], image }] },
  };
  world.store.update(resource, { ...object, spec: { ...object.spec, template } }, { manager: 'test' });
}

export function setSpec(world: World, resource: string, name: string, fields: object): void {
  const object = world.store.get(resource, 'default', name) as KubernetesObject & { spec: object };
  world.store.update(resource, { ...object, spec: { ...object.spec, ...fields } }, { manager: 'test' });
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into statuses of every kind
export function statusOf(world: World, resource: string, name: string): any {
  return world.store.get(resource, 'default', name)?.status;
}

export function conditionsOf(world: World, resource: string, name: string): string[] {
  const conditions = (statusOf(world, resource, name)?.conditions ?? []) as {
    type: string;
    status: string;
    reason?: string;
  }[];
  return conditions.map(({ type, status, reason }) => `${type}=${status} ${reason ?? ''}`.trim()).sort();
}

export function eventsAbout(world: World, name: string): string[] {
  const events = world.store.list('events') as (KubernetesObject & {
    involvedObject: { name: string };
    reason: string;
    message: string;
    count: number;
  })[];
  return events
    .filter((event) => event.involvedObject.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`);
}

export interface SeenPod extends KubernetesObject {
  readonly spec: { readonly containers: readonly { image: string }[]; readonly nodeName?: string };
  readonly status: { readonly phase: string; readonly containerStatuses?: readonly { restartCount: number }[] };
}

export function podsOf(world: World): SeenPod[] {
  return world.store.list('pods', { namespace: 'default' }) as SeenPod[];
}
