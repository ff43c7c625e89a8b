import { expect, test } from 'vitest';
import { openDeadline } from '../../../src/foundation/http/open-deadline.ts';

test('ends with the outer signal, with its reason', () => {
  const outer = new AbortController();
  const deadline = openDeadline(outer.signal, 60_000);
  outer.abort('why');
  expect([deadline.signal.aborted, deadline.signal.reason]).toEqual([true, 'why']);
  expect(openDeadline(outer.signal, 60_000).signal.reason).toBe('why');
});

test('ends with the time', async () => {
  const { signal } = openDeadline(undefined, 1);
  await new Promise((aborted) => signal.addEventListener('abort', aborted));
  expect((signal.reason as Error).name).toBe('TimeoutError');
});

test('once closed, ends with nothing', () => {
  const outer = new AbortController();
  const deadline = openDeadline(outer.signal, 60_000);
  deadline.close();
  outer.abort();
  expect(deadline.signal.aborted).toBe(false);
});
