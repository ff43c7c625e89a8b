/**
 * Decides when standing drift is put right and does it: after `after`, within its windows, not while the release is
 * suspended; twice as long after each time that the same manager did it again, and after `limit` of them no more.
 */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../foundation/cluster/cluster-error.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { keyId } from '../../foundation/manifest/object.ts';
import { accountOf, clientFor } from '../../pipeline/act-for.ts';
import { correctDrift } from '../../pipeline/correct-drift.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import { observedBy } from '../../pipeline/observed-by.ts';
import { driftFields, type Standing, type Todo } from './drift-report.ts';
import type { DriftRelease } from './drift-watch.ts';
import type { MayCorrect } from './may-correct.ts';

export interface CorrectionsOptions {
  readonly client: ClusterClient;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly mayCorrect: MayCorrect;
  readonly onError: (id: string, error: unknown) => void;
  /** It is still there, as it was told. */
  readonly isStanding: (id: string, entry: Standing) => boolean;
  readonly onCorrected: (release: DriftRelease, entry: Standing) => void;
  readonly onFailed: (release: DriftRelease, entry: Standing) => Promise<void>;
}

export interface Corrections {
  /** `told` is called once, with what will be done and when, before anything is. */
  plan(release: DriftRelease, entry: Standing, told: (todo: Todo) => void): Promise<void>;
  /** Its fights are over: it was deployed anew. */
  forget(id: string): void;
}

interface Fight {
  times: number;
  last: number;
}

/** A manager that did not come back for this long has stopped fighting. */
const peaceAfter = 600_000;
/** A timer cannot wait longer. */
const longest = 2_147_483_647;
/** A suspended release is asked about again. */
const askAgain = 60_000;

export function createCorrections(options: CorrectionsOptions): Corrections {
  const fights = new Map<string, Fight>();
  const plan: Corrections['plan'] = async (release, entry, told) => {
    const { definition } = release;
    const { pause, times } = nextPause({ fights, now: options.now().getTime() }, definition, entry);
    const gaveUp = times > definition.settings.drift.limit;
    entry.gaveUp = gaveUp;
    const wait = await options.mayCorrect(definition);
    const willBe = !gaveUp && wait !== undefined;
    told(willBe ? { action: 'correct', in: Math.max(pause, wait) } : { action: 'report' });
    if (times > 2 || gaveUp)
      options.emit({
        event: 'drift.fighting',
        ...driftFields(
          definition,
          entry,
          willBe ? { action: 'correct', in: Math.max(pause, wait) } : { action: 'report' },
        ),
        times,
        pause,
        ...(gaveUp ? { gaveUp } : {}),
      });
    if (!gaveUp) schedule(options, { release, entry }, Math.max(pause, wait ?? askAgain));
  };
  return {
    plan,
    forget(id) {
      for (const key of fights.keys()) if (key.startsWith(`${id} `)) fights.delete(key);
    },
  };
}

/** `after`, doubled from a second on each time that the same manager did it again. */
function nextPause(
  { fights, now }: { fights: Map<string, Fight>; now: number },
  definition: ReleaseDefinition,
  { drift }: Standing,
): { pause: number; times: number } {
  const key = `${definitionId(definition)} ${keyId(drift.key)} ${drift.manager}`;
  const known = fights.get(key);
  const { after, limit } = definition.settings.drift;
  // Who has won is not fought again until the release is deployed anew.
  const isOn = known && (now - known.last < peaceAfter || known.times > limit);
  const fight = isOn ? known : { times: 0, last: now };
  fights.set(key, fight);
  const pause = fight.times === 0 ? after : Math.max(after, 1000 * 2 ** Math.min(fight.times, 9));
  fight.times += 1;
  fight.last = now;
  return { pause, times: fight.times };
}

interface Task {
  readonly release: DriftRelease;
  readonly entry: Standing;
}

function schedule(options: CorrectionsOptions, task: Task, pause: number): void {
  setTimeout(() => void run(options, task), Math.min(pause, longest)).unref();
}

/** What trying again at once would not change. */
const refusals = [
  'cluster.bad-request',
  'cluster.denied',
  'cluster.forbidden',
  'cluster.invalid',
  'cluster.too-large',
] as const;

async function run(options: CorrectionsOptions, task: Task): Promise<void> {
  const { release, entry } = task;
  const { definition } = release;
  const id = definitionId(definition);
  const isOver = () => options.signal.aborted || !options.isStanding(id, entry) || entry.wasAccepted;
  if (isOver()) return;
  const started = options.now().getTime();
  try {
    const wait = await options.mayCorrect(definition);
    if (wait !== 0) return schedule(options, task, wait ?? askAgain);
    if (isOver()) return;
    const client = clientFor(options.client, accountOf(definition));
    // Another tool may have come since it was deployed.
    if ((await observedBy({ client, signal: options.signal }, definition)) !== undefined) return;
    await correctDrift(client, entry.drift, { ignore: definition.settings.drift.ignore, signal: options.signal });
    const duration = options.now().getTime() - started;
    options.emit({ event: 'drift.corrected', ...driftFields(definition, entry, { action: 'correct' }), duration });
    options.onCorrected(release, entry);
  } catch (error) {
    if (isClusterError(error, ...refusals)) {
      const { message, hint } = error;
      const wait = definition.settings.sync.interval;
      options.emit({
        event: 'drift.failed',
        ...driftFields(definition, entry, { action: 'correct', in: wait }),
        ...(hint ? { message, hint } : { message }),
      });
      return schedule(options, task, wait);
    }
    options.onError(id, error);
    await options.onFailed(release, entry).catch((again: unknown) => options.onError(id, again));
  }
}
