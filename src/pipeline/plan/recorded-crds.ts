/**
 * Takes a release's record, returns the CustomResourceDefinitions of its chart's own crds/ folder. Those of subcharts are
 * not in it: Helm leaves dependencies out of what it stores. One that is among the templates too is the release's own, like
 * any object of its manifest, and left out.
 */
import type { ReleaseRecord } from '../../foundation/history/release-record.ts';
import { type KubernetesObject, keyId, objectKey } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';

export function recordedCrds({ chart, manifest }: Pick<ReleaseRecord, 'chart' | 'manifest'>): KubernetesObject[] {
  const files: unknown = chart['files'];
  if (!Array.isArray(files)) return [];
  const found = files.flatMap((file) => definitionsIn(file)).filter(({ kind }) => kind === 'CustomResourceDefinition');
  if (found.length === 0) return found;
  const rendered = new Set(parseManifest(manifest).map((object) => keyId(objectKey(object))));
  return found.filter((object) => !rendered.has(keyId(objectKey(object))));
}

function definitionsIn(file: unknown): KubernetesObject[] {
  const { name, data } = (file ?? {}) as { name?: unknown; data?: unknown };
  if (typeof name !== 'string' || typeof data !== 'string' || !/^crds\/.*\.(ya?ml|json)$/.test(name)) return [];
  try {
    return parseManifest(Buffer.from(data, 'base64').toString());
  } catch {
    // Helm stores what it never could apply, too.
    return [];
  }
}
