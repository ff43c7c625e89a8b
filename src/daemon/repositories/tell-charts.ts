/** Tells of charts between two looks: which cannot be had, which can again, which moved. Each once. */
import type { Emit } from '../../foundation/events/event-bus.ts';
import type { ChartPins } from '../../pipeline/chart/pin-sources.ts';
import { type PreparedRelease, releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { FailedRelease, SyncedRevision } from '../../pipeline/sync-revision.ts';

interface Before {
  readonly before: SyncedRevision | undefined;
  /** What was said of each release's chart, while it cannot be had. */
  readonly told: ReadonlyMap<string, string>;
}

/** What now stands told. */
export function tellCharts(emit: Emit, { before, told }: Before, synced: SyncedRevision): ReadonlyMap<string, string> {
  const failed = synced.failed.filter(({ part }) => part === 'chart');
  const standing = new Map(failed.map((release) => [definitionId(release.definition), release.error.message]));
  for (const release of failed) {
    const { message } = release.error;
    if (told.get(definitionId(release.definition)) !== message) tellFailed(emit, release);
  }
  const earlier = new Map(before?.releases.map((release) => [definitionId(release.definition), release.pins] as const));
  for (const release of synced.releases) {
    const id = definitionId(release.definition);
    const [wasStale, stale] = [staleOf(earlier.get(id)), staleOf(release.pins)];
    if (told.has(id) || (wasStale && !stale))
      emit({ event: 'chart.recovered', ...releaseFields(release), chart: nameOf(release) });
    if (stale && !wasStale)
      emit({ event: 'chart.stale', ...releaseFields(release), chart: stale.from, version: stale.version });
    tellMoved(emit, release, earlier.get(id));
  }
  return standing;
}

function tellFailed(emit: Emit, { op, definition, error }: FailedRelease): void {
  const { code, message, hint, place = definition.origin.place } = error;
  const { file, line, column } = place;
  emit({
    event: 'chart.failed',
    ...releaseFields({ op, definition }),
    reason: code,
    file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    message,
    ...(hint ? { hint } : {}),
  });
}

function tellMoved(emit: Emit, release: PreparedRelease, before: ChartPins | undefined): void {
  for (const [key, { fetched }] of release.pins) {
    const was = before?.get(key)?.fetched;
    const { digest, from, version } = fetched;
    if (was === undefined || was.digest === digest) continue;
    emit({ event: 'chart.moved', ...releaseFields(release), chart: from, from: was.version, to: version });
  }
}

const staleOf = (pins: ChartPins | undefined) =>
  [...(pins?.values() ?? [])].find(({ fetched }) => fetched.stale)?.fetched;

const nameOf = ({ chart: { metadata } }: PreparedRelease): string => `${metadata.name}-${metadata.version}`;
