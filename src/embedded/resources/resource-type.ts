/** One resource type as the API server serves it: names, scope, verbs, versions, subresources. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { ResourceName } from '../store.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

export const allVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

export interface Subresource {
  readonly name: string;
  /** `''` for the group and version of the resource itself. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

export interface ServedVersion {
  readonly version: string;
  readonly subresources: readonly Subresource[];
  /** Of custom resources only. */
  readonly schema?: JsonObject;
  readonly columns?: readonly PrinterColumn[];
  readonly scale?: ScalePaths;
}

export interface ResourceType {
  /** `deployments.apps` */
  readonly name: ResourceName;
  readonly group: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  /** Most preferred first. */
  readonly versions: readonly ServedVersion[];
  readonly storageVersion: string;
  /** Where its objects lie, when another resource type shows the same ones. */
  readonly storedAs: ResourceName;
  readonly custom: boolean;
}

export function groupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

export function splitGroupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export function versionOf(type: ResourceType, version: string): ServedVersion | undefined {
  return type.versions.find((one) => one.version === version);
}

/** Whether status can only be written through its own path. */
export function hasStatus(type: ResourceType, version = type.storageVersion): boolean {
  return versionOf(type, version)?.subresources.some((one) => one.name === 'status') ?? false;
}
