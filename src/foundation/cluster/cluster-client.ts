/**
 * The only way to a Kubernetes API: what the stages may ask of a cluster. Every call takes an AbortSignal and fails
 * with a HelmGitopsError whose code starts with `cluster.` and whose `cause` is an `ApiStatus` where the server answered.
 */
import type { GroupVersionKind, KubernetesObject } from '../manifest/object.ts';

export interface ClusterClient extends AsyncDisposable {
  /** The cluster's name in the configuration. */
  readonly name: string;
  readonly server: string;
  /** The same cluster, every call made on behalf of somebody else. Left out of what acts for somebody already. */
  impersonate?(who: Impersonation): ClusterClient;
  discovery(options?: CallOptions & { refresh?: boolean }): Promise<Discovery>;
  /** Undefined when there is none, or when the cluster does not serve the kind. */
  get(target: ObjectReference, options?: CallOptions): Promise<KubernetesObject | undefined>;
  list(query: ListQuery, options?: CallOptions): Promise<ObjectList>;
  create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;
  /** PUT; `metadata.resourceVersion` is the precondition. */
  update(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;
  /** Server-side apply; forced unless said otherwise. A `metadata.resourceVersion` in the object is a precondition. */
  apply(object: KubernetesObject, options: ApplyOptions): Promise<KubernetesObject>;
  patch(target: ObjectReference, patch: Patch, options?: WriteOptions): Promise<KubernetesObject>;
  /** False when there was nothing to delete. */
  delete(target: ObjectReference, options?: DeleteOptions): Promise<boolean>;
  /** Lists, then follows; relists by itself after 410, errors and silence. */
  watch(query: ListQuery, handler: WatchHandler): Watch;
  /** The last lines of a container's log; `''` when there is none. */
  logs(
    pod: { namespace: string; name: string },
    options: CallOptions & { container?: string; tailLines: number; previous?: boolean },
  ): Promise<string>;
}

export interface Impersonation {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface WriteOptions extends CallOptions {
  fieldManager?: string;
  dryRun?: boolean;
  subresource?: 'status' | 'scale';
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  /** The answer is the object's metadata alone: for what is large and was written as it is. */
  answerMetadata?: boolean;
}

export interface ApplyOptions extends WriteOptions {
  fieldManager: string;
  force?: boolean;
}

export interface DeleteOptions extends CallOptions {
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: boolean;
}

export interface ObjectReference {
  apiVersion: string;
  kind: string;
  /** Left out or `''` for what is not namespaced. */
  namespace?: string;
  name: string;
}

export interface ListQuery {
  apiVersion: string;
  kind: string;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** PartialObjectMetadata instead of whole objects. */
  metadataOnly?: boolean;
}

export interface ObjectList {
  items: KubernetesObject[];
  resourceVersion: string;
}

export type Patch =
  | { type: 'json'; body: unknown[] }
  | { type: 'merge'; body: unknown }
  | { type: 'strategic'; body: unknown };

export interface WatchHandler {
  /** After each (re)list: everything there is now. Objects known before and not in it are gone. */
  replaced(items: KubernetesObject[], resourceVersion?: string): void;
  changed(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject): void;
  lost?(error: unknown): void;
  restored?(): void;
}

export interface Watch extends AsyncDisposable {
  /** Resolves after the first list. */
  readonly synced: Promise<void>;
}

export interface Discovery {
  /** `v1.36.1` */
  readonly kubeVersion: string;
  /** Undefined for a kind that the cluster does not serve. */
  resource(gvk: GroupVersionKind): ApiResource | undefined;
  readonly resources: readonly ApiResource[];
  /** As `.Capabilities.APIVersions`: `apps/v1` and `apps/v1/Deployment`. */
  readonly apiVersions: readonly string[];
  /** Groups that could not be asked (an aggregated API without a backend): never an error by itself. */
  readonly unavailable: readonly string[];
}

export interface ApiResource extends GroupVersionKind {
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** Kubernetes' Status object of a failed request. */
export interface ApiStatus {
  readonly code: number;
  /** `NotFound`, `Conflict`, `AlreadyExists`, `Forbidden`, `Invalid` … */
  readonly reason: string;
  readonly message: string;
  readonly details?: unknown;
  /** Seconds, of a 429 or 503. */
  readonly retryAfter?: number;
}
