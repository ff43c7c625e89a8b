/**
 * Follows the labels of all of a cluster's release records by one watch, so that asking which revisions a release has
 * costs nothing. Contents are read when they are wanted, and those of the last few kept. Where the records of all
 * namespaces may not be watched, each history asks for itself.
 */
import { LRUCache } from 'lru-cache';
import type { HelmGitopsError } from '../base/errors.ts';
import type { ClusterClient, Watch } from '../cluster/cluster-client.ts';
import type { WatchScope } from '../cluster/watch-rights.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import { isOlderVersion } from '../manifest/resource-version.ts';
import { markOf, openHistory } from './open-history.ts';
import { recordKind, type StorageDriver } from './record-object.ts';
import type { ReleaseHistory, RevisionMark, StoredRelease } from './release-record.ts';

export interface HistoriesOptions {
  readonly client: ClusterClient;
  /** Default: secret, as Helm's. */
  readonly driver?: StorageDriver;
  /** Told once per object that cannot be decoded. */
  readonly onUnreadable: (object: string, error: HelmGitopsError) => void;
  readonly now?: () => Date;
  /** Where records may be followed; default: everywhere. */
  readonly scope?: () => Promise<WatchScope>;
  /** `namespace` is `''` where all are followed by one watch. */
  readonly onLost?: (error: unknown, namespace: string) => void;
  readonly onRestored?: (namespace: string) => void;
}

export interface Histories extends AsyncDisposable {
  /** `client`: on whose behalf contents are read and written; the labels are known to the watch. */
  of(namespace: string, name: string, client?: ClusterClient): ReleaseHistory;
}

interface Followed {
  readonly watch: Watch;
  /** False before the first list and while the watch is lost. */
  current: boolean;
  readonly answered: Promise<void>;
}

type Marks = Map<number, RevisionMark>;

/** Characters of the manifests of what is kept: enough for the releases that are being worked on. */
const kept = 4_000_000;

export function watchHistories(options: HistoriesOptions): Histories {
  const { client } = options;
  const { releases, note, follow, stop } = followMarks(options);
  const unreadable = new Set<string>();
  const contents = new LRUCache<string, StoredRelease>({
    maxSize: kept,
    sizeCalculation: ({ record }) => record.manifest.length + 1,
  });

  const of = (namespace: string, name: string, acting = client): ReleaseHistory => {
    const release = `${namespace}/${name}`;
    const direct = openHistory({ ...options, client: acting, namespace, name });
    const keyOf = ({ version, resourceVersion }: RevisionMark) => `${release} ${version} ${resourceVersion}`;
    const remember = (stored: StoredRelease): StoredRelease => {
      const mark = markOfStored(stored);
      note(release, mark);
      contents.set(keyOf(mark), stored);
      return stored;
    };
    return {
      ...direct,
      async marks() {
        const watch = await follow(namespace);
        await watch.answered;
        const marks = watch.current ? [...(releases.get(release)?.values() ?? [])] : await direct.marks();
        return marks.filter((mark) => !unreadable.has(keyOf(mark))).sort((a, b) => a.version - b.version);
      },
      async get(version) {
        const mark = releases.get(release)?.get(version);
        const known = mark && (await follow(namespace)).current ? contents.get(keyOf(mark)) : undefined;
        if (known) return known;
        const found = await direct.get(version);
        if (found) return remember(found);
        if (mark) unreadable.add(keyOf(mark));
        return undefined;
      },
      create: async (record) => remember(await direct.create(record)),
      update: async (stored, record) => remember(await direct.update(stored, record)),
      async delete(version) {
        await direct.delete(version);
        releases.get(release)?.delete(version);
      },
    };
  };
  return { of, [Symbol.asyncDispose]: stop };
}

interface FollowedMarks {
  /** By `NAMESPACE/NAME`. */
  readonly releases: ReadonlyMap<string, Marks>;
  note(release: string, mark: RevisionMark): void;
  /** The watch that tells of a namespace's records, opened when it is first asked for. */
  follow(namespace: string): Promise<Followed>;
  stop(): Promise<void>;
}

function followMarks(options: HistoriesOptions): FollowedMarks {
  const releases = new Map<string, Marks>();
  const followed = new Map<string, Followed>();
  const note = (release: string, mark: RevisionMark) => {
    const marks = releases.get(release) ?? new Map<number, RevisionMark>();
    releases.set(release, marks);
    const known = marks.get(mark.version);
    // The watch may tell of a state that our own write has left behind.
    if (known === undefined || !isNewer(known, mark)) marks.set(mark.version, mark);
  };
  const replace = (namespace: string, items: readonly KubernetesObject[]) => {
    const found = items.map((item) => ({ release: releaseOf(item), mark: markOf(item) }));
    const last = found.reduce((most, { mark }) => (mark && isNewer(mark, most) ? mark : most), nothing);
    for (const [release, marks] of releases) {
      if (namespace !== '' && !release.startsWith(`${namespace}/`)) continue;
      for (const mark of marks.values()) if (!isNewer(mark, last)) marks.delete(mark.version);
      if (marks.size === 0) releases.delete(release);
    }
    for (const { release, mark } of found) if (mark) note(release, mark);
  };
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
        replaced(items) {
          replace(namespace, items);
          entry.current = true;
          answered.resolve();
        },
        changed(type, object) {
          const mark = markOf(object);
          const release = releaseOf(object);
          if (mark && type === 'DELETED') releases.get(release)?.delete(mark.version);
          else if (mark) note(release, mark);
        },
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
    releases,
    note,
    follow: async (namespace) => open((await scope) === 'namespace' ? namespace : ''),
    async stop() {
      await Promise.all([...followed.values()].map(({ watch }) => watch[Symbol.asyncDispose]()));
    },
  };
}

const nothing: RevisionMark = { version: 0, status: 'unknown', resourceVersion: '0' };

const releaseOf = ({ metadata }: KubernetesObject): string =>
  `${metadata.namespace ?? ''}/${metadata.labels?.['name'] ?? ''}`;

const markOfStored = ({ record, resourceVersion }: StoredRelease): RevisionMark => ({
  version: record.version,
  status: record.info.status,
  resourceVersion,
});

const isNewer = (a: RevisionMark, b: RevisionMark): boolean => isOlderVersion(b.resourceVersion, a.resourceVersion);
