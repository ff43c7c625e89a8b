/** What the daemon remembers beside its releases: ConfigMaps `daemon`, `repository.NAME` and `environment.NAME`. */
import type { PersonRequest, RequestOutcome } from './release-state.ts';

export interface DaemonState {
  readonly format: 1;
  /** Made once in each cluster; releases of another installation are never removed. */
  readonly installation: string;
  readonly freeze?: Freeze;
  readonly requests?: readonly RequestOutcome[];
}

export interface EnvironmentState {
  readonly format: 1;
  readonly name: string;
  readonly freeze?: Freeze;
  /** Of the last 24 h: too many of them wait for a person. */
  readonly removals?: readonly { readonly release: string; readonly at: string }[];
  /** Of `rollback.group`. */
  readonly groups?: readonly GroupState[];
  readonly requests?: readonly RequestOutcome[];
}

/** Releases that go back together. One write says it of all of them. */
export interface GroupState {
  readonly name: string;
  /** What was healthy at once, the last time that all of them were. */
  readonly set?: GroupSet;
  /** The one before it: for a person who takes back what is healthy. */
  readonly former?: GroupSet;
  /** All go back to that set, because of one of them; until its inputs are others, or are tried again. */
  readonly back?: GroupRetreat;
}

export interface GroupSet {
  readonly at: string;
  readonly members: readonly GroupRevision[];
}

export interface GroupRevision {
  readonly app: string;
  /** Helm's number. */
  readonly version: number;
  readonly digest: string;
  readonly revision: string;
}

export interface GroupRetreat {
  readonly at: string;
  /** Whose inputs it is because of. */
  readonly app: string;
  readonly digest: string;
  /** Helm's revision that failed. */
  readonly version: number;
  readonly reason: string;
  /** Where its state lies. */
  readonly namespace: string;
  readonly release: string;
  /** Told already: all are back, or some could not go. */
  readonly outcome?: 'done' | 'failed';
}

export interface Freeze {
  readonly by: string;
  readonly at: string;
  readonly reason?: string;
  readonly until?: string;
}

/** A commit that was read, with the annotated tag that vouched for it. */
export interface KnownCommit {
  readonly commit: string;
  readonly tag?: { readonly ref: string; readonly id: string };
}

/** What definitions were read from. */
export interface Reading extends KnownCommit {
  /** Other repositories that it led to, by name. */
  readonly others?: Readonly<Record<string, KnownCommit>>;
}

/** What was read last; without a commit of a folder with edits, or outside git. */
export interface RepositoryState extends Partial<Reading> {
  readonly format: 1;
  readonly name: string;
  /** Where it was read from: after a change of these nothing is known of it. */
  readonly source: { readonly url: string; readonly revision: string; readonly path: string };
  readonly at: string;
  /** How many mistakes its definitions hold, where there are any. */
  readonly problems?: number;
  /** Releases of this cluster that it says nothing of, though they run: each with what was last understood of it. */
  readonly held?: readonly HeldReleases[];
  readonly requests?: readonly RequestOutcome[];
}

export interface HeldReleases extends Reading {
  /** `APP/ENVIRONMENT` */
  readonly releases: readonly string[];
}

/** A ConfigMap of ours and what it holds. `target` is its name. */
export interface StoredDocument<Body> {
  readonly target: string;
  readonly body: Body;
  readonly resourceVersion: string;
  readonly requests: readonly PersonRequest[];
}
