/** Takes the values of two revisions and where the newer ones come from; returns the changed keys as one line of text. */
import { compareStrings } from '../../foundation/base/byte-string.ts';
import { formatPlace, type Place } from '../../foundation/base/errors.ts';
import type { Json } from '../../foundation/manifest/object.ts';
import type { GoMap, GoValue } from '../../foundation/template/value.ts';
import { readValues } from '../../foundation/values/read-values.ts';
import type { ValuePath } from '../../foundation/values/value-places.ts';
import { toJson } from '../../foundation/yaml/plain-json.ts';
import type { ValueLayer } from './merge-values.ts';
import {
  type ChangedValue,
  changedValues,
  formatValuePath,
  isSecretValue,
  locateValue,
  parseValuePath,
} from './provenance.ts';

export interface ValuesOfRevisions {
  readonly before: GoMap;
  readonly after: GoMap;
  /** Of `after`, lowest first. */
  readonly layers: readonly ValueLayer[];
  /** Keys that came from a Secret before; undefined: nobody knows. */
  readonly secretKeys?: readonly string[] | undefined;
}

const most = 8;

/** `values/shop/prod.yaml:4 image.tag v1→v2`, joined by `; `. Undefined when no value changed. */
export function describeChanges(input: ValuesOfRevisions): string | undefined {
  const texts = listChanges(input);
  return texts.length === 0 ? undefined : texts.join('; ');
}

/** The same, one text for each. */
export function listChanges({ before, after, layers, secretKeys: were }: ValuesOfRevisions): string[] {
  const changes = changedValues(before, after);
  const texts = changes.slice(0, most).map((change) => describeChange(change, { layers, secretKeys: were }));
  if (changes.length > most) texts.push(`and ${changes.length - most} more`);
  return texts;
}

export function describeChange(
  { path, before, after }: ChangedValue,
  { layers, secretKeys: were }: Pick<ValuesOfRevisions, 'layers' | 'secretKeys'>,
): string {
  const place = locateValue(layers, path);
  const where = place === undefined ? '' : `${formatPlace(withoutColumn(place))} `;
  const isSecret = isSecretValue(layers, path);
  const wasSecret = were === undefined ? isSecret : hides(were, path);
  return `${where}${formatValuePath(path)} ${shown(path, before, wasSecret)}→${shown(path, after, isSecret)}`;
}

const withoutColumn = ({ file, line }: Place): Place => ({ file, ...(line === undefined ? {} : { line }) });

/** Keys that usually hold a secret are never shown, wherever their value comes from. */
const secretKey = /pass(word|phrase)?$|secret|token|credential|private|api_?key/i;

/** What is, or lies below or above, one of these keys. */
function hides(keys: readonly string[], path: ValuePath): boolean {
  const above = new Set(keys.flatMap((key) => prefixes(parseValuePath(key))));
  const own = prefixes(path.filter((step) => typeof step === 'string'));
  return own.some((key) => keys.includes(key)) || above.has(formatValuePath(path));
}

const prefixes = (path: ValuePath): string[] => path.map((_, index) => formatValuePath(path.slice(0, index + 1)));

/** What of the values comes from a Secret or an encrypted file, as far as no name gives it away; kept with the release. */
export function secretKeys(layers: readonly ValueLayer[]): string[] {
  const keys = new Set<string>();
  for (const layer of layers) {
    if (layer.secret !== true) continue;
    const values = layer.type === 'file' ? readValues(layer.text, 'helm4') : layer.values;
    for (const path of leafPaths(values, [])) if (isSecretValue([layer], path)) keys.add(formatValuePath(path));
  }
  return [...keys].sort(compareStrings);
}

function leafPaths(values: GoMap, path: ValuePath): ValuePath[] {
  return [...values].flatMap(([key, value]) => {
    const inner = [...path, key];
    return value instanceof Map && value.size > 0 ? leafPaths(value, inner) : [inner];
  });
}

/** Within a list, where no path leads: by the key, or as containers have it, `{name: DB_PASSWORD, value: …}`. */
function withoutSecrets(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const isNamed = typeof value['name'] === 'string' && secretKey.test(value['name']);
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => {
    const isHidden = secretKey.test(key) || (isNamed && key === 'value');
    return [key, isHidden ? '***' : withoutSecrets(inner)];
  });
  return Object.fromEntries(entries);
}

/** Lines of a values file around a key, as they may be shown: what stands beside it may be a secret as well. */
export function showLines(path: ValuePath, lines: readonly string[]): string[] {
  const isSecret = path.some((step) => typeof step === 'string' && secretKey.test(step));
  const namesSecret = (line: string) =>
    [...line.matchAll(/([\w.-]+)["']?\s*:/g)].some(([, key = '']) => secretKey.test(key));
  return lines.map((line) => (isSecret || namesSecret(line) ? line.replace(/\S.*$/, '***') : line));
}

function shown(path: ValuePath, value: GoValue | undefined, isSecret: boolean): string {
  if (value === undefined) return '(none)';
  if (isSecret || path.some((step) => typeof step === 'string' && secretKey.test(step))) return '***';
  const json = withoutSecrets(toJson(value));
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
