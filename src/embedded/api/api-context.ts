/** What every operation of the API server works with, and what it is asked to do. */

import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Authorizer } from '../access/authorize.ts';
import type { User } from '../access/user.ts';
import type { ResourceRegistry } from '../resources/resource-registry.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Clock } from '../store.ts';
import type { Subject } from './status-error.ts';
import type { Answers } from './webhook-calls.ts';

export interface ApiContext {
  readonly objects: ObjectStore;
  readonly registry: ResourceRegistry;
  readonly clock: Clock;
  readonly newUid: () => string;
  readonly randomSuffix: (length: number) => string;
}

export interface ApiRequest {
  readonly context: ApiContext;
  readonly type: ResourceType;
  readonly version: string;
  /** `''` for cluster-scoped ones and for all namespaces. */
  readonly namespace: string;
  /** `''` for collections. */
  readonly name: string;
  /** `''` for the object itself. */
  readonly subresource: string;
  /** Who owns what is written, in managedFields. */
  readonly manager: string;
  /** Where the client named itself. */
  readonly namedManager?: string;
  readonly dryRun: boolean;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  /** Left out for the cluster's own controllers, who may do everything. */
  readonly access?: RequestAccess;
  /** Takes what is said beside the answer; left out where nobody listens. */
  readonly warn?: (text: string) => void;
  /** Of webhooks that were called for it; left out where none can be called. */
  readonly answers?: Answers;
  /** How admission sees a write to `scale`, which is stored as one to the whole object. */
  readonly admittedAs?: { readonly subresource: string; show(object: KubernetesObject): KubernetesObject };
}

export interface RequestAccess {
  readonly user: User;
  readonly authorizer: Authorizer;
}

export interface Written {
  readonly object: KubernetesObject;
  readonly created: boolean;
  readonly warnings: readonly string[];
}

/** RFC 3339, whole seconds. */
export function timestamp(clock: Clock): string {
  return `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
}

export function subjectOf(type: ResourceType): Subject {
  return { group: type.group, name: type.plural };
}

/** Field errors name the kind, not the resource. */
export function kindSubject(type: ResourceType): Subject {
  // Both kinds of events are validated as one.
  return { group: type.storedAs === 'events' ? '' : type.group, name: type.kind };
}

/** The OpenAPI schema of a custom kind's version. */
export function customSchema(type: ResourceType, version: string): JsonObject | undefined {
  return type.versions.find((one) => one.version === version)?.schema;
}
