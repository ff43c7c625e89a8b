import { expect, test } from 'vitest';
import { readValues } from '../../../src/foundation/values/read-values.ts';
import { reviveValues } from '../../../src/foundation/values/revive-values.ts';

test('values are what they were after another thread had them', () => {
  const text =
    'int: 1\nbig: 9223372036854775807\nfloat: 1.0\nhuge: 1e100\ntext: "1"\nnone: null\ndate: 2001-01-01\nraw: !!binary aGk=\nlist: [1, {a: 2}, []]\nempty: {}\n__proto__: {a: 1}\n';
  const values = readValues(text, 'helm4');
  expect(reviveValues(structuredClone(values))).toEqual(values);
});
