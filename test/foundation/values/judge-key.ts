/** Whether a key was taken out of a values file, put back or replaced as it must be, told by comparing bytes and by reading the texts. */
import fc from 'fast-check';
import type { GoMap, GoValue } from '../../../src/foundation/template/value.ts';
import { readValues } from '../../../src/foundation/values/read-values.ts';
import { removeKey } from '../../../src/foundation/values/remove-key.ts';
import { restoreKey } from '../../../src/foundation/values/restore-key.ts';
import { arbitraryValuesFile, type WrittenFile } from './arbitrary-values-file.ts';

export interface MadeKeyEdit {
  readonly file: WrittenFile;
  readonly other: WrittenFile;
  readonly nth: number;
  readonly replaces: boolean;
}

export const arbitraryKeyEdit: fc.Arbitrary<MadeKeyEdit> = fc.record({
  file: arbitraryValuesFile,
  other: arbitraryValuesFile,
  nth: fc.nat(1000),
  replaces: fc.boolean(),
});

export type KeyVerdict =
  | { readonly wrong: string }
  | { readonly did: 'removed and restored' | 'replaced' | 'refused' | 'nothing'; readonly exact?: boolean };

type Path = readonly (string | number)[];
const compat = 'helm4';

export function judgeKeyEdit({ file, other, nth, replaces }: MadeKeyEdit): KeyVerdict {
  return replaces ? judgeReplacement(file.text, other.text, nth) : judgeRemoval(file.text, nth);
}

function judgeRemoval(text: string, nth: number): KeyVerdict {
  const values = readValues(text, compat);
  const keys = keyPaths(values);
  const path = keys[nth % keys.length];
  if (path === undefined) return { did: 'nothing' };
  const name = path.join('.');
  const removed = removeKey({ text, path, compat });
  if ('refused' in removed) {
    // A table that loses its last key is none any more; a key right behind a list's dash may have nobody to take its place.
    const alone = (valueAt(values, path.slice(0, -1)) as GoMap).size === 1;
    return (alone && path.length > 1) || typeof path.at(-2) === 'number' || keepsLines(text)
      ? { did: 'refused' }
      : { wrong: `refused to remove ${name}: ${removed.refused}` };
  }
  if (insertion(removed.text, text) === undefined) return { wrong: `did more than remove ${name}` };
  if (print(readValues(removed.text, compat)) !== print(without(values, path)))
    return { wrong: `lost more than ${name}` };
  const restored = restoreKey({ text: removed.text, path, source: text, compat });
  if ('refused' in restored)
    return keepsLines(text) ? { did: 'refused' } : { wrong: `refused to restore ${name}: ${restored.refused}` };
  if (insertion(removed.text, restored.text) === undefined) return { wrong: `did more than restore ${name}` };
  if (print(readValues(restored.text, compat)) !== print(values)) return { wrong: `${name} is another` };
  return { did: 'removed and restored', exact: restored.text === text };
}

function judgeReplacement(text: string, source: string, nth: number): KeyVerdict {
  const [values, wanted] = [readValues(text, compat), readValues(source, compat)];
  const shared = [...values.keys()].filter((key) => wanted.has(key));
  const key = shared[nth % shared.length];
  if (key === undefined) return { did: 'nothing' };
  const replaced = restoreKey({ text, path: [key], source, compat });
  if ('refused' in replaced)
    return keepsLines(text + source) ? { did: 'refused' } : { wrong: `refused to replace ${key}: ${replaced.refused}` };
  const expected = new Map(values);
  expected.set(key, wanted.get(key) as GoValue);
  if (print(readValues(replaced.text, compat)) !== print(expected))
    return { wrong: `${key} is not replaced, or not alone` };
  const [before, after] = [text, replaced.text].map((one) => removeKey({ text: one, path: [key], compat }));
  if (before === undefined || after === undefined || 'refused' in before || 'refused' in after)
    return keepsLines(text + source) ? { did: 'replaced' } : { wrong: `${key} cannot be removed` };
  return before.text.trimEnd() === after.text.trimEnd()
    ? { did: 'replaced' }
    : { wrong: `what is beside ${key} changed` };
}

/** The empty lines behind such a block are part of it: what goes from between them would lengthen it. */
const keepsLines = (text: string): boolean => /[|>]\d?\+/.test(text);

/** What was put in, if nothing was taken out. */
function insertion(before: string, after: string): string | undefined {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  for (let at = head; at >= 0; at--)
    if (after.endsWith(before.slice(at)) && after.length - before.length >= 0 && after.startsWith(before.slice(0, at)))
      return after.slice(at, after.length - before.length + at);
  return undefined;
}

function keyPaths(value: GoValue, path: Path = []): Path[] {
  if (value instanceof Map)
    return [...value].flatMap(([key, inner]) => [[...path, key], ...keyPaths(inner, [...path, key])]);
  return Array.isArray(value) ? value.flatMap((inner, index) => keyPaths(inner, [...path, index])) : [];
}

function valueAt(value: GoValue, path: Path): GoValue {
  return path.reduce<GoValue>(
    (inner, step) =>
      inner instanceof Map ? (inner.get(String(step)) ?? null) : ((inner as GoValue[])[Number(step)] ?? null),
    value,
  );
}

function without(value: GoValue, [step, ...rest]: Path): GoValue {
  if (Array.isArray(value)) return value.map((inner, index) => (index === step ? without(inner, rest) : inner));
  const copy = new Map(value as GoMap);
  if (rest.length === 0) copy.delete(String(step));
  else copy.set(String(step), without(copy.get(String(step)) as GoValue, rest));
  return copy;
}

/** Keys sorted, so that order counts for nothing. */
function print(value: GoValue): string {
  if (value instanceof Map)
    return `{${[...value]
      .map(([key, inner]) => `${JSON.stringify(key)}:${print(inner)}`)
      .sort()
      .join()}}`;
  if (Array.isArray(value)) return `[${value.map(print).join()}]`;
  return typeof value === 'object' && value !== null
    ? `${String((value as { value: unknown }).value)}`
    : (JSON.stringify(value) ?? 'undefined');
}
