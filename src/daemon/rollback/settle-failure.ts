/** What may follow a failed step, told and remembered: another try, a quarantine, or nothing more. */
import type { Quarantine, ReleaseState } from '../../foundation/state/release-state.ts';
import { type PreparedRelease, releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { Entry, Loop, Turn } from '../releases/release-entry.ts';

export const fixHint = 'commit a fix, or run: helm-gitops retry';

/** Nothing more follows from it: it only stands, and is shown. */
export async function settleFailure(loop: Loop, { definition }: PreparedRelease): Promise<void> {
  await loop.context.states.change(definition.namespace, definition.releaseName, (state) => {
    if (!state?.failure?.owed) return state;
    const { owed: _owed, ...failure } = state.failure;
    return { ...state, failure };
  });
}

export function scheduleRetry(
  loop: Loop,
  entry: Entry,
  { turn, pause, attempt, message }: { turn: Pick<Turn, 'enqueue'>; pause: number; attempt: number; message: string },
): void {
  const id = definitionId(entry.prepared.definition);
  loop.emit({ event: 'release.retrying', ...releaseFields(entry.prepared), attempt, in: pause, message });
  setTimeout(() => loop.entries.has(id) && turn.enqueue(id), pause).unref();
}

/** Told when it begins: what is held so already stays as it is. */
export async function quarantine(
  loop: Loop,
  prepared: PreparedRelease,
  { version, reason, group }: { version: number; reason: string; group?: Quarantine['group'] },
): Promise<void> {
  const { digest, checkout, definition } = prepared;
  const at = loop.context.now().toISOString();
  const inputs = { digest, helmRevision: version, revision: checkout.revision };
  const held = { ...inputs, reason, at, ...(group ? { group } : {}) };
  // What its group kept back may now be held for a fault of its own, or stay behind.
  const isHeld = ({ quarantine: before }: ReleaseState) =>
    before?.digest === digest &&
    before.helmRevision === version &&
    before.group?.app === group?.app &&
    before.group?.stays === group?.stays;
  let isNew = true;
  await loop.context.states.change(definition.namespace, definition.releaseName, (state) => {
    isNew = state === undefined || !isHeld(state);
    return state && isNew ? { ...state, quarantine: held } : state;
  });
  if (!isNew) return;
  const fields = { ...releaseFields(prepared), digest, version, commit: checkout.commit?.id, reason };
  loop.emit({ event: 'revision.quarantined', ...fields });
}

/** It could not go back with its group: what stands on it stays too. */
export async function keepBehind(loop: Loop, { definition }: PreparedRelease): Promise<void> {
  await loop.context.states.change(definition.namespace, definition.releaseName, (state) => {
    const { group } = state?.quarantine ?? {};
    if (!state?.quarantine || !group) return state;
    return { ...state, quarantine: { ...state.quarantine, group: { ...group, stays: true } } };
  });
}

export function countAttempt(entry: Entry): number {
  const { digest } = entry.prepared;
  entry.attempts =
    entry.attempts.digest === digest ? { digest, count: entry.attempts.count + 1 } : { digest, count: 1 };
  return entry.attempts.count;
}
