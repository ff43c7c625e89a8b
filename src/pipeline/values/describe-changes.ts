/** Takes the values of two revisions and where the newer ones come from; returns the changed keys as one line of text. */
import { formatPlace } from '../../foundation/base/errors.ts';
import type { GoMap, GoValue } from '../../foundation/template/value.ts';
import type { ValuePath } from '../../foundation/values/value-places.ts';
import { toJson } from '../../foundation/yaml/plain-json.ts';
import type { ValueLayer } from './merge-values.ts';
import { changedValues, formatValuePath, isSecretValue, locateValue } from './provenance.ts';

export interface ValuesOfRevisions {
  readonly before: GoMap;
  readonly after: GoMap;
  /** Of `after`, lowest first. */
  readonly layers: readonly ValueLayer[];
}

const most = 8;

/** `values/shop/prod.yaml:4 image.tag v1→v2`, joined by `; `. Undefined when no value changed. */
export function describeChanges({ before, after, layers }: ValuesOfRevisions): string | undefined {
  const changes = changedValues(before, after);
  if (changes.length === 0) return undefined;
  const texts = changes.slice(0, most).map(({ path, before: was, after: is }) => {
    const place = locateValue(layers, path);
    const where =
      place === undefined
        ? ''
        : `${formatPlace({ file: place.file, ...(place.line === undefined ? {} : { line: place.line }) })} `;
    const isSecret = isSecretValue(layers, path);
    return `${where}${formatValuePath(path)} ${shown(path, was, isSecret)}→${shown(path, is, isSecret)}`;
  });
  if (changes.length > most) texts.push(`and ${changes.length - most} more`);
  return texts.join('; ');
}

/** Keys that usually hold a secret are never shown, wherever their value comes from. */
const secretKey = /pass(word|phrase)?$|secret|token|credential|private|api_?key/i;

function shown(path: ValuePath, value: GoValue | undefined, isSecret: boolean): string {
  if (value === undefined) return '(none)';
  if (isSecret || path.some((step) => typeof step === 'string' && secretKey.test(step))) return '***';
  const json = toJson(value);
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
