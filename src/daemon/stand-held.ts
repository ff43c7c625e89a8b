/** What becomes of a release that git wants otherwise, while it is held: what runs is watched, and why it waits is told once. */
import { type PreparedRelease, releaseFields } from '../pipeline/context.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import type { Hold } from './holds.ts';
import { type Entry, type Loop, lookAgain, type Turn, tellOnce } from './release-entry.ts';

/** What runs stays until somebody decides. */
export async function standBack(loop: Loop, entry: Entry, { hold, turn }: { hold: Hold; turn: Turn }): Promise<void> {
  const { prepared } = entry;
  const { for: what, message, hint, again } = hold;
  const fields = { for: what, message, ...(hint ? { hint } : {}) };
  tellOnce(entry, `waits ${what} ${message}`, () =>
    loop.emit({ event: 'release.waiting', ...releaseFields(prepared), ...fields }),
  );
  loop.model.set(definitionId(prepared.definition), { health: 'blocked', message: `waits for ${what}` });
  if (again) lookAgain(loop, definitionId(prepared.definition), { enqueue: turn.enqueue });
  else await standHeld(loop, prepared);
}

/** What runs is watched although git wants something else. */
export async function standHeld(loop: Loop, prepared: PreparedRelease): Promise<void> {
  const { namespace, releaseName } = prepared.definition;
  const state = (await loop.context.states.read(namespace, releaseName))?.state;
  const version = state?.deployed?.helmRevision;
  if (version === undefined) return;
  loop.model.set(definitionId(prepared.definition), { version });
  await loop.onStanding(prepared, version, false);
}
