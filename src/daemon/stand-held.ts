import type { PreparedRelease } from '../pipeline/context.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import type { Loop } from './release-entry.ts';

/** What runs is watched although git wants something else. */
export async function standHeld(loop: Loop, prepared: PreparedRelease): Promise<void> {
  const { namespace, releaseName } = prepared.definition;
  const state = (await loop.context.states.read(namespace, releaseName))?.state;
  const version = state?.deployed?.helmRevision;
  if (version === undefined) return;
  loop.model.set(definitionId(prepared.definition), { version });
  await loop.onStanding(prepared, version, false);
}
