/**
 * Takes the bytes of a manifest or index as a registry sent them, returns its descriptors, each checked; throws
 * `oci.manifest`. It never looks at the bytes' digest: that is done where they come in.
 */
import { asJsonObject, type JsonObject, readJsonObject } from './json-object.ts';
import { mediaTypes } from './media-types.table.ts';
import { ociError } from './oci-error.ts';
import { isDigest } from './reference.ts';

export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly artifactType?: string | undefined;
  readonly annotations?: ReadonlyMap<string, string> | undefined;
}

export type Manifest =
  | {
      readonly type: 'manifest';
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
      readonly annotations: ReadonlyMap<string, string>;
    }
  | { readonly type: 'index'; readonly manifests: readonly Descriptor[] };

const mostDescriptors = 1000;

/** `where` is for messages. */
export function parseManifest(bytes: Uint8Array, contentType: string | undefined, where: string): Manifest {
  const object = readJsonObject(new TextDecoder().decode(bytes));
  if (object === undefined) throw broken(where, 'it is no JSON object');
  const isIndex = object.has('manifests');
  // The two read in different ways by different programs (CVE-2021-41190): none of them is right.
  if (isIndex && (object.has('layers') || object.has('config'))) throw broken(where, 'it is a manifest and an index');
  const said = object.get('mediaType') ?? contentType?.split(';')[0]?.trim();
  const expected: readonly unknown[] = isIndex
    ? [mediaTypes.index, mediaTypes.dockerList]
    : [mediaTypes.manifest, mediaTypes.dockerManifest];
  if (object.has('fsLayers') || object.get('schemaVersion') === 1)
    throw broken(where, 'it has the first format of Docker, which holds no charts');
  if (object.has('mediaType') && !expected.includes(said))
    throw broken(where, 'its mediaType is another than its content');
  if (isIndex) return { type: 'index', manifests: descriptors(object.get('manifests'), where) };
  return {
    type: 'manifest',
    config: descriptor(object.get('config'), where),
    layers: descriptors(object.get('layers') ?? [], where),
    annotations: annotationsOf(object) ?? new Map(),
  };
}

function descriptors(value: unknown, where: string): Descriptor[] {
  if (!Array.isArray(value)) throw broken(where, 'what should be a list of descriptors is none');
  if (value.length > mostDescriptors) throw broken(where, `it lists more than ${mostDescriptors} things`);
  return value.map((one) => descriptor(one, where));
}

function descriptor(value: unknown, where: string): Descriptor {
  const object = asJsonObject(value);
  const [mediaType, digest, size] = [object?.get('mediaType'), object?.get('digest'), object?.get('size')];
  if (object === undefined || typeof mediaType !== 'string' || typeof digest !== 'string' || !isDigest(digest))
    throw broken(where, 'a descriptor has no media type or digest');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw broken(where, 'a descriptor has no size');
  const artifactType = object.get('artifactType');
  const annotations = annotationsOf(object);
  return {
    mediaType,
    digest,
    size,
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function annotationsOf(object: JsonObject): ReadonlyMap<string, string> | undefined {
  const annotations = asJsonObject(object.get('annotations'));
  if (annotations === undefined) return undefined;
  return new Map([...annotations].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function broken(where: string, why: string): Error {
  return ociError('oci.manifest', `the manifest of ${where} cannot be used: ${why}`);
}
