/**
 * Values that know where they were set and what they lie over. They go through the same merging as plain ones: every leaf
 * is an object that the merge takes for a scalar, and `over` is what stands where one value lies over another.
 */
import type { Place } from '../base/errors.ts';
import { type GoMap, GoObject, type GoValue, type NamedType } from '../template/value.ts';
import type { Locate, ValuePath } from './value-places.ts';

/** A file, or an entry of a definition. */
export interface ValueOrigins {
  readonly locate: Locate;
  /** Where a key cannot be found in it. */
  readonly place: Place;
  /** Whether a value of it is never shown; left out: none is hidden. */
  readonly hides?: ((path: ValuePath) => boolean) | undefined;
}

/** One setting of a value. */
export interface Origin {
  readonly place: Place;
  /** In the file's own terms: a subchart's key lies below its name in the merged values. */
  readonly path: ValuePath;
  /** Plain; a list is one value. */
  readonly value: GoValue;
  readonly from: ValueOrigins;
}

/** The maps of a source with a traced value for each leaf; nulls stay what they are, for they delete. */
export function traceTree(values: GoMap, from: ValueOrigins, path: ValuePath = []): GoMap {
  const tree: GoMap = new Map();
  for (const [key, value] of values) {
    const inner = [...path, key];
    if (value instanceof Map) tree.set(key, traceTree(value, from, inner));
    else tree.set(key, value === null ? null : traced([originOf(value, from, inner)]));
  }
  return tree;
}

export function originOf(value: GoValue, from: ValueOrigins, path: ValuePath): Origin {
  return { place: from.locate(path) ?? from.place, path, value, from };
}

const tracedType: NamedType = { name: 'traced value', kind: 'struct', methods: new Map() };

function traced(origins: readonly Origin[]): GoObject {
  return new GoObject(tracedType, new Map(), origins, () => '');
}

/** What counts first, then what it lies over. Undefined of what is no traced leaf. */
export function originsOf(value: GoValue | undefined): readonly Origin[] | undefined {
  return value instanceof GoObject && value.type === tracedType ? (value.inner as readonly Origin[]) : undefined;
}

/** The winner, knowing the loser: a leaf over a leaf or a whole table, or a table whose leaves lie over a leaf. */
export function over(winner: GoValue, loser: GoValue): GoValue {
  if (loser instanceof Map) {
    const table = tableOrigin(loser);
    return table === undefined ? winner : overOrigins(winner, [table]);
  }
  return overOrigins(winner, originsOf(loser) ?? []);
}

/** Writes into the maps of the winner. */
export function overOrigins(winner: GoValue, losers: readonly Origin[]): GoValue {
  if (losers.length === 0) return winner;
  if (winner instanceof Map) {
    for (const [key, value] of winner) winner.set(key, overOrigins(value, losers));
    return winner;
  }
  const origins = originsOf(winner);
  // Helm lays the same values under others more than once.
  const fresh = losers.filter((loser) => !origins?.some((origin) => isSame(origin, loser)));
  return origins === undefined || fresh.length === 0 ? winner : traced([...origins, ...fresh]);
}

const isSame = (a: Origin, b: Origin): boolean =>
  a === b || (a.from === b.from && a.value instanceof Map && a.path.join('\0') === b.path.join('\0'));

/** The table as one value, at the place of its key. Undefined of one that holds nothing. */
export function tableOrigin(table: GoMap, depth = 1): Origin | undefined {
  for (const value of table.values()) {
    const [origin] = originsOf(value) ?? [];
    if (origin !== undefined) {
      const path = origin.path.slice(0, -depth);
      return { place: origin.from.locate(path) ?? origin.place, path, value: untraced(table), from: origin.from };
    }
    const inner = value instanceof Map ? tableOrigin(value, depth + 1) : undefined;
    if (inner !== undefined) return { ...inner, value: untraced(table) };
  }
  return undefined;
}

/** The values themselves. */
export function untraced(tree: GoMap): GoMap {
  const values: GoMap = new Map();
  for (const [key, value] of tree) {
    const [origin] = originsOf(value) ?? [];
    values.set(key, value instanceof Map ? untraced(value) : origin === undefined ? value : origin.value);
  }
  return values;
}
