/**
 * Takes the body of a write and returns the object as the server understands it: of the right kind, with unknown fields
 * dropped and told about as `fieldValidation` asks, defaults filled in. Never changes its input.
 */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { decodeCustomObject } from '../custom/decode-custom-object.ts';
import { applyDefaults } from '../defaults/apply-defaults.ts';
import { groupVersion, type ResourceType, splitGroupVersion } from '../resources/resource-type.ts';
import { DecodeError, decodeObject } from '../schema/decode-object.ts';
import { typeNameOf, typeSchema } from '../schema/type-schema.ts';
import { type ApiRequest, customSchema } from './api-context.ts';
import { badRequest } from './status-error.ts';

export interface DecodedInput {
  readonly object: KubernetesObject;
  readonly warnings: readonly string[];
}

/** Told by whoever reads a request in another form than as the object itself: what its errors say differs. */
export interface Objections {
  readonly unknown: (paths: readonly string[], body: JsonObject) => void;
  readonly mistyped: (error: DecodeError, body: JsonObject) => Error;
}

export function decodeInput(body: JsonObject, request: ApiRequest, objections?: Objections): DecodedInput {
  const { type, version } = request;
  checkKind(body, type, version);
  try {
    return decodeChecked(body, request, { objections });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw objections?.mistyped(error, body) ?? badRequest(cannotBeHandled(type, version, error.message));
  }
}

/** What an apply has merged: its fields are known, and its nulls stay to be refused. */
export function decodeMerged(body: KubernetesObject, request: ApiRequest): KubernetesObject {
  return decodeChecked(body as unknown as JsonObject, { ...request, fieldValidation: 'Ignore' }, { nulls: 'kept' })
    .object;
}

function cannotBeHandled(type: ResourceType, version: string, why: string): string {
  return `${type.kind} in version ${JSON.stringify(version)} cannot be handled as a ${type.kind}: ${why}`;
}

interface Reading {
  readonly objections?: Objections | undefined;
  readonly nulls?: 'dropped' | 'kept';
}

function decodeChecked(body: JsonObject, request: ApiRequest, { objections, nulls }: Reading): DecodedInput {
  const { type, version } = request;
  const whole: JsonObject = { ...body, apiVersion: groupVersion(type.group, version), kind: type.kind };
  const { object, unknown } = type.custom
    ? decodeCustomObject(whole, customSchema(type, version), nulls && { nulls })
    : decodeBuiltIn(whole, type, version);
  if (unknown.length > 0) objections?.unknown(unknown, body);
  const told = type.custom ? [...unknown].sort() : unknown;
  const problems = told.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (problems.length > 0 && request.fieldValidation === 'Strict') throw strictError(problems, type, version);
  applyDefaults(type, object);
  return { object, warnings: request.fieldValidation === 'Warn' ? problems : [] };
}

function strictError(problems: readonly string[], type: ResourceType, version: string) {
  return badRequest(cannotBeHandled(type, version, `strict decoding error: ${problems.join(', ')}`));
}

function decodeBuiltIn(
  body: JsonObject,
  type: ResourceType,
  version: string,
): { object: KubernetesObject; unknown: readonly string[] } {
  const schema = typeSchema(typeNameOf(type.group, version, type.kind) ?? '');
  if (schema === undefined) return { object: structuredClone(body) as unknown as KubernetesObject, unknown: [] };
  const { value, unknown } = decodeObject(body, schema);
  return { object: value as unknown as KubernetesObject, unknown };
}

function checkKind(body: JsonObject, type: ResourceType, version: string): void {
  const kind = getOwn(body, 'kind');
  const apiVersion = getOwn(body, 'apiVersion');
  const wanted = groupVersion(type.group, version);
  if (type.custom && (kind === undefined || kind === '' || apiVersion === undefined || apiVersion === ''))
    throw badRequest(`Object 'Kind' is missing in '${writeExactJson(body)}'`);
  if (typeof apiVersion === 'string' && apiVersion !== '' && apiVersion !== wanted)
    throw badRequest(
      type.custom || splitGroupVersion(apiVersion).group !== ''
        ? `the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`
        : `${String(kind)} in version ${JSON.stringify(apiVersion.slice(apiVersion.indexOf('/') + 1))} cannot be handled as a ${type.kind}: no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`,
    );
  if (typeof kind === 'string' && kind !== '' && kind !== type.kind)
    throw badRequest(
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${type.kind}: converting (${version}.${kind}) to (${type.group === '' ? 'core' : type.group.split('.')[0]}.${type.kind}): unknown conversion`,
    );
  const metadata = getOwn(body, 'metadata');
  if (metadata !== undefined && metadata !== null && !isMap(metadata))
    throw badRequest(
      `${type.kind} in version ${JSON.stringify(version)} cannot be handled as a ${type.kind}: json: cannot unmarshal ${Array.isArray(metadata) ? 'array' : typeof metadata} into Go struct field ${type.kind}.metadata of type v1.ObjectMeta`,
    );
}
