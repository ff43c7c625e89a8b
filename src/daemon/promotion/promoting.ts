/** What all that promotes shares: its parts, what it has told, and the state of targets. */
import type { Event } from '../../foundation/events/event.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import type { OpenedForge } from '../../foundation/forge/open-forge.ts';
import type { HttpClient } from '../../foundation/http/http-client.ts';
import type { PromotionState, ProposedPromotion, ReleaseState } from '../../foundation/state/release-state.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import type { PlannedPromotion } from '../../pipeline/plan-promotion.ts';
import type { Preview } from '../../pipeline/preview-revision.ts';
import type { Checkout } from '../../pipeline/source/checkout.ts';
import type { WaitingBranch } from '../../pipeline/source/find-own-branches.ts';
import type { ProposedCommit } from '../../pipeline/source/own-branch-base.ts';
import type { RevisionChange, Written } from '../../pipeline/source/write-revision.ts';
import type { ClusterSession } from '../clusters/cluster-session.ts';
import type { Read } from '../removals/removals.ts';
import type { RevertAccess } from '../reverts/revert-access.ts';
import type { PromotionChecks } from './promotion-checks.ts';

export interface PromotionParts {
  readonly sessions: ReadonlyMap<string, { readonly session: ClusterSession }>;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly compat: Compat;
  readonly write: (change: RepositoryChange) => Promise<Written>;
  /** Of a repository, by its name. */
  readonly forgeOf: (repository: string) => Promise<OpenedForge>;
  /** Milliseconds after which an open request is asked for again. */
  readonly pauseOf: (repository: string) => number;
  /** Whether what was read comes from a commit, whose id may be cut short. */
  readonly contains: (checkout: Checkout, commit: string) => Promise<boolean>;
  /** Whether the branch that a repository follows is there by now. */
  readonly isFollowedThere: (repository: string) => Promise<boolean>;
  /** Whether a commit of ours was made on top of what was read, or of what that comes from. */
  readonly isOnHistory: (checkout: Checkout, proposed: ProposedCommit) => Promise<boolean>;
  /** On which commits of ours wait, but those that are wanted. */
  readonly ownBranches: (
    checkout: Checkout,
    isWanted: (branch: string) => boolean,
  ) => Promise<readonly WaitingBranch[]>;
  readonly access: Pick<RevertAccess, 'findChange' | 'filesAt' | 'filesOf'>;
  /** By which health checks are asked. */
  readonly http: Pick<HttpClient, 'request'>;
  /** A pull request's text in Markdown. */
  readonly describe: (proposal: Proposal) => string;
  /** The repository has a new commit. */
  readonly onWritten: (repository: string) => void;
  readonly signal: AbortSignal;
}

/** Of one of the configured repositories. */
export type RepositoryChange = Pick<RevisionChange, 'checkout' | 'files' | 'message' | 'aside' | 'passes'>;

export interface Proposal {
  readonly target: PreparedRelease;
  readonly planned: PlannedPromotion;
  /** What it would do to the target now, or why that cannot be said. */
  readonly preview: Preview | { readonly failed: string };
}

export interface Reviews extends Required<Pick<ProposedPromotion, 'commit' | 'approvedBy' | 'rejectedBy'>> {}

export interface Promoting extends PromotionParts {
  readonly last: Read;
  readonly measure: PromotionChecks;
  /** What was told last of each target. */
  readonly told: Map<string, string>;
  /** Pairs that have the same version. */
  readonly same: WeakMap<PreparedRelease, readonly PreparedRelease[]>;
  /** The revision on top of which a repository was written to: until another one is read nothing more is. */
  readonly written: Map<string, string>;
  /** Targets of which no request is open, as far as is known. */
  readonly settled: Set<string>;
  /** When the forge was asked last about the request of a target, in milliseconds. */
  readonly asked: Map<string, number>;
  /** What the plans of this look have taken; pushes and forges are not counted. */
  readonly planning: { milliseconds: number };
  /** What the forge has said of a target's proposed commit, in this process: the state is for people to read, and to edit. */
  readonly reviews: Map<string, Reviews>;
  /** Seals of decisions that are none of ours, and were told. */
  readonly forged: Set<string>;
  /** The status that a target's proposed commit was given last. */
  readonly marked: Map<string, string>;
  /** Open requests: a target that goes takes its state along. */
  readonly proposals: Map<string, { readonly target: PromotionTarget; readonly proposed: ProposedPromotion }>;
  /** By target the proposed commit and the revision by which it was made on top of what was read. */
  readonly based: Map<string, string>;
  /** Repositories in which nothing of targets that have gone is open. */
  readonly searched: Set<string>;
  /** Keys of a target that somebody has promoted by hand, as of a revision. */
  readonly byHand: Map<string, { readonly revision: string; readonly keys: ReadonlySet<string> }>;
}

/** What has to be known of a release to settle what was promoted to it. */
export interface PromotionTarget {
  readonly definition: Pick<
    ReleaseDefinition,
    'app' | 'environment' | 'cluster' | 'namespace' | 'releaseName' | 'promote'
  >;
  readonly checkout: Pick<Checkout, 'repository'>;
}

export async function readState(
  { sessions }: Promoting,
  { definition }: PromotionTarget,
): Promise<ReleaseState | undefined> {
  const { cluster, namespace, releaseName } = definition;
  return (await sessions.get(cluster)?.session.context.states.read(namespace, releaseName))?.state;
}

/** A release that was never deployed has no state to keep it in. */
export async function changePromotion(
  { sessions }: Promoting,
  { definition }: PromotionTarget,
  change: (before: PromotionState) => PromotionState,
): Promise<void> {
  const { cluster, namespace, releaseName } = definition;
  await sessions
    .get(cluster)
    ?.session.context.states.change(
      namespace,
      releaseName,
      (state) => state && { ...state, promotion: change(state.promotion ?? {}) },
    );
}

/** What outlives the version that it was said of. */
export function keptDecisions({
  rejected,
  decisions = [],
}: PromotionState): Pick<PromotionState, 'rejected' | 'decisions'> {
  const rejections = decisions.filter(({ verdict }) => verdict === 'rejected');
  return { ...(rejected ? { rejected } : {}), ...(rejections.length > 0 ? { decisions: rejections } : {}) };
}

type PromotionEvent = Extract<Event, { readonly event: `promotion.${string}` }>;
type Own<One> = One extends unknown ? Omit<One, 'app' | 'environment' | 'cluster' | 'from'> : never;

/** Once, until it is told otherwise. */
export function tell({ emit, told }: Promoting, { definition }: PromotionTarget, event: Own<PromotionEvent>): void {
  const key = definitionId(definition);
  const { app, environment, cluster, promote } = definition;
  const text = JSON.stringify(event);
  if (told.get(key) === text) return;
  told.set(key, text);
  const { event: name, ...fields } = event;
  emit({ event: name, app, environment, cluster, from: promote?.from.join(', ') ?? '', ...fields } as PromotionEvent);
}
