/** Sprig's functions on maps. `set`, `unset` and the merges change the map they are given, as in Go. */
import { kindName, typeName } from '../../../foundation/template/kind.ts';
import { sortStrings } from '../../../foundation/template/runes.ts';
import { GoError, type GoFunction, type GoMap, type GoValue } from '../../../foundation/template/value.ts';
import { deepCopy } from './deep-copy.ts';
import { goFunction, stringSlice } from './go-function.ts';
import { mergeMaps } from './merge-maps.ts';
import { strval } from './text-of.ts';

const MAP = 'map[string]interface {}';
const MERGE = `(${MAP}, ...${MAP})`;

export const dictFunctions: readonly GoFunction[] = [
  goFunction('dict', `(...interface {}) ${MAP}`, makeDict),
  goFunction('get', `(${MAP}, string) interface {}`, (map: GoMap, key: string) =>
    map.has(key) ? (map.get(key) ?? null) : '',
  ),
  goFunction('set', `(${MAP}, string, interface {}) ${MAP}`, (map: GoMap, key: string, value: GoValue) => {
    if (map.isNil) throw new GoError('assignment to entry in nil map');
    return map.set(key, value);
  }),
  goFunction('unset', `(${MAP}, string) ${MAP}`, (map: GoMap, key: string) => {
    map.delete(key);
    return map;
  }),
  goFunction('hasKey', `(${MAP}, string) bool`, (map: GoMap, key: string) => map.has(key)),
  goFunction('pluck', `(string, ...${MAP}) []interface {}`, (key: string, ...maps: GoMap[]) =>
    maps.filter((map) => map.has(key)).map((map) => map.get(key) ?? null),
  ),
  goFunction('keys', `(...${MAP}) []string`, (...maps: GoMap[]) =>
    stringSlice(maps.flatMap((map) => sortStrings([...map.keys()]))),
  ),
  goFunction('values', `(${MAP}) []interface {}`, (map: GoMap) =>
    sortStrings([...map.keys()]).map((key) => map.get(key) ?? null),
  ),
  goFunction(
    'pick',
    `(${MAP}, ...string) ${MAP}`,
    (map: GoMap, ...keys: string[]) =>
      new Map(keys.filter((key) => map.has(key)).map((key) => [key, map.get(key) ?? null])),
  ),
  goFunction('omit', `(${MAP}, ...string) ${MAP}`, (map: GoMap, ...keys: string[]) => {
    const omitted = new Set(keys);
    return new Map([...map].filter(([key]) => !omitted.has(key)));
  }),
  goFunction('merge', `${MERGE} interface {}`, (target: GoMap, ...sources: GoMap[]) => merge(target, sources, false)),
  goFunction('mustMerge', `${MERGE} (interface {}, error)`, (target: GoMap, ...sources: GoMap[]) =>
    merge(target, sources, false),
  ),
  goFunction('mergeOverwrite', `${MERGE} interface {}`, (target: GoMap, ...sources: GoMap[]) =>
    merge(target, sources, true),
  ),
  goFunction('mustMergeOverwrite', `${MERGE} (interface {}, error)`, (target: GoMap, ...sources: GoMap[]) =>
    merge(target, sources, true),
  ),
  goFunction('deepCopy', '(interface {}) interface {}', copy),
  goFunction('mustDeepCopy', '(interface {}) (interface {}, error)', copy),
  goFunction('dig', '(...interface {}) (interface {}, error)', dig),
];

/** Keys may be of any kind; a last key without a value gets "". */
function makeDict(...items: GoValue[]): GoMap {
  const map: GoMap = new Map();
  for (let i = 0; i < items.length; i += 2) {
    map.set(strval(items[i]!), i + 1 < items.length ? (items[i + 1] ?? null) : '');
  }
  return map;
}

function merge(target: GoMap, sources: readonly GoMap[], overwrite: boolean): GoMap {
  const merged: GoMap = target.isNil ? new Map() : target;
  for (const source of sources) mergeMaps(merged, source, overwrite);
  return merged;
}

function copy(value: GoValue): GoValue {
  if (value === null) throw new GoError('reflect: call of reflect.Value.Type on zero Value');
  return deepCopy(value);
}

/** dig "a" "b" default map. Only plain maps will do: Go asserts the type, so that `.Values` itself is refused. */
function dig(...args: GoValue[]): GoValue {
  if (args.length < 3) throw new GoError('dig needs at least three arguments');
  let map = assertMap(args.at(-1)!);
  const path = args.slice(0, -2).map(assertString);
  for (const [i, key] of path.entries()) {
    if (!map.has(key)) return args.at(-2)!;
    const step = map.get(key) ?? null;
    if (i === path.length - 1) return step;
    map = assertMap(step);
  }
  return null;
}

function assertMap(value: GoValue): GoMap {
  if (kindName(value) === 'map' && typeName(value) === MAP) return value as GoMap;
  throw conversionError(value, MAP);
}

function assertString(value: GoValue): string {
  if (typeof value === 'string') return value;
  throw conversionError(value, 'string');
}

function conversionError(value: GoValue, wanted: string): GoError {
  const found = value === null ? 'nil' : typeName(value);
  return new GoError(`interface conversion: interface {} is ${found}, not ${wanted}`);
}
