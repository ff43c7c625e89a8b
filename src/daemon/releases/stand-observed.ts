/** What is said of a release that is only observed: when it begins, and whenever what a deploy would change is another. */
import { releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { ObservedRelease } from '../../pipeline/keep-release.ts';
import { type Entry, type Loop, type Turn, tellOnce } from './release-entry.ts';
import { endSoak } from './soak.ts';

const told = 'observed ';

export const isToldObserved = (entry: Entry): boolean => entry.told?.startsWith(told) ?? false;

export function standObserved(
  loop: Loop,
  entry: Entry,
  { result, turn }: { result: ObservedRelease; turn: Turn },
): void {
  const { prepared } = entry;
  const id = definitionId(prepared.definition);
  const { changed, ...counts } = result.changes;
  const { reason } = result;
  tellOnce(entry, `${told}${prepared.digest} ${reason} ${JSON.stringify(result.changes)}`, () =>
    loop.emit({
      event: 'release.observed',
      ...releaseFields(prepared),
      reason,
      ...counts,
      ...(changed === undefined ? {} : { changed }),
    }),
  );
  const parts = [`${counts.create} to create`, `${counts.update} to update`, `${counts.delete} to delete`];
  const same = counts.create + counts.update + counts.delete === 0;
  const message = `only observed (${reason}): ${same ? 'what runs is as git says' : parts.join(', ')}`;
  loop.model.set(id, { health: 'observed', message });
  // Nobody tells when the other tool is gone, or changes what it keeps.
  endSoak(entry);
  clearTimeout(entry.observing);
  const { interval } = prepared.definition.settings.sync;
  entry.observing = setTimeout(() => loop.entries.get(id) === entry && turn.enqueue(id), interval).unref();
}
