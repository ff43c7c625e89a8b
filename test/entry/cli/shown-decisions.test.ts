import { expect, test } from 'vitest';
import { describeDecisions, shownDecisions } from '../../../src/entry/cli/shown-decisions.ts';
import { releaseState } from '../../pipeline/release-scene.ts';

const said = { id: 'p-1', verdict: 'approved', by: 'ann', via: 'api', at: 't1' } as const;
const proposed = { id: 'p-2', at: '', branch: 'b', commit: 'c', approvedBy: ['cleo'], rejectedBy: ['dan'] };
const sealed = { id: 'p-2', user: 'bob', verdict: 'rejected', at: 't2', reason: 'no', seal: 'x' } as const;

test('names who decided of the version that waits, and of the last one', () => {
  const promotion = {
    last: { id: 'p-1', at: '', values: {} },
    waiting: { id: 'p-2', since: '' },
    approved: { id: 'p-2', by: 'joe', at: 't3' },
    rejected: { id: 'p-0', by: 'joe', at: 't0', reason: 'old' },
    ...{ decisions: [sealed, { ...sealed, id: 'p-0' }], proposed },
  };
  const shown = shownDecisions(releaseState({ promotion, decided: [said, { ...said, id: 'p-0' }] }));
  expect(shown.map(({ version, by, via }) => [version, by, via])).toEqual([
    ['promoted', 'ann', 'api'],
    ['waiting', 'joe', undefined],
    ['waiting', 'bob', 'api'],
    ['waiting', 'cleo', 'review'],
    ['waiting', 'dan', 'review'],
  ]);
  expect(JSON.stringify(shown)).not.toContain('seal');
  expect(describeDecisions(shown)).toBe(
    'p-1 promoted, approved by ann (api) at t1; p-2 waits, approved by joe at t3, rejected by bob (api) at t2: no, ' +
      'approved by cleo (review), rejected by dan (review)',
  );
});

test('says nothing where nobody has, and of a version that waits again not what was said before it was promoted', () => {
  expect(describeDecisions(shownDecisions(releaseState()))).toBeUndefined();
  const promotion = { last: { id: 'p-1', at: '', values: {} }, waiting: { id: 'p-1', since: '' } };
  expect(shownDecisions(releaseState({ promotion, decided: [said] }))).toEqual([]);
});
