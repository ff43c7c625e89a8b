import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownBranch } from '../../../src/pipeline/source/own-branch.ts';

test.each([
  ['web', 'prod', 'web-prod', undefined],
  ['web-a', 'b', 'web-a-b', undefined],
  ['web', 'a-b', 'web_a-b', 'web-a-b'],
  ['web-a', 'b-c', 'web-a_b-c', 'web-a-b-c'],
])('%s in %s', (app, environment, branch, earlier) => {
  const named = (name: string) => `helm-gitops/promote/${name}`;
  expect(ownBranch('promote', { app, environment })).toEqual({
    branch: named(branch),
    ...(earlier === undefined ? {} : { earlier: named(earlier) }),
  });
});

test('no two targets have one name, and none stands in the way of another as a folder', () => {
  const name = fc.stringMatching(/^[ab]([-ab]{0,4}[ab])?$/);
  const target = fc.record({ app: name, environment: name });
  fc.assert(
    fc.property(target, target, (one, other) => {
      const [left, right] = [one, other].map((each) => ownBranch('revert', each).branch) as [string, string];
      fc.pre(one.app !== other.app || one.environment !== other.environment);
      expect(left).not.toBe(right);
      expect(left.startsWith(`${right}/`)).toBe(false);
    }),
    { numRuns: 5000 },
  );
});
