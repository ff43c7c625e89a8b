import { describe, expect, test } from 'vitest';
import { ANSWERS } from './digests.table.ts';
import { evaluate } from './evaluate.ts';

describe('checksums', () => {
  test.each(ANSWERS)('%s gives what Helm gives', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });
});
