/**
 * Follows the objects of deployed releases by one watch per kind, and says which releases have to be looked at again:
 * for drift when anything but status moved, for health when a workload's status did. It keeps a fingerprint of each
 * object of a followed kind; whole objects are kept of workloads alone, by the watches that waits for readiness share.
 */
import type { ClusterClient, Watch, WatchHandler } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../foundation/cluster/cluster-error.ts';
import { type SharedWatches, shareWatches } from '../../foundation/cluster/share-watches.ts';
import { unwatched, type WatchRights } from '../../foundation/cluster/watch-rights.ts';
import { groupVersionKind, type KubernetesObject, keyId, objectKey } from '../../foundation/manifest/object.ts';
import { appliedDigest, fingerprintOf, type LiveKnowledge } from '../../pipeline/plan/live-knowledge.ts';
import { type CleanMarks, markOf, readMark, type TrackedObject } from './clean-marks.ts';
import { isOlder, type Seen, seenIn, workloadKinds } from './seen-object.ts';

export interface LiveViewOptions {
  readonly client: ClusterClient;
  /** An object of the release has moved away from what it was when it last compared equal. */
  readonly onMoved: (id: string) => void;
  /** A workload's status has moved. */
  readonly onStatus: (id: string, object: KubernetesObject) => void;
  /** Where kinds may be followed; default: everywhere. */
  readonly rights?: WatchRights;
  readonly onLost: (resource: string, error: unknown) => void;
  readonly onRestored: (resource: string) => void;
}

export interface LiveView extends AsyncDisposable {
  readonly knowledge: LiveKnowledge;
  /** Whole objects, one stream a kind for all who follow it. */
  readonly watches: SharedWatches;
  track(id: string, objects: readonly TrackedObject[]): Promise<void>;
  /** The same from what `marks` gave before a restart. */
  resume(id: string, marks: CleanMarks): Promise<void>;
  tracked(): ReadonlySet<string>;
  untrack(id: string): void;
  /** Keys of the release's objects that are not known to be as recorded. */
  unsettled(id: string): ReadonlySet<string>;
  /** Something of it may not be watched: it has to be looked at by itself. */
  isBlind(id: string): boolean;
  /** Of every object of the release, for the next start. */
  marks(id: string): CleanMarks;
  /** Of every release, or of one, as last seen. */
  workloads(id?: string): { readonly id: string; readonly object: KubernetesObject }[];
}

interface Kind {
  /** None where the right is missing. */
  readonly watch: Watch | undefined;
  readonly seen: Map<string, Seen>;
  /** False before the first list and while the watch is lost. */
  current: boolean;
  /** The right to watch it is missing. */
  forbidden: boolean;
  readonly answered: Promise<void>;
}

interface View extends LiveViewOptions {
  readonly watches: SharedWatches;
  readonly kinds: Map<string, Kind>;
  /** By object: its release. */
  readonly owners: Map<string, string>;
  /** By release: its objects. */
  readonly releases: Map<string, ReadonlyMap<string, TrackedObject>>;
  /** By object: `FINGERPRINT DIGEST`. */
  readonly clean: Map<string, string>;
}

/** Milliseconds that a stream lives on when no release waits for its kind. */
const linger = 60_000;

export function createLiveView(options: LiveViewOptions): LiveView {
  const watches = shareWatches(options.client, { linger });
  const view: View = {
    ...options,
    watches,
    kinds: new Map(),
    owners: new Map(),
    releases: new Map(),
    clean: new Map(),
  };
  const ownKeys = (id: string) => [...(view.releases.get(id)?.keys() ?? [])];
  return {
    watches,
    knowledge: knowledgeOf(view),
    track: (id, objects) => track(view, id, objects),
    async resume(id, marks) {
      const objects = Object.keys(marks).map(readMark);
      for (const object of objects) view.clean.set(keyId(objectKey(object)), marks[markOf(object)] ?? '');
      await track(view, id, objects);
    },
    tracked: () => new Set(view.releases.keys()),
    untrack(id) {
      for (const key of ownKeys(id)) forget(view, id, key);
      view.releases.delete(id);
    },
    isBlind: (id) => [...(view.releases.get(id)?.values() ?? [])].some((object) => kindAt(view, object)?.forbidden),
    unsettled: (id) => new Set(ownKeys(id).filter((key) => !isUnmoved(view, key))),
    marks(id) {
      const objects = [...(view.releases.get(id) ?? [])];
      const marks = objects.map(([key, object]) => [markOf(object), isUnmoved(view, key) ? view.clean.get(key) : '']);
      return Object.fromEntries(marks) as CleanMarks;
    },
    workloads: (id) => workloadsOf(view, id),
    async [Symbol.asyncDispose]() {
      await Promise.all([...view.kinds.values()].map(({ watch }) => watch?.[Symbol.asyncDispose]()));
      await watches[Symbol.asyncDispose]();
    },
  };
}

