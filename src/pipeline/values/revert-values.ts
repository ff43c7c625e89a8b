/**
 * Takes a values file as it was before a change, with it, and as it is now; returns its text with what the change did taken
 * back: key by key, and only where the file still says what the change made it say. It reads and writes nothing.
 */
import type { GoMap, GoValue } from '../../foundation/template/value.ts';
import { type EditRefusal, editValue, isCollection, tryRead } from '../../foundation/values/edit-value.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { removeKey } from '../../foundation/values/remove-key.ts';
import { restoreKey } from '../../foundation/values/restore-key.ts';
import { sameValue } from '../../foundation/values/same-value.ts';
import { type ValuePath, valueAt } from '../../foundation/values/value-places.ts';
import type { ChangedValue } from './provenance.ts';

export interface ValuesRevert {
  readonly good: string;
  readonly bad: string;
  readonly head: string;
  /** What else the change did is left as it is. */
  readonly concerns: (path: ValuePath) => boolean;
  readonly compat: Compat;
}

export interface RevertedValues {
  readonly text: string;
  /** What was taken back, `before` being the bad value. */
  readonly changes: readonly ChangedValue[];
  /** Somebody has changed it since. */
  readonly dropped: readonly ValuePath[];
  readonly refused: readonly { readonly path: ValuePath; readonly reason: EditRefusal }[];
}

interface Texts {
  readonly good: GoMap;
  readonly bad: GoMap;
  readonly head: GoMap;
}

export function revertValues(revert: ValuesRevert): RevertedValues {
  const { compat, concerns } = revert;
  const [good, bad, head] = [revert.good, revert.bad, revert.head].map((text) => tryRead(text, compat));
  const nothing = { text: revert.head, changes: [], dropped: [] };
  if (!good || !bad || !head) return { ...nothing, refused: [{ path: [], reason: 'unreadable' }] };
  const changes: ChangedValue[] = [];
  const dropped: ValuePath[] = [];
  const refused: { path: ValuePath; reason: EditRefusal }[] = [];
  let text = revert.head;
  for (const { path, before, after } of differences(bad, good).filter(({ path }) => concerns(path))) {
    const now = valueAt(tryRead(text, compat) ?? new Map(), path);
    if (isSame(now, after)) continue;
    if (!isSame(now, before)) {
      dropped.push(path);
      continue;
    }
    const edited = takeBack({ ...revert, head: text }, { good, bad, head }, path);
    if ('refused' in edited) refused.push({ path, reason: edited.refused });
    else {
      text = edited.text;
      changes.push({ path, before, after });
    }
  }
  return { text, changes, dropped, refused };
}

/** Where it cannot be done alone, the table around it is put back as it was, if nobody else has changed that. */
function takeBack(
  { good: source, head: text, compat }: ValuesRevert,
  { good, bad, head }: Texts,
  path: ValuePath,
): { readonly text: string } | { readonly refused: EditRefusal } {
  let first: EditRefusal | undefined;
  for (let at = path; at.length > 0; at = at.slice(0, -1)) {
    if (at !== path && !isSame(valueAt(head, at), valueAt(bad, at))) break;
    const value = valueAt(good, at);
    const isSingle = value !== undefined && !isCollection(value) && !isCollection(valueAt(head, at) ?? new Map());
    const edited = isSingle
      ? editValue({ text, path: at, value, compat })
      : typeof at.at(-1) === 'number'
        ? { refused: 'collection' as const }
        : value === undefined
          ? removeKey({ text, path: at, compat, known: source })
          : restoreKey({ text, path: at, source, compat });
    if ('text' in edited) return edited;
    first ??= edited.refused;
  }
  return { refused: first ?? 'unclear' };
}

const isSame = (one: GoValue | undefined, other: GoValue | undefined): boolean =>
  one === undefined || other === undefined ? one === other : sameValue(one, other);

/** The highest keys that are on one side only, and single values; lists item by item where they are equally long. */
function differences(before: GoValue | undefined, after: GoValue | undefined, path: ValuePath = []): ChangedValue[] {
  if (before instanceof Map && after instanceof Map)
    return [...new Set([...after.keys(), ...before.keys()])].flatMap((key) =>
      differences(before.get(key), after.get(key), [...path, key]),
    );
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((item, index) => differences(item, after[index], [...path, index]));
  return isSame(before, after) ? [] : [{ path, before, after }];
}
