import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSet } from '../../src/config/parse-set.ts';

describe('parseSet', () => {
  test.each<[string, unknown]>([
    ['a=1', [{ path: ['a'], value: 1 }]],
    ['a.b.c=x', [{ path: ['a', 'b', 'c'], value: 'x' }]],
    [
      'a=1,b=true,c=null',
      [
        { path: ['a'], value: 1 },
        { path: ['b'], value: true },
        { path: ['c'], value: null },
      ],
    ],
    ['a={x,y,1}', [{ path: ['a'], value: ['x', 'y', 1] }]],
    ['a={}', [{ path: ['a'], value: [] }]],
    [
      'a={x},b=2',
      [
        { path: ['a'], value: ['x'] },
        { path: ['b'], value: 2 },
      ],
    ],
    ['a[0].b=x', [{ path: ['a', 0, 'b'], value: 'x' }]],
    ['a[0][1]=x', [{ path: ['a', 0, 1], value: 'x' }]],
    ['a=x\\,y', [{ path: ['a'], value: 'x,y' }]],
    ['a\\.b=\\1', [{ path: ['a.b'], value: '1' }]],
    ['a=0123', [{ path: ['a'], value: '0123' }]],
    ['a=b=c', [{ path: ['a'], value: 'b=c' }]],
    ['a=', [{ path: ['a'], value: '' }]],
    ['a=1.5', [{ path: ['a'], value: '1.5' }]],
  ])('%s', (text, expected) => {
    expect(parseSet(text)).toEqual(expected);
  });

  test.each(['a', '=1', 'a..b=1', 'a,b=1', 'a={x', 'a[x]=1', 'a[-1]=1', 'a[99999]=1', 'a={x}y=1'])(
    '%s is refused',
    (text) => {
      expect(() => parseSet(text)).toThrow();
    },
  );

  test('whatever is given, it ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '.', '=', ',', '{', '}', '[', ']', '0', '\\'), { maxLength: 30 }),
        (parts) => {
          try {
            parseSet(parts.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
