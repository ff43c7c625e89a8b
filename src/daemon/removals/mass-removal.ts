/** Whether too many of an environment's releases would go within a day. Those that went are kept in the environment's state. */
import type { StateStore } from '../../foundation/state/open-state.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { EnvironmentState } from '../../foundation/state/shared-state.ts';
import { isMassRemoval } from '../../pipeline/remediate/decide-removal.ts';

interface Environment {
  readonly states: StateStore;
  readonly environment: string;
  readonly leaving: number;
  readonly mine: readonly ReleaseState[];
}

/** With those that went within the last day. */
export async function isTooMany(now: Date, { states, environment, leaving, mine }: Environment): Promise<boolean> {
  const removals = (await states.environment(environment))?.body.removals ?? [];
  // What is still there was begun, and is counted among those that leave.
  const here = new Set(mine.map(({ identity }) => placeOf(identity)));
  const before = recent(removals, now).filter(({ release }) => !here.has(release)).length;
  const total = mine.filter(({ identity }) => identity.environment === environment).length;
  return isMassRemoval(leaving + before, total + before);
}

/** Milliseconds. */
const day = 86_400_000;

const recent = (removals: NonNullable<EnvironmentState['removals']>, now: Date) =>
  removals.filter(({ at }) => now.getTime() - Date.parse(at) < day);

const placeOf = ({ namespace, release }: ReleaseState['identity']): string => `${namespace}/${release}`;

/** Before it goes, so that the next one that would go knows of it. What a person confirmed does not count. */
export async function countRemoval(now: Date, states: StateStore, { identity, removal }: ReleaseState): Promise<void> {
  if (removal?.confirmed) return;
  const { environment: name } = identity;
  const gone = { release: placeOf(identity), at: now.toISOString() };
  await states.changeEnvironment(name, (state) => {
    const others = recent(state?.removals ?? [], now).filter(({ release }) => release !== gone.release);
    return { ...(state ?? { format: 1, name }), removals: [...others, gone].slice(-mostRemovals) };
  });
}

/** More than is ever counted. */
const mostRemovals = 500;