async function track(view: View, id: string, objects: readonly TrackedObject[]): Promise<void> {
  const tracked = new Map(
    objects.map(({ apiVersion, kind, metadata: { namespace, name } }) => {
      const object = { apiVersion, kind, metadata: { ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) } };
      return [keyId(objectKey(object)), object] as const;
    }),
  );
  for (const key of view.releases.get(id)?.keys() ?? []) if (!tracked.has(key)) forget(view, id, key);
  view.releases.set(id, tracked);
  for (const key of tracked.keys()) view.owners.set(key, id);
  const followed = new Set(await Promise.all(objects.map((object) => follow(view, object))));
  await Promise.all([...followed].map(({ answered }) => answered));
}

function workloadsOf(view: View, id: string | undefined): { id: string; object: KubernetesObject }[] {
  return (id === undefined ? [...view.releases.keys()] : [id]).flatMap((owner) =>
    [...(view.releases.get(owner) ?? [])].flatMap(([key, object]) => {
      const whole = view.owners.get(key) === owner ? kindAt(view, object)?.seen.get(key)?.whole : undefined;
      return whole === undefined ? [] : [{ id: owner, object: whole }];
    }),
  );
}

function knowledgeOf(view: View): LiveKnowledge {
  const seenOf = (object: TrackedObject) => {
    const kind = kindAt(view, object);
    return kind?.current ? kind.seen.get(keyId(objectKey(object))) : undefined;
  };
  return {
    async presence(object) {
      const discovery = await view.client.discovery();
      // Of a kind that is not served there is none; a group that does not answer may serve it all the same.
      if (discovery.resource(groupVersionKind(object)) === undefined)
        return discovery.unavailable.includes(object.apiVersion) ? 'unknown' : 'absent';
      // What no release holds and nobody may watch is read.
      if (!kindAt(view, object) && (await view.rights?.scopeOf(object)) === 'none') return 'unknown';
      const kind = await follow(view, object);
      await kind.answered;
      if (!kind.current) return 'unknown';
      return kind.seen.has(keyId(objectKey(object))) ? 'present' : 'absent';
    },
    isClean(object) {
      const seen = seenOf(object);
      const mark = view.clean.get(keyId(objectKey(object)));
      return seen?.fingerprint !== undefined && mark === `${seen.fingerprint} ${appliedDigest(object)}`;
    },
    whole: (object) => seenOf(object)?.whole,
    asSeen(object) {
      const seen = seenOf(object);
      if (seen === undefined) return object;
      const { uid, resourceVersion } = seen;
      return {
        ...object,
        metadata: { ...object.metadata, ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) },
      };
    },
    foundEqual(object, live) {
      const key = keyId(objectKey(object));
      view.clean.set(key, `${fingerprintOf(live)} ${appliedDigest(object)}`);
      const kind = kindAt(view, object);
      if (kind && !isOlder(live, kind.seen.get(key))) kind.seen.set(key, seenIn(live, true));
    },
  };
}

/** Unless the object belongs to another release by now. */
function forget(view: View, id: string, key: string): void {
  if (view.owners.get(key) !== id) return;
  view.owners.delete(key);
  view.clean.delete(key);
}

/** The watch that tells of an object: of its kind everywhere, or in its namespace. */
function kindAt(view: View, object: TrackedObject): Kind | undefined {
  const id = kindId(object);
  return view.kinds.get(id) ?? view.kinds.get(`${id} ${object.metadata.namespace ?? ''}`);
}

