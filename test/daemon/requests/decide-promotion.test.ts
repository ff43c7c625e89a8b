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
  ['another one', 'approve', { id: 'p-0' }, { message: 'p-0 does not wait any more, p-1 does' }, undefined],
])('%s', (_, verb, given, answer, decided) => {
  const state = releaseState({ promotion: { waiting, approved: { id: 'p-0', by: 'x', at: '' } } });
  const made = decidePromotion(state, { verb, arguments: given }, around);
  expect(made).toMatchObject(answer);
  expect(made.state?.(state).promotion).toEqual(decided && { waiting, ...decided });
});

test('said again it is the same decision, until another version waits', () => {
  const ask = (state: ReturnType<typeof releaseState>, verb = 'approve', by = 'ann', reason?: string) =>
    decidePromotion(state, { verb, arguments: { id: 'p-1', by, ...(reason ? { reason } : {}) } }, around);
  const waits = releaseState({ promotion: { waiting } });
  const approved = ask(waits).state?.(waits) ?? waits;
  expect(ask(approved)).toEqual({ outcome: 'done', message: `p-1 by ann, since ${at}`, since: at });
  expect(ask(approved, 'approve', 'bob').state).toBeDefined();
  const rejected = ask(approved, 'reject', 'ann', 'no').state?.(approved) ?? approved;
  expect(ask(rejected, 'reject', 'ann', 'no')).toMatchObject({ outcome: 'done', since: at });
  expect(ask(rejected, 'reject', 'ann', 'another').since).toBeUndefined();
  expect(ask(rejected).since).toBeUndefined();
  const last = { id: 'p-1', at, values: {} };
  expect(ask({ ...approved, promotion: { last } })).toMatchObject({ outcome: 'done', since: at });
  expect(ask({ ...approved, promotion: { last: { ...last, id: 'p-2' } } })).toMatchObject({
    ...{ outcome: 'refused', message: 'p-1 does not wait any more' },
  });
  expect(ask({ ...approved, promotion: { waiting, last } }).since).toBeUndefined();
});

test('nothing waits', () => {
  expect(decidePromotion(releaseState(), { verb: 'approve', arguments: {} }, around).message).toBe(
    'no promotion waits for a person',
  );
});
