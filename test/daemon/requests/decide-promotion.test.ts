import { expect, test } from 'vitest';
import { decidePromotion } from '../../../src/daemon/requests/decide-promotion.ts';
import { releaseState, time } from '../../pipeline/release-scene.ts';

const waiting = { id: 'p-1', since: 'then' };
const at = time.toISOString();
const around = { gates: ['approval'], now: time } as const;

test.each<[string, string, Record<string, unknown>, object, object | undefined]>([
  ['approved', 'approve', { id: 'p-1', by: 'ann' }, { outcome: 'done' }, { approved: { id: 'p-1', by: 'ann', at } }],
  ['approved by nobody in particular', 'approve', {}, {}, { approved: { id: 'p-1', by: 'unknown', at } }],
  [
    'rejected',
    'reject',
    { id: 'p-1', by: 'bob', reason: 'no' },
    { message: 'p-1 by bob: no' },
    { rejected: { id: 'p-1', by: 'bob', at, reason: 'no' } },
  ],
  [
    'rejected without a reason',
    'reject',
    { reason: ' ' },
    { outcome: 'refused', message: 'it needs a reason' },
    undefined,
  ],
  ['another one', 'approve', { id: 'p-0' }, { message: 'what waits is p-1, no longer p-0' }, undefined],
])('%s', (_, verb, given, answer, decided) => {
  const state = releaseState({ promotion: { waiting, approved: { id: 'p-0', by: 'x', at: '' } } });
  const made = decidePromotion(state, { verb, arguments: given }, around);
  expect(made).toMatchObject(answer);
  expect(made.state?.(state).promotion).toEqual(decided && { waiting, ...decided });
});

test('nothing waits', () => {
  expect(decidePromotion(releaseState(), { verb: 'approve', arguments: {} }, around).message).toBe(
    'no promotion waits for a person',
  );
});
