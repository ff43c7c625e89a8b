/** The four kinds of PATCH: JSON patch, JSON merge patch, strategic merge patch, and server-side apply. */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { jsonPatch, type PatchOperation } from '../../foundation/fields/json-patch.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import { jsonMergePatch } from '../../foundation/fields/merge-patch.ts';
import { strategicMergePatch } from '../../foundation/fields/strategic-merge.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { groupVersionKind } from '../../foundation/manifest/object.ts';
import { shownAs } from '../resources/convert-version.ts';
import { goText } from '../schema/applied-path.ts';
import { type ApiRequest, subjectOf, type Written } from './api-context.ts';
import { applyObject, checkIdentity, patchOptionError } from './apply-object.ts';
import { decodeInput, type Objections } from './decode-input.ts';
import { badRequest, invalidPatch, notFound, StatusError } from './status-error.ts';
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
  const { object, warnings } = patchedObject(request, shownAs(stored, type, request.version), input);
  checkIdentity(request, object, stored);
  const own = (prepared: KubernetesObject, before: KubernetesObject) => trackReplace(request, prepared, before);
  return { object: replaceObject(request, object, { stored, own }), created: false, warnings };
}

/** `current`, in the request's version, as every patch but an apply leaves it. */
export function patchedObject(
  request: ApiRequest,
  current: KubernetesObject,
  input: PatchInput,
): { readonly object: KubernetesObject; readonly warnings: readonly string[] } {
  const patched = patchedBody(request, current, input);
  if (!isMap(patched)) throw invalidPatch('the server rejected our request due to an error in our request');
  checkNames(request, patched);
  return decodeInput(patched, request, patchObjections(request, patched, input));
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
    if (kind === 'json') return asOperations(patch).reduce<unknown>(applyOperation, current);
    if (!isMap(patch))
      throw badRequest(
        `${kind === 'merge' ? 'error decoding patch: ' : ''}json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch} into Go value of type map[string]interface {}`,
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

/** The API server's JSON patch adds what it is to replace where that is not there. */
function applyOperation(document: unknown, operation: PatchOperation): unknown {
  const { op, path } = operation;
  const steps = typeof path === 'string' ? path.split('/').slice(1) : [];
  const key = steps.pop();
  if (op !== 'replace' || key === undefined) return jsonPatch(document, [operation]);
  const plain = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');
  const parent = steps.reduce<unknown>((at, step) => (isMap(at) ? getOwn(at, plain(step)) : undefined), document);
  const absent = isMap(parent) && getOwn(parent, plain(key)) === undefined;
  return jsonPatch(document, [absent ? { ...operation, op: 'add' } : operation]);
}
