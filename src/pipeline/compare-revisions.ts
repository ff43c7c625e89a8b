/**
 * What a revision does to releases beside another one: which it changes and which it takes away. Takes two looks at a
 * repository; reads nothing. A release whose definition or chart could not be read is in neither list.
 */
import type { PreparedRelease } from './context.ts';
import { definitionId, type ReleaseDefinition } from './definitions/release-definition.ts';
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
  // Under its later name it stays what it is.
  const renamed = new Map(
    after.releases.flatMap((prepared) => {
      const { formerly = [], environment } = prepared.definition;
      const names = formerly.map((app) => definitionId({ app, environment })).filter((id) => !defined.has(id));
      const was = names.map((id) => known.get(id)).find((one) => one && placeOf(one) === placeOf(prepared));
      return was === undefined ? [] : [[prepared, was] as const];
    }),
  );
  const stays = new Set(renamed.values());
  const removed = before.releases.filter(
    (one) =>
      !defined.has(definitionId(one.definition)) && !unread.has(one.definition.origin.place.file) && !stays.has(one),
  );
  for (const prepared of after.releases) {
    const was = known.get(definitionId(prepared.definition)) ?? renamed.get(prepared);
    const isThere = was !== undefined && placeOf(was) === placeOf(prepared);
    if (was !== undefined && !isThere) removed.push(was);
    if (!isThere || was.digest !== prepared.digest) changed.push({ prepared, before: isThere ? was : undefined });
  }
  return { changed, removed };
}

const placeOf = ({ definition: { cluster, namespace, releaseName } }: PreparedRelease): string =>
  JSON.stringify([cluster, namespace, releaseName]);

/** The same application in the same environment, under its name or a later one. */
export function successorOf(
  { app, environment }: Pick<ReleaseDefinition, 'app' | 'environment'>,
  defined: readonly ReleaseDefinition[],
): ReleaseDefinition | undefined {
  const same = defined.filter((definition) => definition.environment === environment);
  return same.find((one) => one.app === app) ?? same.find(({ formerly = [] }) => formerly.includes(app));
}
