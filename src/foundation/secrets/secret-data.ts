/**
 * What the Secrets among some objects hold, decoded, for masking. Left out is what the objects' own names show anyway: a
 * user `postgres` would else hide half of every line about a database.
 */
import { fromBytes } from '../base/byte-string.ts';
import type { KubernetesObject } from '../manifest/object.ts';

export function secretData(objects: readonly KubernetesObject[]): string[] {
  const names = objects.map(({ metadata }) => `${metadata?.name ?? ''} ${metadata?.namespace ?? ''}`).join(' ');
  const found: string[] = [];
  for (const { kind, data, stringData } of objects) {
    if (kind !== 'Secret') continue;
    for (const value of texts(data)) found.push(...decoded(value));
    found.push(...texts(stringData));
  }
  return found.filter((value) => !names.includes(value));
}

/** A password in the clear where base64 belongs is refused by the API server, and no less secret. */
function decoded(value: string): string[] {
  const bytes = Buffer.from(value, 'base64');
  const isBase64 = bytes.toString('base64').replace(/=+$/, '') === value.replace(/\s+/g, '').replace(/=+$/, '');
  return isBase64 ? [fromBytes(bytes)] : [value];
}

function texts(map: unknown): string[] {
  if (typeof map !== 'object' || map === null) return [];
  return Object.values(map).filter((value) => typeof value === 'string');
}
