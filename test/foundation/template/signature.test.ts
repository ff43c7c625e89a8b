import { expect, test } from 'vitest';
import { parseSignature } from '../../../src/foundation/template/signature.ts';

test.each([
  ['() string', [], false, 'string'],
  ['(string, ...interface{}) (string, error)', ['string', 'interface {}'], true, 'string'],
  [
    '(map[string]any, []byte, rune) []interface {}',
    ['map[string]interface {}', '[]uint8', 'int32'],
    false,
    '[]interface {}',
  ],
  [
    '(func(int, string) bool, *semver.Version) (interface {}, error)',
    ['func(int, string) bool', '*semver.Version'],
    false,
    'interface {}',
  ],
] as const)('%s', (text, params, variadic, result) => {
  const signature = parseSignature(text);
  expect(signature.params.map((type) => type.text)).toEqual(params);
  expect(signature.variadic).toBe(variadic);
  expect(signature.result.text).toBe(result);
});
