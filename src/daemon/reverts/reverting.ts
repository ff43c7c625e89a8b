/** What all that takes changes back shares: its parts, what it has told, and the incident's record of it. */
import type { EventOf } from '../../foundation/events/event.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import type { Incident, IncidentRevert } from '../../foundation/state/incident.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { PastFiles } from '../../pipeline/plan-revert.ts';
import { stepIncident } from '../../pipeline/record-incident.ts';
import { type Checkout, shortRevision } from '../../pipeline/source/checkout.ts';
import type { SyncedRevision } from '../../pipeline/sync-revision.ts';
import type { ClusterSession } from '../clusters/cluster-session.ts';
import type { PromotionWriter } from '../promotion/promotion-writer.ts';
import type { Read } from '../removals/removals.ts';

export interface RevertParts extends Pick<PromotionWriter, 'compat' | 'write' | 'forgeOf'> {
  readonly sessions: ReadonlyMap<string, { readonly session: ClusterSession }>;
  readonly emit: Emit;
  /** What was read last. */
  readonly filesOf: (checkout: Checkout) => Promise<PastFiles>;
  readonly filesAt: (repository: string, commit: string) => Promise<PastFiles>;
  /** A commit after another one whose message says a text. */
  readonly findCommit: (checkout: Checkout, text: string, after: string) => Promise<string | undefined>;
  /** The repository has a new commit. */
  readonly onWritten: (repository: string) => void;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export interface Reverting extends RevertParts {
  readonly last: Read;
  /** What was told last of each release. */
  readonly told: Map<string, string>;
  /** By release the incident and the commit up to which it was looked for what was written already. */
  readonly searched: Map<string, string>;
}

export interface Looked {
  readonly prepared: PreparedRelease;
  readonly synced: SyncedRevision;
  readonly context: ReleaseContext;
}

export interface Owed extends Looked {
  readonly state: ReleaseState;
  readonly incident: Incident;
}

export const takenBack = (commit: string): string => `taken back in git by ${shortRevision(commit)}`;

export async function note(
  { now }: Reverting,
  { prepared, context, incident }: Owed,
  revert: Omit<IncidentRevert, 'at'>,
) {
  const { from } = incident;
  const change = { revert: { at: now().toISOString(), ...revert } };
  await stepIncident(context, prepared.definition, { from, what: revert.message, change });
}

type RevertEvent =
  | EventOf<'revert.committed'>
  | EventOf<'revert.proposed'>
  | EventOf<'revert.impossible'>
  | EventOf<'revert.failed'>;
type Own<Event> = Event extends unknown
  ? Omit<Event, 'op' | 'app' | 'environment' | 'cluster' | 'namespace' | 'release'>
  : never;

/** Once, until it is told otherwise. */
export function tell({ emit, told }: Reverting, prepared: PreparedRelease, event: Own<RevertEvent>): void {
  const key = definitionId(prepared.definition);
  const text = JSON.stringify(event);
  if (told.get(key) === text) return;
  told.set(key, text);
  emit({ ...releaseFields(prepared), ...event } as RevertEvent);
}
