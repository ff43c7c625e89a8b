/** A Helm release as its Secret or ConfigMap holds it (helm.md §6.1): one revision. Names are Helm's. */
import type { JsonObject } from '../manifest/object.ts';

export type ReleaseStatus =
  | 'unknown'
  | 'deployed'
  | 'uninstalled'
  | 'superseded'
  | 'failed'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

export interface ReleaseRecord {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly info: ReleaseInfo;
  /** As Helm stores it: metadata, lock, templates, values, schema, files; data in base64; subcharts left out. */
  readonly chart: JsonObject;
  /** The values a user gave, merged. */
  readonly config: JsonObject;
  readonly manifest: string;
  readonly hooks: readonly RecordedHook[];
  /** Absent in what Helm 3 wrote: `csa`. */
  readonly apply_method?: string;
  /** Of the object that holds it, Helm's own left out. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ReleaseInfo {
  /** RFC 3339 */
  readonly first_deployed: string;
  readonly last_deployed: string;
  readonly deleted?: string;
  readonly description: string;
  readonly status: ReleaseStatus;
  readonly notes?: string;
}

export interface RecordedHook {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly string[];
  readonly last_run?: { readonly started_at?: string; readonly completed_at?: string; readonly phase: string };
  readonly weight?: number;
  readonly delete_policies?: readonly string[];
  readonly output_log_policies?: readonly string[];
}

/** A record with what the API server knows of the object that holds it. */
export interface StoredRelease {
  readonly record: ReleaseRecord;
  readonly resourceVersion: string;
}

/** What the labels of a revision's object say of it. */
export interface RevisionMark {
  readonly version: number;
  readonly status: ReleaseStatus;
  readonly resourceVersion: string;
}

/** Revisions of one release; what helm's storage driver does. */
export interface ReleaseHistory {
  /** Oldest first, without their contents. Asks nobody where the cluster's records are watched. */
  marks(): Promise<readonly RevisionMark[]>;
  /** The number of a revision after all there are: what cannot be decoded bears one too. */
  next(): Promise<number>;
  /** Undefined when there is none, and for one that cannot be decoded: then it is told through `onUnreadable`. */
  get(version: number): Promise<StoredRelease | undefined>;
  /** Every revision, whole. Oldest first. What cannot be decoded is left out and told once through `onUnreadable`. */
  list(): Promise<readonly StoredRelease[]>;
  /** Fails with `history.conflict` when that revision exists already. */
  create(record: ReleaseRecord): Promise<StoredRelease>;
  /** Status label and body together; `resourceVersion` is the precondition (`history.conflict`). */
  update(stored: StoredRelease, record: ReleaseRecord): Promise<StoredRelease>;
  delete(version: number): Promise<void>;
}
