import { describe, expect, test } from 'vitest';
import { countingSources, evaluate, evaluationError } from './evaluate.ts';

describe('random functions', () => {
  test.each([
    ['randAlphaNum 40', /^[0-9A-Za-z]{40}$/],
    ['randAlpha 40', /^[A-Za-z]{40}$/],
    ['randNumeric 40', /^[0-9]{40}$/],
    ['randAscii 200', /^[ -~]{200}$/],
    ['randAlphaNum 0', /^$/],
    ['randAlpha -1', /^$/],
    ['randBytes 16', /^[A-Za-z0-9+/]{22}==$/],
    ['uuidv4', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['randInt 5 8', /^[567]$/],
    ['randInt -3 -2', /^-3$/],
  ])('%s has its shape and tells the sources', (expression, shape) => {
    const names: string[] = [];
    expect(evaluate(expression, { sources: countingSources({ onRandom: (name) => names.push(name) }) })).toMatch(shape);
    expect(names).toEqual([expression.split(' ')[0]]);
  });

  test('equal bytes give equal results, other bytes others', () => {
    const of = (byte: number) =>
      evaluate('randAlphaNum 8', { sources: countingSources({ randomBytes: (n) => new Uint8Array(n).fill(byte) }) });
    expect(of(1)).toBe(of(1));
    expect(of(1)).not.toBe(of(2));
  });

  test('every character of an alphabet turns up, none beyond', () => {
    const drawn = new Set(evaluate('randAlphaNum 2000'));
    expect(drawn.size).toBe(62);
  });

  test('shuffle keeps the runes', () => {
    const shuffled = evaluate('shuffle "abcdé"');
    expect([...shuffled].sort().join('')).toBe('abcdé');
  });

  test.each([
    ['randInt 5 5', 'invalid argument to Intn'],
    ['randInt 5 3', 'invalid argument to Intn'],
    ['randBytes -1', 'runtime error: makeslice: len out of range'],
  ])('%s fails as in Go', (expression, message) => {
    expect(evaluationError(expression)).toBe(message);
  });
});
