/**
 * What is remembered of the groups of one cluster, in the state of their environments: read once, then kept by what is
 * written. Changes are made one after the other; nobody else writes there while the Lease is held.
 */
import type { StateStore } from '../../foundation/state/open-state.ts';
import type { EnvironmentState, GroupState } from '../../foundation/state/shared-state.ts';
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';

export interface GroupStore {
  read(environment: string, name: string): Promise<GroupState>;
  /** Given the same object back, nothing is written. */
  change(environment: string, name: string, change: (group: GroupState) => GroupState): Promise<void>;
  /** Helm's revisions of this release that its group may go back to, as far as that has been read. */
  keptVersions(definition: ReleaseDefinition): number[];
}

export function createGroupStore(states: Pick<StateStore, 'environment' | 'changeEnvironment'>): GroupStore {
  const known = new Map<string, readonly GroupState[]>();
  let last: Promise<unknown> = Promise.resolve();
  const groupsOf = async (environment: string) => {
    const groups = known.get(environment) ?? (await states.environment(environment))?.body.groups ?? [];
    known.set(environment, groups);
    return groups;
  };
  const write = async (environment: string, after: GroupState) => {
    let written: readonly GroupState[] = [];
    await states.changeEnvironment(environment, (stored) => {
      const state: EnvironmentState = stored ?? { format: 1, name: environment };
      written = [...(state.groups ?? []).filter(({ name }) => name !== after.name), after];
      return { ...state, groups: written };
    });
    known.set(environment, written);
  };
  const read = async (environment: string, name: string) => find(await groupsOf(environment), name);
  return {
    read,
    async change(environment, name, change) {
      const changed = last.then(async () => {
        const before = await read(environment, name);
        const after = change(before);
        if (after !== before) await write(environment, after);
      });
      last = changed.catch(() => undefined);
      await changed;
    },
    keptVersions({ app, environment, settings }) {
      const { group } = settings.rollback;
      if (group === undefined) return [];
      const { set, former } = find(known.get(environment) ?? [], group);
      const members = [set, former].flatMap((one) => one?.members ?? []);
      return members.filter((member) => member.app === app).map(({ version }) => version);
    },
  };
}

const find = (groups: readonly GroupState[], name: string): GroupState =>
  groups.find((group) => group.name === name) ?? { name };
