/** Takes bytes, sends them to a repository of a registry in one piece unless they are there, returns their digest. */
import { ociError } from './oci-error.ts';
import type { OciReference } from './reference.ts';
import type { RegistrySession } from './registry-session.ts';
import { digestOf } from './verify-content.ts';

export interface Upload {
  readonly reference: OciReference;
  readonly bytes: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

export async function uploadBlob(session: RegistrySession, { reference, bytes, signal }: Upload): Promise<string> {
  const { registry, repository } = reference;
  const at = { registry, repository };
  const digest = digestOf(bytes);
  const actions = 'pull,push';
  const path = `blobs/${digest}`;
  const found = await session.send({ reference: at, actions, method: 'HEAD', path, accept: [404], signal });
  await found.discard();
  if (found.status !== 404) return digest;
  const begun = await session.send({ reference: at, actions, method: 'POST', path: 'blobs/uploads/', signal });
  await begun.discard();
  const location = URL.parse(begun.headers['location'] ?? '', begun.url);
  if (location === null || !/^https?:$/.test(location.protocol) || begun.headers['location'] === undefined)
    throw ociError('oci.protocol', `${registry} does not say where to send a blob of ${repository}`);
  if (new URL(begun.url).protocol === 'https:' && location.protocol === 'http:')
    throw ociError('oci.protocol', `${registry} wants a blob of ${repository} over plain http`);
  location.searchParams.append('digest', digest);
  const sent = await session.send({
    reference: at,
    actions,
    method: 'PUT',
    path: location,
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
    signal,
  });
  await sent.discard();
  return digest;
}
