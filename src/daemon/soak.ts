/**
 * Waits until what was deployed, or rolled back to, has stood for its soak, and writes down that it is healthy. A workload
 * that stops being ready meanwhile is looked at as closely as after a deploy: what cannot recover ends the soak.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import { type KubernetesObject, keyId, objectKey } from '../foundation/manifest/object.ts';
import { releaseFields } from '../pipeline/context.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import { observeRelease } from '../pipeline/observe/observe-release.ts';
import type { Readiness } from '../pipeline/observe/readiness.ts';
import { withHealthy } from '../pipeline/remember-release.ts';
import { anotherTry, type Entry, type Loop } from './release-entry.ts';
import { noteSet } from './release-group.ts';
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
  const soak: Soak = { version, rolledBack, timer: undefined, ended, over, doubts: new Map() };
  entry.soak = soak;
  const { prepared } = entry;
  const { definition } = prepared;
  const onBad = (readiness: Readiness) => loop.leaveSoak(entry, { soak, readiness });
  const checks = runChecks(loop, { prepared, ended: ended.signal, over: over.signal, onBad });
  const finish = async () => {
    over.abort();
    await checks;
    while (soak.doubts.size > 0) await Promise.all(soak.doubts.values());
    if (soak.ended.signal.aborted) return;
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
        const { fault, message } = asHelmGitopsError(thrown);
        if (fault === 'internal') loop.emit({ event: 'internal.error', message });
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
