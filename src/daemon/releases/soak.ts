/**
 * Waits until what was deployed, or rolled back to, has stood for its soak, and writes down that it is healthy. A workload
 * that stops being ready meanwhile is looked at as closely as after a deploy: what cannot recover ends the soak.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import { type KubernetesObject, keyId, objectKey } from '../../foundation/manifest/object.ts';
import { releaseFields } from '../../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import { observeRelease } from '../../pipeline/observe/observe-release.ts';
import type { Readiness } from '../../pipeline/observe/readiness.ts';
import { withHealthy } from '../../pipeline/remember-release.ts';
import { membersOf, noteSet } from '../rollback/release-group.ts';
import { anotherTry, type Entry, type Loop } from './release-entry.ts';
import { runChecks } from './soak-checks.ts';

export interface Soak {
  readonly version: number;
  /** It repeats an earlier revision: it is never rolled back in its turn. */
  readonly rolledBack: boolean;
  timer: NodeJS.Timeout | undefined;
  /** Ends with the soak. */
  readonly ended: AbortController;
  /** Its time is over. */
  readonly over: AbortController;
  /** It has stood its own time: it may still wait for others of its group. */
  due: boolean;
  /** By workload that is not ready: until it is known whether it becomes so. */
  readonly doubts: Map<string, Promise<void>>;
}

/** Healthy is what was ready and stayed so: only that is ever rolled back to. */
export function beginSoak(
  loop: Loop,
  entry: Entry,
  { version, rolledBack = false }: { version: number; rolledBack?: boolean },
): void {
  // Another look at what soaks already does not begin it anew.
  if (entry.soak?.version === version) return;
  endSoak(entry);
  const [ended, over] = [new AbortController(), new AbortController()];
  const soak: Soak = { version, rolledBack, timer: undefined, ended, over, due: false, doubts: new Map() };
  entry.soak = soak;
  const { prepared } = entry;
  const { definition } = prepared;
  const onBad = (readiness: Readiness) => loop.leaveSoak(entry, { soak, readiness });
  const checks = runChecks(loop, { prepared, ended: ended.signal, over: over.signal, onBad });
  const finish = async () => {
    await undoubted(soak);
    if (ended.signal.aborted) return;
    soak.due = true;
    if (!rolledBack && isStillMoving(loop, definition)) return wait(groupPause);
    over.abort();
    await checks;
    await undoubted(soak);
    if (ended.signal.aborted) return;
    const healthy = { version, objects: loop.marks(definitionId(definition)), at: loop.context.now().toISOString() };
    await loop.context.states.change(definition.namespace, definition.releaseName, (state) =>
      withHealthy(state, healthy),
    );
    await noteSet(loop, entry.prepared);
    if (entry.soak === soak) entry.soak = undefined;
    loop.emit({ event: 'release.healthy', ...releaseFields(entry.prepared), version });
  };
  const wait = (pause: number) => {
    soak.timer = setTimeout(() => {
      if (loop.context.signal.aborted) return;
      finish().catch((thrown) => {
        if (asHelmGitopsError(thrown).fault === 'internal') loop.emit(internalError(thrown));
        else if (entry.soak === soak && loop.entries.get(definitionId(definition)) === entry) wait(anotherTry);
      });
    }, pause);
    soak.timer.unref();
  };
  wait(definition.settings.rollback.soak);
}

export function endSoak(entry: Entry): void {
  clearTimeout(entry.soak?.timer);
  entry.soak?.ended.abort();
  entry.soak = undefined;
}

async function undoubted({ doubts }: Soak): Promise<void> {
  while (doubts.size > 0) await Promise.all(doubts.values());
}

/** Milliseconds between looks at the others of a group. */
const groupPause = 500;

/**
 * Others of its group go forward, or have not stood their own soak. What went forward together may do harm to each other
 * until the last has proved itself; so each soaks until then.
 */
function isStillMoving({ entries }: Loop, definition: ReleaseDefinition): boolean {
  const others = membersOf({ entries }, definition).filter(
    ({ prepared }) => prepared.definition.app !== definition.app,
  );
  return others.some(({ soak, running }) => (soak ? !soak.rolledBack && !soak.due : running?.begun !== undefined));
}

interface Doubt {
  readonly object: KubernetesObject;
  /** It cannot become ready, or has not in time. */
  readonly onBad: (readiness: Readiness) => void;
}

/** A workload of what soaks is not ready any more. */
export function doubtSoak(loop: Loop, entry: Entry, { object, onBad }: Doubt): void {
  const { soak } = entry;
  const key = keyId(objectKey(object));
  if (!soak || soak.doubts.has(key)) return;
  const { client, watches, now, signal } = loop.context;
  const observed = observeRelease({
    client,
    objects: [object],
    timeout: entry.prepared.definition.settings.timeout,
    signal: AbortSignal.any([signal, soak.ended.signal]),
    now,
    ...(watches ? { watches } : {}),
  });
  const known = observed
    .finally(() => soak.doubts.delete(key))
    .then((seen) => {
      if (seen.status !== 'ready' && entry.soak === soak) onBad(seen.readiness);
    })
    .catch(() => undefined);
  soak.doubts.set(key, known);
}
