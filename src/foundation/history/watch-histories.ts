/**
 * Follows the labels of all of a cluster's release records by one watch, so that asking which revisions a release has
 * costs nothing. Contents are read when they are wanted, and those of the last few kept. Where the records of all
 * namespaces may not be watched, each history asks for itself.
 */
import { LRUCache } from 'lru-cache';
import type { ClusterClient, Watch } from '../cluster/cluster-client.ts';
import type { WatchScope } from '../cluster/watch-rights.ts';
import { type OnUnreadable, openHistory } from './open-history.ts';
import { recordKind, type StorageDriver } from './record-object.ts';
import { createReleaseMarks, type ReleaseMarks } from './release-marks.ts';
import type { ReleaseHistory, ReleaseRecord, RevisionMark, StoredRelease } from './release-record.ts';

export interface HistoriesOptions {
  readonly client: ClusterClient;
  /** Default: secret, as Helm's. */
  readonly driver?: StorageDriver;
  readonly onUnreadable: OnUnreadable;
  /** Told of each record that is read. */
  readonly onRecord?: ((record: ReleaseRecord) => void) | undefined;
  readonly now?: () => Date;
  readonly signal?: AbortSignal;
  /** Told, a moment after, of each release whose records another hand has changed, and where these lie. */
  readonly onForeign?: (namespace: string, name: string) => void;
  /** Where records may be followed; default: everywhere. */
  readonly scope?: () => Promise<WatchScope>;
  /** `namespace` is `''` where all are followed by one watch. */
  readonly onLost?: (error: unknown, namespace: string) => void;
  readonly onRestored?: (namespace: string) => void;
}

export interface Histories extends AsyncDisposable {
  /** `namespace` is where the records lie. `client`: on whose behalf contents are read and written; the labels are known to the watch. */
  of(namespace: string, name: string, client?: ClusterClient): ReleaseHistory;
}

interface Followed {
  readonly watch: Watch;
  /** False before the first list and while the watch is lost. */
  current: boolean;
  readonly answered: Promise<void>;
}

/** Characters of the manifests of what is kept: enough for the releases that are being worked on. */
const kept = 4_000_000;

export function watchHistories(options: HistoriesOptions): Histories {
  const { client } = options;
  const foreign = foreignTeller(options.onForeign);
  const marks = createReleaseMarks(foreign.tell);
  const { follow, stop } = followRecords(options, marks);
  const unreadable = new Set<string>();
  const contents = new LRUCache<string, StoredRelease>({
    maxSize: kept,
    sizeCalculation: ({ record }) => record.manifest.length + 1,
  });

  const of = (namespace: string, name: string, acting = client): ReleaseHistory => {
    const release = `${namespace}/${name}`;
    const direct = openHistory({ ...options, client: acting, namespace, name });
    const labels = acting === client ? direct : openHistory({ ...options, namespace, name });
    const keyOf = ({ version, resourceVersion }: RevisionMark) => `${release} ${version} ${resourceVersion}`;
    const remember = (stored: StoredRelease): StoredRelease => {
      const mark = markOfStored(stored);
      marks.note(release, mark);
      contents.set(keyOf(mark), stored);
      return stored;
    };
    const all = async (): Promise<readonly RevisionMark[]> => {
      const watch = await follow(namespace);
      await watch.answered;
      return watch.current ? marks.of(release) : await labels.marks();
    };
    return {
      ...direct,
      async marks() {
        const found = (await all()).filter((mark) => !unreadable.has(keyOf(mark)));
        return found.sort((a, b) => a.version - b.version);
      },
      next: async () => Math.max(0, ...(await all()).map(({ version }) => version)) + 1,
      async get(version) {
        const mark = marks.get(release, version);
        const known = mark && (await follow(namespace)).current ? contents.get(keyOf(mark)) : undefined;
        if (known) return known;
        const found = await marks.whileReading(release, version, () => direct.get(version));
        if (found) return remember(found);
        const isThere = mark && (await labels.marks()).some((one) => one.version === version);
        if (isThere) unreadable.add(keyOf(mark));
        // Another hand took it away, and the watch has not told yet.
        else if (mark) marks.lose(release, mark);
        return undefined;
      },
      create: (record) =>
        marks.whileWriting(release, record.version, async () => remember(await direct.create(record))),
      update: (stored, record) =>
        marks.whileWriting(release, stored.record.version, async () => {
          try {
            return remember(await direct.update(stored, record));
          } catch (error) {
            // What was kept is out of date: the next reading asks.
            contents.delete(keyOf(markOfStored(stored)));
            throw error;
          }
        }),
      async delete(version) {
        const mark = marks.get(release, version);
        // What we delete ourselves is no news.
        marks.forget(release, version);
        try {
          await direct.delete(version);
        } catch (error) {
          if (mark) marks.note(release, mark);
          throw error;
        }
      },
    };
  };
  return {
    of,
    async [Symbol.asyncDispose]() {
      foreign.stop();
      await stop();
    },
  };
}

interface FollowedRecords {
  /** The watch that tells of a namespace's records, opened when it is first asked for. */
  follow(namespace: string): Promise<Followed>;
  stop(): Promise<void>;
}

function followRecords(options: HistoriesOptions, marks: ReleaseMarks): FollowedRecords {
  const followed = new Map<string, Followed>();
  /** `''`: of all namespaces. */
  const open = (namespace: string): Followed => {
    const known = followed.get(namespace);
    if (known) return known;
    const answered = Promise.withResolvers<void>();
    const entry = { current: false, answered: answered.promise };
    const kind = { ...recordKind(options.driver ?? 'secret'), ...(namespace === '' ? {} : { namespace }) };
    const watch = options.client.watch(
      { ...kind, labelSelector: 'owner=helm', metadataOnly: true },
      {
        replaced(items, resourceVersion) {
          marks.replaced(namespace, items, resourceVersion);
          entry.current = true;
          answered.resolve();
        },
        changed: marks.changed,
        lost(error) {
          entry.current = false;
          answered.resolve();
          options.onLost?.(error, namespace);
        },
        restored() {
          entry.current = true;
          options.onRestored?.(namespace);
        },
      },
    );
    const found: Followed = Object.assign(entry, { watch });
    followed.set(namespace, found);
    return found;
  };
  const scope = options.scope?.();
  if (scope === undefined) open('');
  return {
    follow: async (namespace) => open((await scope) === 'namespace' ? namespace : ''),
    async stop() {
      await Promise.all([...followed.values()].map(({ watch }) => watch[Symbol.asyncDispose]()));
    },
  };
}

/** Milliseconds: what one command of helm writes comes together. */
const foreignPause = 100;

function foreignTeller(told: HistoriesOptions['onForeign']): { tell(release: string): void; stop(): void } {
  const due = new Map<string, NodeJS.Timeout>();
  return {
    tell(release) {
      if (told === undefined || due.has(release)) return;
      const [namespace = '', name = ''] = release.split('/');
      const tell = () => {
        due.delete(release);
        told(namespace, name);
      };
      due.set(release, setTimeout(tell, foreignPause).unref());
    },
    stop() {
      for (const timer of due.values()) clearTimeout(timer);
    },
  };
}

const markOfStored = ({ record, resourceVersion }: StoredRelease): RevisionMark => ({
  version: record.version,
  status: record.info.status,
  resourceVersion,
});
