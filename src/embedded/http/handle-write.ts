/** PUT and PATCH of an object or of a part of it. */
import type { Json } from '../../foundation/manifest/object.ts';
import { type PatchInput, type PatchKind, patchObject } from '../api/patch-object.ts';
import { badRequest, StatusError } from '../api/status-error.ts';
import { updateObject } from '../api/update-object.ts';
import { withWebhooks } from '../api/webhook-calls.ts';
import { apiRequest, readObjectBody, sendWritten } from './exchange-parts.ts';
import { goJsonError, mediaType, parseJson, parseYaml, readText } from './read-body.ts';
import type { Exchange } from './server-context.ts';

export async function replaceWith(exchange: Exchange): Promise<void> {
  const body = await readObjectBody(exchange);
  sendWritten(exchange, await withWebhooks(apiRequest(exchange), (request) => updateObject(request, body)));
}

const patchKinds: Readonly<Record<string, PatchKind>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

export function patchKindOf({ request, type }: Exchange): PatchKind {
  const given = mediaType(request.headers['content-type']);
  const kind = Object.hasOwn(patchKinds, given) ? patchKinds[given] : undefined;
  if (kind === undefined) throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  if (kind === 'strategic' && type.custom) {
    const others = Object.keys(patchKinds).filter((one) => one !== given);
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${others.join(', ')}`,
    );
  }
  return kind;
}

export async function patch(exchange: Exchange): Promise<void> {
  const kind = patchKindOf(exchange);
  const input = patchInput(exchange, kind, parsePatch(await readText(exchange.request), kind));
  sendWritten(exchange, await withWebhooks(apiRequest(exchange), (request) => patchObject(request, input)));
}

export function patchInput({ query }: Exchange, kind: PatchKind, patch: Json): PatchInput {
  return { kind, patch, force: query.get('force') === 'true', named: Boolean(query.get('fieldManager')) };
}

export function parsePatch(text: string, kind: PatchKind): Json {
  try {
    return kind === 'apply' ? parseYaml(text) : parseJson(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw badRequest(kind === 'apply' ? `error decoding YAML: ${why}` : `error decoding patch: ${goJsonError(why)}`);
  }
}
