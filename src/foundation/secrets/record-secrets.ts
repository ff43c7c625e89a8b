/** What the Secrets of a stored release hold, among them those of its hooks. What cannot be read holds none. */
import type { KubernetesObject } from '../manifest/object.ts';
import { parseManifest } from '../manifest/parse-manifest.ts';
import { secretData } from './secret-data.ts';

export interface RecordedManifests {
  readonly manifest: string;
  readonly hooks: readonly { readonly manifest: string }[];
}

export function recordSecrets({ manifest, hooks }: RecordedManifests): string[] {
  const texts = [...manifest.split(/^---(?=\s|$)/m), ...hooks.map((hook) => hook.manifest)];
  return secretData(texts.filter((text) => text.includes('Secret')).flatMap(objectsOf));
}

function objectsOf(text: string): KubernetesObject[] {
  try {
    return parseManifest(text);
  } catch {
    return [];
  }
}
