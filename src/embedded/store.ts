/**
 * What the embedded cluster's parts see of its contents: objects by resource type, written with the semantics of the
 * real API server (defaults, validation, managedFields, finalizers), and a stream of events. Everything is synchronous
 * and in one thread; objects handed out are shared and never changed in place: copy before you edit.
 *
 * A resource type is named as Kubernetes names a GroupResource: `pods`, `deployments.apps`, `cronjobs.batch`.
 */
import type { KubernetesObject } from '../foundation/manifest/object.ts';

export type ResourceName = string;

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: ResourceName;
  /** Of a DELETED event: the last state, with the deletion's own resourceVersion. */
  readonly object: KubernetesObject;
  /** Undefined for ADDED. */
  readonly previous: KubernetesObject | undefined;
  /** The revision this event made: the object's resourceVersion as a number. */
  readonly revision: number;
}

export interface WriteOptions {
  /** Recorded in managedFields. Default: `kube-controller-manager`. */
  readonly manager?: string;
}

export interface DeleteOptions extends WriteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** Seconds. Pods have 30 by default and stay with a deletionTimestamp until someone deletes them with 0. */
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface ListOptions {
  /** Left out: all namespaces. */
  readonly namespace?: string;
  /** Called for each object; only those it accepts are returned. */
  readonly filter?: (object: KubernetesObject) => boolean;
}

/** Writes throw a `StatusError` (status-error.ts) with the reason that Kubernetes would answer. */
export interface Store {
  /** The newest resourceVersion. It grows by one with each write, over all types. */
  readonly revision: number;
  /** `namespace` is `''` for what is not namespaced. */
  get(resource: ResourceName, namespace: string, name: string): KubernetesObject | undefined;
  list(resource: ResourceName, options?: ListOptions): KubernetesObject[];
  /** Objects of any type whose metadata.ownerReferences name this uid. */
  dependents(uid: string): { resource: ResourceName; object: KubernetesObject }[];
  /** The resource type that serves an apiVersion and kind, undefined where none does. */
  resourceOf(apiVersion: string, kind: string): ResourceName | undefined;
  /** `metadata.generateName` is honoured; uid, creationTimestamp, generation and defaults are filled in. */
  create(resource: ResourceName, object: KubernetesObject, options?: WriteOptions): KubernetesObject;
  /**
   * Replaces everything but status. With `metadata.resourceVersion` it is refused (409) when that is no longer the
   * object's; without, it overwrites. The generation grows when the spec changes; a write that changes nothing makes no event.
   */
  update(resource: ResourceName, object: KubernetesObject, options?: WriteOptions): KubernetesObject;
  /** Replaces `status` alone (and labels, annotations stay as they are). Same precondition. */
  updateStatus(resource: ResourceName, object: KubernetesObject, options?: WriteOptions): KubernetesObject;
  /** With finalizers or a grace period it only sets the deletionTimestamp, and the object that stays is returned. */
  delete(resource: ResourceName, namespace: string, name: string, options?: DeleteOptions): KubernetesObject;
  /**
   * Called within the write for each event, in order of revision. A write made from inside a listener is done at once,
   * but its event is delivered after the present one has reached everybody. Returns the function that ends it.
   */
  subscribe(listener: (event: StoreEvent) => void): () => void;
}

/** Milliseconds since 1970; tests run their own. */
export interface Clock {
  now(): number;
}

export interface ControllerContext {
  readonly store: Store;
  readonly clock: Clock;
  /** Runs `task` once after `delay` milliseconds; 0: after the present write is done. Returns its cancellation. */
  schedule(delay: number, task: () => void): () => void;
  /** `length` characters of the alphabet that Kubernetes appends to generated names. */
  randomSuffix(length: number): string;
  /** How fast the pretended kubelet and volumes work, in milliseconds; tests set 0. */
  readonly pace: Pace;
}

export interface Pace {
  /** From a pod's creation until its containers run and are ready. */
  readonly podStart: number;
  /** How long a container of a Job runs. */
  readonly jobRun: number;
  /** Before a crashed container is started again: doubled each time, up to 5 min. */
  readonly crashBackoff: number;
}

/** Started when the server is; existing objects (a restart with data) are found by listing in the function itself. */
export type StartController = (context: ControllerContext) => Controller;

export interface Controller {
  readonly name: string;
  /** Ends subscriptions and timers of its own; scheduled tasks are cancelled by the server. */
  stop(): void;
}
