import { expect, test } from 'vitest';
import { countRemoval, isTooMany } from '../../../src/daemon/removals/mass-removal.ts';
import type { StateStore } from '../../../src/foundation/state/open-state.ts';
import type { ReleaseState } from '../../../src/foundation/state/release-state.ts';
import type { EnvironmentState } from '../../../src/foundation/state/shared-state.ts';

const release = (name: string, more: object = {}) =>
  ({ identity: { environment: 'prod', namespace: 'shop', release: name }, ...more }) as ReleaseState;

function scene() {
  let kept: EnvironmentState | undefined;
  const states = {
    environment: async () => kept && { target: '', resourceVersion: '1', requests: [], body: kept },
    async changeEnvironment(_: string, change: (state: EnvironmentState | undefined) => EnvironmentState | undefined) {
      kept = change(kept);
    },
  } as unknown as StateStore;
  return { states, kept: () => kept };
}

const [morning, evening, nextDay] = ['08:00', '20:00', '32:00'].map(
  (at) => new Date(Date.parse('2026-11-20') + Number.parseInt(at, 10) * 3_600_000),
) as [Date, Date, Date];
const fleet = ['a', 'b', 'c', 'd', 'e', 'f'];

test('the third of six within a day is too many, and those of the day before do not count', async () => {
  const { states } = scene();
  for (const name of ['a', 'b']) await countRemoval(morning, states, release(name));
  const mine = fleet.slice(2).map((name) => release(name));
  const leaving = { states, environment: 'prod', leaving: 1, mine };
  expect(await isTooMany(evening, leaving)).toBe(true);
  expect(await isTooMany(nextDay, leaving)).toBe(false);
});

test('one that was begun and is tried again counts once', async () => {
  const { states, kept } = scene();
  for (const name of ['a', 'b', 'b']) await countRemoval(morning, states, release(name));
  expect(kept()?.removals).toHaveLength(2);
  const mine = fleet.slice(1).map((name) => release(name));
  expect(await isTooMany(evening, { states, environment: 'prod', leaving: 1, mine })).toBe(false);
});

test('what a person confirmed does not count', async () => {
  const { states, kept } = scene();
  await countRemoval(morning, states, release('a', { removal: { id: 'r', since: '', reason: '', confirmed: true } }));
  expect(kept()).toBeUndefined();
});
