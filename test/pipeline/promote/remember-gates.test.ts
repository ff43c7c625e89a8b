import { describe, expect, test } from 'vitest';
import type { Gate } from '../../../src/pipeline/promote/gates.ts';
import { rememberGates } from '../../../src/pipeline/promote/remember-gates.ts';

const [then, now] = [new Date('2026-11-20T11:00:00Z'), new Date('2026-11-20T12:00:00Z')];
const healthy: Gate = { name: 'healthy', of: 'web/dev', open: true, message: 'web/dev is healthy' };
const check: Gate = { name: 'check', of: 'up of web/dev', open: true, measured: 'HTTP 200', message: 'check up' };
const before = rememberGates(undefined, { id: 'p-1', gates: [healthy, check] }, then);

describe('gates are remembered', () => {
  test('with what was measured, since now', () => {
    const since = then.toISOString();
    expect(before).toEqual({
      id: 'p-1',
      gates: [
        { name: 'healthy', of: 'web/dev', open: true, since },
        { name: 'check', of: 'up of web/dev', open: true, since, measured: 'HTTP 200' },
      ],
    });
  });

  test.each<[string, { id?: string; gates: readonly Gate[] }, readonly string[] | undefined]>([
    ['once, whatever their messages', { gates: [{ ...healthy, message: 'else' }, check] }, undefined],
    ['anew from when they open or close', { gates: [{ ...healthy, open: false }, check] }, ['12', '11']],
    ['since before, where something else is measured', { gates: [healthy, { ...check, measured: 'x' }] }, ['11', '11']],
    ['anew for another version', { id: 'p-2', gates: [healthy, check] }, ['12', '12']],
    ['without those that are gone', { gates: [check] }, ['11']],
  ])('%s', (_, { id = 'p-1', gates }, hours) => {
    expect(rememberGates(before, { id, gates }, now)?.gates.map(({ since }) => since.slice(11, 13))).toEqual(hours);
  });
});
