/** What a ConfigMap or Secret of the repository holds, as text by key; undefined where it is encrypted. Pure. */
import { type FluxObject, mapOf, textOf } from './flux-object.ts';

export function objectTexts({
  kind,
  data,
}: Pick<FluxObject, 'kind' | 'data'>): ReadonlyMap<string, string> | undefined {
  if (data['sops'] !== undefined) return undefined;
  const decoded = (text: string) => (kind === 'Secret' ? Buffer.from(text, 'base64').toString('utf8') : text);
  const plain = Object.entries(mapOf(data['data'])).map(([key, value]) => [key, decoded(textOf(value))] as const);
  const given = kind === 'Secret' ? Object.entries(mapOf(data['stringData'])) : [];
  return new Map([...plain, ...given.map(([key, value]) => [key, textOf(value)] as const)]);
}
