import { describe, expect, test } from 'vitest';
import type { ReleaseState } from '../../../src/foundation/state/release-state.ts';
import {
  decideRemedy,
  decideRollback,
  type Failure,
  outsideCause,
  type RemedyInput,
  rollbackTarget,
} from '../../../src/pipeline/remediate/decide-remedy.ts';

const identity = {
  installation: 'i',
  app: 'shop',
  environment: 'dev',
  repository: 'fleet',
  path: 'apps',
  namespace: 'web',
  release: 'shop',
};

/** What ran before: `healthy` and `deployed` as Helm revisions. */
function state({ healthy, deployed }: { healthy?: number; deployed?: number }): ReleaseState {
  return {
    format: 1,
    identity,
    onRemove: 'uninstall',
    ...(healthy === undefined ? {} : { healthy: { version: healthy, digest: 'd', revision: 'r' } }),
    ...(deployed === undefined ? {} : { deployed: { helmRevision: deployed, digest: 'd', revision: 'r' } }),
  };
}

const second = 1000;
const sync = {
  automatic: true,
  prune: true,
  suspend: false,
  wave: 0,
  interval: 600 * second,
  retry: { limit: 5, initial: 5 * second, max: 60 * second },
};
type Rollback = RemedyInput['settings']['rollback'];
const rollback: Rollback = {
  on: ['failure', 'unhealthy'],
  soak: 0,
  firstInstall: 'leave',
  revert: 'none',
  afterHooks: 'rollback',
  retryAfter: 0,
};

interface Given extends Partial<Failure> {
  state?: ReleaseState;
  versions?: number[];
  rollback?: Partial<Rollback>;
}

function decide({ state: before, versions = [1, 2], rollback: settings = {}, ...failure }: Given) {
  return decideRemedy({
    failure: { fault: 'cluster', wrote: true, version: 3, attempt: 1, ...failure },
    state: before,
    versions,
    settings: { sync, rollback: { ...rollback, ...settings } },
  });
}

const healthy = state({ healthy: 2, deployed: 2 });
const atInterval = (attempt: number) => ({ remedy: 'retry', in: 600 * second, attempt });

const rows: [sentence: string, given: Given, expected: object][] = [
  ['a workload that never became healthy is rolled back', { state: healthy }, { remedy: 'rollback', to: 2 }],
  ['a bug of ours is tried again at the interval', { fault: 'internal', state: healthy }, atInterval(1)],
  [
    'what may pass by itself is tried again at once after the first pause',
    { fault: 'transient', state: healthy },
    { remedy: 'retry', in: 5 * second, attempt: 1 },
  ],
  ['the pause doubles', { fault: 'transient', attempt: 3 }, { remedy: 'retry', in: 20 * second, attempt: 3 }],
  ['up to its maximum', { fault: 'transient', attempt: 5 }, { remedy: 'retry', in: 60 * second, attempt: 5 }],
  [
    'past the limit it is rolled back if something was written',
    { fault: 'transient', attempt: 6, state: healthy },
    { remedy: 'rollback', to: 2 },
  ],
  [
    'past the limit it is tried once an interval if nothing was',
    { fault: 'transient', attempt: 6, wrote: false, state: healthy },
    atInterval(6),
  ],
  [
    'also where nobody wants a rollback',
    { fault: 'transient', attempt: 6, state: healthy, rollback: { on: [] } },
    atInterval(6),
  ],
  ['also where there is nothing to roll back to', { fault: 'transient', attempt: 6 }, atInterval(6)],
  [
    'a wrong definition stops until the commit changes',
    { fault: 'user', wrote: false, state: healthy },
    { remedy: 'stop', impossible: undefined },
  ],
  ['one that was half applied is rolled back', { fault: 'user', state: healthy }, { remedy: 'rollback', to: 2 }],
  [
    'a failure before the first write rolls nothing back',
    { wrote: false, state: healthy },
    { remedy: 'stop', impossible: undefined },
  ],
  [
    'without rollback on failure it stops',
    { state: healthy, rollback: { on: ['unhealthy'] } },
    { remedy: 'stop', impossible: undefined },
  ],
  [
    'a first install is left for evidence',
    { version: 1, versions: [1] },
    { remedy: 'stop', impossible: 'no revision of this release has been healthy yet' },
  ],
  [
    'or uninstalled where the definition says so',
    { version: 1, versions: [1], rollback: { firstInstall: 'uninstall' } },
    { remedy: 'uninstall' },
  ],
  [
    'an upgrade of what was never healthy is not uninstalled',
    { rollback: { firstInstall: 'uninstall' } },
    { remedy: 'stop', impossible: 'no revision of this release has been healthy yet' },
  ],
];

