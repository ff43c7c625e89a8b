/** Ends what is under way for a release when the newest of its revisions is not the one that it makes; it only looks. */
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import type { Entry, Loop } from './release-entry.ts';

/** What another hand has made, or taken away, while ours is under way: there is nothing left to wait for. */
export async function endOvertaken(
  { context }: Pick<Loop, 'context'>,
  running: NonNullable<Entry['running']>,
  definition: Pick<ReleaseDefinition, 'namespace' | 'storageNamespace' | 'releaseName'>,
): Promise<void> {
  const marks = await context.history(recordsNamespace(definition), definition.releaseName).marks();
  const { begun } = running;
  // Before its record is written, the newest is the one that it follows.
  if (begun === undefined) return;
  const newest = marks.at(-1);
  const isLeaving = newest?.status.startsWith('uninstall') === true;
  // Who takes away what it follows may have taken away objects, too: what was planned upon is not there.
  const isGroundless = begun.follows !== undefined && !marks.some(({ version }) => version === begun.follows);
  if (newest?.version !== begun.version || isLeaving || isGroundless) running.superseded.abort();
}
