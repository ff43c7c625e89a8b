/** Where the API server keeps an object or a collection. Names are escaped and keep their case. */
import type { ApiResource } from './cluster-client.ts';
import { clusterError } from './cluster-error.ts';

export interface PathParts {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
}

export function resourcePath(resource: ApiResource, parts: PathParts): string {
  const root = resource.group === '' ? '/api' : `/apis/${encodeURIComponent(resource.group)}`;
  const segments = [`${root}/${encodeURIComponent(resource.version)}`];
  if (resource.namespaced && parts.namespace) segments.push('namespaces', nameSegment(parts.namespace));
  segments.push(resource.plural);
  if (parts.name !== undefined) segments.push(nameSegment(parts.name));
  if (parts.subresource !== undefined) segments.push(parts.subresource);
  return segments.join('/') + queryText(parts.query ?? {});
}

export function queryText(query: NonNullable<PathParts['query']>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '' && value !== false);
  return pairs.length === 0
    ? ''
    : `?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(value as string)}`).join('&')}`;
}

/** `.` and `..` would climb to another path; no API object can have such a name. */
function nameSegment(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/'))
    throw clusterError('cluster.bad-request', `"${name}" cannot be the name of an object`);
  return encodeURIComponent(name);
}
