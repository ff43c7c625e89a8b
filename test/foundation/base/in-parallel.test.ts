import { describe, expect, test } from 'vitest';
import { inParallel } from '../../../src/foundation/base/in-parallel.ts';

describe('inParallel', () => {
  test('does no more than so many at a time, and keeps the order', async () => {
    let [running, most] = [0, 0];
    const items = Array.from({ length: 40 }, (_, index) => index);
    const results = await inParallel(3, items, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, item % 4));
      running -= 1;
      return item * 2;
    });
    expect(results).toEqual(items.map((item) => item * 2));
    expect(most).toBe(3);
  });

  test('fails with the first failure, and gives its place to the next', async () => {
    const done: number[] = [];
    const act = async (item: number) => {
      if (item === 1) throw new Error('one');
      done.push(item);
    };
    await expect(inParallel(1, [0, 1, 2, 3], act)).rejects.toThrow('one');
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual([0, 2, 3]);
  });
});
