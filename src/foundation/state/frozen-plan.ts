/**
 * What a deploy of a release would do, as a person approves it: kept in the release's state while it waits, and in the
 * file of `plan --save`. It holds no secret value and no digest that would let one be tried out; every list and text is
 * bounded where it is made (plan/freeze-plan.ts). `digest` covers what is left out too.
 */

export interface FrozenPlan {
  /** `plan-1a2b3c4d5e`: of the digest. */
  readonly id: string;
  /** SHA-256 of all that decides: inputs, revision that is followed, each object, each hook. */
  readonly digest: string;
  /** The digest of the chart and the values, `v1:sha256:…`. */
  readonly inputs: string;
  /** What git said, `3f2a1c9`. It decides nothing: another commit that leaves the release as it is makes no other plan. */
  readonly revision: string;
  readonly author?: string;
  readonly subject?: string;
  /** `shop-1.4.2` */
  readonly chart: string;
  /** Helm's revision that it follows; undefined: none. */
  readonly base?: number;
  /** `values/shop/prod.yaml:4 image.tag v1→v2` */
  readonly changed: readonly string[];
  /** Objects that something is done to. */
  readonly objects: readonly FrozenObject[];
  /** How many more there are. */
  readonly more?: number;
  /** `Job/migrate (pre-upgrade)` */
  readonly hooks: readonly string[];
}

export interface FrozenObject {
  /** `Deployment/shop` */
  readonly object: string;
  readonly namespace: string;
  readonly operation: string;
  readonly reason?: string;
  /** Its pods are replaced. */
  readonly restarts?: boolean;
  /** The beginning of a digest of what is to be, and of what is. */
  readonly wanted: string;
  readonly live: string;
  readonly fields: readonly FrozenField[];
  /** How many more there are. */
  readonly more?: number;
}

export interface FrozenField {
  /** JSON pointer. */
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** The plan that a release is held to. */
export interface WaitingPlan {
  readonly plan: FrozenPlan;
  /** RFC 3339 */
  readonly since: string;
  readonly approved?: { readonly by: string; readonly via?: 'api'; readonly at: string };
  readonly rejected?: { readonly by: string; readonly via?: 'api'; readonly at: string; readonly reason: string };
  /** A person asked for just this by `sync --plan`: it counts although `sync.approval` asks for none. */
  readonly asked?: boolean;
}
