/**
 * Takes changes back in git that were rolled back and ended well, where `rollback.revert` says so: looks at each release whose
 * quarantine stands, plans the edits, and writes them as one commit, to the branch that is followed or to one of its own.
 * What was written is known again by its trailers: neither a restart nor a second daemon makes two.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import type { GoMap } from '../../foundation/template/value.ts';
import { fromJson } from '../../foundation/yaml/plain-json.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { planRevert, type RevertPlan } from '../../pipeline/plan-revert.ts';
import { incidentId, incidentTrailer } from '../../pipeline/remediate/describe-revert.ts';
import { shortRevision } from '../../pipeline/source/checkout.ts';
import { createLooks, type Looks } from '../create-looks.ts';
import type { Read } from '../removals/removals.ts';
import { carryOut, withdraw } from './carry-out-revert.ts';
import { type Looked, note, type Owed, type Reverting, type RevertParts, takenBack, tell } from './reverting.ts';

/** Events after which a change may have to be taken back. */
export const revertTriggers: ReadonlySet<string> = new Set(['release.healthy', 'request.done']);

/** Milliseconds: what went wrong is tried again after so long. */
const again = 30_000;

export function createReverts(parts: RevertParts, last: Read): Looks {
  const reverting: Reverting = { ...parts, last, told: new Map(), searched: new Map() };
  return createLooks(async () => ((await lookAtAll(reverting)) ? again : undefined), parts.signal);
}

/** True where something has to be tried again though nothing happens. */
async function lookAtAll(reverting: Reverting): Promise<boolean> {
  const { last, sessions, signal } = reverting;
  const { concerned, isComplete } = await findConcerned(reverting);
  let isOwed = !isComplete;
  for (const { synced } of [...last.values()]) {
    for (const prepared of synced.releases) {
      const { settings, cluster, namespace, releaseName } = prepared.definition;
      const context = sessions.get(cluster)?.session.context;
      if (settings.rollback.revert === 'none' || settings.mode === 'observe' || context === undefined) continue;
      if (!concerned.has(JSON.stringify([cluster, namespace, releaseName]))) continue;
      try {
        await lookAt(reverting, { prepared, synced, context });
      } catch (thrown) {
        if (signal.aborted) return false;
        tellFailed(reverting, prepared, thrown);
        isOwed = true;
      }
    }
  }
  return isOwed;
}

/** Releases that had an incident, as JSON of cluster, namespace and name: of no other one the state is read. */
async function findConcerned(reverting: Reverting): Promise<{ concerned: ReadonlySet<string>; isComplete: boolean }> {
  const concerned = new Set<string>();
  let isComplete = true;
  for (const [cluster, { session }] of reverting.sessions) {
    try {
      for (const { identity, incident } of await session.known.all())
        if (incident) concerned.add(JSON.stringify([cluster, identity.namespace, identity.release]));
    } catch (thrown) {
      const error = asHelmGitopsError(thrown);
      // That a cluster is out of reach is told by who watches it.
      if (error.fault === 'internal') reverting.emit(internalError(error));
      isComplete = false;
    }
  }
  return { concerned, isComplete };
}

function tellFailed(reverting: Reverting, prepared: PreparedRelease, thrown: unknown): void {
  const error = asHelmGitopsError(thrown);
  const { message, hint } = error;
  if (error.fault === 'internal') reverting.emit(internalError(error));
  else tell(reverting, prepared, { event: 'revert.failed', message, hint });
}

async function lookAt(reverting: Reverting, looked: Looked): Promise<void> {
  const { prepared, context } = looked;
  const { namespace, releaseName } = prepared.definition;
  const state = (await context.states.read(namespace, releaseName))?.state;
  const incident = state?.incidents?.at(-1);
  if (state === undefined || incident?.outcome !== 'healthy') return;
  const done = incident.revert?.outcome ?? 'dropped';
  if (done !== 'dropped' && done !== 'proposed') return;
  const owed = { ...looked, state, incident };
  if (await findWritten(reverting, owed)) return;
  const { quarantine } = state;
  const stands = quarantine?.helmRevision === incident.from && quarantine.digest === incident.digest && !quarantine.by;
  if (done === 'proposed') return stands ? undefined : await withdraw(reverting, owed);
  if (!stands) return;
  const plan = await makePlan(reverting, owed);
  if (plan.revert === 'none') return;
  if (plan.revert === 'impossible') return await leaveToPerson(reverting, owed, plan);
  await carryOut(reverting, owed, plan);
}

