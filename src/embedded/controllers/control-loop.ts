/**
 * A controller as all here are made: it is told of every change of its resources, works out whose key that concerns,
 * and reconciles that key from the whole present state. What exists at the start is reconciled once.
 */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Controller, ControllerContext, ResourceName, StoreEvent } from '../store.ts';
import { startWorkQueue, type WorkQueue } from './work-queue.ts';

export interface ControlLoop {
  readonly name: string;
  /** The resources whose changes it is told of. */
  readonly watched: readonly ResourceName[];
  /** The keys that an object's change concerns; `previous` is undefined for a new one. */
  keys(resource: ResourceName, object: KubernetesObject, previous: KubernetesObject | undefined): Iterable<string>;
  reconcile(key: string, queue: WorkQueue): void;
}

export function startControlLoop(context: ControllerContext, loop: ControlLoop): Controller {
  const queue = startWorkQueue(context, (key) => loop.reconcile(key, queue));
  const watched = new Set(loop.watched);
  const tell = ({ resource, object, previous }: StoreEvent): void => {
    if (watched.has(resource)) for (const key of loop.keys(resource, object, previous)) queue.add(key);
  };
  const unsubscribe = context.store.subscribe(tell);
  for (const resource of loop.watched) {
    for (const object of context.store.list(resource)) {
      for (const key of loop.keys(resource, object, undefined)) queue.add(key);
    }
  }
  return {
    name: loop.name,
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}

export function keyOf(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
}

export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
