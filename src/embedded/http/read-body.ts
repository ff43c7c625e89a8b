/** Reads a request's body as JSON or YAML. A key named `__proto__` is dropped: no Kubernetes object has one. */

import type { IncomingMessage } from 'node:http';
import { parseExactJson, writeExactJson } from '../../foundation/base/exact-json.ts';
import { isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { toJson } from '../../foundation/yaml/plain-json.ts';
import { readYaml } from '../../foundation/yaml/read-yaml.ts';
import { badRequest, StatusError } from '../api/status-error.ts';
import { decodeProtobuf, ProtobufError } from '../schema/decode-protobuf.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';
const limit = 3 * 1024 * 1024;
const protoKey = /(?<!\\)"__proto__"\s*:/;

/** The body as text; protobuf comes back as the JSON it stands for. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit)
      throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (mediaType(request.headers['content-type']) !== protobuf) return body.toString('utf8');
  try {
    return writeExactJson(decodeProtobuf(body));
  } catch (error) {
    throw badRequest(error instanceof ProtobufError ? error.message : 'the protobuf message cannot be read');
  }
}

export function parseJson(text: string): Json {
  const value = parseExactJson(text) as Json;
  return protoKey.test(text) ? withoutProto(value) : value;
}

function withoutProto(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutProto);
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutProto(part)]));
}

/** JSON is tried first: what clients call YAML is JSON most of the time. */
export function parseYaml(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return parseJson(writeExactJson(toJson(readYaml(text))));
  }
}

const yamlTypes: ReadonlySet<string> = new Set(['application/yaml', 'application/x-yaml', 'text/yaml']);
const accepted =
  'accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf';

export function parseObject(text: string, contentType: string | undefined, kind: string): JsonObject {
  const type = mediaType(contentType);
  const yaml = yamlTypes.has(type);
  if (!yaml && type !== '' && type !== 'application/json' && type !== protobuf && type !== '*/*')
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - ${accepted}`,
    );
  let body: Json;
  try {
    body = yaml ? parseYaml(text) : parseJson(text);
  } catch (error) {
    const why =
      text.trim() === ''
        ? 'unexpected end of JSON input'
        : error instanceof Error
          ? goJsonError(error.message)
          : String(error);
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${summary(text)})`,
    );
  }
  if (!isMap(body))
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (${summary(text)})`,
    );
  return body;
}

/** As Go shows the start of a body. */
function summary(text: string): string {
  if (text === '') return '<empty>';
  const most = 30;
  const bytes = Buffer.from(text);
  const shown = text.startsWith('{') ? bytes.subarray(0, most).toString() : bytes.subarray(0, most).toString('hex');
  return bytes.length > most ? `${shown} ...` : shown;
}

export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function goJsonError(message: string): string {
  return /end of JSON|Unexpected end|^Expected /.test(message) ? 'unexpected end of JSON input' : message;
}
