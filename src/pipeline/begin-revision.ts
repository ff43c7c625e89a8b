/**
 * Writes down that a revision begins: the intent in state, then Helm's pending record. Takes the revision as it is
 * planned, returns its stored record; what an earlier one left behind is put in order as Helm does it.
 */
import { descriptions } from '../foundation/history/descriptions.table.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import type { ReleaseHistory, StoredRelease } from '../foundation/history/release-record.ts';
import { pendingRecord, withStatus } from './apply/revision-record.ts';
import type { ReleaseContext } from './context.ts';
import type { Revision } from './deploy-revision.ts';
import { isMadeFrom } from './plan/our-revision.ts';
import { withIdentity } from './remember-release.ts';

/** `follows`: the newest revision before it, which it is planned upon; none is known of one that is carried on. */
export interface BegunVersion {
  readonly version: number;
  readonly follows: number | undefined;
}

export interface BegunRevision extends Pick<BegunVersion, 'follows'> {
  readonly stored: StoredRelease;
  /** Objects may be there that were written client-side or by another program, or that a failed revision did not come to. */
  readonly handsOver: boolean;
}

/** The intent is in state before the pending record is written, so that a crash between them leaves no revision unexplained. */
export async function beginRevision(
  context: ReleaseContext,
  revision: Revision,
  history: ReleaseHistory,
): Promise<BegunRevision> {
  const { definition, op, action, digest, version, to, repeats } = revision;
  const { namespace, releaseName: name } = definition;
  let approved = false;
  await context.states.change(namespace, name, (before) => {
    const { healthy, clean, plan, ...rest } = withIdentity(before, context, definition);
    // Of a crash before the record is there nothing else would say that this was asked for.
    approved = action !== 'rollback' && plan?.approved !== undefined && plan.plan.inputs === digest;
    const state = approved ? { ...rest, plan } : rest;
    // Where counting begins anew, what is remembered of a number was another revision's.
    const known = version === 1 ? {} : { ...(healthy && { healthy }), ...(clean && { clean }) };
    const repeated = { ...(to === undefined ? {} : { to }), ...(repeats === undefined ? {} : { repeats }) };
    return { ...state, ...known, intent: { op, action, digest, version, ...repeated } };
  });
  const latest = await newestRevision(history);
  const previous = latest?.record;
  // Only the last revision may be pending: one that is left behind, ours or another's, has failed.
  if (latest?.record.info.status.startsWith('pending-'))
    await history.update(latest, withStatus(latest.record, 'failed', `Abandoned: ${latest.record.info.description}`));
  // A rollback leaves it as it is: that is how an uninstalled release comes back.
  if (action !== 'rollback' && latest?.record.info.status.startsWith('uninstall'))
    await history.update(latest, withStatus(latest.record, 'superseded', descriptions.superseded));
  const record = pendingRecord(
    {
      action,
      name,
      namespace,
      version,
      previous,
      chart: revision.chart,
      config: revision.config,
      manifest: revision.plan.manifest,
      hooks: revision.plan.hooks,
      notes: revision.notes,
      labels: revision.labels,
      now: context.now(),
      stateNamespace: context.stateNamespace,
    },
    revision.source,
  );
  const { apply_method: method, info } = previous ?? { apply_method: 'ssa', info: { status: 'deployed' } };
  const [repository = ''] = revision.source.split('@');
  const isOurs = previous === undefined || isMadeFrom(previous, { own: context.stateNamespace, repository });
  const handsOver = method !== 'ssa' || info.status !== 'deployed' || !isOurs;
  const stored = await history.create(record);
  // What was approved is being done, and is not to be done again.
  if (approved)
    await context.states.change(namespace, name, (state) => {
      if (state === undefined) return undefined;
      const { plan: _plan, ...rest } = state;
      return rest;
    });
  return { stored, handsOver, follows: previous?.version };
}
