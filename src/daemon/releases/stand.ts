/** What follows when a release is as git says, just deployed or found so: it is told, shown, watched, and soaks. */
import { formatDuration } from '../../foundation/base/duration.ts';
import type { GoMap } from '../../foundation/template/value.ts';
import { fromJson } from '../../foundation/yaml/plain-json.ts';
import { type PreparedRelease, releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { ReconcileResult } from '../../pipeline/reconcile-result.ts';
import { describeChanges } from '../../pipeline/values/describe-changes.ts';
import { noteSet } from '../rollback/release-group.ts';
import type { Entry, Loop } from './release-entry.ts';
import { beginSoak } from './soak.ts';
import { isToldObserved } from './stand-observed.ts';

export async function stand(
  loop: Loop,
  entry: Entry,
  result: Extract<ReconcileResult, { result: 'deployed' | 'settled' | 'superseded' }>,
): Promise<void> {
  const { prepared } = entry;
  const { definition, checkout, chart } = prepared;
  const fields = releaseFields(prepared);
  const id = definitionId(definition);
  entry.attempts = { digest: '', count: 0 };
  const isTakenOver = isToldObserved(entry) && result.result === 'settled' && result.state !== undefined;
  entry.told = undefined;
  if (result.result === 'deployed') {
    loop.drifts.deployed(definition);
    const before = fromJson(result.before ?? {}) as GoMap;
    const { secretKeys } = result;
    const { values: after, layers } = prepared;
    const changed = result.before && describeChanges({ before, after, layers, secretKeys });
    loop.emit({
      event: 'release.deployed',
      ...fields,
      version: result.version,
      previous: result.previous,
      chart: `${chart.metadata.name}-${chart.metadata.version}`,
      commit: checkout.revision,
      author: checkout.commit?.author,
      duration: result.duration,
      trigger: result.trigger,
      changed,
      ...wayOf(loop, prepared),
    });
    await loop.onStanding(prepared, result.version, true);
    beginSoak(loop, entry, { version: result.version });
    return;
  }
  const state = (await loop.context.states.read(definition.namespace, definition.releaseName))?.state;
  const version = state?.deployed?.helmRevision;
  if (version === undefined) return;
  loop.emit({ event: isTakenOver ? 'release.adopted' : 'release.unchanged', ...fields, version });
  loop.model.set(id, {
    health: 'healthy',
    message: undefined,
    version,
    ...(state?.deployed?.revision ? { commit: state.deployed.revision } : {}),
  });
  await loop.onStanding(prepared, version, false);
  if (state?.healthy?.version !== version || state.healthy.at === undefined) beginSoak(loop, entry, { version });
  // A crash may have come between the last soak and that.
  else await noteSet(loop, prepared);
}

/** Of what was deployed just now, where it is a change of what git says. */
function wayOf({ model }: Loop, { definition, checkout }: PreparedRelease) {
  const own = model.deliveries(definition.app).find(({ environment }) => environment === definition.environment);
  const last = own?.path.at(-1);
  if (own === undefined || last?.revision !== checkout.revision) return {};
  const path = own.path.map(({ environment, stageTime }) => `${environment} ${formatDuration(stageTime ?? 0)}`);
  return { lead: last.leadTime, ...(path.length > 1 ? { path: path.join(', ') } : {}) };
}
