/**
 * Whether two manifests hold the same objects, however they are written: Flux writes what its post-renderers made of a chart.
 * Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { keyId, objectKey } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';

export function saysTheSame(one: string, other: string): boolean {
  return one === other || isDeepStrictEqual(objectsOf(one), objectsOf(other));
}

const objectsOf = (manifest: string) =>
  new Map(parseManifest(manifest).map((object) => [keyId(objectKey(object)), object]));
