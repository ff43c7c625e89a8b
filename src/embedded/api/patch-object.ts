/** The four kinds of PATCH: JSON patch, JSON merge patch, strategic merge patch, and server-side apply. */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { applyPatch, type FieldConflict } from '../../foundation/fields/apply.ts';
import { jsonPatch, type PatchOperation } from '../../foundation/fields/json-patch.ts';
import { isMap } from '../../foundation/fields/json-value.ts';
import { jsonMergePatch } from '../../foundation/fields/merge-patch.ts';
import { strategicMergePatch } from '../../foundation/fields/strategic-merge.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { groupVersionKind } from '../../foundation/manifest/object.ts';
import { shownAs } from '../resources/convert-version.ts';
import { groupVersion } from '../resources/resource-type.ts';
import { appliedPath, goSyntax, goText } from '../schema/applied-path.ts';
import { typeNameOf, typeSchema } from '../schema/type-schema.ts';
import { type ApiRequest, customSchema, subjectOf, timestamp, type Written } from './api-context.ts';
import { checkMayCreate } from './check-rights.ts';
import { insertObject } from './create-object.ts';
import { decodeInput, type Objections } from './decode-input.ts';
import { badRequest, invalid, invalidPatch, notFound, StatusError } from './status-error.ts';
import { replaceObject, trackReplace } from './update-object.ts';

export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply';

export interface PatchInput {
  readonly kind: PatchKind;
  readonly patch: Json;
  readonly force: boolean;
  /** Whether `fieldManager` was given: an apply must name one. */
  readonly named: boolean;
}

export function patchObject(request: ApiRequest, input: PatchInput): Written {
  if (input.kind === 'apply') return applyObject(request, input);
  if (input.force)
    throw patchOptionError('force', 'FieldValueForbidden', 'Forbidden: may not be specified for non-apply patch');
  const { type, namespace, name } = request;
  const stored = request.context.objects.get(type.storedAs, namespace, name);
  if (stored === undefined) throw notFound(subjectOf(type), name);
  const current = shownAs(stored, type, request.version);
  const patched = patchedBody(request, current, input);
  if (!isMap(patched)) throw invalidPatch('the server rejected our request due to an error in our request');
  checkNames(request, patched);
  const { object, warnings } = decodeInput(patched, request, patchObjections(request, patched, input));
  const own = (prepared: KubernetesObject, before: KubernetesObject) => trackReplace(request, prepared, before);
  return { object: replaceObject(request, object, { stored, own }), created: false, warnings };
}

/** What is wrong with a patched object is told as being wrong with the patch. */
function patchObjections(
  { fieldValidation }: ApiRequest,
  patched: JsonObject,
  { kind, patch }: PatchInput,
): Objections {
  const shown = kind === 'strategic' ? goText(patch) : writeExactJson(patched);
  const invalidAs = (why: string): StatusError => {
    const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`;
    return new StatusError(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
      causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
    });
  };
  return {
    unknown(paths) {
      if (fieldValidation === 'Strict')
        throw invalidAs(
          `strict decoding error: ${paths.map((path) => `unknown field ${JSON.stringify(path)}`).join(', ')}`,
        );
    },
    mistyped: (error) => invalidAs(error.message),
  };
}

function checkNames({ name, namespace, type }: ApiRequest, patched: JsonObject): void {
  const metadata = isMap(patched.metadata) ? patched.metadata : {};
  if (metadata.name !== name)
    throw badRequest(
      `the name of the object (${String(metadata.name ?? '')}) does not match the name on the URL (${name})`,
    );
  if (type.namespaced && metadata.namespace !== namespace)
    throw badRequest('the namespace of the object does not match the namespace on the request');
}

function patchedBody({ type }: ApiRequest, current: KubernetesObject, { kind, patch }: PatchInput): unknown {
  try {
    if (kind === 'json') return jsonPatch(current as unknown, asOperations(patch));
    if (!isMap(patch))
      throw badRequest(
        `error decoding patch: json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch} into Go value of type map[string]interface {}`,
      );
    if (kind === 'merge') return jsonMergePatch(current, patch);
    return strategicMergePatch(current, patch, groupVersionKind(current));
  } catch (error) {
    if (error instanceof StatusError) throw error;
    if (kind === 'json') throw invalidPatch('the server rejected our request due to an error in our request');
    throw badRequest(`error applying patch to ${type.kind}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function asOperations(patch: Json): PatchOperation[] {
  if (!Array.isArray(patch))
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  return patch as unknown as PatchOperation[];
}

function patchOptionError(
  field: string,
  type: 'FieldValueForbidden' | 'FieldValueRequired',
  message: string,
): StatusError {
  return invalid({ group: 'meta.k8s.io', name: 'PatchOptions' }, '', [{ type, field, message }]);
}

function applyObject(request: ApiRequest, input: PatchInput): Written {
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
  const merge = () => mergeApplied(request, { live, applied, force: input.force });
  if (stored === undefined) {
    checkMayCreate(request);
    const merged = merge();
    const { object } = decodeInput(merged as unknown as JsonObject, { ...request, fieldValidation: 'Ignore' });
    const own = (prepared: KubernetesObject) => withFieldsOf(prepared, merged);
    return { object: insertObject(request, object, own), created: true, warnings };
  }
  const merged = merge();
  const { object } = decodeInput(merged as unknown as JsonObject, { ...request, fieldValidation: 'Ignore' });
  const replaced = replaceObject(request, object, {
    stored,
    own: (prepared) => withFieldsOf(prepared, merged),
  });
  return { object: replaced, created: false, warnings };
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
      return failed(
        `${appliedPath(path, body, schema)}: expected ${wanted}, got &value.valueUnstructured{Value:${goSyntax(value)}}`,
      );
    },
  };
}

function withFieldsOf(object: KubernetesObject, merged: KubernetesObject): KubernetesObject {
  const { managedFields: _own, ...metadata } = object.metadata;
  const { managedFields } = merged.metadata;
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
}

function appliedConfiguration(request: ApiRequest, patch: Json): KubernetesObject {
  const { type, version, name, namespace } = request;
  if (!isMap(patch)) throw badRequest('error decoding YAML: the patch must be an object');
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
}

function mergeApplied(request: ApiRequest, { live, applied, force }: Merge): KubernetesObject {
  const { type, version, manager, subresource } = request;
  const result = applyPatch({
    live,
    applied,
    manager,
    force,
    subresource: subresource === '' ? undefined : subresource,
    now: timestamp(request.context.clock),
    schema: type.custom ? customSchema(type, version) : undefined,
  });
  if (result.conflicts.length > 0) throw applyConflict(result.conflicts);
  return result.object;
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
