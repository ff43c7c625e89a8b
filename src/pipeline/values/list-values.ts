/**
 * Takes the traced values of a release, returns a row for each key: its value, the line that set it, and all that it lies
 * over. A key that a null deleted has a row too. Values of a Secret are masked here, and nowhere later.
 */
import { compareStrings } from '../../foundation/base/byte-string.ts';
import type { Place } from '../../foundation/base/errors.ts';
import type { Json } from '../../foundation/manifest/object.ts';
import type { GoMap, GoValue } from '../../foundation/template/value.ts';
import { type Origin, originsOf, tableOrigin } from '../../foundation/values/traced-value.ts';
import type { Locate, ValuePath } from '../../foundation/values/value-places.ts';
import { toJson } from '../../foundation/yaml/plain-json.ts';
import { formatValuePath } from './provenance.ts';
import type { TracedNull } from './trace-layers.ts';

export interface ValueRow {
  readonly path: ValuePath;
  /** Undefined: deleted. */
  readonly value: Json | undefined;
  /** Undefined: nobody wrote it, Helm made it (`global: {}`). */
  readonly place: Place | undefined;
  /** Nearest first. */
  readonly overrode: readonly OverriddenValue[];
}

export interface OverriddenValue {
  readonly value: Json;
  readonly place: Place;
  /** In the terms of its own file, where these differ: `port` of a subchart's values.yaml. */
  readonly path: ValuePath;
}

export interface ListValuesInput {
  /** As templates see them. */
  readonly values: GoMap;
  readonly nulls: readonly TracedNull[];
  /** As templates would see them without the nulls of the layers: what these deleted. */
  readonly kept: GoMap;
  /** Of tables that hold nothing, which know no place. */
  readonly locate: Locate;
}

/** Sorted by key. */
export function listValues({ values, nulls, kept, locate }: ListValuesInput): ValueRow[] {
  const rows: ValueRow[] = [];
  const standing = new Map(nulls.map((one) => [JSON.stringify(one.path), one]));
  collect(values, [], (path, value) => {
    const isNull = value === null ? standing.get(JSON.stringify(path)) : undefined;
    const origins = isNull?.origins ?? originsOf(value) ?? [];
    const row = rowOf(path, value instanceof Map ? {} : null, origins);
    rows.push(origins.length > 0 ? row : { ...row, place: locate(path) });
  });
  for (const { path, origins } of nulls) {
    if (valueAt(values, path) !== undefined) continue;
    const deleted = valueAt(kept, path);
    const table = deleted instanceof Map ? tableOrigin(deleted) : undefined;
    const beneath = table === undefined ? (originsOf(deleted) ?? []) : [table];
    rows.push({ ...rowOf(path, null, [...origins, ...beneath]), value: undefined });
  }
  return rows.sort((a, b) => compareStrings(formatValuePath(a.path), formatValuePath(b.path)));
}

/** Tables that hold nothing are leaves. */
function collect(table: GoMap, path: ValuePath, leaf: (path: ValuePath, value: GoValue) => void): void {
  for (const [key, value] of table) {
    const inner = [...path, key];
    if (value instanceof Map && value.size > 0) collect(value, inner, leaf);
    else leaf(inner, value);
  }
}

function valueAt(table: GoMap, path: ValuePath): GoValue | undefined {
  let value: GoValue | undefined = table;
  for (const step of path) value = value instanceof Map ? value.get(String(step)) : undefined;
  return value;
}

function rowOf(path: ValuePath, otherwise: Json, [first, ...rest]: readonly Origin[]): ValueRow {
  const overrode = rest.map((origin) => ({ value: shown(origin), place: origin.place, path: origin.path }));
  return { path, value: first === undefined ? otherwise : shown(first), place: first?.place, overrode };
}

const shown = ({ value, path, from }: Origin): Json => (from.hides?.(path) === true ? '***' : toJson(value));
