/**
 * What is remembered in one cluster of all releases, as far as it says whose they are: asked for once, then kept by what is
 * read and written. Nobody else writes there while the Lease is held.
 */
import type { StateStore } from '../../foundation/state/open-state.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { ReleaseStates } from '../../pipeline/context.ts';
import { hasBegun } from '../../pipeline/remediate/decide-removal.ts';

export type KnownState = Pick<ReleaseState, 'identity' | 'definition'> & {
  /** Something was deployed, or begun. */
  readonly begun: boolean;
  /** Something went wrong with it, however long ago. */
  readonly incident: boolean;
  /** A version is proposed for it. */
  readonly proposed: boolean;
};

export interface KnownStates extends ReleaseStates {
  /** Of this installation. */
  all(): Promise<readonly KnownState[]>;
}

/** `told`: of each state that is read or written. */
export function createKnownStates(
  store: Pick<StateStore, 'list' | 'read' | 'change' | 'remove' | 'installation'>,
  told: (state: ReleaseState) => void = () => undefined,
): KnownStates {
  const known = new Map<string, KnownState>();
  /** Written while the list was under way. */
  const newer = new Set<string>();
  let listed: Promise<void> | undefined;
  const keep = (key: string, state: ReleaseState) => {
    known.set(key, briefOf(state));
    told(state);
  };
  const note = (namespace: string, release: string, state: ReleaseState | undefined) => {
    const key = `${namespace}/${release}`;
    newer.add(key);
    if (state?.identity.installation === store.installation) keep(key, state);
    else known.delete(key);
  };
  const list = async () => {
    newer.clear();
    for (const { state } of await store.list()) {
      const { installation, namespace, release } = state.identity;
      const key = `${namespace}/${release}`;
      if (installation === store.installation && !newer.has(key)) keep(key, state);
    }
  };
  return {
    async all() {
      listed ??= list().catch((error: unknown) => {
        listed = undefined;
        throw error;
      });
      await listed;
      return [...known.values()];
    },
    async read(namespace, release) {
      const stored = await store.read(namespace, release);
      note(namespace, release, stored?.state);
      return stored;
    },
    async change(namespace, release, change) {
      let after: ReleaseState | undefined;
      await store.change(namespace, release, (before) => {
        after = change(before);
        return after;
      });
      if (after !== undefined) note(namespace, release, after);
    },
    async remove(namespace, release) {
      await store.remove(namespace, release);
      note(namespace, release, undefined);
    },
  };
}

function briefOf(state: ReleaseState): KnownState {
  const { identity, definition, incidents = [], promotion } = state;
  const said = definition === undefined ? {} : { definition };
  const proposed = promotion?.proposed !== undefined;
  return { identity, ...said, begun: hasBegun(state), incident: incidents.length > 0, proposed };
}
