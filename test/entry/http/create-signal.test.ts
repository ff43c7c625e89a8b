import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSignal } from '../../../src/entry/http/create-signal.ts';

describe('a signal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('set before the wait is kept, and set twice wakes once', async () => {
    const signal = createSignal();
    signal.set();
    signal.set();
    expect(await signal.wait(10)).toBe(true);
    const second = signal.wait(10);
    await vi.advanceTimersByTimeAsync(10);
    expect(await second).toBe(false);
  });

  test('set during the wait ends it and its timer', async () => {
    const signal = createSignal();
    const wait = signal.wait(1000);
    signal.set();
    expect(await wait).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('set after the time ran out, before the waiter goes on, is not lost', async () => {
    const signal = createSignal();
    const wait = signal.wait(10);
    vi.advanceTimersByTime(10);
    signal.set();
    expect(await wait).toBe(true);
  });

  test('set after the wait is for the next one', async () => {
    const signal = createSignal();
    const wait = signal.wait(10);
    await vi.advanceTimersByTimeAsync(10);
    expect(await wait).toBe(false);
    signal.set();
    expect(await signal.wait(10)).toBe(true);
  });
});
