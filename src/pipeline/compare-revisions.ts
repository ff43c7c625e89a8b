/**
 * What a revision does to releases beside another one: which it changes and which it takes away. Takes two looks at a
 * repository; reads nothing. A release whose definition or chart could not be read is in neither list.
 */
import type { PreparedRelease } from './context.ts';
import { definitionId } from './definitions/release-definition.ts';
import type { SyncedRevision } from './sync-revision.ts';

export interface ChangedRelease {
  readonly prepared: PreparedRelease;
  /** Undefined: it is new there. */
  readonly before: PreparedRelease | undefined;
}

export interface RevisionChanges {
  readonly changed: readonly ChangedRelease[];
  /** Also what moved: its old place. */
  readonly removed: readonly PreparedRelease[];
}

export function compareRevisions(before: SyncedRevision, after: SyncedRevision): RevisionChanges {
  const known = new Map(before.releases.map((release) => [definitionId(release.definition), release]));
  const defined = new Set(after.defined.map(definitionId));
  const unread = new Set(after.unreadFiles);
  const changed: ChangedRelease[] = [];
  const removed = before.releases.filter(
    ({ definition }) => !defined.has(definitionId(definition)) && !unread.has(definition.origin.place.file),
  );
  for (const prepared of after.releases) {
    const was = known.get(definitionId(prepared.definition));
    const isThere = was !== undefined && placeOf(was) === placeOf(prepared);
    if (was !== undefined && !isThere) removed.push(was);
    if (!isThere || was.digest !== prepared.digest) changed.push({ prepared, before: isThere ? was : undefined });
  }
  return { changed, removed };
}

const placeOf = ({ definition: { cluster, namespace, releaseName } }: PreparedRelease): string =>
  JSON.stringify([cluster, namespace, releaseName]);
