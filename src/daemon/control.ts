/**
 * What the page, the API and the metrics may know and ask of a running daemon: a read model that is kept by events, and
 * requests that take the same road as everybody's (an annotation on the release's state).
 */
import type { Event } from '../foundation/events/event.ts';
import type { ReleaseRecord } from '../foundation/history/release-record.ts';
import type { DeliveryView } from './known-deliveries.ts';

export type Health =
  | 'healthy'
  | 'progressing'
  | 'failed'
  | 'rolledBack'
  | 'blocked'
  | 'suspended'
  | 'observed'
  | 'unknown';

export interface ReleaseView {
  readonly app: string;
  readonly environment: string;
  readonly cluster: string;
  readonly namespace: string;
  /** Where Helm's records lie, if not there. */
  readonly storageNamespace?: string | undefined;
  readonly release: string;
  readonly chart: string;
  /** Helm's revision number; undefined before the first. */
  readonly version: number | undefined;
  readonly commit: string | undefined;
  readonly revision: string;
  readonly health: Health;
  /** One sentence: why it is not healthy, or what is waited for. */
  readonly message: string | undefined;
  readonly drift: readonly DriftView[];
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface DriftView {
  readonly id: string;
  readonly object: string;
  readonly field: string | undefined;
  readonly recorded: string | undefined;
  readonly live: string | undefined;
  readonly fields: number;
  readonly manager: string;
  readonly severity: 'security' | 'workload' | 'metadata';
  readonly kind: 'changed' | 'missing' | 'extra' | 'release';
  readonly since: number;
  /** What tells it from all others of its release. */
  readonly key?: string;
  /** Every field, the worst first. */
  readonly changes?: readonly { readonly field: string; readonly recorded: string; readonly live: string }[];
  readonly operation?: 'Apply' | 'Update';
  /** RFC 3339: when that manager wrote last. */
  readonly changedAt?: string;
  readonly approximate?: boolean;
  /** RFC 3339: until when somebody accepted it. */
  readonly accepted?: string;
  /** It is not corrected any more. */
  readonly gaveUp?: boolean;
}

export interface LoggedEvent {
  /** Counts up from 1 for each event of this process. */
  readonly number: number;
  readonly time: Date;
  readonly event: Event;
}

export interface RepositoryView {
  readonly name: string;
  readonly revision: string | undefined;
  readonly problems: number;
  readonly error: string | undefined;
}

export interface ClusterView {
  readonly name: string;
  /** `connecting` and `standby` have not begun yet; an unreachable one is tried again and again. */
  readonly status: 'connecting' | 'ready' | 'standby' | 'unreachable';
  /** Why it is not ready. */
  readonly message: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface Control {
  /** The first pass over every repository is done. */
  readonly ready: boolean;
  releases(): readonly ReleaseView[];
  repositories(): readonly RepositoryView[];
  clusters(): readonly ClusterView[];
  /** Of one application, or of all. */
  deliveries(app?: string): readonly DeliveryView[];
  /** Newest last; at most the last 500 are kept. */
  events(after?: number): readonly LoggedEvent[];
  history(app: string, environment: string): Promise<readonly ReleaseRecord[]>;
  /** Called after every change of what the three above return; returns the function that ends it. */
  subscribe(listener: (event: LoggedEvent) => void): () => void;
}

/** What somebody decides who shows a token of Kubernetes. */
export interface Deciding {
  /** `p-1a2b3c4d` of a version, `plan-1a2b3c4d5e` of a plan. */
  readonly id: string;
  readonly decision: 'approve' | 'reject';
  /** A rejection has one. */
  readonly reason: string | undefined;
  readonly token: string;
}

/** `app` and `environment`: of what was decided, or would have been. */
export type Decided =
  | {
      readonly status: 'done';
      readonly app: string;
      readonly environment: string;
      readonly by: string;
      /** RFC 3339: they had said the same then, and it stands. */
      readonly since?: string;
    }
  | {
      readonly status: 'unknown' | 'unauthenticated' | 'forbidden' | 'conflict' | 'unavailable';
      readonly message: string;
      readonly hint?: string | undefined;
    }
  /** Too many ask: seconds until it is worth to try again. */
  | { readonly status: 'limited'; readonly after: number };

/** Decides as whom the cluster knows in which the release is remembered. */
export type Decide = (deciding: Deciding) => Promise<Decided>;
