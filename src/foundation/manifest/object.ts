/** A Kubernetes object as plain JSON data, and the names by which it is known. */

/** A bigint only where a number would lose digits. */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
  [key: string]: unknown;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  time?: string;
  fieldsType?: 'FieldsV1';
  fieldsV1?: JsonObject;
  subresource?: string;
}

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** What tells two objects of a release apart: Helm leaves the version out, so that `v1beta1` → `v1` is an update. */
export interface ObjectKey {
  /** `''` for the core group. */
  readonly group: string;
  readonly kind: string;
  /** `''` for what is not namespaced. */
  readonly namespace: string;
  readonly name: string;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export function groupVersionKind(object: { apiVersion: string; kind: string }): GroupVersionKind {
  const slash = object.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
  return { group, version: object.apiVersion.slice(slash + 1), kind: object.kind };
}

export function objectKey(object: KubernetesObject, namespace = object.metadata.namespace ?? ''): ObjectKey {
  return { group: groupVersionKind(object).group, kind: object.kind, namespace, name: object.metadata.name ?? '' };
}

/** One string per key, for Maps and Sets. */
export function keyId(key: ObjectKey): string {
  return `${key.group}/${key.kind}/${key.namespace}/${key.name}`;
}

/** `Deployment/shop`, as log lines and plans name it. */
export function objectLabel(key: Pick<ObjectKey, 'kind' | 'name'>): string {
  return `${key.kind}/${key.name}`;
}
