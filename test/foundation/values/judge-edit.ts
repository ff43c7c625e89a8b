/** Whether an edit in place did what it must, by the places that the file's writer noted and by reading both texts. */
import fc from 'fast-check';
import type { GoMap, GoValue } from '../../../src/foundation/template/value.ts';
import { type EditedValue, editValue } from '../../../src/foundation/values/edit-value.ts';
import { readValues } from '../../../src/foundation/values/read-values.ts';
import { removeKey } from '../../../src/foundation/values/remove-key.ts';
import { sameValue } from '../../../src/foundation/values/same-value.ts';
import { arbitraryScalar, arbitraryValuesFile, arbitraryWideFile, type WrittenFile } from './arbitrary-values-file.ts';

type MadePath = readonly (string | number)[];

export interface MadeEdit {
  readonly file: WrittenFile;
  readonly nth: number;
  readonly value: GoValue;
  readonly adds: boolean;
}

export const arbitraryEdit: fc.Arbitrary<MadeEdit> = fc.record({
  file: fc.oneof(arbitraryValuesFile, arbitraryWideFile),
  nth: fc.nat(1000),
  value: arbitraryScalar,
  adds: fc.boolean(),
});

/** What is wrong with it; undefined where all is well. */
export function judgeEdit({ file, nth, value, adds }: MadeEdit): string | undefined {
  if (adds) return judgeAddition(file, nth, value);
  if (file.scalars.length === 0) return undefined;
  const { path, from, to, shared } = file.scalars[nth % file.scalars.length] as (typeof file.scalars)[number];
  const edited = editValue({ text: file.text, path, value, compat: 'helm4' });
  if ('refused' in edited && edited.refused === 'alias' && shared) return undefined;
  if ('refused' in edited) return `refused: ${edited.refused} ${path.join('.')}`;
  if (!edited.text.startsWith(file.text.slice(0, from))) return `changed what stands before ${path.join('.')}`;
  if (!edited.text.endsWith(file.text.slice(to))) return `changed what stands behind ${path.join('.')}`;
  return judgeMeaning({ file, edited, path, value });
}

function judgeAddition(file: WrittenFile, nth: number, value: GoValue): string | undefined {
  const table = file.tables[nth % file.tables.length] ?? [];
  const path = [...table, 'added', ...(nth % 3 === 0 ? ['below'] : [])];
  const edited = editValue({ text: file.text, path, value, compat: 'helm4' });
  if ('refused' in edited) return `refused to add: ${edited.refused} ${path.join('.')}`;
  if (!edited.added) return 'said that it was there';
  if (withoutInsertion(file.text, edited.text) === undefined) return 'did more than add';
  return judgeMeaning({ file, edited, path, value }) ?? judgeTakingBack(file, edited.text, [...table, 'added']);
}

/** Of what was added: the file is as it was, but for the end of its last line. */
function judgeTakingBack({ text: before }: WrittenFile, text: string, path: MadePath): string | undefined {
  const removed = removeKey({ text, path, compat: 'helm4', known: before });
  if ('refused' in removed) return `refused to take back: ${removed.refused} ${path.join('.')}`;
  const read = readValues(removed.text, 'helm4');
  if (!sameValue(read, readValues(before, 'helm4'))) return `took back more than ${path.join('.')}`;
  return removed.text.trimEnd() === before.trimEnd() ? undefined : `left something of ${path.join('.')}`;
}

/** The text that was put in, if nothing was taken out. */
function withoutInsertion(before: string, after: string): string | undefined {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  return after.endsWith(before.slice(head)) ? after.slice(head, after.length - before.length + head) : undefined;
}

interface Meaning {
  readonly file: WrittenFile;
  readonly edited: EditedValue & { readonly text: string };
  readonly path: readonly (string | number)[];
  readonly value: GoValue;
}

function judgeMeaning({ file, edited, path, value }: Meaning): string | undefined {
  const [before, after] = [leaves(readValues(file.text, 'helm4')), leaves(readValues(edited.text, 'helm4'))];
  const key = JSON.stringify(path);
  if (!sameValue(after.get(key) ?? null, value) || !after.has(key))
    return `${path.join('.')} reads ${String(after.get(key))}`;
  for (const [other, was] of before)
    if (other !== key && !sameValue(after.get(other) ?? null, was)) return `${other} changed`;
  for (const other of after.keys()) if (other !== key && !before.has(other)) return `${other} is new`;
  return undefined;
}

function leaves(values: GoMap): Map<string, GoValue> {
  const found = new Map<string, GoValue>();
  const walk = (value: GoValue, path: readonly (string | number)[]): void => {
    if (value instanceof Map) for (const [key, item] of value) walk(item, [...path, key]);
    else if (Array.isArray(value)) for (const [i, item] of value.entries()) walk(item, [...path, i]);
    else found.set(JSON.stringify(path), value);
  };
  walk(values, []);
  return found;
}
