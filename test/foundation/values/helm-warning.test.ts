import { expect, test } from 'vitest';
import { formatWarning } from '../../../src/foundation/values/helm-warning.ts';

const warning = (text: string) => ({
  level: 'WARN' as const,
  message: 'two words',
  attributes: [['a', text]] as const,
  helm3: `x.go:1: ${text}`,
});

test.each([
  ['plain', 'a=plain'],
  ['', 'a=""'],
  ['two words', 'a="two words"'],
  ['a=b', 'a="a=b"'],
  ['say "it"', 'a="say \\"it\\""'],
  ['C:\\x', 'a=C:\\x'],
  ['line\nend', 'a="line\\nend"'],
  ['ä', 'a=ä'],
])('as helm4, %j is written as Go logs it', (text, written) => {
  expect(formatWarning(warning(text), 'helm4')).toBe(`level=WARN msg="two words" ${written}\n`);
});

test('as helm3 it is a line of its own, or nothing', () => {
  expect(formatWarning(warning('it'), 'helm3')).toBe('x.go:1: it\n');
  expect(formatWarning({ ...warning('it'), helm3: undefined }, 'helm3')).toBe('');
});
