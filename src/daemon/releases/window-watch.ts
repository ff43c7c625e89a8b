/** Tells when the sync windows of releases open and close, once for all that share them, and looks again at what may go on. */
import type { Emit } from '../../foundation/events/event-bus.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import { describeWindow, type WindowState, windowAt } from '../../pipeline/plan/sync-window.ts';

export interface WindowWatchOptions {
  readonly emit: Emit;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Called for each release whose windows have opened. */
  readonly onOpened: (id: string) => void;
}

export interface WindowWatch {
  /** Its windows may have changed, or there may be none. */
  follow(definition: ReleaseDefinition): void;
  forget(id: string): void;
}

/** Releases of one environment with the same windows. */
interface Group {
  readonly definition: ReleaseDefinition;
  readonly ids: Set<string>;
  state: WindowState;
}

/** Milliseconds: a clock that was set, or a machine that slept, is noticed after this. */
const longest = 60_000;

export function createWindowWatch({ emit, now, signal, onOpened }: WindowWatchOptions): WindowWatch {
  const groups = new Map<string, Group>();
  let timer: NodeJS.Timeout | undefined;
  const forget = (id: string) => {
    for (const [key, { ids }] of groups) if (ids.delete(id) && ids.size === 0) groups.delete(key);
  };
  const look = () => {
    if (signal.aborted) return;
    const moment = now().getTime();
    for (const group of groups.values()) {
      if (group.state.turns === undefined || group.state.turns > moment) continue;
      const before = group.state.open;
      group.state = windowAt(windowsOf(group.definition), moment);
      if (group.state.open === before) continue;
      emit(turnOf(group));
      if (group.state.open) for (const id of group.ids) onOpened(id);
    }
    schedule();
  };
  const schedule = () => {
    clearTimeout(timer);
    const turns = [...groups.values()].flatMap(({ state }) => state.turns ?? []);
    if (turns.length === 0) return;
    timer = setTimeout(look, Math.min(longest, Math.max(1, Math.min(...turns) - now().getTime()))).unref();
  };
  return {
    follow(definition) {
      const id = definitionId(definition);
      const windows = windowsOf(definition);
      const key = JSON.stringify([definition.cluster, definition.environment, windows]);
      const known = groups.get(key);
      if (known?.ids.has(id)) return;
      forget(id);
      if (windows.length === 0) return;
      if (known) known.ids.add(id);
      else groups.set(key, { definition, ids: new Set([id]), state: windowAt(windows, now().getTime()) });
      if (!known) schedule();
    },
    forget,
  };
}

const windowsOf = ({ settings }: ReleaseDefinition) => settings.sync.windows ?? [];

function turnOf({ definition, ids, state: { open, turns } }: Group) {
  const { cluster, environment } = definition;
  const windows = windowsOf(definition).flat().map(describeWindow).join(', ');
  const until = turns === undefined ? {} : { until: new Date(turns).toISOString() };
  const event = open ? ('window.opened' as const) : ('window.closed' as const);
  return { event, cluster, environment, releases: ids.size, windows, ...until };
}
