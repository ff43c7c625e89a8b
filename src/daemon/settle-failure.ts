/** What may follow a failed step, told and remembered: another try, a quarantine, or nothing more. */
import { type PreparedRelease, releaseFields } from '../pipeline/context.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import type { Entry, Loop, Turn } from './release-entry.ts';

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

export async function quarantine(
  loop: Loop,
  prepared: PreparedRelease,
  { version, reason }: { version: number; reason: string },
): Promise<void> {
  const { namespace, releaseName } = prepared.definition;
  const at = loop.context.now().toISOString();
  const held = { digest: prepared.digest, helmRevision: version, revision: prepared.checkout.revision, reason, at };
  await loop.context.states.change(namespace, releaseName, (state) => state && { ...state, quarantine: held });
  const { digest, checkout } = prepared;
  loop.emit({
    event: 'revision.quarantined',
    ...releaseFields(prepared),
    digest,
    version,
    commit: checkout.commit?.id,
    reason,
  });
}

export function countAttempt(entry: Entry): number {
  const { digest } = entry.prepared;
  entry.attempts =
    entry.attempts.digest === digest ? { digest, count: entry.attempts.count + 1 } : { digest, count: 1 };
  return entry.attempts.count;
}
