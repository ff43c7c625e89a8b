/** One case of a run: a template and values, decided by the seed and the case's number alone. */
import { builtins } from '../../../src/foundation/template/builtins.ts';
import { parseSignature } from '../../../src/foundation/template/signature.ts';
import type { Compat } from '../../../src/foundation/values/read-values.ts';
import { helmFunctions } from '../../../src/pipeline/render/functions/function-table.ts';
import { newRandom, type Random } from '../../support/random.ts';
import type { FunctionShape, Generating } from './expressions.ts';
import { access, call } from './expressions.ts';
import { type FuzzCase, INT64 } from './outcome.ts';
import { RANDOM, SLOTS, SLOW, type Slot } from './slots.table.ts';
import { statements } from './statements.ts';
import { mutated, plainText } from './texts.ts';

export interface GeneratedCase extends FuzzCase {
  readonly index: number;
  readonly used: ReadonlySet<string>;
}

const BY_TYPE: Readonly<Record<string, Slot>> = {
  string: '#text',
  int: 'int',
  uint32: 'int',
  float64: 'float',
  bool: 'bool',
  '[]interface {}': 'list',
  'map[string]interface {}': 'dict',
  'time.Time': 'time',
  'sprig.certificate': 'certificate',
};

const slotsOf = new Map(Object.entries(SLOTS));

/** All functions of the profile, in the order of their names. */
export function allFunctions(compat: Compat): FunctionShape[] {
  const table = helmFunctions({ compat, sources: { now: () => new Date(0), randomBytes: (n) => new Uint8Array(n) } });
  const signatures = new Map<string, string>([...builtins().values()].map((each) => [each.name, each.signatureText]));
  for (const [name, { signature }] of table) signatures.set(name, signature);
  signatures.set('include', '(string, interface {}) string').set('tpl', '(string, interface {}) string');
  signatures.set('lookup', '(string, string, string, string) interface {}');
  return [...signatures]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => {
      const { params, variadic, result } = parseSignature(text);
      return {
        name,
        variadic,
        result: result.text,
        slots: slotsOf.get(name) ?? params.map((type) => BY_TYPE[type.text] ?? 'any'),
      };
    });
}

const tables = new Map<Compat, FunctionShape[]>();
function functionsOf(compat: Compat): FunctionShape[] {
  let known = tables.get(compat);
  if (known === undefined) {
    known = allFunctions(compat);
    tables.set(compat, known);
  }
  return known;
}

/** Cases that follow one another share values, so that the binary can take several at once. */
const SHARED = 20;

export function generateCase(compat: Compat, seed: number, index: number): GeneratedCase {
  const random = newRandom(seed, index);
  const functions = functionsOf(compat);
  const plain = functions.filter(({ name }) => !RANDOM.has(name) && !SLOW.has(name));
  const g: Generating = { random, functions: plain, variables: [], used: new Set(), wild: random.chance(0.35) };
  let shape = functions[index % functions.length]!;
  if (SLOW.has(shape.name) && !random.chance(0.05)) shape = random.pick(plain);
  const text = random.chance(0.65) ? observed(g, shape) : statements(g);
  return {
    index,
    text: mutated(random, text, 0.04),
    values: valuesOf(newRandom(seed ^ 0x5bd1e995, Math.floor(index / SHARED))),
    used: g.used,
  };
}

const OBSERVERS = [
  '',
  '',
  '',
  ' | toJson',
  ' | printf "%T %v"',
  ' | printf "%#v"',
  ' | typeOf',
  ' | toYaml',
  ' | quote',
  ' | kindOf',
  ' | len',
  ' | toString',
  ' | squote',
  ' | printf "%q"',
  ' | toYamlPretty',
  ' | toToml',
  ' | not',
];
const UNSEEN = [' | len', ' | typeOf', ' | kindOf'];

/** One call, its result shown in one of many ways. */
function observed(g: Generating, shape: FunctionShape): string {
  const { random } = g;
  if (random.chance(0.03)) return `{{ ${access(g)}${random.pick(OBSERVERS)} }}`;
  if (RANDOM.has(shape.name)) return `{{ ${call(g, shape, 1)}${random.pick(UNSEEN)} }}`;
  const depth = random.pick([0, 0, 1, 1, 2]);
  const trim = random.chance(0.1) ? ['x {{- ', ' -}} y'] : ['{{ ', ' }}'];
  const expression = call(g, shape, Math.max(depth, SLOW.has(shape.name) ? 1 : 0));
  if (random.chance(0.05)) return `{{ with ${expression} }}<{{ . }}>{{ else }}none{{ end }}`;
  if (random.chance(0.05)) return `{{ range $k, $v := ${expression} }}{{ $k }}={{ $v }};{{ else }}none{{ end }}`;
  return `${trim[0]}${expression}${random.pick(OBSERVERS)}${trim[1]}`;
}

type Data = string | number | boolean | null | Data[] | { [key: string]: Data };

function dataOf(random: Random, depth: number): Data {
  const kind = random.below(depth > 0 ? 12 : 8);
  if (kind < 4) return plainText(random).replaceAll(INT64[0]!, '');
  if (kind < 6) return numberOf(random);
  if (kind === 6) return random.chance(0.5);
  if (kind === 7) return random.chance(0.3) ? `${INT64}${random.below(1e9) - 5e8}` : null;
  if (kind < 10) return Array.from({ length: random.below(4) }, () => dataOf(random, depth - 1));
  return dictOf(random, depth);
}

const numberOf = (random: Random): number =>
  random.pick([
    0,
    1,
    -1,
    3,
    7,
    42,
    1e6,
    123456,
    1.5,
    -2.25,
    0.1,
    1e21,
    1e-7,
    12345678901234567000,
    1234567.875,
    random.below(1000),
    random.next() * 1000,
  ]);

const KEYS = [
  'a',
  'b',
  'c',
  'x',
  'y',
  'k1',
  'k10',
  'k2',
  'A',
  'é',
  '_z',
  '1',
  '10',
  '2',
  'a-b',
  'a.b',
  'true',
  'null',
  'with space',
  '',
  'a1b',
  'a1-b',
];

function dictOf(random: Random, depth: number): { [key: string]: Data } {
  const entries = Array.from({ length: random.below(6) }, () => [random.pick(KEYS), dataOf(random, depth - 1)]);
  return Object.fromEntries(entries) as { [key: string]: Data };
}

function valuesOf(random: Random): string {
  const values: { [key: string]: Data } = {
    s: plainText(random).replaceAll(INT64[0]!, ''),
    t: random.pick(['hello world', 'x', 'A-b_c', '42', 'yes']),
    e: '',
    i: random.pick([0, 3, 12, -4, 1000000, 12345678901]),
    f: numberOf(random),
    b: random.chance(0.5),
    nl: null,
    i64: random.chance(0.5) ? `${INT64}${random.below(100)}` : random.below(100),
    l: Array.from({ length: random.below(5) }, () => random.pick(['a', 'b', 'c', 'a', 'x y', '', 'é'])),
    ml: Array.from({ length: random.below(6) }, () => dataOf(random, 2)),
    lm: Array.from({ length: random.below(3) }, () => dictOf(random, 2)),
    m: dictOf(random, 1),
    d: { ...dictOf(random, 3), x: dictOf(random, 2) },
    el: [],
    em: {},
  };
  return JSON.stringify(values);
}
