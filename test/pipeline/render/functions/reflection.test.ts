import { describe, expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { ANSWERS } from './reflection.table.ts';

describe('types and kinds', () => {
  test.each(ANSWERS)('%s gives what Helm gives', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });
});
