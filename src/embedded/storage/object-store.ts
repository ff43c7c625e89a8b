/**
 * The objects themselves, as etcd and the watch cache hold them: by type, namespace and name, each write with the next
 * revision, an event to every subscriber, and a window of past events to watch from. It knows nothing of Kubernetes'
 * rules. Objects are never changed in place.
 */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ListOptions, ResourceName, StoreEvent } from '../store.ts';

/** Told of every write before its subscribers are; throws when it cannot be kept. */
export type Recorder = (event: StoreEvent) => void;

export interface StoredObject {
  readonly resource: ResourceName;
  readonly object: KubernetesObject;
}

export interface ObjectStore {
  readonly revision: number;
  get(resource: ResourceName, namespace: string, name: string): KubernetesObject | undefined;
  /** In the order of etcd's keys: namespace, then name. */
  list(resource: ResourceName, options?: ListOptions): KubernetesObject[];
  dependents(uid: string): StoredObject[];
  hasUid(uid: string): boolean;
  /** Stores the object under the next revision, which it gets as resourceVersion, and returns what was stored. */
  put(resource: ResourceName, object: KubernetesObject): KubernetesObject;
  remove(resource: ResourceName, object: KubernetesObject): KubernetesObject;
  /** Events after that revision, undefined where they are no longer known. */
  since(revision: number): StoreEvent[] | undefined;
  /** Nobody can watch from before now. */
  forgetPast(): void;
  subscribe(listener: (event: StoreEvent) => void): () => void;
  /** Every object, for a snapshot. */
  entries(): Iterable<StoredObject>;
}

export interface ObjectStoreOptions {
  readonly revision?: number;
  readonly objects?: Iterable<StoredObject>;
  readonly record?: Recorder;
  /** How many past events a watch can start from. */
  readonly window?: number;
}

interface Collection {
  readonly byName: Map<string, KubernetesObject>;
  /** Kept until a name comes or goes. */
  sorted: string[] | undefined;
}

type Contents = Map<ResourceName, Map<string, Collection>>;

export function createObjectStore(options: ObjectStoreOptions = {}): ObjectStore {
  const contents: Contents = new Map();
  const owners = new Map<string, Map<string, StoredObject>>();
  const uids = new Map<string, number>();
  const history = createHistory(options.window ?? 4096, options.revision ?? 0);
  const publish = createPublisher();
  let revision = options.revision ?? 0;

  const place = (resource: ResourceName, object: KubernetesObject, previous: KubernetesObject | undefined): void => {
    insert(contents, resource, object);
    indexOwners(owners, resource, { object, previous });
    if (previous === undefined) countUid(uids, object, 1);
  };
  for (const { resource, object } of options.objects ?? []) place(resource, object, undefined);

  const commit = (event: StoreEvent): void => {
    options.record?.(event);
    revision = event.revision;
    history.add(event);
  };

  return {
    get revision() {
      return revision;
    },
    get: (resource, namespace, name) => contents.get(resource)?.get(namespace)?.byName.get(name),
    list: (resource, listOptions = {}) => listObjects(contents.get(resource), listOptions),
    dependents: (uid) => [...(owners.get(uid)?.values() ?? [])],
    hasUid: (uid) => uids.has(uid),
    put(resource, object) {
      const next = revision + 1;
      const stored = withRevision(object, next);
      const { namespace = '', name = '' } = stored.metadata;
      const previous = contents.get(resource)?.get(namespace)?.byName.get(name);
      const type = previous === undefined ? 'ADDED' : 'MODIFIED';
      const event: StoreEvent = { type, resource, object: stored, previous, revision: next };
      commit(event);
      place(resource, stored, previous);
      publish.send(event);
      return stored;
    },
    remove(resource, object) {
      const next = revision + 1;
      const { namespace = '', name = '' } = object.metadata;
      const previous = contents.get(resource)?.get(namespace)?.byName.get(name) ?? object;
      const last = withRevision(object, next);
      const event: StoreEvent = { type: 'DELETED', resource, object: last, previous, revision: next };
      commit(event);
      erase(contents, resource, previous);
      indexOwners(owners, resource, { object: undefined, previous });
      countUid(uids, previous, -1);
      publish.send(event);
      return last;
    },
    since: (from) => history.since(from),
    forgetPast: () => history.forget(revision),
    subscribe: publish.subscribe,
    *entries() {
      for (const [resource, namespaces] of contents)
        for (const collection of namespaces.values())
          for (const object of collection.byName.values()) yield { resource, object };
    },
  };
}

