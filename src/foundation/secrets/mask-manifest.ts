/** A manifest for people: in its Secrets every value is `***`, all else is byte for byte as it was. */
import { HelmGitopsError } from '../base/errors.ts';
import { maskObject } from '../manifest/mask.ts';
import type { JsonObject, KubernetesObject } from '../manifest/object.ts';
import { parseManifest } from '../manifest/parse-manifest.ts';
import { fromJson } from '../yaml/plain-json.ts';
import { writeYaml } from '../yaml/write-yaml.ts';

export function maskManifest(text: string): string {
  return text
    .split(/^(?=---(?:\s|$))/m)
    .map((document) => (document.includes('Secret') ? maskDocument(document) : document))
    .join('');
}

/** A list counts as what it holds. A Secret that cannot be read is not shown. */
function objectsOf(document: string): KubernetesObject[] {
  try {
    return parseManifest(document);
  } catch (error) {
    if (error instanceof HelmGitopsError && !/\bkind["']?\s*:\s*["']?Secret/.test(document)) return [];
    throw error;
  }
}

function maskDocument(document: string): string {
  const head = /^(?:(?:---|#).*\n|\s*\n)*/.exec(document)?.[0] ?? '';
  const objects = objectsOf(document);
  if (!objects.some(({ kind }) => kind === 'Secret' || kind === 'SecretList')) return document;
  return head + objects.map((object) => `${writeYaml(fromJson(maskObject(object) as JsonObject))}\n`).join('---\n');
}
