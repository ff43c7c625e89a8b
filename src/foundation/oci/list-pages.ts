/**
 * Takes the first path of a listing, returns what all its pages list; follows `Link: <…>; rel="next"` on the same host only,
 * and ends where a page was seen before or there are too many.
 */
import type { HttpResponse } from '../http/http-client.ts';
import { asJsonObject, readJsonObject } from './json-object.ts';
import { ociError } from './oci-error.ts';
import type { RegistryCall, RegistrySession } from './registry-session.ts';

const mostPages = 1000;
const longestPage = 8 << 20;
const mostItems = 200_000;

export async function listPages(session: RegistrySession, call: RegistryCall, field: string): Promise<unknown[]> {
  const items: unknown[] = [];
  const seen = new Set<string>();
  let next: string | URL | undefined = call.path;
  const { registry, repository } = call.reference;
  while (next !== undefined) {
    const answer = await session.send({ ...call, path: next });
    const page = readJsonObject(await answer.text(longestPage))?.get(field);
    // Docker's registry answers null for a repository whose tags were deleted.
    if (page !== null && !Array.isArray(page))
      throw ociError('oci.protocol', `${registry} answers the list of ${repository} with something else`);
    items.push(...(page ?? []));
    next = nextPage(answer);
    if (next === undefined) break;
    if (seen.has(next.href) || seen.size >= mostPages || items.length > mostItems)
      throw ociError('oci.protocol', `${registry} lists ${repository} without an end`);
    seen.add(next.href);
  }
  return items;
}

const linkPattern = /<([^<>]{1,4096})>((?:\s*;[^,<]*)?)/g;

function nextPage(answer: HttpResponse): URL | undefined {
  const links = [...(answer.headers['link'] ?? '').slice(0, 16_384).matchAll(linkPattern)];
  const target = links.find(([, , parameters = '']) => /;\s*rel="?next"?\s*(;|$)/i.test(parameters.trimEnd()))?.[1];
  if (target === undefined) return undefined;
  const current = new URL(answer.url);
  const url = URL.parse(target, current.href);
  // A path alone is usual. Behind proxies the rest of an absolute URL is often another host's or scheme's.
  if (url === null || !url.pathname.includes('/v2/')) return undefined;
  return new URL(url.pathname + url.search, current.origin);
}

/** The entries that are objects. */
export function objectsOf(items: readonly unknown[]): ReadonlyMap<string, unknown>[] {
  return items.map(asJsonObject).filter((one) => one !== undefined);
}
