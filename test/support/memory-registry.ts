/** A registry in memory: charts by tag, and a log of what was asked. */
import { createHash } from 'node:crypto';
import { type Descriptor, parseManifest } from '../../src/foundation/oci/manifest.ts';
import { mediaTypes } from '../../src/foundation/oci/media-types.table.ts';
import { ociError } from '../../src/foundation/oci/oci-error.ts';
import type { Registry } from '../../src/foundation/oci/open-registry.ts';
import type { OciReference } from '../../src/foundation/oci/reference.ts';

export interface MemoryRegistry extends Registry {
  readonly log: string[];
  /** Under the tag; returns the manifest's digest. */
  push(tag: string, archive: Buffer, more?: { provenance?: Buffer; legacy?: boolean }): string;
  /** As cosign does: `signature` is base64, under the tag of the digest or as what refers to it. */
  sign(digest: string, signatures: readonly MemorySignature[], where?: 'tag' | 'referrer'): void;
  /** What refers to a digest says no more than its type. */
  refer(digest: string, artifactType: string): void;
  /** What a blob's bytes are from now on. */
  damage(digest: string, bytes: Buffer): void;
  fail(error: Error | undefined): void;
}

export interface MemorySignature {
  readonly payload: Buffer;
  readonly signature: string;
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export function memoryRegistry(): MemoryRegistry {
  const blobs = new Map<string, Buffer>();
  const tags = new Map<string, string>();
  const referrers = new Map<string, Descriptor[]>();
  const log: string[] = [];
  let failure: Error | undefined;
  const keep = (bytes: Buffer) => {
    blobs.set(digestOf(bytes), bytes);
    return digestOf(bytes);
  };
  const named = ({ tag, digest }: OciReference): string => {
    if (failure !== undefined) throw failure;
    const found = digest ?? tags.get(tag ?? '');
    if (found === undefined || !blobs.has(found)) throw ociError('oci.no-version', `there is no ${tag ?? digest}`);
    return found;
  };
  const unused = () => Promise.reject(new Error('not used by this test'));
  return {
    log,
    push: (tag, archive, { provenance, legacy = false } = {}) => {
      const layer = (bytes: Buffer, mediaType: string) => ({ mediaType, digest: keep(bytes), size: bytes.length });
      const version = tag.replaceAll('_', '+');
      const manifest = {
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        config: layer(Buffer.from(JSON.stringify({ name: 'shop', version })), mediaTypes.helmConfig),
        layers: [
          layer(archive, legacy ? mediaTypes.helmChartLegacy : mediaTypes.helmChart),
          ...(provenance === undefined ? [] : [layer(provenance, mediaTypes.helmProvenance)]),
        ],
      };
      const digest = keep(Buffer.from(JSON.stringify(manifest)));
      tags.set(tag, digest);
      return digest;
    },
    sign: (digest, signatures, where = 'tag') => {
      const config = Buffer.from('{}');
      const manifest = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: mediaTypes.manifest,
          config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: keep(config), size: config.length },
          layers: signatures.map(({ payload, signature }) => ({
            mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
            digest: keep(payload),
            size: payload.length,
            annotations: { 'dev.cosignproject.cosign/signature': signature },
          })),
        }),
      );
      const artifactType = 'application/vnd.dev.cosign.artifact.sig.v1+json';
      const descriptor = {
        mediaType: mediaTypes.manifest,
        digest: keep(manifest),
        size: manifest.length,
        artifactType,
      };
      if (where === 'tag') tags.set(`${digest.replace(':', '-')}.sig`, descriptor.digest);
      else referrers.set(digest, [...(referrers.get(digest) ?? []), descriptor]);
    },
    refer: (digest, artifactType) => {
      const descriptor = { mediaType: mediaTypes.manifest, digest: keep(Buffer.from('{}')), size: 2, artifactType };
      referrers.set(digest, [...(referrers.get(digest) ?? []), descriptor]);
    },
    damage: (digest, bytes) => void blobs.set(digest, bytes),
    fail: (error) => {
      failure = error;
    },
    resolve: async (reference) => {
      log.push(`resolve ${reference.tag}`);
      return named(reference);
    },
    readManifest: async (reference) => {
      log.push(`manifest ${reference.tag ?? 'by digest'}`);
      const digest = named(reference);
      const bytes = blobs.get(digest) as Buffer;
      return { digest, mediaType: mediaTypes.manifest, bytes, manifest: parseManifest(bytes, undefined, 'test') };
    },
    readBlob: async function* (_, { digest, mediaType }) {
      log.push(`blob ${mediaType}`);
      const bytes = blobs.get(digest) ?? Buffer.alloc(0);
      yield bytes;
      if (digestOf(bytes) !== digest) throw ociError('oci.digest', 'not what it should be');
    },
    listTags: async () => {
      log.push('tags');
      if (failure !== undefined) throw failure;
      return [...tags.keys()];
    },
    listReferrers: async (_, digest) => {
      log.push('referrers');
      if (failure !== undefined) throw failure;
      return referrers.get(digest) ?? [];
    },
    writeBlob: unused,
    writeManifest: unused,
  };
}
