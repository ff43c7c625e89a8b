import { describe, expect, test } from 'vitest';
import { celValue } from '../../../src/foundation/cel/cel-value.ts';
import { compileCel } from '../../../src/foundation/cel/compile-cel.ts';

const self = celValue({ n: 3, text: 'a-b-a', list: [3, 1, 2], map: { k: 'v' } });

function evaluate(text: string): unknown {
  const program = compileCel(text, { self: 'dyn' });
  if ('problem' in program) return `wrong: ${program.problem}`;
  const outcome = program.run({ self });
  return 'value' in outcome ? outcome.value : `failed: ${outcome.problem}`;
}

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

  test('that never ends in a while is cut off', () => {
    expect(evaluate(`'${'a'.repeat(40)}!'.matches('^(a+)+$')`)).toBe('failed: it takes too long');
  });

  test('that cannot be understood is told', () => {
    expect(evaluate('self.n >')).toMatch(/^wrong: /);
    expect(evaluate('nobody.n')).toBe('wrong: Unknown variable: nobody');
  });
});