/** What was written before a crash could note it down, or by another daemon. */
async function findWritten(reverting: Reverting, owed: Owed): Promise<boolean> {
  const { prepared, incident } = owed;
  const { checkout, definition } = prepared;
  const id = definitionId(definition);
  const looked = `${incidentId(id, incident)} ${checkout.revision}`;
  if (reverting.searched.get(id) === looked || !isCommit(incident.revision)) return false;
  const trailer = incidentTrailer(id, incident);
  const commit = await reverting.findCommit(checkout, trailer, incident.revision);
  reverting.searched.set(id, looked);
  if (commit === undefined) return false;
  await note(reverting, owed, { outcome: 'committed', commit, message: takenBack(commit) });
  return true;
}

const isCommit = (revision: string): boolean => /^[0-9a-f]{40,64}$/.test(revision);

async function makePlan(
  reverting: Reverting,
  { prepared, synced, context, state, incident }: Owed,
): Promise<RevertPlan> {
  const { definition, checkout } = prepared;
  const { elsewhere } = definition.origin;
  const id = definitionId(definition);
  const byHand = `take back by hand what ${shortRevision(incident.revision)} did to it, or commit a fix`;
  const impossible = (reason: string, message: string): RevertPlan => {
    return { revert: 'impossible', reason, message: `${id}: ${message}`, hint: byHand };
  };
  if (elsewhere !== undefined)
    return impossible(
      'elsewhere',
      `it is defined in ${elsewhere}; only repositories of the configuration are written to`,
    );
  const good = state.deployed?.revision ?? 'unknown';
  if (!isCommit(good) || !isCommit(incident.revision))
    return impossible(
      'no-commit',
      'what ran before and what failed are not both commits, so nothing says what changed',
    );
  const history = context.history(recordsNamespace(definition), definition.releaseName);
  const [failed, healthy] = await Promise.all([history.get(incident.from), history.get(incident.to ?? 0)]);
  if (!failed || !healthy)
    return impossible('no-record', 'Helm has no record any more of what ran before, or of what failed');
  const { repository } = checkout;
  const filesAt = (commit: string) => reverting.filesAt(repository, commit);
  const past = await Promise.all([filesAt(good), filesAt(incident.revision)]).catch((thrown) => {
    if (asHelmGitopsError(thrown).code === 'git.revision-not-found') return undefined;
    throw thrown;
  });
  if (past === undefined) return impossible('no-commit', 'what ran before or what failed is in no branch any more');
  const nameOf = ({ chart }: { chart: Record<string, unknown> }) => {
    const { name, version } = (chart['metadata'] ?? {}) as Record<string, unknown>;
    return `${name}-${version}`;
  };
  return await planRevert({
    incident,
    prepared,
    defined: synced.defined,
    compat: reverting.compat,
    values: { good: fromJson(healthy.record.config) as GoMap, bad: fromJson(failed.record.config) as GoMap },
    charts: { good: nameOf(healthy.record), bad: nameOf(failed.record) },
    past: { good: past[0], bad: past[1] },
    head: await reverting.filesOf(checkout),
    secretKeys: state.deployed?.secretKeys,
  });
}

async function leaveToPerson(
  reverting: Reverting,
  owed: Owed,
  { reason, message, hint }: Extract<RevertPlan, { revert: 'impossible' }>,
): Promise<void> {
  const { prepared, incident } = owed;
  const id = incidentId(definitionId(prepared.definition), incident);
  if (incident.revert?.message !== `not taken back in git: ${message}`)
    await note(reverting, owed, { outcome: 'dropped', message: `not taken back in git: ${message}` });
  tell(reverting, prepared, { event: 'revert.impossible', id, from: incident.from, reason, message, hint });
}
