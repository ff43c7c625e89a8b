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
  readonly requests?: readonly RequestOutcome[];
}

export interface Freeze {
  readonly by: string;
  readonly at: string;
  readonly reason?: string;
  readonly until?: string;
}

export interface RepositoryState {
  readonly format: 1;
  readonly name: string;
  /** Where it was read from; a change of these is one of the configuration and removes nothing. */
  readonly source: { readonly url: string; readonly revision: string; readonly path: string };
  /** The newest commit whose definitions were read; one that is no descendant of it was rewritten. */
  readonly commit?: string;
  readonly at: string;
  /** File → applications it defined: a file that is no longer understood counts as unread, not as empty. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
  readonly requests?: readonly RequestOutcome[];
}

/** A ConfigMap of ours and what it holds. `target` is its name. */
export interface StoredDocument<Body> {
  readonly target: string;
  readonly body: Body;
  readonly resourceVersion: string;
  readonly requests: readonly PersonRequest[];
}