describe('what follows a failed step', () => {
  test.each(rows)('%s', (_sentence, given, expected) => {
    expect(decide(given)).toEqual(expected);
  });
});

describe('where a rollback leads', () => {
  test.each<[string, ReleaseState | undefined, number[], number | undefined]>([
    ['to the last healthy revision, not the newer one that still soaks', state({ healthy: 1, deployed: 2 }), [1, 2], 1],
    ['to the one that ran before where none has soaked', state({ deployed: 2 }), [1, 2], 2],
    ['past a healthy one whose record is pruned', state({ healthy: 1, deployed: 2 }), [2], 2],
    ['never to the revision that fails', state({ healthy: 3, deployed: 3 }), [1, 2, 3], undefined],
    ['never to a newer one', state({ healthy: 4 }), [1, 2, 3, 4], undefined],
    ['nowhere without state', undefined, [1, 2], undefined],
    ['nowhere where no record is left', state({ healthy: 2 }), [], undefined],
  ])('%s', (_sentence, before, versions, expected) => {
    expect(rollbackTarget(before, versions, 3)).toBe(expected);
  });
});

describe('whether a rollback begins', () => {
  const question = { state: state({ healthy: 1, deployed: 2 }), versions: [1, 2, 3], failed: 3 };
  const hooks = ['Job/migrate (pre-upgrade, Succeeded)'];
  test.each([
    ['at once', {}, { rollback: 'begin', to: 1 }],
    ['after hooks too', { hooks }, { rollback: 'begin', to: 1 }],
    [
      'not after hooks where a person decides',
      { hooks, afterHooks: 'hold' },
      { rollback: 'hold', reason: 'hooks-ran' },
    ],
    [
      'nor while something outside is broken',
      { outside: 'web/dev: no node' },
      { rollback: 'hold', reason: 'outside-cause' },
    ],
    ['impossible without a healthy one', { state: undefined }, { rollback: 'impossible' }],
    ['impossible with one that turned bad in its soak alone', { state: turned() }, { rollback: 'impossible' }],
  ] as const)('%s', (_name, given, expected) => {
    const asked = { ...question, hooks: [], outside: undefined, afterHooks: 'rollback', ...given } as const;
    expect(decideRollback(asked)).toMatchObject(expected);
  });

  test('names what the target was made from, for more may be healthy when it runs', () => {
    const before = { ...state({ deployed: 5 }), healthy: { version: 3, digest: 'good', revision: 'c3' } };
    const question = { failed: 6, hooks: [], outside: undefined, afterHooks: 'rollback' } as const;
    const decided = (versions: number[]) => decideRollback({ ...question, state: before, versions });
    expect(decided([3, 5])).toEqual({ rollback: 'begin', to: 3, repeats: { digest: 'good', revision: 'c3' } });
    expect(decided([5])).toEqual({ rollback: 'begin', to: 5, repeats: { digest: 'd', revision: 'r' } });
  });

  function turned(): ReleaseState {
    const before = state({ deployed: 2 });
    return { ...before, deployed: { digest: 'd', revision: 'r', helmRevision: 2, unhealthy: true } };
  }

  test.each([
    [0, 0, false],
    [1, 1, true],
    [2, 1, true],
    [3, 1, false],
    [3, 2, true],
    [500, 1, false],
    [500, 2, true],
  ])('of %i releases that nobody touched %i bad ones are a cause outside: %s', (others, bad, is) => {
    const told = Array.from({ length: bad }, (_, index) => `r${index}: no node`);
    expect(outsideCause({ others, bad: told }) !== undefined).toBe(is);
  });
});
