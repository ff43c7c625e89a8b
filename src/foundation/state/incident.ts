/**
 * What is remembered of a change that went wrong: what it changed, what failed, and what was done. No log excerpts, no
 * secrets; every list and text is bounded where it is made (describe-incident.ts).
 */

export interface Incident {
  /** RFC 3339: when it was seen to fail. */
  readonly at: string;
  readonly digest: string;
  /** What git said: a commit, or a local folder's revision. */
  readonly revision: string;
  readonly author?: string;
  readonly subject?: string;
  /** Helm's revision that failed. */
  readonly from: number;
  /** The healthy revision that was gone back to. */
  readonly to?: number;
  /** The revision that repeats it. */
  readonly version?: number;
  readonly outcome: IncidentOutcome;
  readonly reason: string;
  readonly message: string;
  /** `Deployment/shop` */
  readonly object?: string;
  readonly pod?: string;
  /** The newest warning that the cluster told of it. */
  readonly warning?: string;
  /** `values/shop/prod.yaml:4 image.tag v1→v2` */
  readonly changed: readonly string[];
  /** `Deployment/shop /spec/replicas 1→3`, `ConfigMap/extra is new` */
  readonly objects: readonly string[];
  /** That had run by then, which no rollback takes back: `Job/migrate (pre-upgrade, Succeeded)`. */
  readonly hooks: readonly string[];
  readonly timeline: readonly IncidentStep[];
  /** What came of `rollback.revert`. */
  readonly revert?: IncidentRevert;
}

export interface IncidentStep {
  /** RFC 3339 */
  readonly at: string;
  readonly what: string;
}

/**
 * `open`: nothing has been done yet. `rolledBack`: an earlier revision runs; `healthy`: and has proved itself. `held`: a
 * rollback waits. `failed`: it did not come to its end, or what it brought back is bad too. `impossible`: nothing to go back to.
 */
export type IncidentOutcome = 'open' | 'held' | 'rolledBack' | 'healthy' | 'failed' | 'impossible';

/** `committed` to the branch that is followed, `proposed` on another one, `edited` in a local folder; `dropped`: left to a person. */
export interface IncidentRevert {
  readonly at: string;
  readonly outcome: 'committed' | 'proposed' | 'edited' | 'dropped';
  readonly commit?: string;
  readonly branch?: string;
  /** Of the pull request. */
  readonly url?: string;
  readonly message: string;
}
