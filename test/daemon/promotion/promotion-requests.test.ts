import { expect, test } from 'vitest';
import type { Promoting } from '../../../src/daemon/promotion/promoting.ts';
import { refreshRequest } from '../../../src/daemon/promotion/promotion-requests.ts';
import type { ProposedPromotion } from '../../../src/foundation/state/release-state.ts';
import type { PreparedRelease } from '../../../src/pipeline/context.ts';
import { definition, releaseState, settings, time } from '../../pipeline/release-scene.ts';

const request = { number: 7, url: 'https://git/7' };
const proposed = { id: 'p-1', at: 'then', branch: 'b', commit: 'c0ffee', request };

/** What is known of an open request a while later; `gates` are those of its target. */
async function refreshed(
  gates: typeof settings.promotion.gates,
  asked: readonly [string, number][],
  remembered: Partial<ProposedPromotion> = {},
  followed = true,
) {
  const calls: string[] = [];
  const forge = {
    readRequest: async () => {
      calls.push('read');
      return { ...request, state: gates.length === 0 ? 'closed' : 'open', head: 'c0ffee' };
    },
    reviews: async () => {
      calls.push('reviews');
      return [{ person: 'ann', verdict: 'approved' }];
    },
  };
  const states = { change: async () => undefined };
  const promoting = {
    ...{
      now: () => time,
      asked: new Map(asked),
      proposals: new Map(),
      pauseOf: () => 1000,
      forgeOf: async () => ({ forge }),
      isFollowedThere: async () => followed,
    },
    reviews: new Map(),
    sessions: new Map([[definition.cluster, { session: { context: { states } } }]]),
  } as unknown as Promoting;
  const own = { ...settings, promotion: { ...settings.promotion, gates } };
  const target = { definition: { ...definition, settings: own }, checkout: { repository: 'fleet' } };
  const state = await refreshRequest(
    promoting,
    target as unknown as PreparedRelease,
    releaseState({ promotion: { proposed: { ...proposed, ...remembered } } }),
  );
  return { calls, proposed: state?.promotion?.proposed };
}

test('a request that nobody has to review is looked after too: a person may have closed it', async () => {
  const { calls, proposed: known } = await refreshed([], []);
  expect({ calls, closed: known?.closed }).toEqual({ calls: ['read'], closed: true });
});

test('closed by the forge with the branch that it was to be merged into nobody has closed it', async () => {
  expect(await refreshed([], [], {}, false)).toEqual({ calls: ['read'], proposed: undefined });
  expect((await refreshed([], [], { closed: true }, false)).proposed?.closed).toBe(true);
});

test('of one that is reviewed the reviews are asked for', async () => {
  const { calls, proposed: known } = await refreshed([{ people: [{ forge: 'ann' }], count: 1 }], []);
  expect({ calls, by: known?.approvedBy }).toEqual({ calls: ['read', 'reviews'], by: ['ann'] });
});

test('it is not asked for more often than the repository', async () => {
  expect((await refreshed([], [['shop/dev', time.getTime() - 500]])).calls).toEqual([]);
  expect((await refreshed([], [['shop/dev', time.getTime() - 1000]])).calls).toEqual(['read']);
});

test('what the state says that somebody approved does not count before the forge says so', async () => {
  const { calls, proposed: known } = await refreshed(
    [{ people: [{ forge: 'ann' }], count: 1 }],
    [['shop/dev', time.getTime() - 500]],
    { approvedBy: ['ann'], rejectedBy: ['bob'] },
  );
  expect({ calls, known }).toMatchObject({ calls: [], known: { approvedBy: [], rejectedBy: ['bob'] } });
});
