/** Data and functions for template tests, alike in the Go program that made go-rows.table.ts. */

import { toBytes } from '../../../src/foundation/base/byte-string.ts';
import { ExecError, ParseError } from '../../../src/foundation/template/errors.ts';
import { execute, executeTree } from '../../../src/foundation/template/exec.ts';
import { sprint } from '../../../src/foundation/template/printf.ts';
import { quote } from '../../../src/foundation/template/quote.ts';
import {
  cloneSet,
  type Limits,
  type MissingKey,
  newTemplateSet,
  parseInto,
  type TemplateSet,
} from '../../../src/foundation/template/template-set.ts';
import {
  GoError,
  type GoFunction,
  type GoInt,
  type GoMap,
  GoObject,
  type GoSlice,
  type GoValue,
  int,
} from '../../../src/foundation/template/value.ts';

type Entry = [string, GoFunction];

const fn = (name: string, signature: string, call: (...args: never[]) => GoValue): Entry => [
  name,
  { name, signature, call: call as GoFunction['call'] },
];

/** A JSON value as chart values come in. */
export function goValue(value: unknown): GoValue {
  if (Array.isArray(value)) return value.map(goValue);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, element]) => [key, goValue(element)]));
  }
  return value as GoValue;
}

export const DATA = goValue({
  s: 'hi',
  e: '',
  n: 1,
  f: 2.5,
  big: 1234567,
  neg: -3,
  t: true,
  z: false,
  nil: null,
  l: ['a', 1, null, { k: 'v' }, [1, 2]],
  el: [],
  m: { a: 1, b: 'x', c: null, d: { e: { f: 'deep' } } },
  em: {},
  u: 'é\u{1F480}<&"\'>',
  list2: [{ name: 'x', v: 1 }, { name: 'y' }],
});

function pairs(map: GoMap, args: readonly GoValue[]): GoMap {
  for (let i = 0; i + 1 < args.length; i += 2) map.set(sprint([args[i]!]), args[i + 1]!);
  return map;
}

function typed(elementType: string, elements: readonly GoValue[]): GoSlice {
  const slice: GoSlice = [...elements];
  slice.elementType = elementType;
  return slice;
}

const POINTER = {
  name: '*main.P',
  kind: 'ptr',
  methods: new Map([
    fn('Greet', '(string) string', (p: GoObject, name: string) => `hi ${name}${p.fields.get('Name')}`),
    fn('Fail', '() (string, error)', () => {
      throw new GoError('method failed');
    }),
  ]),
};
const STRUCT = {
  name: 'main.S',
  kind: 'struct',
  methods: new Map([fn('Add', '(int, int) int', (_: GoObject, a: GoInt, b: GoInt) => int(a.value + b.value))]),
};
const NAMED_MAP = {
  name: 'main.V',
  kind: 'map',
  methods: new Map([fn('Keys', '() int', (map: GoMap) => int(map.size))]),
};

function newPointer(): GoObject {
  const fields: [string, GoValue][] = [
    ['Name', 'bob'],
    ['N', int(3)],
    ['L', typed('string', ['x', 'y'])],
    ['M', new Map([['k', 1.5]])],
  ];
  return new GoObject(POINTER, new Map(fields));
}

function newStruct(): GoObject {
  const fields: [string, GoValue][] = [
    ['A', 'a'],
    ['B', 1.5],
    ['C', null],
  ];
  return new GoObject(STRUCT, new Map(fields), undefined, () => 'S<a>');
}

const same = (value: GoValue): GoValue => value;
const size = (value: { length: number }): GoValue => int(value.length);

