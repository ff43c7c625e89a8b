/** `.Values` and `.Template`: maps with the methods of Helm's Values type. */
import {
  GoError,
  type GoFunction,
  type GoMap,
  type GoSlice,
  type GoValue,
  type NamedType,
} from '../../foundation/template/value.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { writeYaml } from '../../foundation/yaml/write-yaml.ts';
import { namedMap } from './named-map.ts';

interface ValuesTypes {
  readonly type: NamedType;
  /** The plain map behind a view. */
  readonly plain: WeakMap<GoMap, GoMap>;
}

/** One per render: the views that it makes know the maps behind them. */
export type ValuesOf = (map: GoMap) => GoMap;

export function valuesViews(compat: Compat): ValuesOf {
  const methods = new Map<string, GoFunction>();
  const name = compat === 'helm4' ? 'common.Values' : 'chartutil.Values';
  const types: ValuesTypes = { type: { name, kind: 'map', methods }, plain: new WeakMap() };
  const view: ValuesOf = (map) => {
    const made = namedMap(map, types.type);
    types.plain.set(made, map);
    return made;
  };
  for (const method of valuesMethods(name, types, view)) methods.set(method.name, method);
  return view;
}

function valuesMethods(name: string, types: ValuesTypes, view: ValuesOf): GoFunction[] {
  const plainOf = (receiver: GoValue): GoMap => types.plain.get(receiver as GoMap) ?? (receiver as GoMap);
  const method = (
    called: string,
    signature: string,
    call: (values: GoMap, argument: string) => GoValue,
  ): GoFunction => ({
    name: called,
    signature,
    call: (receiver, argument) => call(plainOf(receiver ?? null), argument as string),
  });
  return [
    method('AsMap', '() map[string]interface {}', (values) => (values.size === 0 ? new Map() : values)),
    // yaml.Marshal ends with a newline, which toYaml cuts off.
    method('YAML', '() (string, error)', (values) => `${writeYaml(values)}\n`),
    method('Table', `(string) (${name}, error)`, (values, path) => view(table(values, path.split('.')))),
    method('PathValue', '(string) (interface {}, error)', pathValue),
  ];
}

function table(values: GoMap, path: readonly string[]): GoMap {
  let found = values;
  for (const step of path) {
    const next = found.get(step);
    if (!(next instanceof Map)) throw new GoError(`"${step}" is not a table`);
    found = next;
  }
  return found;
}

function pathValue(values: GoMap, path: string): GoValue {
  if (path === '') throw new GoError('YAML path cannot be empty');
  const steps = path.split('.');
  const last = steps.pop() as string;
  const value = lastTable(values, steps)?.get(last);
  if (value === undefined || value instanceof Map) throw new GoError(`"${last}" is not a value`);
  return value as GoValue | GoSlice;
}

function lastTable(values: GoMap, steps: readonly string[]): GoMap | undefined {
  let found: GoMap = values;
  for (const step of steps) {
    const next = found.get(step);
    if (!(next instanceof Map)) return undefined;
    found = next;
  }
  return found;
}
