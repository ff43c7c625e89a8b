/** Server-side apply: makes or changes an object so that it holds what one manager wants of it. */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { applyPatch, type FieldConflict } from '../../foundation/fields/apply.ts';
import { isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { shownAs } from '../resources/convert-version.ts';
import { groupVersion } from '../resources/resource-type.ts';
import { appliedPath, goSyntax, goText } from '../schema/applied-path.ts';
import { typeNameOf, typeSchema } from '../schema/type-schema.ts';
import { immutable } from '../validation/field-error.ts';
import { type ApiRequest, customSchema, kindSubject, subjectOf, timestamp, type Written } from './api-context.ts';
import { checkMayCreate } from './check-rights.ts';
import { insertObject } from './create-object.ts';
import { decodeInput, decodeMerged, type Objections } from './decode-input.ts';
import type { PatchInput } from './patch-object.ts';
import { badRequest, conflict, invalid, modifiedMeanwhile, notFound, StatusError } from './status-error.ts';
import { replaceObject } from './update-object.ts';

export function applyObject(request: ApiRequest, input: PatchInput): Written {
  const { type, namespace, name, version } = request;
  if (!input.named)
    throw patchOptionError('fieldManager', 'FieldValueRequired', 'Required value: is required for apply patch');
  const applied = appliedConfiguration(request, input.patch);
  const stored = request.context.objects.get(type.storedAs, namespace, name);
  if (stored === undefined && request.subresource !== '') throw notFound(subjectOf(type), name);
  if (stored === undefined && applied.metadata.uid !== undefined)
    throw new StatusError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${type.plural} ${JSON.stringify(name)}: uid mismatch: the provided object specified uid ${applied.metadata.uid}, and no existing object was found`,
      { name, kind: type.plural },
    );
  const { warnings } = decodeInput(applied as unknown as JsonObject, request, applyObjections(request, input.patch));
  const live = stored === undefined ? undefined : shownAs(stored, type, version);
  const merge = () => mergeApplied(request, { live, applied, force: input.force, named: namespaceIn(input.patch) });
  if (stored === undefined) {
    checkMayCreate(request);
    const merged = merge();
    const object = decodeMerged(merged, request);
    const own = (prepared: KubernetesObject) => withFieldsOf(prepared, merged);
    return { object: insertObject(request, object, own), created: true, warnings };
  }
  checkIdentity(request, applied, stored);
  if (applied.metadata.resourceVersion && applied.metadata.resourceVersion !== stored.metadata.resourceVersion)
    throw conflict(subjectOf(type), name, modifiedMeanwhile);
  const merged = merge();
  const object = decodeMerged(merged, request);
  const replaced = replaceObject(request, object, {
    stored,
    own: (prepared) => withFieldsOf(prepared, merged),
  });
  return { object: replaced, created: false, warnings };
}

/** Of what is no object of its own: the live one as this apply leaves it, with its managedFields. */
export function applyToLive(
  request: ApiRequest,
  input: PatchInput,
  live: KubernetesObject,
): { readonly object: KubernetesObject; readonly warnings: readonly string[] } {
  const applied = appliedConfiguration(request, input.patch);
  const { warnings } = decodeInput(applied as unknown as JsonObject, request, applyObjections(request, input.patch));
  const merged = mergeApplied(request, { live, applied, force: input.force, named: namespaceIn(input.patch) });
  const object = decodeMerged(merged, request);
  return { object: withFieldsOf(object, merged), warnings };
}

/** An apply knows the fields of its kind; what is none cannot even be read. */
function applyObjections({ type, version }: ApiRequest, patch: Json): Objections {
  const schema = type.custom ? undefined : typeSchema(typeNameOf(type.group, version, type.kind) ?? '');
  const metadata = isMap(patch) && isMap(patch.metadata) ? patch.metadata : {};
  const place = `${String(metadata.namespace ?? '')}/${String(metadata.name ?? '')}; ${type.group}/${version}, Kind=${type.kind}`;
  const failed = (why: string): StatusError =>
    new StatusError(500, '', `failed to create typed patch object (${place}): ${why}`);
  return {
    unknown(paths, body) {
      const told = paths.map((path) => `${appliedPath(path, body, schema)}: field not declared in schema`);
      throw failed(told.length === 1 ? (told[0] ?? '') : `errors:\n${told.map((one) => `  ${one}`).join('\n')}`);
    },
    mistyped({ message, mismatch }, body) {
      if (mismatch === undefined) return failed(message);
      const { path, value, wanted } = mismatch;
      return failed(`${appliedPath(path, body, schema)}: expected ${wanted}, got ${gotText(value, wanted)}`);
    },
  };
}

/** structured-merge-diff prints what it did not want in as many ways as it has wants. */
function gotText(value: Json, wanted: string): string {
  if (wanted === 'string') return `&value.valueUnstructured{Value:${goSyntax(value)}}`;
  if (!wanted.startsWith('numeric')) return `&{${goText(value)}}`;
  return Array.isArray(value) ? 'list' : isMap(value) ? 'map' : typeof value;
}

function namespaceIn(patch: Json): string {
  const metadata = isMap(patch) && isMap(patch.metadata) ? patch.metadata : {};
  return typeof metadata.namespace === 'string' ? metadata.namespace : '';
}

function withFieldsOf(object: KubernetesObject, merged: KubernetesObject): KubernetesObject {
  const { managedFields: _own, ...metadata } = object.metadata;
  const { managedFields } = merged.metadata;
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
}

function appliedConfiguration(request: ApiRequest, patch: Json): KubernetesObject {
  const { type, version, name, namespace } = request;
  if (!isMap(patch))
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch} into Go value of type map[string]interface {}`,
    );
  const metadata = isMap(patch.metadata) ? patch.metadata : {};
  if (
    metadata.managedFields !== undefined &&
    metadata.managedFields !== null &&
    !(Array.isArray(metadata.managedFields) && metadata.managedFields.length === 0)
  )
    throw badRequest('metadata.managedFields must be nil');
  const wanted = groupVersion(type.group, version);
  if (patch.apiVersion !== wanted || patch.kind !== type.kind) {
    const given = String(patch.apiVersion ?? '');
    throw badRequest(
      `invalid object type: ${given.includes('/') ? given : `/${given}`}, Kind=${String(patch.kind ?? '')}`,
    );
  }
  if (metadata.name !== undefined && metadata.name !== name)
    throw badRequest(`the name of the object (${String(metadata.name)}) does not match the name on the URL (${name})`);
  if (type.namespaced && metadata.namespace !== undefined && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const whole = { ...patch, metadata: { ...metadata, name, ...(type.namespaced ? { namespace } : {}) } };
  return whole as unknown as KubernetesObject;
}

interface Merge {
  readonly live: KubernetesObject | undefined;
  readonly applied: KubernetesObject;
  readonly force: boolean;
  /** The namespace as the patch gives it, `''` where it does not. */
  readonly named: string;
}

function mergeApplied(request: ApiRequest, { live, applied, force, named }: Merge): KubernetesObject {
  const { type, version, manager, subresource } = request;
  const result = typedApply(
    request,
    {
      live,
      applied,
      manager,
      force,
      subresource: subresource === '' ? undefined : subresource,
      now: timestamp(request.context.clock),
      schema: type.custom ? customSchema(type, version) : undefined,
    },
    named,
  );
  if (result.conflicts.length > 0) throw applyConflict(result.conflicts);
  return result.object;
}

/** A list that cannot be merged by its keys is no object of this type. */
function typedApply(
  { type, version }: ApiRequest,
  input: Parameters<typeof applyPatch>[0],
  named: string,
): ReturnType<typeof applyPatch> {
  try {
    return applyPatch(input);
  } catch (error) {
    if (!(error instanceof HelmGitopsError)) throw error;
    const { name = '' } = input.applied.metadata;
    const place = `${named}/${name}; ${type.group}/${version}, Kind=${type.kind}`;
    throw new StatusError(500, '', `failed to create typed patch object (${place}): ${error.message}`);
  }
}

function applyConflict(conflicts: readonly FieldConflict[]): StatusError {
  const causes = conflicts.flatMap((one) =>
    one.fields.map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${describeManager(one)}`,
      field,
    })),
  );
  const managers = new Set(conflicts.map(describeManager));
  const fields = causes.length;
  const lead = `Apply failed with ${fields} conflict${fields === 1 ? '' : 's'}`;
  const grouped = conflicts.map((one) =>
    one.fields.length === 1 && conflicts.length === 1
      ? `conflict with ${describeManager(one)}: ${one.fields[0]}`
      : `conflicts with ${describeManager(one)}:\n${one.fields.map((field) => `- ${field}`).join('\n')}`,
  );
  return new StatusError(409, 'Conflict', `${lead}: ${managers.size > 0 ? grouped.join('\n') : ''}`, { causes });
}

function describeManager({ manager, operation, apiVersion, subresource }: FieldConflict): string {
  const via = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${via}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

export function checkIdentity(
  { type, name }: ApiRequest,
  { metadata }: KubernetesObject,
  stored: KubernetesObject,
): void {
  const { uid } = metadata;
  if (uid && uid !== stored.metadata.uid) throw invalid(kindSubject(type), name, [immutable('metadata.uid', uid)]);
}

export function patchOptionError(
  field: string,
  type: 'FieldValueForbidden' | 'FieldValueRequired',
  message: string,
): StatusError {
  return invalid({ group: 'meta.k8s.io', name: 'PatchOptions' }, '', [{ type, field, message }]);
}