/** Helm's include and tpl without their extras, bound to a set. */
function executing(set: () => TemplateSet): Entry[] {
  const include = fn('include', '(string, interface {}) (string, error)', (name: string, data: GoValue) =>
    execute(set(), name, data),
  );
  const tpl = fn('tpl', '(string, interface {}) (string, error)', (text: string, data: GoValue) => {
    const clone: TemplateSet = cloneSet(set(), new Map(executing(() => clone)));
    const tree = wrapping(`cannot parse template ${quote(text)}`, () => parseInto(clone, set().name, text));
    const output = wrapping(`error during tpl function execution for ${quote(text)}`, () =>
      executeTree(clone, tree, data),
    );
    return output.replaceAll('<no value>', '');
  });
  return [include, tpl];
}

function wrapping<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    // Anything else, the stack's end above all, is not the template's own error.
    if (!(error instanceof ParseError) && !(error instanceof ExecError)) throw error;
    throw new GoError(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

export function functions(set: () => TemplateSet): Map<string, GoFunction> {
  return new Map<string, GoFunction>([
    ...executing(set),
    fn('list', '(...interface {}) []interface {}', (...args: GoValue[]) => args),
    fn('dict', '(...interface {}) map[string]interface {}', (...args: GoValue[]) => pairs(new Map(), args)),
    fn('str', '(string) string', same),
    fn('num', '(int) int', same),
    fn('i64', '(int64) int64', same),
    fn('i8', '(int8) int8', same),
    fn('u8', '(byte) byte', same),
    fn('u64', '(uint64) uint64', same),
    fn('f64', '(float64) float64', same),
    fn('boolean', '(bool) bool', same),
    fn('needmap', '(map[string]any) int', (map: GoMap) => int(map.size)),
    fn('needlist', '([]interface{}) int', size),
    fn('needstrs', '([]string) int', size),
    fn('needbytes', '([]byte) int', size),
    fn('va', '(string, ...int) string', (text: string, ...rest: GoValue[]) => sprint([text, typed('int', rest)])),
    fn('any2', '(interface {}, interface {}) string', (a: GoValue, b: GoValue) => `${sprint([a])} ${sprint([b])}`),
    fn('ident', '(interface {}) interface {}', same),
    fn('null', '() interface {}', () => null),
    fn('nilmap', '() map[string]interface {}', () => null),
    fn('nillist', '() []interface {}', () => null),
    fn('strs', '(...string) []string', (...args: string[]) => typed('string', args)),
    fn('strmap', '(...string) map[string]string', (...args: string[]) => {
      const map: GoMap = pairs(new Map(), args);
      map.elementType = 'string';
      return map;
    }),
    fn('bytes', '(string) []byte', (text: string) => toBytes(text)),
    fn('bad', '(string) (string, error)', (text: string) => {
      throw new GoError(`bad: ${text}`);
    }),
    fn('panics', '() string', () => {
      throw new GoError('assignment to entry in nil map');
    }),
    fn('fn', '() interface {}', () => fn('fn', '(int, string) string', (a: GoInt, b: string) => sprint([a, b]))[1]),
    fn('ptr', '() *main.P', newPointer),
    fn('st', '() main.S', newStruct),
    fn('named', '(...interface {}) main.V', (...args: GoValue[]) => {
      const map: GoMap = pairs(new Map(), args);
      map.namedType = NAMED_MAP;
      return map;
    }),
  ]);
}

export interface RenderOptions {
  readonly missingKey?: MissingKey;
  readonly limits?: Partial<Limits>;
}

export function newSet(options: RenderOptions = {}): TemplateSet {
  const set: TemplateSet = newTemplateSet({
    name: 'gotpl',
    functions: functions(() => set),
    missingKey: options.missingKey ?? 'zero',
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  parseInto(set, '_a', '{{define "t1"}}[{{.}}]{{end}}{{define "t2"}}<{{.a.b}}>{{end}}');
  return set;
}

/** The template as file x.yaml, on DATA. */
export function render(template: string, options: RenderOptions = {}): string {
  const set = newSet(options);
  parseInto(set, 'x.yaml', template);
  return execute(set, 'x.yaml', DATA);
}

export function failureOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('did not fail');
}
