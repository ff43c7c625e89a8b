/**
 * Two looks at a repository, of which only the difference matters: releases that both make of the same definition, chart and
 * files are left as they are defined, and neither is prepared.
 */
import { readDefinitions } from './definitions/read-definitions.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import { createTextRenderer } from './render/text-renderer.ts';
import { type SyncedRevision, type SyncInput, syncRevision } from './sync-revision.ts';
import { type Side, untouchedReleases } from './untouched-releases.ts';

/** `before` and `after` share a cache of definitions: what both have is known by it. */
export async function syncComparison(
  before: SyncInput,
  after: SyncInput,
): Promise<readonly [before: SyncedRevision, after: SyncedRevision]> {
  const one = await readSide(before);
  const other = await readSide(after);
  const look = async (untouched: ReadonlySet<ReleaseDefinition>) => {
    const old = await syncRevision({ ...before, read: one.read, charts: one.charts, untouched });
    const fresh = await syncRevision({ ...after, read: other.read, charts: other.charts, untouched, before: old });
    return [old, fresh] as const;
  };
  const untouched = await untouchedReleases(one, other);
  const [old, fresh] = await look(untouched);
  const pinned = [...untouched].filter(({ pin }) => pin !== undefined);
  // Which files a pinned release reads of its commit depends on who else reads them, also of what charts render.
  if (pinned.length === 0 || isSameNested(old, fresh)) return [old, fresh];
  return await look(untouched.difference(new Set(pinned)));
}

function isSameNested(
  { nested: one = new Map() }: SyncedRevision,
  { nested: other = new Map() }: SyncedRevision,
): boolean {
  return one.size === other.size && [...one].every(([id, nested]) => other.get(id) === nested);
}

async function readSide(input: SyncInput): Promise<Side> {
  const { checkout, definitions } = input;
  const read = await readDefinitions({ ...definitions, checkout, renderText: createTextRenderer() });
  return { input, read, charts: new Map() };
}
