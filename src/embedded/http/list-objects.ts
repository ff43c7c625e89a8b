/**
 * Lists a collection: selectors, and pages that all show the state of the first one. A page's token names a remembered
 * rest of the list; one that is no longer remembered answers 410, as etcd's compaction does.
 */
import { randomBytes } from 'node:crypto';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ApiContext } from '../api/api-context.ts';
import { parseFieldSelector } from '../api/field-selector.ts';
import { type ObjectFilter, parseLabelSelector } from '../api/label-selector.ts';
import { badRequest, expired, StatusError } from '../api/status-error.ts';
import { shownAs } from '../resources/convert-version.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import { listOptions, parseRevision } from './list-options.ts';

export interface ListPage {
  readonly items: KubernetesObject[];
  readonly revision: number;
  readonly continue?: string;
  readonly remaining?: number;
}

export interface ListTarget {
  readonly type: ResourceType;
  readonly version: string;
  readonly namespace: string;
}

export interface Selection {
  readonly filter: ObjectFilter | undefined;
  /** Set where a field selector names the one object. */
  readonly name: string | undefined;
}

export function selectionOf(query: URLSearchParams, type: ResourceType): Selection {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '', type);
  if (labels === undefined && fields === undefined) return { filter: undefined, name: undefined };
  const filter = (object: KubernetesObject): boolean => (labels?.(object) ?? true) && (fields?.filter(object) ?? true);
  return { filter, name: fields?.name };
}

interface Rest {
  readonly items: KubernetesObject[];
  readonly revision: number;
}

const remembered = 64;

export type ListObjects = (context: ApiContext, target: ListTarget, query: URLSearchParams) => ListPage;

export function createLister(): ListObjects {
  const rests = new Map<string, Rest>();
  return (context, target, query) => {
    const limit = parseLimit(query);
    const token = query.get('continue');
    const { items, revision } = token ? takeRest(rests, token, query) : wholeList(context, target, query);
    if (limit === 0 || items.length <= limit) return { items, revision };
    const id = randomBytes(9).toString('base64url');
    rests.set(id, { items: items.slice(limit), revision });
    for (const oldest of rests.keys()) {
      if (rests.size <= remembered) break;
      rests.delete(oldest);
    }
    const page = items.slice(0, limit);
    const { namespace = '', name = '' } = page.at(-1)?.metadata ?? {};
    const next = { v: 'meta.k8s.io/v1', rv: revision, start: `${namespace}/${name}\u0000`, id };
    const selected = query.get('labelSelector') || query.get('fieldSelector');
    return {
      items: page,
      revision,
      continue: Buffer.from(JSON.stringify(next)).toString('base64url'),
      ...(selected ? {} : { remaining: items.length - limit }),
    };
  };
}

function parseLimit(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? 0);
  if (Number.isNaN(limit))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(query.get('limit'))}: invalid syntax`);
  return Math.max(0, limit);
}

function wholeList(context: ApiContext, { type, version, namespace }: ListTarget, query: URLSearchParams): Rest {
  const { match, resourceVersion } = listOptions(query, false);
  checkRevision(context, resourceVersion);
  const { filter } = selectionOf(query, type);
  const wanted = namespace === '' ? {} : { namespace };
  if (match === 'Exact') {
    const revision = Number(resourceVersion);
    const past = listAt(context, { resource: type.storedAs, namespace, revision });
    const shown = past.map((object) => shownAs(object, type, version));
    return { items: filter === undefined ? shown : shown.filter(filter), revision };
  }
  const direct = type.storedAs === type.name && type.versions.length === 1;
  const listed = context.objects.list(type.storedAs, direct && filter !== undefined ? { ...wanted, filter } : wanted);
  if (direct) return { items: listed, revision: context.objects.revision };
  const shown = listed.map((object) => shownAs(object, type, version));
  return { items: filter === undefined ? shown : shown.filter(filter), revision: context.objects.revision };
}

/** The state of then: what happened since is taken back. */
function listAt(
  context: ApiContext,
  { resource, namespace, revision }: { resource: string; namespace: string; revision: number },
): KubernetesObject[] {
  const since = context.objects.since(revision);
  if (since === undefined) throw expired(`The resourceVersion for the provided list is too old.`);
  const key = ({ metadata }: KubernetesObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
  const listed = context.objects.list(resource, namespace === '' ? {} : { namespace });
  const objects = new Map(listed.map((object) => [key(object), object]));
  for (const event of since.toReversed()) {
    if (event.resource !== resource) continue;
    if (namespace !== '' && event.object.metadata.namespace !== namespace) continue;
    if (event.previous === undefined) objects.delete(key(event.object));
    else objects.set(key(event.object), event.previous);
  }
  return [...objects.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, object]) => object);
}

function checkRevision(context: ApiContext, text: string): void {
  if (text === '' || text === '0') return;
  const wanted = parseRevision(text, (why) =>
    badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`),
  );
  if (wanted <= context.objects.revision) return;
  throw new StatusError(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${wanted}, current: ${context.objects.revision}`,
    {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  );
}

function takeRest(rests: Map<string, Rest>, token: string, query: URLSearchParams): Rest {
  const { resourceVersion, id } = readToken(token);
  if (query.get('resourceVersion') && query.get('resourceVersion') !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  const rest = rests.get(id);
  if (rest === undefined || rest.revision !== resourceVersion)
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
    );
  return rest;
}

function readToken(token: string): { resourceVersion: number; id: string } {
  try {
    const { rv, id, v } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as {
      rv: number;
      id: string;
      v: string;
    };
    if (v === 'meta.k8s.io/v1' && typeof rv === 'number' && typeof id === 'string') return { resourceVersion: rv, id };
  } catch {
    // Told below.
  }
  const bytes = Buffer.from(token, 'base64url').toString('latin1');
  const first = /[\u0000-\u001f\u007f-\u00a0]/.test(bytes[0] ?? '')
    ? `\\u${bytes.charCodeAt(0).toString(16).padStart(4, '0')}`
    : (bytes[0] ?? '');
  throw badRequest(
    `invalid continue token: continue key is not valid: invalid character '${first}' looking for beginning of value`,
  );
}
