import { describe, expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { ANSWERS } from './words.table.ts';

describe('functions over words', () => {
  test.each(ANSWERS)('%s gives what Helm gives', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });
});
