/**
 * Takes a registry and a reference to a Helm chart, returns its archive as a stream and what belongs to it: of a manifest or
 * of the one manifest in an index that has Helm's configuration, as Helm 4.1.1 and 3.21 do.
 */
import type { Descriptor, Manifest } from './manifest.ts';
import { mediaTypes } from './media-types.table.ts';
import { ociError } from './oci-error.ts';
import type { PulledManifest, Registry } from './open-registry.ts';
import { formatReference, type OciReference, referenceTo } from './reference.ts';

export interface PulledChart {
  /** Of the archive. */
  readonly digest: string;
  /** Of the archive, in bytes. */
  readonly size: number;
  /** What the tag named: the manifest's, or the index's that lists it. To pin by. */
  readonly manifestDigest: string;
  /** The archive; its reader fails at the end when digest or size are wrong. Asked for when it is iterated, once. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The `.prov` file, if there is one. */
  provenance(): Promise<Uint8Array | undefined>;
  /** Chart.yaml as JSON. */
  config(): Promise<Uint8Array>;
  readonly annotations: ReadonlyMap<string, string>;
}

const mostCandidates = 32;
const longestText = 4 << 20;

/** `version` is a version (`1.2.0+x`), a tag, or a digest (`sha256:…`). */
export async function pullChart(
  registry: Registry,
  reference: OciReference,
  { version, signal }: { version?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<PulledChart> {
  const named = version === undefined ? reference : referenceTo(reference, version);
  const pulled = await registry.readManifest(named, signal);
  const manifest = await chartManifest(registry, { named, pulled, signal });
  const where = formatReference(named);
  const last = (...types: string[]) => manifest.layers.findLast(({ mediaType }) => types.includes(mediaType));
  const archive = last(mediaTypes.helmChart, mediaTypes.helmChartLegacy);
  if (archive === undefined) throw notChart(where, `it has no layer of the type ${mediaTypes.helmChart}`);
  const provenance = last(mediaTypes.helmProvenance);
  const read = (blob: Descriptor) => readText(registry.readBlob(named, blob, signal), blob, where);
  return {
    digest: archive.digest,
    size: archive.size,
    manifestDigest: pulled.digest,
    body: registry.readBlob(named, archive, signal),
    provenance: async () => (provenance === undefined ? undefined : await read(provenance)),
    config: () => read(manifest.config),
    annotations: manifest.annotations,
  };
}

type ImageManifest = Extract<Manifest, { type: 'manifest' }>;

interface Candidates {
  readonly named: OciReference;
  readonly pulled: PulledManifest;
  readonly signal: AbortSignal | undefined;
}

async function chartManifest(registry: Registry, { named, pulled, signal }: Candidates): Promise<ImageManifest> {
  const where = formatReference(named);
  const { manifest } = pulled;
  if (manifest.type === 'manifest') {
    if (manifest.config.mediaType === mediaTypes.helmConfig) return manifest;
    throw notChart(where, `its configuration has the type ${JSON.stringify(manifest.config.mediaType.slice(0, 100))}`);
  }
  const { registry: host, repository } = named;
  const told = manifest.manifests.filter(({ artifactType }) => artifactType === mediaTypes.helmConfig);
  const candidates = [...told, ...manifest.manifests.filter((one) => !told.includes(one))].slice(0, mostCandidates);
  for (const { digest } of candidates) {
    const inner = await registry.readManifest({ registry: host, repository, digest }, signal);
    if (inner.manifest.type === 'manifest' && inner.manifest.config.mediaType === mediaTypes.helmConfig)
      return inner.manifest;
  }
  throw notChart(where, 'none of the manifests in its index is that of a chart');
}

async function readText(body: AsyncIterable<Uint8Array>, blob: Descriptor, where: string): Promise<Uint8Array> {
  if (blob.size > longestText) throw notChart(where, `${blob.mediaType} has more than ${longestText} bytes`);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

function notChart(where: string, why: string): Error {
  return ociError('oci.manifest', `${where} is not a Helm chart: ${why}`);
}

/** Tags as they are written; `tagToVersion` makes versions of them. */
export async function listChartTags(
  registry: Registry,
  reference: OciReference,
  signal?: AbortSignal,
): Promise<string[]> {
  const { registry: host, repository } = reference;
  return await registry.listTags({ registry: host, repository }, signal);
}
