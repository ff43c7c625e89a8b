/**
 * What the daemon remembers of a release beside Helm's record, in ConfigMap `release.NAMESPACE.NAME` of the state
 * namespace, key `state.json`. Lost state is rebuilt from the records.
 */
import type { Delivery } from './delivery.ts';
import type { WaitingPlan } from './frozen-plan.ts';
import type { Incident } from './incident.ts';
import type { MadeDecision } from './waited.ts';

export interface ReleaseState {
  readonly format: 1;
  readonly identity: {
    readonly installation: string;
    readonly app: string;
    readonly environment: string;
    readonly repository: string;
    /** Where that lies; only in state of an earlier version it is not there. */
    readonly url?: string;
    readonly path: string;
    readonly namespace: string;
    /** Where Helm's records lie, if not there. */
    readonly storageNamespace?: string;
    readonly release: string;
    /** `NAMESPACE/NAME` on whose behalf it was deployed; it is taken away on its behalf too. */
    readonly serviceAccount?: string;
  };
  /** Remembered, because the definition that said it may be gone. */
  readonly onRemove: 'uninstall' | 'keep' | 'confirm';
  /** What the newest revision of ours was made from; undefined before the first. */
  readonly deployed?: DeployedSource;
  /** Set before the pending record is written, removed when the operation ends. */
  readonly intent?: {
    readonly op: string;
    readonly action: 'install' | 'upgrade' | 'rollback' | 'uninstall';
    readonly digest: string;
    readonly version: number;
    /** Of a rollback: the revision that is repeated. */
    readonly to?: number;
    /** What that was made from, where it is not the newest healthy one. */
    readonly repeats?: RepeatedSource;
  };
  /** Newest revision that was ready and stayed so through `soak`. */
  readonly healthy?: {
    readonly version: number;
    readonly digest: string;
    readonly revision: string;
    /** Since when; only in state of an earlier version it is not there. */
    readonly at?: string;
  };
  /** Of each object of that revision the fingerprint with which it last compared equal, so that a start compares and reads nothing. */
  readonly clean?: { readonly version: number; readonly objects: Readonly<Record<string, string>> };
  readonly quarantine?: Quarantine;
  /** What was delivered, or was to be, newest last, at most 20. */
  readonly deliveries?: readonly Delivery[];
  /** Changes that went wrong, newest last, at most 3. */
  readonly incidents?: readonly Incident[];
  /** What has left what was recorded, the first 50 objects, without secrets. */
  readonly drift?: readonly StandingDrift[];
  readonly accepted?: readonly AcceptedDrift[];
  readonly suspended?: { readonly by: string; readonly at: string; readonly reason?: string };
  /** What people asked and what came of it, newest last, at most 10. */
  readonly requests?: readonly RequestOutcome[];
  /** A person's request that makes a revision or takes one away, before it does: whatever cuts it short, it is not done twice. */
  readonly begun?: { readonly id: string; readonly version: number };
  /** A person uninstalled it although git wants it: it stays away while its inputs are these, or until somebody asks for it. */
  readonly uninstalled?: { readonly by: string; readonly at: string; readonly digest: string };
  /** How the release stands when it is not as git says: of the last try, without secrets. Gone with the next success. */
  readonly failure?: ReleaseFailure;
  readonly removal?: Decision;
  /** Git wants it elsewhere: it goes when it is healthy there. With an id a person decides whether that begins. */
  readonly moving?: Partial<Omit<Decision, 'since'>> & {
    /** `CLUSTER/NAMESPACE/RELEASE` */
    readonly to: string;
    readonly since: string;
  };
  /** Its application seems to be called otherwise now: what git wants under its name waits. */
  readonly renamed?: Decision;
  /** Nothing is rendered from these inputs: what runs stays. */
  readonly emptied?: Decision & { readonly digest: string };
  /** What a deploy would do: it waits until a person has approved it, or is held to what somebody asked for. */
  readonly plan?: WaitingPlan;
  /** Ids of versions and plans that waited for people and do not any more, newest last, at most 20. */
  readonly waited?: readonly string[];
  /** What people said of such, newest last, at most 20: for people to read. */
  readonly decided?: readonly MadeDecision[];
  /** Of it as the target of promotions. */
  readonly promotion?: PromotionState;
  /** What defined it: how it is known when it comes back under another name, or its file is no longer understood. */
  readonly definition?: {
    readonly file: string;
    readonly chart: string;
    readonly outline?: string;
    /** Definitions that led to it, outermost first. */
    readonly through?: readonly { readonly file: string; readonly name: string }[];
  };
}

export interface PromotionState {
  /** The one that a person can approve or reject. */
  readonly waiting?: { readonly id: string; readonly since: string };
  /** How the gates of that version stood when the daemon looked last. */
  readonly gates?: { readonly id: string; readonly gates: readonly RememberedGate[] };
  readonly approved?: { readonly id: string; readonly by: string; readonly at: string };
  readonly rejected?: { readonly id: string; readonly by: string; readonly at: string; readonly reason: string };
  /** What people have said by the API, each person's last word of a version. Only what bears the daemon's seal counts. */
  readonly decisions?: readonly PersonDecision[];
  /** On a branch of its own, until somebody merges it. */
  readonly proposed?: ProposedPromotion;
  /** What was written last, and the values that it gave, as JSON by key. */
  readonly last?: {
    readonly id: string;
    readonly at: string;
    readonly commit?: string;
    /** What was merged from a branch of our own, whoever had committed to it. */
    readonly head?: string;
    readonly values: Readonly<Record<string, string>>;
  };
  /** The last version that somebody took back in git, and what is there instead; until another one is promoted. */
  readonly takenBack?: {
    readonly id: string;
    readonly by: string;
    readonly at: string;
    readonly commit: string;
    readonly values: Readonly<Record<string, string>>;
    /** The pull request that takes it back, where it is one. */
    readonly request?: ForgeRequestName;
  };
}

