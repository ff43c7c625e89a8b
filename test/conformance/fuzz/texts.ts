/** Random texts by what they are meant for: plain, regular expressions, layouts, documents, printf formats. */

import type { Random } from '../../support/random.ts';
import { POOLS, type PoolName } from './pools.table.ts';

type Maker = (random: Random) => string;

const ALPHABET =
  'aabcdeXYZ019 _-.,:;/\\\'"`#&*!|><%@{}[]()?=~+$^\n\t\r\u00e9\u00df\u65e5\u{1f600}\u00a0\u2028\u0085\ufeff\u0000\u007f'.match(
    /[\s\S]/gu,
  )!;
const WORDS = [
  'foo',
  'Bar',
  'BAZ',
  'x1',
  '9',
  'no',
  'yes',
  'null',
  'true',
  'HTTPServer',
  'été',
  'a-b',
  'c_d',
  '~',
  '1e3',
];

const join = (random: Random, make: Maker, most: number, separator = ''): string =>
  Array.from({ length: random.below(most + 1) }, () => make(random)).join(separator);

const char: Maker = (random) => random.pick(ALPHABET);
const word: Maker = (random) => random.pick(WORDS);

export const plainText: Maker = (random) => {
  switch (random.below(6)) {
    case 0:
      return join(random, char, 8);
    case 1:
      return join(random, word, 5, random.pick([' ', '-', '_', '', '\n', '. ', ': ']));
    case 2:
      return join(random, word, 40, ' ');
    case 3:
      return random.pick(POOLS.number);
    default:
      return random.pick(POOLS.text);
  }
};

const atom: Maker = (random) =>
  random.pick([
    'a',
    'b',
    'x',
    '.',
    '\\d',
    '\\w+',
    '[a-c]',
    '[^ab]',
    '(a|b)',
    '(x)',
    '(?:ab)',
    '\\s',
    '^',
    '$',
    '\\b',
    '日',
    '[[:alpha:]]',
    '\\pL',
    '(?i)A',
    '(?P<n>b)',
    '\\.',
    '-',
  ]);
const regex: Maker = (random) =>
  random.chance(0.3)
    ? random.pick(POOLS.regex)
    : join(random, (r) => atom(r) + r.pick(['', '', '*', '+', '?', '{2}', '{1,2}', '*?']), 4);

const verb: Maker = (random) => {
  const flags = join(random, (r) => r.pick(['+', '-', '#', ' ', '0']), 2);
  const width = random.pick(['', '', '', '5', '12', '*', '[1]*']);
  const precision = random.pick(['', '', '', '.2', '.0', '.', '.*', '.10']);
  const index = random.pick(['', '', '', '', '', '[1]', '[2]', '[9]', '[x]']);
  return `%${flags}${width}${precision}${index}${random.pick([...'vvvvdsqxXtTfFgGeEboOcUpw%z!'])}`;
};
const format: Maker = (random) => join(random, (r) => verb(r) + r.pick(['', ' ', '|', '%']), 3) || verb(random);

const indentOf = (depth: number): string => '  '.repeat(depth);
const scalar: Maker = (random) =>
  random.pick([
    ...POOLS.number,
    ...POOLS.yamlScalar,
    JSON.stringify(plainText(random)),
    `'${word(random)}'`,
    word(random),
  ]);

function yamlNode(random: Random, depth: number): string {
  const kind = depth > 2 ? 0 : random.below(5);
  if (kind === 1) return flow(random);
  if (kind === 2)
    return `\n${Array.from({ length: 1 + random.below(3) }, () => `${indentOf(depth)}${random.pick([...WORDS, '"q"', '1', 'a b'])}:${yamlNode(random, depth + 1)}`).join('\n')}`;
  if (kind === 3)
    return `\n${Array.from({ length: 1 + random.below(3) }, () => `${indentOf(depth)}-${yamlNode(random, depth + 1)}`).join('\n')}`;
  if (kind === 4)
    return ` ${random.pick(['|', '>', '|-', '>+', '|2'])}\n${indentOf(depth + 1)}${word(random)}\n${indentOf(depth + 1)}${word(random)}`;
  return ` ${scalar(random)}`;
}
const flow: Maker = (random) =>
  random.chance(0.5)
    ? ` [${join(random, scalar, 3, ', ')}]`
    : ` {${join(random, (r) => `${word(r)}: ${scalar(r)}`, 3, ', ')}}`;
const yaml: Maker = (random) => mutated(random, yamlNode(random, 0).trimStart(), 0.25);

function jsonValue(random: Random, depth = 0): string {
  switch (random.below(depth > 2 ? 3 : 5)) {
    case 0:
      return random.pick([
        '1',
        '2.5',
        '-0',
        '1e3',
        '1e21',
        '1e-7',
        '12345678901234567890',
        '0.1',
        'null',
        'true',
        'false',
        '1e400',
        '01',
      ]);
    case 1:
      return JSON.stringify(plainText(random));
    case 3:
      return `[${join(random, (r) => jsonValue(r, depth + 1), 3, ',')}]`;
    case 4:
      return `{${join(random, (r) => `${JSON.stringify(word(r))}: ${jsonValue(r, depth + 1)}`, 3, ', ')}}`;
    default:
      return `"${word(random)}"`;
  }
}
const json: Maker = (random) => mutated(random, jsonValue(random), 0.2);

/** Now and then a character falls out, comes twice or turns into another. */
export function mutated(random: Random, text: string, probability: number): string {
  if (!random.chance(probability)) return text;
  const chars = [...text];
  const at = random.below(chars.length + 1);
  const kind = random.below(3);
  if (kind === 0) chars.splice(at, 1);
  else if (kind === 1) chars.splice(at, 0, char(random));
  else chars.splice(at, 0, ...chars.slice(at, at + 1 + random.below(4)));
  return chars.join('');
}

const MAKERS: Partial<Record<PoolName, Maker>> = { text: plainText, regex, format, yaml, json };

/** Of a pool with some noise, or from its grammar. */
export function textFor(random: Random, pool: PoolName): string {
  const make = MAKERS[pool];
  if (make !== undefined && random.chance(0.6)) return make(random);
  return mutated(random, random.pick(POOLS[pool]), 0.1);
}
