import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLookAgain } from '../../../src/daemon/removals/look-again.ts';

function scene() {
  const looks: string[] = [];
  const ending = new AbortController();
  const again = createLookAgain(
    (cluster, repository) => void looks.push(`${cluster} ${repository}`),
    ending.signal,
    Date.now,
  );
  return { looks, again, ending };
}

describe('looking again', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('of one cluster and repository at most one look waits, however often it is asked for', () => {
    const { looks, again } = scene();
    for (let times = 0; times < 5; times += 1) again('east', 'fleet', 1000);
    vi.advanceTimersByTime(10_000);
    expect(looks).toEqual(['east fleet']);
  });

  test('each cluster and each repository has its own', () => {
    const { looks, again } = scene();
    again('east', 'fleet', 1000);
    again('west', 'fleet', 1000);
    again('east', 'other', 1000);
    vi.advanceTimersByTime(1000);
    expect(looks).toEqual(['east fleet', 'west fleet', 'east other']);
  });

  test('the sooner of two counts', () => {
    const { looks, again } = scene();
    again('east', 'fleet', 60_000);
    again('east', 'fleet', 2000);
    again('east', 'fleet', 30_000);
    vi.advanceTimersByTime(2000);
    expect(looks).toEqual(['east fleet']);
    vi.advanceTimersByTime(100_000);
    expect(looks).toEqual(['east fleet']);
  });

  test('after a look the next one can be asked for', () => {
    const { looks, again } = scene();
    again('east', 'fleet', 1000);
    vi.advanceTimersByTime(1000);
    again('east', 'fleet', 1000);
    vi.advanceTimersByTime(1000);
    expect(looks).toHaveLength(2);
  });

  test('a daemon that ends looks no more', () => {
    const { looks, again, ending } = scene();
    again('east', 'fleet', 1000);
    ending.abort();
    again('west', 'fleet', 1000);
    vi.advanceTimersByTime(1000);
    expect(looks).toEqual([]);
  });
});
