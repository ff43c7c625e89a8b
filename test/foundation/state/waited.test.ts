import { expect, test } from 'vitest';
import { hasWaited, madeBefore, withDecision, withWaited } from '../../../src/foundation/state/waited.ts';
import { releaseState } from '../../pipeline/release-scene.ts';

const waiting = (id: string) => releaseState({ promotion: { waiting: { id, since: '' } } });

test('what does not wait any more is remembered, a bounded number of it, and what waits again is not twice', () => {
  expect(withWaited(undefined, waiting('p-1')).waited).toBeUndefined();
  expect(withWaited(waiting('p-1'), waiting('p-1')).waited).toBeUndefined();
  expect(withWaited(waiting('p-1'), releaseState()).waited).toEqual(['p-1']);
  let state = waiting('p-0');
  for (let number = 1; number < 30; number++)
    state = withWaited(state, { ...state, promotion: { waiting: { id: `p-${number}`, since: '' } } });
  expect(state.waited).toHaveLength(20);
  expect(state.waited?.at(-1)).toBe('p-28');
  const again = withWaited(state, { ...state, promotion: { waiting: { id: 'p-28', since: '' } } });
  const over = withWaited(again, { ...again, promotion: {} });
  expect(over.waited?.filter((id) => id === 'p-28')).toEqual(['p-28']);
  expect([hasWaited(over, 'p-28'), hasWaited(over, 'p-0')]).toEqual([true, false]);
});

test("each person's last word of each version, and a name that is claimed is another person", () => {
  const said = { id: 'p-1', verdict: 'approved', by: 'ann', via: 'api', at: 'then' } as const;
  const { via: _via, ...claimed } = said;
  let state = withDecision(releaseState(), said);
  state = withDecision(state, { ...claimed, at: 'later' });
  state = withDecision(state, { ...said, verdict: 'rejected', at: 'now', reason: 'no' });
  expect(state.decided?.map(({ verdict, at }) => [verdict, at])).toEqual([
    ['approved', 'later'],
    ['rejected', 'now'],
  ]);
  expect(madeBefore(state, claimed)?.at).toBe('later');
  expect(madeBefore(state, { ...said, id: 'p-2' })).toBeUndefined();
  expect([hasWaited(state, 'p-1'), hasWaited(state, 'p-2')]).toEqual([true, false]);
});
