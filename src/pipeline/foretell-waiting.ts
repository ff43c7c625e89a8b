/**
 * Takes two looks at a repository and what a release's plan between them is, returns what a person will be asked before it is
 * carried out, as the daemon asks. Reads nothing: what went within the last day, and what was confirmed, only the daemon knows.
 */
import type { ReleaseState } from '../foundation/state/release-state.ts';
import { type RevisionChanges, successorOf } from './compare-revisions.ts';
import type { PreparedRelease } from './context.ts';
import { definitionId, type ReleaseDefinition } from './definitions/release-definition.ts';
import { countEmptied } from './hold-emptied.ts';
import { foreignMessage, isKnown, isMadeFrom, otherInstallation } from './plan/our-revision.ts';
import type { Plan } from './plan/plan.ts';
import type { Preview } from './preview-revision.ts';
import { decideRemoval, holdsVolumes, isMassRemoval } from './remediate/decide-removal.ts';
import { findRename } from './remediate/find-rename.ts';
import {
  emptiedId,
  emptiedReason,
  type Leaving,
  lostReason,
  removalId,
  renameReason,
} from './remediate/removal-reasons.ts';
import { chartName, knownBy } from './remember-release.ts';
import type { SyncedRevision } from './sync-revision.ts';

export interface Foretold {
  readonly waits?: Waiting | undefined;
  /** Where it lives on. */
  readonly to?: ReleaseDefinition | undefined;
}

export interface Waiting {
  /** `confirm r-shop-prod` */
  readonly for: string;
  readonly reason: string;
}

export interface Comparison {
  readonly before: SyncedRevision;
  readonly after: SyncedRevision;
  readonly changes: RevisionChanges;
}

/** Of a release that stays defined. */
export function foretellEmptied({ definition }: Pick<PreparedRelease, 'definition'>, plan: Plan): Waiting | undefined {
  const going = countEmptied(plan.changes);
  return going === 0 ? undefined : { for: `confirm ${emptiedId(definition)}`, reason: emptiedReason(going) };
}

/** Of a release that somebody else has made: it is taken over where it is what git says, else as `adopt` says. `own`: our state namespace. */
export function foretellAdoption(
  { checkout, definition }: Pick<PreparedRelease, 'checkout' | 'definition'>,
  { base, state, own }: { base: Preview['base']; state: ReleaseState | undefined; own: string },
): Waiting | undefined {
  const { adopt } = definition.settings;
  if (base === undefined || adopt === 'always' || base.record.info.status === 'uninstalled') return undefined;
  const { record, isSame } = base;
  const other = otherInstallation(record, own);
  if (isKnown(state, { ...record, other }) || isMadeFrom(record, { own, repository: checkout.repository }))
    return undefined;
  const isTaken = isSame && record.info.status === 'deployed' && adopt === 'same' && other === undefined;
  return isTaken ? undefined : { for: 'adopt: always', reason: foreignMessage(record, { adopt, other }) };
}

/** Of one that is new: it may be one that goes, under another name. */
export function foretellInstall(comparison: Comparison, { definition }: PreparedRelease): Waiting | undefined {
  for (const { definition: former } of comparison.changes.removed) {
    if (successorOf(former, comparison.after.defined) !== undefined) continue;
    if (renamedTo(comparison, former) !== definition) continue;
    const leaving = leavingOf(former);
    return { for: `confirm ${removalId(leaving)}`, reason: renameReason(leaving, definition).reason };
  }
  return undefined;
}

/** Of one that is not defined any more, or elsewhere. */
export function foretellRemoval(comparison: Comparison, { definition }: PreparedRelease, plan: Plan): Foretold {
  const { before, after, changes } = comparison;
  if (after.problems.length + after.unreadFiles.length > 0)
    return { waits: { for: 'the mistakes above', reason: 'nothing goes while a definition is not understood' } };
  const leaving = leavingOf(definition);
  const asked = (reason: string): Waiting => ({ for: `confirm ${removalId(leaving)}`, reason });
  const objects = plan.changes.map(({ object }) => object);
  const to = successorOf(definition, after.defined);
  if (to !== undefined) return { to, ...(objects.some(holdsVolumes) ? { waits: asked('it holds volumes') } : {}) };
  const other = renamedTo(comparison, definition);
  const doubt = other ? renameReason(leaving, other) : lostReason(leaving, after);
  const { environment } = definition;
  const going = changes.removed.filter(
    (one) => one.definition.environment === environment && successorOf(one.definition, after.defined) === undefined,
  );
  const total = before.defined.filter((one) => one.environment === environment).length;
  const decision = decideRemoval({
    state: { onRemove: definition.settings.onRemove, deployed: { digest: '', helmRevision: 0, revision: '' } },
    kinds: objects.map(({ kind }) => kind),
    guarded: isMassRemoval(going.length, total),
    doubt: doubt?.reason,
  });
  return decision.removal === 'wait' ? { waits: asked(decision.reason) } : {};
}

function renamedTo({ before, after }: Comparison, former: ReleaseDefinition): ReleaseDefinition | undefined {
  const files = new Map(before.defined.map((one) => [definitionId(one), one.origin.place.file]));
  return findRename({
    state: leavingOf(former),
    defined: after.defined,
    chartOf: chartName,
    fileBefore: (app, environment) => files.get(definitionId({ app, environment })),
  });
}

function leavingOf(definition: ReleaseDefinition): Leaving {
  return { identity: definition, definition: knownBy(definition) };
}