function withRevision(object: KubernetesObject, revision: number): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

function insert(contents: Contents, resource: ResourceName, object: KubernetesObject): void {
  const { namespace = '', name = '' } = object.metadata;
  let namespaces = contents.get(resource);
  if (namespaces === undefined) {
    namespaces = new Map();
    contents.set(resource, namespaces);
  }
  let collection = namespaces.get(namespace);
  if (collection === undefined) {
    collection = { byName: new Map(), sorted: undefined };
    namespaces.set(namespace, collection);
  }
  if (!collection.byName.has(name)) collection.sorted = undefined;
  collection.byName.set(name, object);
}

function erase(contents: Contents, resource: ResourceName, object: KubernetesObject): void {
  const { namespace = '', name = '' } = object.metadata;
  const namespaces = contents.get(resource);
  const collection = namespaces?.get(namespace);
  if (namespaces === undefined || collection === undefined) return;
  collection.byName.delete(name);
  collection.sorted = undefined;
  if (collection.byName.size === 0) namespaces.delete(namespace);
}

function listObjects(namespaces: Map<string, Collection> | undefined, options: ListOptions): KubernetesObject[] {
  if (namespaces === undefined) return [];
  const wanted = options.namespace === undefined ? [...namespaces.keys()].sort() : [options.namespace];
  const found: KubernetesObject[] = [];
  for (const namespace of wanted) {
    const collection = namespaces.get(namespace);
    if (collection === undefined) continue;
    collection.sorted ??= [...collection.byName.keys()].sort();
    for (const name of collection.sorted) {
      const object = collection.byName.get(name);
      if (object !== undefined && (options.filter === undefined || options.filter(object))) found.push(object);
    }
  }
  return found;
}

function indexOwners(
  owners: Map<string, Map<string, StoredObject>>,
  resource: ResourceName,
  { object, previous }: { object: KubernetesObject | undefined; previous: KubernetesObject | undefined },
): void {
  const uid = (object ?? previous)?.metadata.uid ?? '';
  for (const { uid: owner } of previous?.metadata.ownerReferences ?? []) {
    const dependents = owners.get(owner);
    dependents?.delete(uid);
    if (dependents?.size === 0) owners.delete(owner);
  }
  if (object === undefined) return;
  for (const { uid: owner } of object.metadata.ownerReferences ?? []) {
    let dependents = owners.get(owner);
    if (dependents === undefined) {
      dependents = new Map();
      owners.set(owner, dependents);
    }
    dependents.set(uid, { resource, object });
  }
}

function countUid(uids: Map<string, number>, object: KubernetesObject, change: number): void {
  const uid = object.metadata.uid ?? '';
  const count = (uids.get(uid) ?? 0) + change;
  if (count <= 0) uids.delete(uid);
  else uids.set(uid, count);
}

/** The last events, in the order of their revisions. */
function createHistory(size: number, oldest: number) {
  let events: StoreEvent[] = [];
  let start = oldest;
  return {
    add(event: StoreEvent): void {
      events.push(event);
      if (events.length < size * 2) return;
      events = events.slice(-size);
      start = (events[0]?.revision ?? 1) - 1;
    },
    forget(revision: number): void {
      events = [];
      start = revision;
    },
    since(revision: number): StoreEvent[] | undefined {
      if (revision < start) return undefined;
      return events.slice(Math.max(0, revision - start));
    },
  };
}

/** Delivers in order even when a listener writes. */
function createPublisher() {
  const listeners = new Set<(event: StoreEvent) => void>();
  const waiting: StoreEvent[] = [];
  let delivering = false;
  return {
    subscribe(listener: (event: StoreEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(event: StoreEvent): void {
      waiting.push(event);
      if (delivering) return;
      delivering = true;
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
          for (const listener of [...listeners]) listener(next);
      } finally {
        delivering = false;
      }
    },
  };
}
