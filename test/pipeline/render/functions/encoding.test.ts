import { describe, expect, test } from 'vitest';
import { ANSWERS } from './encoding.table.ts';
import { evaluate } from './evaluate.ts';

describe('base64 and base32', () => {
  test.each(ANSWERS)('%s gives what Helm gives', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });
});
