/**
 * Takes a text such as `oci://host:5000/team/chart:1.2.3@sha256:…`, returns its parts by the grammar of the distribution
 * specification; throws `oci.reference` for anything else. What it returns can go into a URL as it is.
 */
import { ociError } from './oci-error.ts';

export interface OciReference {
  /** `host` or `host:port`, lower case. */
  readonly registry: string;
  /** `team/chart` */
  readonly repository: string;
  readonly tag?: string | undefined;
  /** `sha256:…` */
  readonly digest?: string | undefined;
}

const longestRepository = 255;
const label = '[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?';
const hostPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-f:.]{2,45}\\])(?::(\\d{1,5}))?$`);
const componentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function parseReference(text: string): OciReference {
  const bare = text.replace(/^oci:\/\//, '');
  const slash = bare.indexOf('/');
  if (text.length > 1000 || slash < 1) throw malformed(text, 'expected HOST/PATH');
  const registry = bare.slice(0, slash).toLowerCase();
  const host = hostPattern.exec(registry);
  // A host that looks right may still be none: 300.1.1.1, [:::].
  if (host === null || !URL.canParse(`https://${registry}/`)) throw malformed(text, 'that is no host');
  if (Number(host[1] ?? 1) === 0) throw malformed(text, 'there is no port 0');
  const [named = '', digest, ...more] = bare.slice(slash + 1).split('@');
  const [repository = '', tag, ...others] = named.split(':');
  if (more.length > 0 || others.length > 0) throw malformed(text, 'there is more than one tag or digest');
  if (!isRepository(repository)) throw malformed(text, 'a path is lower case, digits and single . _ - between them');
  if (tag !== undefined && !isTag(tag))
    throw malformed(text, 'a tag is at most 128 letters, digits, and . _ - (for a + of a version write _)');
  if (digest !== undefined && !isDigest(digest)) throw malformed(text, 'a digest is sha256: and 64 hex digits');
  return { registry, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

export function formatReference({ registry, repository, tag, digest }: OciReference): string {
  const name = `${registry}/${repository}`;
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

function isRepository(text: string): boolean {
  return text.length <= longestRepository && text.split('/').every((part) => componentPattern.test(part));
}

/** A version has `+` before its build metadata, which no tag may have. */
export function versionToTag(version: string): string {
  return version.replaceAll('+', '_');
}

export function tagToVersion(tag: string): string {
  return tag.replaceAll('_', '+');
}

/** The reference with what a version or digest names. */
export function referenceTo(reference: OciReference, wanted: string): OciReference {
  const { registry, repository } = reference;
  if (isDigest(wanted)) return { registry, repository, digest: wanted };
  const tag = versionToTag(wanted);
  if (!isTag(tag)) throw malformed(`${formatReference({ registry, repository })}:${wanted}`, 'no tag can be called so');
  return { registry, repository, tag };
}

function malformed(text: string, why: string): Error {
  return ociError('oci.reference', `${shown(text)} is no reference to a registry: ${why}`, {
    hint: 'for example oci://registry.example.com/charts/shop',
  });
}

/** Somebody may have written a password into it. */
function shown(text: string): string {
  const printable = text.slice(0, 300).replace(/[^\x20-\x7e]/g, '?');
  return printable.replace(/^([a-z+]+:\/\/)?[^/@]*:[^/@]*@(?=[^/]*\/)/i, '$1');
}
