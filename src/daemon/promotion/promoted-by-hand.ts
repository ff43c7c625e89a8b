/**
 * Finds in git what somebody has promoted by `helm-gitops promote` since the daemon did: that is no edit which a person has to
 * be asked about, where the version comes from one of the environments that the target gets its versions from anyway.
 */
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { planTakeBack, promotionLine } from '../../pipeline/plan-take-back.ts';
import type { SyncedRevision } from '../../pipeline/sync-revision.ts';
import { type Promoting, readState } from './promoting.ts';

/** Keys that still are as the newest such commit gave them. */
export async function promotedByHand(
  promoting: Promoting,
  target: PreparedRelease,
  synced: SyncedRevision,
): Promise<ReadonlySet<string>> {
  const key = definitionId(target.definition);
  const { revision } = target.checkout;
  const before = promoting.byHand.get(key);
  if (before?.revision === revision) return before.keys;
  const keys = new Set(await findKeys(promoting, target, synced));
  promoting.byHand.set(key, { revision, keys });
  return keys;
}

async function findKeys(
  promoting: Promoting,
  target: PreparedRelease,
  { defined }: SyncedRevision,
): Promise<readonly string[]> {
  const { access, compat } = promoting;
  const { checkout, definition } = target;
  const last = (await readState(promoting, target))?.promotion?.last?.commit;
  const search = { line: promotionLine(definition, definition.promote?.from), known: last };
  const change = await access.findChange(checkout, search);
  // Somebody may have merged the daemon's own with something else in it.
  if (change === undefined || change.commit === last) return [];
  const at = (commit: string) => access.filesAt(checkout.repository, commit);
  const [good, bad, head] = await Promise.all([at(change.parent), at(change.commit), access.filesOf(checkout)]);
  const question = { prepared: target, defined, compat, past: { good, bad }, head, commit: change.commit, by: '' };
  const plan = await planTakeBack(question);
  return plan.plan === 'ready' ? plan.keys : [];
}
