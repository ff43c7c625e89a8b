/** The mirrors of the configuration: each of one kind throughout, their URLs as the clients compare them. */
import { HelmGitopsError } from '../foundation/base/errors.ts';
import type { Path } from '../foundation/document/read-documents.ts';
import type { MirrorConfig } from '../foundation/http/mirror-config.ts';
import { parseReference } from '../foundation/oci/reference.ts';
import type { Resolver } from './resolve-config.ts';
import type { MirrorEntry } from './schema.ts';

interface ParsedUrl {
  readonly type: 'registry' | 'web';
  readonly url: string;
  /** Of a registry. */
  readonly path: string;
}

export function resolveMirrors(entries: readonly MirrorEntry[], resolver: Resolver): MirrorConfig[] {
  const mirrors: MirrorConfig[] = [];
  for (const [index, entry] of entries.entries()) {
    const at: Path = ['mirrors', index];
    const original = parseUrl(entry.url, [...at, 'url'], resolver);
    const to = entry.to.map((text, position) => parseUrl(text, [...at, 'to', position], resolver));
    if (original === undefined) continue;
    if (original.path !== '') {
      const hint = `write oci://HOST; of the mirror a path may be given`;
      resolver.fail([...at, 'url'], 'url: a mirror stands for a whole registry, not for a path of it', hint);
    }
    for (const [position, one] of to.entries()) {
      if (one === undefined || one.type === original.type) continue;
      const expected = original.type === 'registry' ? 'a registry: oci://…' : 'https:// or http://';
      resolver.fail([...at, 'to', position], `to: the mirror of ${original.url} must be ${expected}`);
    }
    if (mirrors.some(({ url }) => url === original.url)) {
      resolver.fail([...at, 'url'], `url: there are other mirrors of ${original.url}`, 'name them all under one "to"');
    }
    mirrors.push({ url: original.url, to: to.flatMap((one) => (one === undefined ? [] : [one.url])) });
  }
  return mirrors;
}

/** A password may be in it: what is wrong is never repeated. */
function parseUrl(text: string, at: Path, { fail }: Resolver): ParsedUrl | undefined {
  const field = at.find((step) => step === 'to') ?? 'url';
  if (/^[a-z]+:\/\/[^/]*@/i.test(text)) {
    fail(at, `${field}: a URL holds no name and password`, 'give them under "credentials", for the URL of the mirror');
    return undefined;
  }
  const parsed = /^oci:\/\//.test(text) ? parseRegistry(text) : parseWeb(text);
  if (parsed === undefined) {
    fail(at, `${field}: expected oci://HOST, https://… or http://…, without a query`);
  }
  return parsed;
}

function parseRegistry(text: string): ParsedUrl | undefined {
  try {
    // Any name of a chart below it.
    const { registry, repository } = parseReference(`${text.replace(/\/$/, '')}/x`);
    const path = repository.slice(0, -'/x'.length);
    return { type: 'registry', url: `oci://${registry}${path === '' ? '' : `/${path}`}`, path };
  } catch (error) {
    if (error instanceof HelmGitopsError) return undefined;
    throw error;
  }
}

function parseWeb(text: string): ParsedUrl | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') return undefined;
  return { type: 'web', url: url.href.replace(/\/+$/, ''), path: '' };
}
