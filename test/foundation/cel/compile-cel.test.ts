import { describe, expect, test } from 'vitest';
import { celValue } from '../../../src/foundation/cel/cel-value.ts';
import { compileCel } from '../../../src/foundation/cel/compile-cel.ts';

const self = celValue({ n: 3, text: 'a-b-a', list: [3, 1, 2], map: { k: 'v' }, ten: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });

function evaluate(text: string): unknown {
  const program = compileCel(text, { self: 'dyn' });
  if ('problem' in program) return `wrong: ${program.problem}`;
  const outcome = program.run({ self });
  return 'value' in outcome ? outcome.value : `failed: ${outcome.problem}`;
}

/** As cel-go's own tracker tells of the same expressions (0.26, with Kubernetes' estimator). */
test.each<[string, number]>([
  ['true', 0],
  ['self.n', 2],
  ['self.n == 3', 3],
  ['-self.n < 0', 4],
  ['self.list.all(x, x > 0)', 18],
  ['self.list.exists(x, x == 2)', 21],
  ['self.list.exists_one(x, x == 2)', 12],
  ['[1, 2].exists(x, x == 2)', 23],
  ['!self.map.all(k, k == "k")', 9],
  ['self.list.map(x, x * 2)', 55],
  ['self.list.map(x, x > 1, x * 2)', 47],
  ['self.list.filter(x, x > 1).size() == 2', 47],
  ["['a', 'b'].all(x, self.list.exists(y, y == 2))", 59],
  ['self.ten.all(a, self.ten.all(b, a + b >= 0))', 763],
  ["self.map['k'] == 'v'", 4],
  ['has(self.map.k)', 2],
  ["self.text.matches('^[a-z-]+$')", 5],
  ["self.text + 'abc' == 'x'", 4],
  ["self.text.contains('b')", 3],
  ["self.text.startsWith('a') && self.n < 5", 6],
])('%s costs %s', (text, cost) => {
  const program = compileCel(text, { self: 'dyn' });
  expect('problem' in program ? program : program.run({ self }).cost).toBe(cost);
});

describe('an expression', () => {
  test.each<[string, unknown]>([
    ['self.n * 2 == 6', true],
    ['self.list.max() - self.list.min()', 2n],
    ['[1.5, 2.0].sum()', 3.5],
    ['self.list.lastIndexOf(2)', 2n],
    ["self.text.replace('a', 'x', 1)", 'x-b-a'],
    ["self.text.replace('a', 'x', -1)", 'x-b-x'],
    ["'a1b22'.findAll('[0-9]+', 1)", ['1']],
    ["'%d%% of %s, %.2f, %x'.format([5, self.list, 1.0, 255])", '5% of [3, 1, 2], 1.00, ff'],
    ["url('https://u@a.io:8443/x%20y?q').getEscapedPath()", '/x%20y'],
    ["url('https://[::1]:80/').getHostname()", '::1'],
    ["url('https://[::1]:80/').getPort()", '80'],
    ["quantity('1.5Gi').sub(quantity('512Mi')).asInteger()", 1_073_741_824n],
    ["quantity('100m').isInteger()", false],
    ["cidr('fd00::/8').containsIP(ip('fd12::1'))", true],
    ["cidr('10.0.0.0/8').containsIP('::1')", false],
    ["isCIDR('10.0.0.0/33')", false],
    ["sets.equivalent([1, 2], [2, 1]) && !sets.intersects([1], ['1'])", true],
    ['has(self.map.k) && !has(self.map.other)', true],
    ['has([self.map][0].k) && !has([self.map][0].b)', true],
    ['self.nope', 'failed: no such key: nope'],
    ['[].min()', 'failed: min called on empty list'],
  ])('%s', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  test('is matched in linear time, however its pattern could backtrack', () => {
    expect(evaluate(`'${'a'.repeat(40)}!'.matches('^(a+)+$')`)).toBe(false);
  });

  // More than ten nested loops over ten elements would take.
  const nested = (body: string): string =>
    [...'abcdefgh'].reduce((inner, name) => `self.ten.all(${name}, ${inner})`, body);

  test.each([
    nested('a + b + c + d + e + f + g + h >= 0'),
    nested('self.ten.exists(x, x > 20) || true'),
    // The library takes an error on the left of || for a value and goes on.
    `${nested('a >= 0')} || true`,
  ])('that costs too much is cut off: %s', (text) => {
    expect(evaluate(text)).toBe('failed: operation cancelled: actual cost limit exceeded');
  });

  test('that cannot be understood is told', () => {
    expect(evaluate('self.n >')).toMatch(/^wrong: /);
    expect(evaluate('nobody.n')).toBe('wrong: Unknown variable: nobody');
  });
});

const texts = [
  ...['', 'a', 'a-', '-a', '9a', 'A', 'a.b', 'a..b', 'a_b', 'a/b', 'A/b', 'a.b/C_d', 'a/b/c', 'b'.repeat(64)],
  ...['https://x/y', '/y', 'x:y', 'http://[', '6f1c1b1e-8b1c-4b1e-9b1c-1b1e8b1c4b1e', '6f1c1b1e', 'YQ==', 'YQ', 'Y-_j'],
  ...[
    '2026-11-21',
    '2026-13-21',
    '2026-11-21T10:00:00Z',
    '2026-11-21T10:00:00',
    '2026-11-21 10:00:00Z',
    '2026-11-21T10:00Z',
  ],
];
const labels = ['a', '9a', '6f1c1b1e-8b1c-4b1e-9b1c-1b1e8b1c4b1e', '6f1c1b1e', '2026-11-21', '2026-13-21'];
const names = [...labels, 'A', 'a.b', 'a..b', 'a_b', 'YQ', 'Y-_j'];

const expectValue = (outcome: object) => ('value' in outcome ? outcome.value : outcome);

/** As a Kubernetes 1.36 API server takes them by rules of a CRD. */
test.each<[string, readonly string[]]>([
  ['dns1123Label', labels],
  ['dns1123Subdomain', [...labels, 'a.b', 'b'.repeat(64)]],
  ['dns1035Label', ['a']],
  ['qualifiedName', [...names, 'a/b', 'a.b/C_d']],
  ['dns1123LabelPrefix', [...labels, 'a-']],
  ['dns1123SubdomainPrefix', [...labels, 'a.b', 'b'.repeat(64), 'a-']],
  ['dns1035LabelPrefix', ['a', 'a-']],
  ['labelValue', [...names, '']],
  ['uri', ['https://x/y', '/y', 'x:y']],
  ['uuid', ['6f1c1b1e-8b1c-4b1e-9b1c-1b1e8b1c4b1e']],
  ['byte', ['b'.repeat(64), '6f1c1b1e', 'YQ==']],
  ['date', ['2026-11-21']],
  ['datetime', ['2026-11-21T10:00:00Z']],
])('the format %s takes just %j', (format, taken) => {
  const program = compileCel(`!format.named("${format}").value().validate(self).hasValue()`, { self: 'dyn' });
  if ('problem' in program) throw new Error(program.problem);
  const all = texts.filter((text) => expectValue(program.run({ self: text })) === true);
  expect(all.toSorted()).toEqual([...taken].sort());
});

test('what has a form is not null, whatever it is compared with', () => {
  expect(evaluate('format.dns1123Label().validate("a") == null')).toBe(false);
  expect(evaluate('format.named("none").hasValue()')).toBe(false);
});