/** Followed from the first time that an object of the kind is asked for, and from then on. */
async function follow(view: View, object: TrackedObject): Promise<Kind> {
  const known = kindAt(view, object);
  if (known) return known;
  const scope = (await view.rights?.scopeOf(object)) ?? 'cluster';
  const namespace = scope === 'namespace' ? (object.metadata.namespace ?? '') : '';
  return kindAt(view, object) ?? open(view, object, { namespace, watched: scope !== 'none' });
}

/** `''`: in all namespaces. */
function open(
  view: View,
  { apiVersion, kind }: TrackedObject,
  { namespace, watched }: { namespace: string; watched: boolean },
): Kind {
  const answered = Promise.withResolvers<void>();
  const entry = { seen: new Map<string, Seen>(), current: false, forbidden: false, answered: answered.promise };
  const resource = `${apiVersion}/${kind}${namespace === '' ? '' : ` in ${namespace}`}`;
  const handler: WatchHandler = {
    replaced(items) {
      replace(
        view,
        entry,
        items.map((item) => ({ ...item, apiVersion, kind })),
      );
      entry.current = true;
      entry.forbidden = false;
      answered.resolve();
    },
    changed(type, item) {
      const object = { ...item, apiVersion, kind };
      if (type === 'DELETED') remove(view, entry, keyId(objectKey(object)));
      else notice(view, entry, object);
    },
    lost(error) {
      entry.current = false;
      entry.forbidden = isClusterError(error, 'cluster.forbidden', 'cluster.not-allowed');
      answered.resolve();
      view.onLost(resource, error);
    },
    restored() {
      entry.current = true;
      entry.forbidden = false;
      view.onRestored(resource);
    },
  };
  const query = { apiVersion, kind, ...(namespace === '' ? {} : { namespace }) };
  if (!watched) handler.lost?.(unwatched(resource));
  const watch = !watched
    ? undefined
    : workloadKinds.has(kind)
      ? view.watches.watch({ ...query }, handler)
      : view.client.watch({ ...query, metadataOnly: true }, handler);
  const followed: Kind = Object.assign(entry, { watch });
  view.kinds.set(namespace === '' ? kindId(query) : `${kindId(query)} ${namespace}`, followed);
  return followed;
}

type Objects = Pick<Kind, 'seen'>;

function replace(view: View, kind: Objects, objects: readonly KubernetesObject[]): void {
  const present = new Set(objects.map((object) => keyId(objectKey(object))));
  const gone = [...kind.seen.keys()].filter((key) => !present.has(key));
  for (const object of objects) notice(view, kind, object);
  for (const key of gone) remove(view, kind, key);
}

function notice(view: View, kind: Objects, object: KubernetesObject): void {
  const key = keyId(objectKey(object));
  const before = kind.seen.get(key);
  // What our own write answered may be newer than what the watch tells.
  if (isOlder(object, before)) return;
  const id = view.owners.get(key);
  const seen = seenIn(object, id !== undefined || object.metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm');
  kind.seen.set(key, seen);
  if (id === undefined) return;
  if (before?.fingerprint !== seen.fingerprint && !view.clean.get(key)?.startsWith(`${seen.fingerprint} `))
    view.onMoved(id);
  if (workloadKinds.has(object.kind)) view.onStatus(id, object);
}

function remove(view: View, kind: Objects, key: string): void {
  kind.seen.delete(key);
  view.clean.delete(key);
  const id = view.owners.get(key);
  if (id !== undefined) view.onMoved(id);
}

function isUnmoved(view: View, key: string): boolean {
  const mark = view.clean.get(key);
  if (mark === undefined) return false;
  for (const kind of view.kinds.values()) {
    const seen = kind.seen.get(key);
    if (seen) return kind.current && seen.fingerprint !== undefined && mark.startsWith(`${seen.fingerprint} `);
  }
  return false;
}

/** An object served under two versions of its group is one object, but a watch is of one version. */
function kindId(object: { apiVersion: string; kind: string }): string {
  const { group, version, kind } = groupVersionKind(object);
  return `${group}/${version}/${kind}`;
}
