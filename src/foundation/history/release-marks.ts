/**
 * What the labels of a cluster's release records say, by release: from a watch and from our own writes, in whatever order
 * they tell. Knows which changes are another hand's.
 */
import type { KubernetesObject } from '../manifest/object.ts';
import { isOlderVersion } from '../manifest/resource-version.ts';
import { markOf } from './open-history.ts';
import type { RevisionMark } from './release-record.ts';

export interface ReleaseMarks {
  of(release: string): readonly RevisionMark[];
  get(release: string, version: number): RevisionMark | undefined;
  /** From a write or a reading of ours. */
  note(release: string, mark: RevisionMark): void;
  forget(release: string, version: number): void;
  /** It was found gone, and not by our doing. */
  lose(release: string, mark: RevisionMark): void;
  /** What is told of this version until the write is over is our own doing. */
  whileWriting<Result>(release: string, version: number, write: () => Promise<Result>): Promise<Result>;
  /** Undefined where the record was deleted by another hand meanwhile: what was read of it is over. */
  whileReading<Result>(release: string, version: number, read: () => Promise<Result>): Promise<Result | undefined>;
  /** After a list: everything there is in the namespace, or in all where that is `''`. */
  /** `resourceVersion` is the list's: what is newer is not in it. */
  replaced(namespace: string, objects: readonly KubernetesObject[], resourceVersion?: string): void;
  changed(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject): void;
}

interface Book {
  readonly releases: Map<string, Map<number, RevisionMark>>;
  readonly writing: Map<string, Set<number>>;
  readonly reading: Set<Reading>;
  readonly told: (release: string) => void;
}

interface Reading {
  readonly release: string;
  readonly version: number;
  isOver: boolean;
}

/** `told` is called for each change that is not ours; of the first list nothing is told. */
export function createReleaseMarks(told: (release: string) => void): ReleaseMarks {
  const book: Book = { releases: new Map(), writing: new Map(), reading: new Set(), told };
  const get = (release: string, version: number) => book.releases.get(release)?.get(version);
  const forget = (release: string, version: number) => void book.releases.get(release)?.delete(version);
  const listed = new Set<string>();
  return {
    of: (release) => [...(book.releases.get(release)?.values() ?? [])],
    get,
    note: (release, mark) => note(book, release, mark),
    forget,
    lose(release, mark) {
      if (get(release, mark.version) !== mark) return;
      forget(release, mark.version);
      told(release);
    },
    async whileWriting(release, version, write) {
      const versions = book.writing.get(release) ?? new Set();
      book.writing.set(release, versions.add(version));
      try {
        return await write();
      } finally {
        versions.delete(version);
        if (versions.size === 0) book.writing.delete(release);
      }
    },
    async whileReading(release, version, read) {
      const reading: Reading = { release, version, isOver: false };
      book.reading.add(reading);
      try {
        const result = await read();
        return reading.isOver ? undefined : result;
      } finally {
        book.reading.delete(reading);
      }
    },
    replaced(namespace, objects, resourceVersion) {
      replace(book, objects, { namespace, resourceVersion, isFirst: !listed.has(namespace) });
      listed.add(namespace);
    },
    changed(type, object) {
      const mark = markOf(object);
      if (mark === undefined) return;
      const release = releaseOf(object);
      if (type !== 'DELETED') return notice(book, release, mark);
      endReadings(book, release, mark.version);
      if (get(release, mark.version)) told(release);
      forget(release, mark.version);
    },
  };
}

function endReadings({ reading }: Book, release: string, version: number): void {
  for (const one of reading) if (one.release === release && one.version === version) one.isOver = true;
}

interface Listing {
  readonly namespace: string;
  readonly resourceVersion: string | undefined;
  readonly isFirst: boolean;
}

function replace(book: Book, objects: readonly KubernetesObject[], listing: Listing): void {
  const { namespace, isFirst, resourceVersion } = listing;
  const found = objects.map((object) => ({ release: releaseOf(object), mark: markOf(object) }));
  const newest = found.reduce((most, { mark }) => (mark && isNewer(mark, most) ? mark : most), nothing);
  const last = resourceVersion ? { ...nothing, resourceVersion } : newest;
  const present = new Set(found.map(({ release, mark }) => `${release} ${mark?.version}`));
  for (const [release, marks] of book.releases) {
    if (namespace !== '' && !release.startsWith(`${namespace}/`)) continue;
    for (const mark of marks.values()) {
      // What we wrote after the list was made is not in it.
      if (present.has(`${release} ${mark.version}`) || isNewer(mark, last)) continue;
      marks.delete(mark.version);
      endReadings(book, release, mark.version);
      book.told(release);
    }
    if (marks.size === 0) book.releases.delete(release);
  }
  for (const { release, mark } of found) {
    if (mark === undefined) continue;
    if (isFirst) note(book, release, mark);
    else notice(book, release, mark);
  }
}

function notice(book: Book, release: string, mark: RevisionMark): void {
  const known = book.releases.get(release)?.get(mark.version);
  const isOurs = book.writing.get(release)?.has(mark.version) === true;
  if (!isOurs && (known === undefined || isNewer(mark, known))) book.told(release);
  note(book, release, mark);
}

/** The watch may tell of a state that our own write has left behind. */
function note({ releases }: Book, release: string, mark: RevisionMark): void {
  const marks = releases.get(release) ?? new Map<number, RevisionMark>();
  releases.set(release, marks);
  const known = marks.get(mark.version);
  if (known === undefined || !isNewer(known, mark)) marks.set(mark.version, mark);
}

const nothing: RevisionMark = { version: 0, status: 'unknown', resourceVersion: '0' };

const releaseOf = ({ metadata }: KubernetesObject): string =>
  `${metadata.namespace ?? ''}/${metadata.labels?.['name'] ?? ''}`;

const isNewer = (a: RevisionMark, b: RevisionMark): boolean => isOlderVersion(b.resourceVersion, a.resourceVersion);
