/**
 * Takes a client, returns watches that are shared: equal queries use one stream, and who comes later is told at once what
 * is known. A stream that nobody follows any more lingers, because the next release will want it again.
 */
import type { KubernetesObject } from '../manifest/object.ts';
import type { ClusterClient, ListQuery, Watch, WatchHandler } from './cluster-client.ts';
import { abortError } from './cluster-error.ts';

export interface SharedWatches extends AsyncDisposable {
  watch(query: ListQuery, handler: WatchHandler): Watch;
}

export interface ShareOptions {
  /** Milliseconds that a stream lives on without followers. */
  readonly linger: number;
  /** What is kept of each object; all of it by default. */
  readonly trim?: (object: KubernetesObject) => KubernetesObject;
}

interface Shared {
  readonly watch: Watch;
  readonly objects: Map<string, KubernetesObject>;
  readonly followers: Set<WatchHandler>;
  /** Those that wait for the first list. */
  readonly waiting: Set<WatchHandler>;
  /** What the watch was lost with, while it is. */
  lost: { readonly error: unknown } | undefined;
  synced: boolean;
  idle: NodeJS.Timeout | undefined;
}

export function shareWatches(client: Pick<ClusterClient, 'watch'>, options: ShareOptions): SharedWatches {
  const shared = new Map<string, Shared>();

  function join(id: string, query: ListQuery): Shared {
    const existing = shared.get(id);
    if (existing !== undefined) {
      clearTimeout(existing.idle);
      existing.idle = undefined;
      return existing;
    }
    const opened = openShared(client, query, options.trim ?? ((object) => object));
    shared.set(id, opened);
    return opened;
  }

  function leave(id: string, entry: Shared, handler: WatchHandler): void {
    entry.followers.delete(handler);
    if (entry.followers.size > 0 || entry.idle !== undefined || shared.get(id) !== entry) return;
    entry.idle = setTimeout(() => {
      shared.delete(id);
      void entry.watch[Symbol.asyncDispose]();
    }, options.linger);
    entry.idle.unref();
  }

  return {
    watch(query, handler) {
      const id = queryId(query);
      const entry = join(id, query);
      const closing = Promise.withResolvers<never>();
      const known = entry.synced ? Promise.resolve() : entry.watch.synced;
      let closed = false;
      // Not before the caller has its Watch in hand, and as one step: nothing is told before the snapshot or twice.
      entry.waiting.add(handler);
      if (entry.lost) setImmediate(() => !closed && entry.lost && handler.lost?.(entry.lost.error));
      const joined = known.then(() => {
        entry.waiting.delete(handler);
        if (closed) return;
        handler.replaced([...entry.objects.values()]);
        entry.followers.add(handler);
      });
      const synced = Promise.race([joined, closing.promise]);
      synced.catch(() => undefined);
      return {
        synced,
        async [Symbol.asyncDispose]() {
          if (closed) return;
          closed = true;
          if (entry.waiting.delete(handler)) closing.reject(abortError('watch', new Error('the watch is closed')));
          leave(id, entry, handler);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      const all = [...shared.values()];
      shared.clear();
      for (const entry of all) clearTimeout(entry.idle);
      await Promise.all(all.map((entry) => entry.watch[Symbol.asyncDispose]()));
    },
  };
}

function openShared(
  client: Pick<ClusterClient, 'watch'>,
  query: ListQuery,
  trim: (object: KubernetesObject) => KubernetesObject,
): Shared {
  const objects = new Map<string, KubernetesObject>();
  const followers = new Set<WatchHandler>();
  const waiting = new Set<WatchHandler>();
  const entry: Omit<Shared, 'watch'> = { objects, followers, waiting, lost: undefined, synced: false, idle: undefined };
  const watch = client.watch(query, {
    replaced(items) {
      const kept = items.map(trim);
      objects.clear();
      for (const item of kept) objects.set(objectId(item), item);
      entry.synced = true;
      entry.lost = undefined;
      for (const follower of followers) follower.replaced([...kept]);
    },
    changed(type, object) {
      const kept = trim(object);
      if (type === 'DELETED') objects.delete(objectId(kept));
      else objects.set(objectId(kept), kept);
      for (const follower of followers) follower.changed(type, kept);
    },
    lost(error) {
      entry.lost = { error };
      for (const follower of [...followers, ...waiting]) follower.lost?.(error);
    },
    restored() {
      entry.lost = undefined;
      for (const follower of followers) follower.restored?.();
    },
  });
  return Object.assign(entry, { watch });
}

function objectId({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

function queryId({ apiVersion, kind, namespace, labelSelector, fieldSelector, metadataOnly }: ListQuery): string {
  return JSON.stringify([apiVersion, kind, namespace, labelSelector, fieldSelector, metadataOnly === true]);
}
