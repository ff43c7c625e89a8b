/** A manifest for people: in its Secrets every value is `***`, all else is byte for byte as it was. */
import { maskObject } from '../manifest/mask.ts';
import type { JsonObject } from '../manifest/object.ts';
import { parseManifest } from '../manifest/parse-manifest.ts';
import { fromJson } from '../yaml/plain-json.ts';
import { writeYaml } from '../yaml/write-yaml.ts';

export function maskManifest(text: string): string {
  return text
    .split(/^(?=---(?:\s|$))/m)
    .map((document) => (/^kind:\s*["']?Secret/m.test(document) ? maskDocument(document) : document))
    .join('');
}

function maskDocument(document: string): string {
  const head = /^(?:(?:---|#).*\n|\s*\n)*/.exec(document)?.[0] ?? '';
  const objects = parseManifest(document);
  if (!objects.some(({ kind }) => kind === 'Secret' || kind === 'SecretList')) return document;
  return head + objects.map((object) => `${writeYaml(fromJson(maskObject(object) as JsonObject))}\n`).join('---\n');
}