export interface ForgeRequestName {
  readonly number: number;
  readonly url: string;
}

export interface PersonDecision {
  /** Of the version. */
  readonly id: string;
  /** By the name that Kubernetes knows. */
  readonly user: string;
  readonly verdict: 'approved' | 'rejected';
  readonly at: string;
  readonly reason?: string;
  /** By which the daemon knows its own hand: whoever may write this state could write the rest. */
  readonly seal: string;
}

export interface RememberedGate {
  readonly name: string;
  /** Which of several of that name. */
  readonly of?: string;
  readonly open: boolean;
  /** Since when it is open, or closed. */
  readonly since: string;
  /** What the daemon alone can find out. */
  readonly measured?: string;
}

export interface ProposedPromotion {
  readonly id: string;
  readonly at: string;
  readonly branch: string;
  /** The branch that it is to be merged into. */
  readonly onto?: string;
  readonly commit: string;
  /** What it gives, as JSON by key. */
  readonly values?: Readonly<Record<string, string>>;
  /** The pull request, where the forge is known. */
  readonly request?: ForgeRequestName;
  /** Digest of the lines that it replaces: with others there it does not apply any more. */
  readonly basis?: string;
  /** Of just this commit, by the forge's names; of people that a gate asks for. */
  readonly approvedBy?: readonly string[];
  readonly rejectedBy?: readonly string[];
  /** A person has closed the request: the same version is not proposed again. */
  readonly closed?: boolean;
}

/** What waits for a person. */
export interface Decision {
  readonly id: string;
  readonly since: string;
  readonly reason: string;
  readonly confirmed?: boolean;
}

export interface ReleaseFailure {
  readonly digest: string;
  /** Its remedy has not been carried out yet: set before the record says `failed`, so that no crash leaves it out. */
  readonly owed?: boolean;
  /** Since when: of the first of these tries. */
  readonly at: string;
  readonly attempts: number;
  /** A culprit's reason such as `ImagePullBackOff`, or an error's code. */
  readonly reason: string;
  readonly message: string;
  /** `Deployment/shop` */
  readonly object?: string;
  /** Helm's revision that it left behind, where it came so far. */
  readonly version?: number;
  /** What git said: a commit, or a local folder's revision. */
  readonly revision?: string;
}

export interface StandingDrift {
  /** As in the log. */
  readonly id: string;
  readonly key: string;
  /** `Deployment/shop` */
  readonly object: string;
  readonly kind: string;
  readonly severity: string;
  readonly manager: string;
  readonly operation?: string;
  readonly changedAt?: string;
  readonly since: string;
  readonly approximate?: boolean;
  readonly gaveUp?: boolean;
  /** Until when somebody answers for it. */
  readonly accepted?: string;
  /** At most 20, the worst first. */
  readonly fields: readonly { readonly field: string; readonly recorded: string; readonly live: string }[];
  readonly more?: number;
}

/** Drift that somebody answers for: as it was then, and no longer than that. */
export interface AcceptedDrift {
  readonly object: string;
  /** Of what differed, and who did it. */
  readonly signature: string;
  readonly by: string;
  readonly at: string;
  readonly until: string;
  readonly reason: string;
}

export interface DeployedSource {
  /** What of its chart lay elsewhere, and which version, commit and content a range or a branch stood for. */
  readonly charts?: readonly { readonly from: string; readonly version: string; readonly digest: string }[];
  /** `v1:sha256:…` */
  readonly digest: string;
  readonly helmRevision: number;
  readonly revision: string;
  /** It turned bad before it was known to be healthy: it is not gone back to. */
  readonly unhealthy?: boolean;
  readonly commit?: string;
  readonly author?: string;
  readonly kubeVersion?: string;
  readonly apiVersions?: Readonly<Record<string, boolean>>;
  /** Keys of its values that came from a Secret, `database.password`: what they were is never shown. */
  readonly secretKeys?: readonly string[];
  /** The digest of all API versions, where the render looked at the list as a whole. */
  readonly apiVersionList?: string;
}

export interface Quarantine {
  readonly digest: string;
  readonly helmRevision: number;
  readonly revision: string;
  readonly reason: string;
  readonly at: string;
  /** The person whose rollback set it: time alone does not lift it. */
  readonly by?: string;
  /** Its group went back because of `app`: it ends with that. `stays`: it could not go back itself. */
  readonly group?: { readonly name: string; readonly app: string; readonly stays?: boolean };
}

export type RepeatedSource = Pick<DeployedSource, 'digest' | 'revision'>;

export interface RequestOutcome {
  readonly id: string;
  readonly verb: string;
  readonly at: string;
  readonly by?: string;
  readonly outcome: 'done' | 'refused';
  readonly message?: string;
}

/** The ConfigMap as read: `requests` are the annotations `request.helm-gitops.io/VERB-ID` not yet answered. */
export interface StoredState {
  readonly state: ReleaseState;
  readonly resourceVersion: string;
  readonly requests: readonly PersonRequest[];
}

export interface PersonRequest {
  readonly verb: string;
  readonly id: string;
  /** The annotation's JSON. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Why it cannot be understood; then `arguments` is empty. */
  readonly problem?: string;
  /** Who asks, as Kubernetes knows them: of the API alone. Whoever writes an annotation says what they like of themselves. */
  readonly user?: string;
}
