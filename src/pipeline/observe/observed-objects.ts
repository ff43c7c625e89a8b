/**
 * Follows the objects of a release in the cluster and keeps the readiness of each. Knows nothing of time-outs and
 * culprits; calls back after every change.
 */
import type { ClusterClient, ListQuery, Watch } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../foundation/cluster/cluster-error.ts';
import { type KubernetesObject, keyId, objectKey, objectLabel } from '../../foundation/manifest/object.ts';
import { isOlderVersion } from '../../foundation/manifest/resource-version.ts';
import { conditionsOf, readText } from './kinds/verdict.ts';
import type { Readiness } from './readiness.ts';
import { isDoneByBeing, isReadyByBeing, readinessOf } from './readiness-of.ts';
import { compileExpressions, type ExpressionRule, hasExpressions } from './ready-expressions.ts';

export interface ObservedObjects extends AsyncDisposable {
  /** Those that are not ready, in the order given. An object that nobody has seen yet counts as `progressing`. */
  waiting(): readonly ObservedObject[];
}

export interface ObservedObject {
  readonly live: KubernetesObject | undefined;
  readonly readiness: Readiness;
}

export interface FollowOptions {
  readonly client: ClusterClient;
  readonly objects: readonly KubernetesObject[];
  readonly signal: AbortSignal;
  /** Shared watches, over all namespaces or one; without them each release opens its own. */
  readonly watches?: ReleaseWatches;
  /** Hooks are followed until Jobs and Pods have ended, all else until it is ready. */
  readonly until?: 'ready' | 'ended';
  readonly changed: () => void;
  /** The objects cannot be followed at all. */
  readonly failed: (error: unknown) => void;
}

export interface ReleaseWatches {
  readonly watch: ClusterClient['watch'];
  /** Of all namespaces, or of the object's own. */
  readonly scope: (kind: { apiVersion: string; kind: string }) => 'cluster' | 'namespace' | 'none';
}

interface Target {
  readonly wanted: KubernetesObject;
  live: KubernetesObject | undefined;
  readiness: Readiness;
  /** The deadline that was exceeded before this change: its condition stays until the controller has something to do. */
  exceededBefore: string | undefined;
  seen: boolean;
  /** What the chart says itself; `compiling` until it is understood. */
  rule: ExpressionRule | 'compiling' | undefined;
}

/** Up to so many objects of a kind are watched one by one, more of them with all of their namespace. */
const watchedByName = 3;
/** Milliseconds between reads where watching is not allowed. */
const pollInterval = 1_000;

export function followObjects(options: FollowOptions): ObservedObjects {
  const targets = new Map<string, Target>();
  for (const wanted of options.objects) {
    if (wanted.metadata.name === undefined || needsNoLook(wanted, options.until)) continue;
    const readiness = notYet(wanted, 'progressing', 'NotObserved', 'it has not been read yet');
    targets.set(keyId(objectKey(wanted)), {
      wanted,
      live: undefined,
      readiness,
      exceededBefore: undefined,
      seen: false,
      rule: hasExpressions(wanted) ? 'compiling' : undefined,
    });
  }
  const ending = new AbortController();
  const follow: Follow = {
    ...options,
    targets,
    signal: AbortSignal.any([options.signal, ending.signal]),
    classes: new Map(),
  };
  const watches = [...targetGroups(targets, options.watches?.scope)].map(([query, group]) =>
    watchGroup(follow, query, group),
  );
  if (options.watches !== undefined) void readUnknown(follow);
  void compileRules(follow);
  return {
    waiting: () => [...targets.values()].filter(({ readiness }) => readiness.status !== 'ready'),
    async [Symbol.asyncDispose]() {
      ending.abort('the wait is over');
      await Promise.all(watches.map((watch) => watch[Symbol.asyncDispose]()));
    },
  };
}

function needsNoLook(object: KubernetesObject, until: FollowOptions['until']): boolean {
  return !hasExpressions(object) && (until === 'ended' ? isDoneByBeing(object) : isReadyByBeing(object));
}

/** Objects with ready conditions of their chart's own wait until these are understood. */
async function compileRules(follow: Follow): Promise<void> {
  try {
    for (const target of follow.targets.values()) {
      if (target.rule !== 'compiling') continue;
      target.rule = await compileExpressions(target.wanted);
      if (target.live !== undefined) update(follow, target, target.live);
      follow.changed();
    }
  } catch (error) {
    follow.failed(error);
  }
}

interface Follow extends FollowOptions {
  readonly targets: Map<string, Target>;
  /** StorageClass → whether it waits for a consumer; undefined while it is being read. */
  readonly classes: Map<string, boolean | undefined>;
}

function targetGroups(targets: Map<string, Target>, scope: ReleaseWatches['scope'] | undefined) {
  const groups = new Map<string, { query: ListQuery; group: Target[] }>();
  for (const target of targets.values()) {
    const { apiVersion, kind, metadata } = target.wanted;
    const namespace = scope?.({ apiVersion, kind }) === 'cluster' ? undefined : metadata.namespace;
    const id = JSON.stringify([apiVersion, kind, namespace]);
    const entry = groups.get(id) ?? { query: { apiVersion, kind, ...(namespace ? { namespace } : {}) }, group: [] };
    entry.group.push(target);
    groups.set(id, entry);
  }
  return [...groups.values()].flatMap(({ query, group }): [ListQuery, Target[]][] =>
    scope !== undefined || group.length > watchedByName
      ? [[query, group]]
      : group.map((target) => [{ ...query, fieldSelector: `metadata.name=${target.wanted.metadata.name}` }, [target]]),
  );
}

