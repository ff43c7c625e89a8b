/** PUT and PATCH of a Scale: takes the request, reads it as a Scale of the stored object, and stores the object with its replicas. */
import { isMap } from '../../foundation/fields/json-value.ts';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ApiRequest } from '../api/api-context.ts';
import { applyToLive } from '../api/apply-object.ts';
import { decodeInput } from '../api/decode-input.ts';
import { type PatchInput, patchedObject } from '../api/patch-object.ts';
import { badRequest, StatusError } from '../api/status-error.ts';
import { replaceObject, trackReplace } from '../api/update-object.ts';
import { shownAs } from '../resources/convert-version.ts';
import { groupVersion, type ResourceType, splitGroupVersion, versionOf } from '../resources/resource-type.ts';
import { scaleOf, scalePath, withScale } from './scale.ts';
import { parentEntries, type ScaledPlace, scaleEntries, scaleVersion } from './scale-owners.ts';

const scaleType: ResourceType = {
  name: 'scales.autoscaling',
  group: 'autoscaling',
  plural: 'scales',
  singular: 'scale',
  kind: 'Scale',
  listKind: 'ScaleList',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: [],
  versions: [],
  storageVersion: 'v1',
  storedAs: 'scales.autoscaling',
  custom: false,
};

export type ScaleChange = { readonly body: JsonObject } | { readonly patch: PatchInput };

export interface ScaleWritten {
  readonly object: KubernetesObject;
  readonly warnings: readonly string[];
}

/** `request`: of the object, by its subresource. */
export function changeScale(request: ApiRequest, stored: KubernetesObject, change: ScaleChange): ScaleWritten {
  const { type, version } = request;
  const current = shownAs(stored, type, version);
  const place = placeOf(type, version);
  const { managedFields } = current.metadata;
  const plain = scaleOf(current, type, version);
  const before = { ...plain, metadata: { ...plain.metadata, managedFields: scaleEntries(managedFields, place) } };
  const asked = { ...request, type: scaleType, version: 'v1' };
  const { scale, warnings } =
    'body' in change
      ? replaced(asked, change.body, before)
      : patched(asked, change.patch, { before, custom: type.custom });
  const scaled = withScale(current, scale as unknown as JsonObject, { type, version });
  // Scale requests write the spec; in managedFields they are told apart by their subresource.
  const admittedAs = { subresource: 'scale', show: (object: KubernetesObject) => scaleOf(object, type, version) };
  const own = (prepared: KubernetesObject): KubernetesObject => {
    const entries = parentEntries(managedFields, scale.metadata.managedFields, place);
    return { ...prepared, metadata: { ...prepared.metadata, managedFields: entries } };
  };
  const object = replaceObject({ ...request, subresource: '', admittedAs }, scaled, { stored, own });
  return { object, warnings };
}

interface Scaled {
  readonly scale: KubernetesObject;
  readonly warnings: readonly string[];
}

function replaced(request: ApiRequest, body: JsonObject, before: KubernetesObject): Scaled {
  const { kind } = body;
  if (typeof kind === 'string' && kind !== '' && kind !== 'Scale' && body.apiVersion === scaleVersion)
    throw badRequest(`${kind} in version "v1" cannot be handled as a Scale: ${unregistered(body)}`);
  const { object, warnings } = decodeInput(body, request);
  const { name } = object.metadata;
  if (name !== undefined && name !== request.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${request.name})`);
  return { scale: trackReplace(request, object, before), warnings };
}

function applied(request: ApiRequest, patch: PatchInput, { before, custom }: Before): Scaled {
  if (custom && replicasOf(applyToLive(request, { ...patch, force: true }, before).object) !== replicasOf(before))
    throw unconvertible(request);
  const { object, warnings } = applyToLive(request, patch, before);
  return { scale: object, warnings };
}

interface Before {
  readonly before: KubernetesObject;
  /** It is the Scale of a custom resource. */
  readonly custom: boolean;
}

function patched(request: ApiRequest, patch: PatchInput, { before, custom }: Before): Scaled {
  if (patch.kind === 'apply') return applied(request, patch, { before, custom });
  const { object, warnings } = patchedObject(request, before, patch);
  return { scale: trackReplace(request, object, before), warnings };
}

function placeOf(type: ResourceType, version: string): ScaledPlace {
  return {
    apiVersion: groupVersion(type.group, version),
    replicasAt(apiVersion) {
      const { version: own } = splitGroupVersion(apiVersion);
      const known = type.custom ? versionOf(type, own)?.scale !== undefined : versionOf(type, own) !== undefined;
      return known ? scalePath(type, own) : undefined;
    },
  };
}

function replicasOf({ spec }: KubernetesObject): unknown {
  return (isMap(spec) ? spec.replicas : undefined) ?? 0;
}

function unregistered({ kind, apiVersion }: JsonObject): string {
  return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
}

/** Custom resources cannot be scaled by an apply that changes anything: so it is up to 1.36. */
function unconvertible({ namespace, name }: ApiRequest): StatusError {
  return new StatusError(
    500,
    '',
    `failed to convert new object (${namespace}/${name}; ${scaleVersion}, Kind=Scale) to proper version: request to convert CR to an invalid group/version: ${scaleVersion}`,
  );
}
