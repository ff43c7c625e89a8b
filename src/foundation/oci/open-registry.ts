/**
 * Takes an HTTP client and the way to credentials, returns what can be done with registries by the OCI distribution
 * specification 1.1. All that is read is checked against its digest; it keeps nothing but tokens.
 */
import type { FindCredential } from '../credentials/credential.ts';
import type { HttpClient } from '../http/http-client.ts';
import { listPages, objectsOf } from './list-pages.ts';
import { type Descriptor, type Manifest, parseManifest } from './manifest.ts';
import { manifestTypes, mediaTypes } from './media-types.table.ts';
import { isOciError, ociError } from './oci-error.ts';
import { readBlob } from './read-blob.ts';
import { formatReference, isDigest, type OciReference } from './reference.ts';
import { isMissing, openRegistrySession, type RegistrySession } from './registry-session.ts';
import { uploadBlob } from './upload-blob.ts';
import { algorithmOf, digestOf, wrong } from './verify-content.ts';

export interface RegistryOptions {
  readonly http: HttpClient;
  readonly findCredential: FindCredential;
  /** By host (and port): `oci://HOST/PATH` or the base of `/v2/` as a URL, asked first when something is read, in this order. */
  readonly mirrors?: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface PulledManifest {
  /** Of the manifest's own bytes. */
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
}

export interface Registry {
  /** The digest that a tag names now, by HEAD where the registry tells it so. */
  resolve(reference: OciReference, signal?: AbortSignal): Promise<string>;
  /** Manifest or index. A reference with tag and digest fails unless both name the same. */
  readManifest(reference: OciReference, signal?: AbortSignal): Promise<PulledManifest>;
  /** Fails at its end when the digest or size is wrong; nothing of it may be used before. */
  readBlob(reference: OciReference, blob: Descriptor, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** As they are written, in the registry's order. */
  listTags(reference: OciReference, signal?: AbortSignal): Promise<string[]>;
  /** What refers to a digest, by the referrers API or its fallback tag. */
  listReferrers(reference: OciReference, digest: string, signal?: AbortSignal): Promise<Descriptor[]>;
  /** Nothing is sent that is there already. */
  writeBlob(reference: OciReference, bytes: Uint8Array, signal?: AbortSignal): Promise<string>;
  /** Under the reference's tag, or its digest alone. */
  writeManifest(reference: OciReference, bytes: Uint8Array, signal?: AbortSignal): Promise<string>;
}

/** By the distribution specification registries need not take more. */
const longestManifest = 4 << 20;

export function openRegistry({ http, findCredential, mirrors, now = Date.now }: RegistryOptions): Registry {
  const session = openRegistrySession({ http, findCredential, mirrors, now });
  return {
    resolve: (reference, signal) => resolve(session, reference, signal),
    readManifest: (reference, signal) => readManifest(session, reference, signal),
    readBlob: (reference, blob, signal) => readBlob(session, { reference, blob, signal }),
    listTags: (reference, signal) => listTags(session, reference, signal),
    listReferrers: (reference, digest, signal) => listReferrers(session, { reference, digest, signal }),
    writeBlob: (reference, bytes, signal) => uploadBlob(session, { reference, bytes, signal }),
    writeManifest: (reference, bytes, signal) => writeManifest(session, { reference, bytes, signal }),
  };
}

async function listTags(session: RegistrySession, reference: OciReference, signal?: AbortSignal): Promise<string[]> {
  const call = { reference, actions: 'pull', method: 'GET', path: 'tags/list', signal } as const;
  const tags = await listPages(session, { ...call, path: 'tags/list?n=1000' }, 'tags').catch((error: unknown) => {
    // A registry may refuse pages of that length instead of giving shorter ones.
    if (isOciError(error, 'oci.refused')) return listPages(session, call, 'tags');
    throw error;
  });
  return tags.filter((tag) => typeof tag === 'string');
}

async function resolve(session: RegistrySession, reference: OciReference, signal?: AbortSignal): Promise<string> {
  const answer = await session.send({ ...manifestCall(reference, signal), method: 'HEAD', accept: [404, 405] });
  await answer.discard();
  const digest = answer.headers['docker-content-digest'];
  if (answer.status < 300 && digest !== undefined && isDigest(digest)) return digest;
  // Not all registries tell the digest, or know HEAD; a GET says too why there is nothing.
  return (await readManifest(session, reference, signal)).digest;
}

function manifestCall(reference: OciReference, signal: AbortSignal | undefined) {
  const path = `manifests/${nameOf(reference)}`;
  const headers = { accept: manifestTypes.join(', ') };
  return { reference, actions: 'pull', method: 'GET', path, headers, signal } as const;
}

function nameOf(reference: OciReference): string {
  const name = reference.digest ?? reference.tag;
  if (name === undefined)
    throw ociError('oci.reference', `${formatReference(reference)} has neither a tag nor a digest`);
  return name;
}

async function readManifest(
  session: RegistrySession,
  reference: OciReference,
  signal?: AbortSignal,
): Promise<PulledManifest> {
  const where = formatReference(reference);
  const answer = await session.send(manifestCall(reference, signal));
  const bytes = await answer.bytes(longestManifest);
  const said = answer.headers['docker-content-digest'];
  const expected = reference.digest ?? (said !== undefined && isDigest(said) ? said : undefined);
  const digest = digestOf(bytes, expected === undefined ? 'sha256' : algorithmOf(expected));
  if (expected !== undefined && digest !== expected)
    throw wrong(where, `its digest is ${digest} instead of ${expected}`);
  if (reference.digest !== undefined && reference.tag !== undefined) await mustAgree(session, reference, signal);
  const manifest = parseManifest(bytes, answer.headers['content-type'], where);
  const mediaType = manifest.type === 'index' ? mediaTypes.index : mediaTypes.manifest;
  return { digest, mediaType: answer.headers['content-type'] ?? mediaType, bytes, manifest };
}

async function mustAgree(session: RegistrySession, reference: OciReference, signal?: AbortSignal): Promise<void> {
  const { digest, ...tagged } = reference;
  const named = await resolve(session, tagged, signal);
  if (named === digest) return;
  throw ociError('oci.disagree', `${formatReference(tagged)} names ${named}, not ${digest}`, {
    hint: 'the tag was moved, or the digest is of another version: leave one of them out',
  });
}

interface ReferrersRequest {
  readonly reference: OciReference;
  readonly digest: string;
  readonly signal: AbortSignal | undefined;
}

async function listReferrers(
  session: RegistrySession,
  { reference, digest, signal }: ReferrersRequest,
): Promise<Descriptor[]> {
  const { registry, repository } = reference;
  const at = { registry, repository };
  const where = formatReference({ ...at, digest });
  const call = {
    reference: { ...at, digest },
    actions: 'pull',
    method: 'GET',
    path: `referrers/${digest}`,
    signal,
  } as const;
  try {
    const listed = objectsOf(await listPages(session, call, 'manifests')).map((one) => Object.fromEntries(one));
    const index = parseManifest(Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: listed })), undefined, where);
    return index.type === 'index' ? [...index.manifests] : [];
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const tag = digest.replace(':', '-').slice(0, 128);
  try {
    const { manifest } = await readManifest(session, { ...at, tag }, signal);
    return manifest.type === 'index' ? [...manifest.manifests] : [];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function writeManifest(
  session: RegistrySession,
  { reference, bytes, signal }: { reference: OciReference; bytes: Uint8Array; signal: AbortSignal | undefined },
): Promise<string> {
  const digest = digestOf(bytes);
  const manifest = parseManifest(bytes, undefined, formatReference(reference));
  const answer = await session.send({
    reference,
    actions: 'pull,push',
    method: 'PUT',
    path: `manifests/${reference.tag ?? digest}`,
    headers: { 'content-type': manifest.type === 'index' ? mediaTypes.index : mediaTypes.manifest },
    body: bytes,
    signal,
  });
  await answer.discard();
  const kept = answer.headers['docker-content-digest'];
  if (kept !== undefined && kept !== digest)
    throw wrong(formatReference(reference), `it was kept as ${kept}, not ${digest}`);
  return digest;
}
