/**
 * What follows when health turns bad while a revision soaks: the revision is left, or, where it repeats an earlier one
 * already, nothing more is tried and it is said so. One that is not the newest any more is nobody's business.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import type { DeployedSource } from '../../foundation/state/release-state.ts';
import { type PreparedRelease, releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { Readiness } from '../../pipeline/observe/readiness.ts';
import { readinessError } from '../../pipeline/observe/readiness-error.ts';
import { stepIncident, tellIncident } from '../../pipeline/record-incident.ts';
import { rememberUnhealthy } from '../../pipeline/remember-failure.ts';
import { anotherTry, type Entry, type Loop, type Turn } from '../releases/release-entry.ts';
import type { Soak } from '../releases/soak.ts';
import { failedHint, rollBack } from './roll-back.ts';

export interface BadSoak {
  readonly soak: Pick<Soak, 'version' | 'rolledBack'>;
  readonly readiness: Readiness;
}

/** Before the release is looked at again. */
export function leaveBadSoak(loop: Loop, id: string, { enqueue, ...bad }: BadSoak & Pick<Turn, 'enqueue'>): void {
  const ask = () => {
    const entry = loop.entries.get(id);
    if (!entry || loop.context.signal.aborted) return;
    entry.actions.push(async (slot) => {
      try {
        await endBadSoak(loop, entry, { ...bad, turn: { slot, enqueue } });
      } catch (thrown) {
        if (loop.context.signal.aborted) return;
        if (asHelmGitopsError(thrown).fault === 'internal') loop.emit(internalError(thrown, id));
        else setTimeout(ask, anotherTry).unref();
      }
    });
    enqueue(id);
  };
  ask();
}

async function endBadSoak(
  loop: Loop,
  entry: Entry,
  { soak, readiness, turn }: BadSoak & { turn: Turn },
): Promise<void> {
  const { context, emit, model } = loop;
  const { definition } = entry.prepared;
  const { namespace, releaseName, settings } = definition;
  const { version, rolledBack } = soak;
  const state = (await context.states.read(namespace, releaseName))?.state;
  const { deployed } = state ?? {};
  if (!state || deployed?.helmRevision !== version) return;
  const fields = releaseFields(entry.prepared);
  const id = definitionId(entry.prepared.definition);
  const isTold = model.releases().some((view) => `${view.app}/${view.environment}` === id && view.health === 'failed');
  const { object, message } = readiness;
  if (!isTold) emit({ event: 'release.unhealthy', ...fields, object, message });
  const owed = !rolledBack && settings.rollback.on.includes('unhealthy');
  const left = leftInputs(entry.prepared, rolledBack ? undefined : deployed);
  await rememberUnhealthy(context, left, { version, error: readinessError(readiness), readiness, owed });
  if (owed) {
    const marks = await context.history(recordsNamespace(definition), releaseName).marks();
    const versions = marks.map((mark) => mark.version);
    const { reason } = readiness;
    await rollBack(loop, entry, { turn, prepared: left, version, versions, reason, message, readiness });
  } else if (rolledBack) {
    const to = state.healthy?.version ?? version;
    const why = `revision ${version} repeats revision ${to} and has turned bad too: ${object}: ${message}`;
    emit({ event: 'rollback.failed', ...fields, from: version, to, message: why, hint: failedHint });
    const incident = state.incidents?.findLast((one) => one.version === version);
    if (!incident) return;
    const step = { from: incident.from, what: why, change: { outcome: 'failed' } } as const;
    const ended = await stepIncident(context, left.definition, step);
    tellIncident(loop, left, { incident: ended, logs: readiness.culprit?.logs });
  }
}

/** What runs, which is not what git says by now where that waits for a window. */
function leftInputs(prepared: PreparedRelease, deployed: DeployedSource | undefined): PreparedRelease {
  if (deployed === undefined || deployed.digest === prepared.digest) return prepared;
  const checkout = { ...prepared.checkout, revision: deployed.revision, commit: undefined };
  return { ...prepared, digest: deployed.digest, checkout };
}
