/** Takes a method and an address, returns what the request asks of which resource, as Kubernetes reads its own paths. */
import { noSuchPath } from '../api/status-error.ts';

export interface RequestTarget {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** Undefined for what is no resource: discovery, OpenAPI, health. */
export function parseTarget(path: string): RequestTarget | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodePart);
  if (parts[0] === 'api' && parts.length >= 3) return resourceTarget('', parts[1] ?? '', parts.slice(2));
  if (parts[0] === 'apis' && parts.length >= 4) return resourceTarget(parts[1] ?? '', parts[2] ?? '', parts.slice(3));
  return undefined;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw noSuchPath();
  }
}

function resourceTarget(group: string, version: string, parts: string[]): RequestTarget {
  let namespace = '';
  let rest = parts;
  const ofNamespace = parts.length === 2 || (parts.length === 3 && (parts[2] === 'status' || parts[2] === 'finalize'));
  if (parts[0] === 'namespaces' && !ofNamespace && parts.length >= 3) {
    namespace = parts[1] ?? '';
    rest = parts.slice(2);
  }
  const [plural = '', name = '', subresource = ''] = rest;
  return { group, version, plural, namespace, name, subresource };
}

/** kubectl and client-go are recorded as the first word of their User-Agent. */
export function managerOf(query: URLSearchParams, userAgent: string | undefined): string {
  const named = query.get('fieldManager');
  if (named) return named;
  return (userAgent ?? '').split('/')[0]?.slice(0, 128) || 'unknown';
}