function watchGroup(follow: Follow, query: ListQuery, group: readonly Target[]): Watch {
  if (follow.watches?.scope(query) === 'none') {
    void poll(follow, group);
    return { synced: Promise.resolve(), [Symbol.asyncDispose]: async () => undefined };
  }
  const watch = follow.watches?.watch ?? follow.client.watch.bind(follow.client);
  const names = new Set(group.map(({ wanted }) => wanted.metadata.name));
  let polling = false;
  return watch(query, {
    replaced(items) {
      // All that is shared comes, which may be the kind's objects of a thousand releases.
      const own = items.filter(({ metadata }) => names.has(metadata.name));
      const found = new Map(own.map((item) => [keyId(objectKey(item)), item]));
      for (const target of group) update(follow, target, found.get(keyId(objectKey(target.wanted))));
      follow.changed();
    },
    changed(type, object) {
      const target = follow.targets.get(keyId(objectKey(object)));
      if (target === undefined) return;
      update(follow, target, type === 'DELETED' ? undefined : object);
      follow.changed();
    },
    lost(error) {
      if (polling || !isClusterError(error, 'cluster.forbidden', 'cluster.not-allowed')) return;
      polling = true;
      void poll(follow, group);
    },
  });
}

/** Where objects may be read but not watched. */
async function poll(follow: Follow, group: readonly Target[]): Promise<void> {
  while (!follow.signal.aborted) {
    for (const target of group) await readTarget(follow, target);
    follow.changed();
    await new Promise((resolve) => setTimeout(resolve, pollInterval));
  }
}

/** Shared watches may lag behind our own write; what was written tells which version is new enough. */
async function readUnknown(follow: Follow): Promise<void> {
  const unknown = [...follow.targets.values()].filter(({ wanted }) => wanted.metadata.resourceVersion === undefined);
  await Promise.all(unknown.map((target) => readTarget(follow, target)));
  follow.changed();
}

async function readTarget(follow: Follow, target: Target): Promise<void> {
  const { apiVersion, kind, metadata } = target.wanted;
  const reference = {
    apiVersion,
    kind,
    name: metadata.name ?? '',
    ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
  };
  try {
    const live = await follow.client.get(reference, { signal: follow.signal });
    update(follow, target, live, true);
  } catch (error) {
    if (!follow.signal.aborted && isClusterError(error, 'cluster.forbidden')) follow.failed(error);
  }
}

function update(follow: Follow, target: Target, live: KubernetesObject | undefined, direct = false): void {
  const newest = target.live ?? target.wanted;
  if (live !== undefined && isOlder(live, newest)) return;
  // A shared snapshot from before our write may lack the object; so may one without a word from the server itself.
  if (
    follow.watches !== undefined &&
    !direct &&
    !target.seen &&
    (live === undefined || newest.metadata.resourceVersion === undefined)
  )
    return;
  const first = !target.seen;
  target.seen = true;
  target.live = live;
  if (live === undefined) {
    // A hook that is gone will never tell how it ended.
    const gone = follow.until === 'ended' ? ('failed' as const) : ('missing' as const);
    target.readiness = notYet(target.wanted, gone, 'NotFound', 'it does not exist');
    return;
  }
  if (target.rule === 'compiling') return;
  if (first) target.exceededBefore = exceededAt(live);
  const readiness = readinessOf(live, {
    waitsForConsumer: waitsForConsumer(follow, live),
    ended: follow.until === 'ended',
    rule: target.rule,
  });
  const old = readiness.reason === 'ProgressDeadlineExceeded' && exceededAt(live) === target.exceededBefore;
  target.readiness = old ? { ...readiness, status: 'progressing' } : readiness;
}

/** The same object in a state from before. */
function isOlder({ metadata }: KubernetesObject, { metadata: known }: KubernetesObject): boolean {
  return metadata.uid === known.uid && isOlderVersion(metadata.resourceVersion, known.resourceVersion);
}

function exceededAt(deployment: KubernetesObject): string | undefined {
  const condition = conditionsOf(deployment).find(({ reason }) => reason === 'ProgressDeadlineExceeded');
  return condition && `${deployment.metadata.generation} ${condition.lastUpdateTime}`;
}

/** Asks for the class of a claim that is not bound, once; the answer changes its readiness. */
function waitsForConsumer(follow: Follow, claim: KubernetesObject): boolean {
  if (claim.kind !== 'PersistentVolumeClaim' || readText(claim, 'status', 'phase') === 'Bound') return false;
  const name = readText(claim, 'spec', 'storageClassName') ?? '';
  if (name === '') return false;
  if (!follow.classes.has(name)) {
    follow.classes.set(name, undefined);
    void follow.client
      .get({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name }, { signal: follow.signal })
      .then((found) => {
        follow.classes.set(name, readText(found, 'volumeBindingMode') === 'WaitForFirstConsumer');
        for (const target of follow.targets.values()) if (target.live) update(follow, target, target.live);
        follow.changed();
      })
      .catch(() => undefined);
  }
  return follow.classes.get(name) === true;
}

function notYet(
  wanted: KubernetesObject,
  status: 'progressing' | 'missing' | 'failed',
  reason: string,
  message: string,
): Readiness {
  return { status, object: objectLabel(objectKey(wanted)), reason, message };
}
