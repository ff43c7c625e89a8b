/** The steps of a revision's record: pending before the first write, then deployed, failed or superseded, in Helm's words. */
import { installationLabel } from '../../foundation/history/installation-label.ts';
import type { RecordedHook, ReleaseRecord, ReleaseStatus } from '../../foundation/history/release-record.ts';
import type { JsonObject } from '../../foundation/manifest/object.ts';

export type Action = 'install' | 'upgrade' | 'rollback';

export interface RevisionInput {
  readonly action: Action;
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  /** The newest revision before it. */
  readonly previous: ReleaseRecord | undefined;
  readonly chart: JsonObject;
  readonly config: JsonObject;
  readonly manifest: string;
  readonly hooks: readonly RecordedHook[];
  readonly notes: string;
  /** Those of the record's object; default: the previous one's. */
  readonly labels?: ReleaseRecord['labels'];
  readonly now: Date;
  /** Of this installation. */
  readonly stateNamespace: string;
}

const pending: Readonly<Record<Action, { status: ReleaseStatus; description: string }>> = {
  install: { status: 'pending-install', description: 'Initial install underway' },
  upgrade: { status: 'pending-upgrade', description: 'Preparing upgrade' },
  rollback: { status: 'pending-rollback', description: 'Rollback underway' },
};

/** `source` is what tells people, and a start without state, where the revision comes from: `fleet@3f2a1c9 Raise replicas`. */
export function pendingRecord(input: RevisionInput, source: string): ReleaseRecord {
  const now = input.now.toISOString();
  const { status, description } = pending[input.action];
  // What is installed anew after it was uninstalled with its history kept begins anew.
  const previous = input.action === 'install' ? undefined : input.previous;
  return {
    name: input.name,
    namespace: input.namespace,
    version: input.version,
    info: {
      first_deployed: previous?.info.first_deployed || now,
      last_deployed: now,
      description: `${description} (${source})`,
      status,
      notes: input.notes,
    },
    chart: input.chart,
    config: input.config,
    manifest: input.manifest,
    hooks: input.hooks,
    apply_method: 'ssa',
    labels: { ...(input.labels ?? previous?.labels), [installationLabel]: input.stateNamespace },
  };
}

export function withStatus(
  record: ReleaseRecord,
  status: ReleaseStatus,
  description = record.info.description,
): ReleaseRecord {
  return { ...record, info: { ...record.info, status, description } };
}

export function completeDescription(action: Action, source: string, to?: number): string {
  if (action === 'install') return `Install complete (${source})`;
  if (action === 'upgrade') return `Upgrade complete (${source})`;
  return `Rollback to ${to} (${source})`;
}

export interface FailedRevision {
  readonly action: Action;
  readonly name: string;
  readonly source: string;
}

export function failedDescription({ action, name, source }: FailedRevision, reason: string): string {
  const text = reason.length > 400 ? `${reason.slice(0, 400)}…` : reason;
  return `${action === 'upgrade' ? 'Upgrade' : 'Release'} "${name}" failed: ${text} (${source})`;
}

const sourcePattern = /\(([^()@\s]+)@([^\s()]+)(?: (.*))?\)$/;

/** The repository and revision that a description names; undefined for what another hand made. */
export function sourceOf(record: ReleaseRecord): { repository: string; revision: string } | undefined {
  const match = sourcePattern.exec(record.info.description);
  return match?.[1] && match[2] ? { repository: match[1], revision: match[2] } : undefined;
}
