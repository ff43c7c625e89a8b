/**
 * Keeps what people have frozen in one cluster: all of it, or single environments. Nothing is deployed, put right, promoted
 * or taken away there until somebody lifts it or its time is over; rollbacks go on. It is remembered in the state.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import type { StateStore } from '../../foundation/state/open-state.ts';
import { freezeAt, isOver, readFreezes } from '../../foundation/state/read-freezes.ts';
import type { Freeze } from '../../foundation/state/shared-state.ts';

export interface Freezes {
  /** What holds this environment; that of the whole cluster first. */
  of(environment: string): Freeze | undefined;
  /** `environment` undefined: the whole cluster. */
  set(environment: string | undefined, freeze: Freeze): Promise<void>;
  /** False: nothing was frozen. */
  lift(environment: string | undefined, by: string): Promise<boolean>;
  /** Told after each that is lifted. */
  follow(lifted: (environment: string | undefined) => void): void;
}

export interface FreezesOptions {
  readonly cluster: string;
  readonly states: Pick<StateStore, 'daemon' | 'environments' | 'changeDaemon' | 'changeEnvironment'>;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** Milliseconds: a clock that was set, or a machine that slept, is noticed after this. */
const longest = 60_000;

export async function openFreezes(options: FreezesOptions): Promise<Freezes> {
  const { cluster, states, emit, now, signal } = options;
  const frozen = await readFreezes(states);
  const followers: ((environment: string | undefined) => void)[] = [];
  const write = async (environment: string | undefined, freeze: Freeze | undefined) => {
    const change = <State extends { freeze?: Freeze }>({ freeze: _before, ...state }: State) =>
      freeze === undefined ? state : { ...state, freeze };
    if (environment === undefined) await states.changeDaemon((state) => state && (change(state) as typeof state));
    else
      await states.changeEnvironment(environment, (state) => {
        const known = state ?? { format: 1 as const, name: environment };
        return change(known) as typeof known;
      });
  };
  const lift = async (environment: string | undefined, by: string) => {
    if (!frozen.has(environment)) return false;
    await write(environment, undefined);
    frozen.delete(environment);
    emit({ event: 'freeze.lifted', cluster, ...(environment === undefined ? {} : { environment }), by });
    for (const lifted of followers) lifted(environment);
    return true;
  };
  const tell = (environment: string | undefined, { by, reason, until }: Freeze) => {
    const where = environment === undefined ? {} : { environment };
    emit({ event: 'freeze.set', cluster, ...where, by, ...(reason ? { reason } : {}), ...(until ? { until } : {}) });
  };
  const look = () => {
    if (signal.aborted) return;
    for (const [environment, freeze] of frozen)
      if (isOver(freeze, now().getTime()))
        lift(environment, 'its end').catch((error) => {
          if (asHelmGitopsError(error).fault === 'internal' && !signal.aborted) emit(internalError(error));
        });
    schedule();
  };
  let timer: NodeJS.Timeout | undefined;
  const schedule = () => {
    clearTimeout(timer);
    const ends = [...frozen.values()].flatMap(({ until }) => (until === undefined ? [] : Date.parse(until)));
    if (ends.length === 0) return;
    const pause = Math.min(...ends) - now().getTime();
    timer = setTimeout(look, Math.min(longest, Math.max(shortest, pause))).unref();
  };
  // A new process tells again what holds.
  for (const [environment, freeze] of frozen) tell(environment, freeze);
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  schedule();
  return {
    of: (environment) => freezeAt(frozen, environment, now().getTime()),
    async set(environment, freeze) {
      await write(environment, freeze);
      frozen.set(environment, freeze);
      tell(environment, freeze);
      schedule();
    },
    lift,
    follow: (lifted) => void followers.push(lifted),
  };
}

/** Milliseconds until an end that could not be written down is tried again. */
const shortest = 1_000;
