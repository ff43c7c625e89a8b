/** Generates expressions: literals, fields, variables and calls of every function with fitting and unfitting arguments. */

import type { Random } from '../../support/random.ts';
import { BIG_INTS, FLOATS, INTS, METHODS, OBJECTS, SEMVER, TIME } from './objects.table.ts';
import type { PoolName } from './pools.table.ts';
import { POOLS } from './pools.table.ts';
import { RANDOM, SLOW, type Slot } from './slots.table.ts';
import { textFor } from './texts.ts';

export interface FunctionShape {
  readonly name: string;
  readonly slots: readonly Slot[];
  readonly variadic: boolean;
  /** Go's type of the result. */
  readonly result: string;
}

export interface Generating {
  readonly random: Random;
  readonly functions: readonly FunctionShape[];
  /** Names of the variables in scope. */
  readonly variables: string[];
  /** Functions written so far. */
  readonly used: Set<string>;
  /** Wrong kinds and counts of arguments too. */
  readonly wild: boolean;
}

const ANY: readonly Slot[] = [
  '#text',
  '#text',
  '#number',
  'int',
  'number',
  'float',
  'bool',
  'list',
  'dict',
  'time',
  'data',
];

export function goQuote(random: Random, text: string): string {
  if (random.chance(0.2) && !/[`\r]/.test(text)) return `\`${text}\``;
  return JSON.stringify(text).replaceAll('\ufeff', '\\ufeff');
}

/** A number of times or places has to stay small. */
const COUNTS = new Set([
  'repeat',
  'indent',
  'nindent',
  'until',
  'untilStep',
  'seq',
  'randAlpha',
  'randAlphaNum',
  'randAscii',
  'randNumeric',
  'randBytes',
  'wrap',
  'wrapWith',
  'round',
  'derivePassword',
]);

function literalInt({ random }: Generating, small: boolean): string {
  return random.pick(small || random.chance(0.9) ? INTS : BIG_INTS);
}

export function operand(g: Generating, slot: Slot, depth: number, small = false): string {
  const { random } = g;
  if (g.wild && random.chance(0.08)) return operand(g, random.pick(ANY), depth, small);
  if (g.variables.length > 0 && (g.wild || slot === 'any') && random.chance(0.2)) return random.pick(g.variables);
  if (depth > 0 && !small && random.chance(0.3)) return `(${call(g, resultIn(g, slot), depth - 1)})`;
  if (slot.startsWith('#')) return text(g, slot.slice(1) as PoolName);
  return KINDS[slot as Kind](g, depth, small);
}

const RESULTS: Partial<Record<Slot, RegExp>> = {
  any: /./,
  data: /./,
  comparable: /^(string|int|float64|int64|bool)$/,
  int: /^int$/,
  number: /^(int|int64|float64|string)$/,
  float: /^float64$/,
  bool: /^bool$/,
  list: /^\[\]/,
  dict: /^map/,
  time: /^time/,
  certificate: /^sprig/,
};

/** A function whose result goes there. */
function resultIn({ random, functions, wild }: Generating, slot: Slot): FunctionShape {
  const wanted = RESULTS[slot] ?? /^string$/;
  const fitting = functions.filter(({ result }) => wanted.test(result));
  return random.pick(fitting.length === 0 || (wild && random.chance(0.3)) ? functions : fitting);
}

function text({ random }: Generating, pool: PoolName): string {
  if (random.chance(0.12))
    return random.pick(['.Values.s', '.Values.t', '.Values.e', '.Release.Name', '.Chart.Name', '.Chart.Version']);
  return goQuote(random, textFor(random, pool));
}

type Kind = Exclude<Slot, `#${string}`>;

const KINDS: Readonly<Record<Kind, (g: Generating, depth: number, small: boolean) => string>> = {
  any: (g, depth) => (g.random.chance(0.3) ? g.random.pick(OBJECTS) : operand(g, g.random.pick(ANY), depth)),
  data: (g, depth) =>
    g.random.chance(0.6)
      ? g.random.pick([
          '.Values',
          '.Values.m',
          '.Values.d',
          '.Values.l',
          '.Values.ml',
          '.Values.lm',
          '.Values.el',
          '.Values.em',
          '.Values.e',
        ])
      : operand(g, 'any', depth),
  comparable: (g, depth) => operand(g, g.random.pick(['#text', 'number', 'number', 'int', 'bool', 'any']), depth),
  int: (g, _, small) => literalInt(g, small),
  float: ({ random }) => (random.chance(0.7) ? random.pick(FLOATS) : random.pick(['.Values.f', '.Values.i'])),
  number: (g, depth) =>
    g.random.pick([
      () => literalInt(g, false),
      () => g.random.pick(FLOATS),
      () =>
        g.random.pick([
          '.Values.i',
          '.Values.f',
          '.Values.i64',
          '.Release.Revision',
          '(int .Values.i)',
          '(int64 7)',
          'true',
          'nil',
          '.Values.nl',
        ]),
      () => text(g, 'number'),
      () => `(${g.random.pick(['int64', 'int', 'float64', 'toString', 'len'])} ${operand(g, '#number', depth - 1)})`,
    ])(),
  numbers: (g, depth) => operand(g, 'number', depth),
  bool: ({ random }) => random.pick(['true', 'false', '.Values.b', '(not true)', '(eq 1 1)']),
  list: (g, depth) =>
    g.random.pick([
      () =>
        g.random.pick([
          '.Values.l',
          '.Values.ml',
          '.Values.lm',
          '.Values.el',
          '(until 4)',
          '.Chart.Keywords',
          '.Capabilities.APIVersions',
          '(.Files.Lines "data/a.txt")',
          '(.Files.GetBytes "data/noeol")',
          '(rest list)',
          '(chunk 2 .Values.l)',
        ]),
      () => `(list ${many(g, 'any', depth)})`,
      () => `(splitList "," ${text(g, 'text')})`,
      () => `(list ${many(g, g.random.pick(['#text', 'int', 'number'] as const), depth)})`,
    ])(),
  dict: (g, depth) =>
    g.random.pick([
      () =>
        g.random.pick([
          '.Values',
          '.Values.m',
          '.Values.d',
          '.Values.em',
          '.Release',
          '.Chart',
          '(urlParse "http://u@h/p?q#f")',
          '(split "," "a,b")',
          '.Files',
          '.Template',
          '(deepCopy .Values.d)',
          '(dict)',
          '.Chart.Annotations',
        ]),
      () =>
        `(dict ${Array.from({ length: g.random.below(4) }, () => `${text(g, 'key')} ${operand(g, 'any', depth - 1)}`).join(' ')})`,
      () => `(fromYaml ${text(g, 'yaml')})`,
    ])(),
  time: ({ random }) =>
    random.pick([
      `(toDate "2006-01-02" "2021-0${1 + random.below(9)}-1${random.below(10)}")`,
      '(toDate "2006-01-02T15:04:05Z07:00" "2021-02-03T04:05:06.123+02:00")',
      '(toDate "x" "y")',
      `(dateModify ${JSON.stringify(random.pick(POOLS.duration))} (toDate "2006" "1999"))`,
      '0',
    ]),
  instant: (g, depth) =>
    g.random.chance(0.7)
      ? operand(g, 'time', depth)
      : g.random.pick(['1612325106', '(int64 1612325106)', '0', '-1', '.Values.i']),
  certificate: () => '(buildCustomCert "" "")',
};

const many = (g: Generating, slot: Slot, depth: number): string =>
  Array.from({ length: g.random.below(5) }, () => operand(g, slot, depth - 1)).join(' ');

/** A call without the parentheses, its arguments mostly as many as there should be. */
export function call(g: Generating, shape: FunctionShape, depth: number): string {
  const { random } = g;
  const { name, slots, variadic } = shape;
  if (depth < 1 && (RANDOM.has(name) || SLOW.has(name))) return call(g, random.pick(g.functions), depth);
  g.used.add(name);
  const args = slots.map((slot) => operand(g, slot, depth, COUNTS.has(name) && slot === 'int'));
  if (variadic && args.length > 0) {
    const last = slots.at(-1)!;
    if (random.chance(0.3)) args.push(operand(g, last, depth), operand(g, last, depth));
    else if (random.chance(0.25)) args.pop();
  }
  if (g.wild && random.chance(0.04)) args.pop();
  if (g.wild && random.chance(0.03)) args.push(operand(g, 'any', depth));
  const piped = args.length > 0 && random.chance(0.3) ? args.pop() : undefined;
  const written = [name, ...args].join(' ');
  return piped === undefined ? written : `${piped} | ${written}`;
}

/** A method or field of something that has them. */
export function access({ random }: Generating): string {
  const method = random.pick(METHODS);
  const quoted = (pool: PoolName): string => JSON.stringify(textFor(random, pool));
  if (method.includes('semver')) return method + random.pick(SEMVER);
  if (method.includes('toDate')) return method + random.pick(TIME);
  if (method.includes('APIVersions')) return method + quoted('api');
  if (method.startsWith('(.Files'))
    return `${method}${quoted('glob')}).${random.pick(['AsConfig', 'AsSecrets', 'Nope'])}`;
  if (method.includes('Glob')) return method + quoted('glob');
  if (method.includes('.Files')) return method + quoted('file');
  if (method === '.Capabilities.')
    return (
      method +
      random.pick([
        'KubeVersion.GitVersion',
        'KubeVersion.String',
        'HelmVersion.Version',
        'HelmVersion.GoVersion',
        'KubeVersion.Major',
        'Nope',
        'APIVersions.Nope',
        'HelmVersion.GitCommit',
        'KubeVersion.Nope',
        'HelmVersion',
      ])
    );
  return method + JSON.stringify(random.pick(['m', 'd', 'd.x', 'm.a', '', 's', 'nope', 'd.x.y', '.', 'l', 'a.b.c']));
}
