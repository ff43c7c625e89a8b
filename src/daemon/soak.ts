/** Waits until what was deployed has stood for its soak, and writes down that it is healthy. */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import { releaseFields } from '../pipeline/context.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import { anotherTry, type Entry, type Loop } from './release-entry.ts';

/** Healthy is what was ready and stayed so: only that is ever rolled back to. */
export function beginSoak(loop: Loop, entry: Entry, version: number): void {
  endSoak(entry);
  const { definition, digest, checkout } = entry.prepared;
  const finish = async () => {
    entry.soak = undefined;
    await loop.context.states.change(
      definition.namespace,
      definition.releaseName,
      (state: ReleaseState | undefined) => {
        if (state?.deployed?.helmRevision !== version) return state;
        const at = loop.context.now().toISOString();
        const healthy = { version, digest, revision: checkout.revision, at };
        return { ...state, healthy, clean: { version, objects: loop.marks(definitionId(definition)) } };
      },
    );
    loop.emit({ event: 'release.healthy', ...releaseFields(entry.prepared), version });
  };
  const wait = (pause: number) => {
    const timer = setTimeout(() => {
      if (loop.context.signal.aborted) return;
      finish().catch((thrown) => {
        const { fault, message } = asHelmGitopsError(thrown);
        if (fault === 'internal') loop.emit({ event: 'internal.error', message });
        else if (!entry.soak && loop.entries.get(definitionId(definition)) === entry) wait(anotherTry);
      });
    }, pause);
    timer.unref();
    entry.soak = { version, timer };
  };
  wait(definition.settings.rollback.soak);
}

export function endSoak(entry: Entry): void {
  if (entry.soak) clearTimeout(entry.soak.timer);
  entry.soak = undefined;
}
