/**
 * What cosign left in a registry for a manifest. Takes the repository and the manifest's digest, yields each payload with
 * its signature: under the tag `sha256-HEX.sig` first, then of what refers to the digest. It judges none of them.
 */
import type { Descriptor } from '../../foundation/oci/manifest.ts';
import { isOciError } from '../../foundation/oci/oci-error.ts';
import type { Registry } from '../../foundation/oci/open-registry.ts';
import { formatReference, isTag, type OciReference } from '../../foundation/oci/reference.ts';

export interface CosignSignature {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedManifest {
  /** The repository's; tag and digest don't matter. */
  readonly reference: OciReference;
  /** `sha256:…` of the manifest, or of the index, that the chart's tag names. */
  readonly digest: string;
  readonly signal: AbortSignal | undefined;
}

/** `bundle`: cosign 3's own form of them, which says the same in another way. */
export type FoundSignature = CosignSignature | 'unreadable' | 'bundle';

const simpleSigning = 'application/vnd.dev.cosign.simplesigning.v1+json';
const signatureArtifact = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const bundleArtifact = 'application/vnd.dev.sigstore.bundle';
const annotation = 'dev.cosignproject.cosign/signature';

/** All may push signatures, and each costs a request. */
const mostSignatures = 100;
const mostReferrers = 32;
const longestPayload = 64 * 1024;
const longestSignature = 16 * 1024;

export async function* findSignatures(registry: Registry, image: SignedManifest): AsyncGenerator<FoundSignature> {
  const tag = signatureTag(image.digest);
  if (tag !== undefined) yield* signaturesOf(registry, image, { tag });
  const referrers = await orNothing(registry.listReferrers(image.reference, image.digest, image.signal));
  const own = (referrers ?? []).filter(({ artifactType = '' }) => artifactType.startsWith(bundleArtifact));
  const simple = (referrers ?? []).filter(({ artifactType }) => isSimple(artifactType)).slice(0, mostReferrers);
  for (const { digest } of simple) yield* signaturesOf(registry, image, { digest });
  for (const _ of own.slice(0, mostReferrers)) yield 'bundle';
}

/** Where they are looked for, for messages. */
export function signaturePlaces({ reference: { registry, repository }, digest }: SignedManifest): string {
  const tag = signatureTag(digest);
  const tagged = tag === undefined ? '' : `oci://${formatReference({ registry, repository, tag })} and `;
  return `${tagged}what refers to ${digest}`;
}

function signatureTag(digest: string): string | undefined {
  const tag = `${digest.replace(':', '-')}.sig`;
  return isTag(tag) ? tag : undefined;
}

/** A fallback tag need not say of what type its entries are. */
const isSimple = (type: string | undefined): boolean => [undefined, simpleSigning, signatureArtifact].includes(type);

async function* signaturesOf(
  registry: Registry,
  { reference, signal }: SignedManifest,
  named: Pick<OciReference, 'tag' | 'digest'>,
): AsyncGenerator<FoundSignature> {
  const at = { registry: reference.registry, repository: reference.repository, ...named };
  const pulled = await orNothing(registry.readManifest(at, signal));
  if (pulled?.manifest.type !== 'manifest') return;
  const layers = pulled.manifest.layers.filter(({ mediaType }) => mediaType === simpleSigning);
  for (const layer of layers.slice(0, mostSignatures)) yield await readSignature(registry, { at, layer, signal });
}

interface SignatureLayer {
  readonly at: OciReference;
  readonly layer: Descriptor;
  readonly signal: AbortSignal | undefined;
}

async function readSignature(registry: Registry, { at, layer, signal }: SignatureLayer): Promise<FoundSignature> {
  const signature = layer.annotations?.get(annotation) ?? '';
  const isReadable =
    signature !== '' && signature.length <= longestSignature && /^[A-Za-z0-9+/]+={0,2}$/.test(signature);
  if (!isReadable || layer.size > longestPayload) return 'unreadable';
  const payload = await orNothing(collect(registry.readBlob(at, layer, signal)));
  return payload === undefined ? 'unreadable' : { payload, signature: Buffer.from(signature, 'base64') };
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What is not there, or is damaged, is no signature; a registry that cannot be asked is an error still. */
async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!isOciError(error, 'oci.no-version', 'oci.no-repository', 'oci.manifest', 'oci.digest', 'oci.refused'))
      throw error;
    return undefined;
  }
}
