/**
 * A planned release without what is secret, before a format escapes or shortens its texts: of `a_b` as Markdown (`a\_b`) or
 * `"` as HTML (`&quot;`) no mask behind knows any more what it was.
 */
import type { ObjectKey } from '../../../foundation/manifest/object.ts';
import type { SecretMask } from '../../../foundation/secrets/secret-mask.ts';
import { causesOf, placeOf } from '../../../pipeline/explain-plan.ts';
import type { Change, FieldChange } from '../../../pipeline/plan/plan.ts';
import type { PlannedHook } from '../../../pipeline/plan/planned-hooks.ts';
import type { PlannedRelease } from './planned-release.ts';

export function maskPlanned(one: PlannedRelease, mask: Pick<SecretMask, 'text'> | undefined): PlannedRelease {
  if (mask === undefined) return one;
  const { plan, around, waits, values, sources } = one;
  const text = (given: string) => mask.text(given);
  const causes = new Map<string, readonly string[]>();
  const keep = (was: ObjectKey, key: ObjectKey, pointer?: string) => {
    const found = causesOf(one.causes, was, pointer);
    if (found.length > 0) causes.set(placeOf(key, pointer && text(pointer)), found.map(text));
  };
  const maskedField = ({ pointer, before, after }: FieldChange): FieldChange => {
    return { pointer: text(pointer), before: maskedValue(before, text), after: maskedValue(after, text) };
  };
  const maskedChange = (change: Change): Change => {
    const key = { ...change.key, name: text(change.key.name) };
    keep(change.key, key);
    for (const { pointer } of change.fields) keep(change.key, key, pointer);
    return { ...change, key, fields: change.fields.map(maskedField), reason: change.reason && text(change.reason) };
  };
  const maskedHook = (hook: PlannedHook): PlannedHook => {
    return { ...hook, object: text(hook.object), fields: hook.fields.map(maskedField) };
  };
  return {
    ...one,
    plan: { ...plan, changes: plan.changes.map(maskedChange) },
    around: around && { crds: around.crds.map(maskedChange), hooks: around.hooks.map(maskedHook) },
    causes,
    waits: waits && { ...waits, reason: text(waits.reason) },
    values: values?.map(text),
    sources: sources?.map(text),
  };
}

function maskedValue(value: unknown, text: (given: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, text));
  // A number that is exact has a class of its own.
  if (Object.prototype.toString.call(value) !== '[object Object]' || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [text(key), maskedValue(inner, text)]));
}

const isPlain = (value: unknown): value is object => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
