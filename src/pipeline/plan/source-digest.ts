/**
 * The digest of everything that a release is made from. A new one triggers a deploy and lifts a quarantine; whatever
 * is not in it (a comment in a values file, the commit's id, what `lookup` finds) never does.
 */
import { createHash, createHmac } from 'node:crypto';
import type { GoValue } from '../../foundation/template/value.ts';
import { GoInt, GoObject } from '../../foundation/template/value.ts';
import type { ObjectPatch } from '../definitions/release-definition.ts';

export interface DigestInput {
  readonly chartDigest: string;
  readonly values: GoValue;
  readonly releaseName: string;
  readonly namespace: string;
  readonly compat: string;
  readonly patches?: readonly ObjectPatch[];
  /** Of values from Secrets and encrypted files: without it the digest would let who reads the state try out what they hold. */
  readonly key?: string | undefined;
}

/** `v1:sha256:…` */
export function sourceDigest(input: DigestInput): string {
  const parts = [input.chartDigest, canonicalText(input.values), input.releaseName, input.namespace, input.compat];
  // Without any, the digest is what it was before there were patches.
  if (input.patches?.length) parts.push(JSON.stringify(input.patches.map(({ target, patch }) => [target, patch])));
  const hash = input.key === undefined ? createHash('sha256') : createHmac('sha256', input.key);
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return `v1:sha256:${hash.digest('hex')}`;
}

/** Equal for equal values, whatever the order of their keys; 1 and 1.0 (int64, float64) differ, as templates tell them apart. */
function canonicalText(value: GoValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return `f${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof GoInt) return `i${value.value}`;
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('base64')}`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (value instanceof Map) {
    const keys = [...value.keys()].sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalText(value.get(key) ?? null)}`).join(',')}}`;
  }
  throw new TypeError(`no chart value: ${value instanceof GoObject ? value.type.name : 'a function'}`);
}
