/**
 * Answers `rollback --promote-back`: the version that an environment got last goes back in git, by a commit or a pull request as
 * its promotions go. What was written is known again by its trailer: a request that is answered twice makes one commit.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ForgeRequestName } from '../../foundation/state/release-state.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { planTakeBack, promotionLine, type TakeBack, takeBackTrailer } from '../../pipeline/plan-take-back.ts';
import { shortRevision } from '../../pipeline/source/checkout.ts';
import { ownBranch } from '../../pipeline/source/own-branch.ts';
import type { SyncedRevision } from '../../pipeline/sync-revision.ts';
import type { RevertAccess } from '../reverts/revert-access.ts';
import { changePromotion, type Promoting, readState, tell } from './promoting.ts';

export interface TakingBack {
  readonly promoting: Promoting;
  readonly access: RevertAccess;
  /** Reads a repository anew. */
  readonly look: (repository: string) => Promise<void>;
}

export interface TakeBackAnswer {
  readonly outcome: 'done' | 'refused';
  readonly message: string;
}

/** How often a lost race is run again. */
const attempts = 5;

/** `id`: `shop/prod` */
export async function takeBack(taking: TakingBack, id: string, by: string): Promise<TakeBackAnswer> {
  const repository = findRelease(taking.promoting, id)?.prepared.checkout.repository;
  // The last version may have been merged since the last look, and then the one before it would be taken back.
  if (repository !== undefined) await taking.look(repository);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const answer = await takeBackOnce(taking, id, by);
    if (answer !== 'moved') return answer;
  }
  return refuse(`the branch moved on ${attempts} times meanwhile; ask again in a moment`);
}

const refuse = (message: string): TakeBackAnswer => ({ outcome: 'refused', message });

async function takeBackOnce(taking: TakingBack, id: string, by: string): Promise<TakeBackAnswer | 'moved'> {
  const { promoting, access } = taking;
  const found = findRelease(promoting, id);
  if (found === undefined) return refuse('the release is not defined any more, or cannot be read');
  const { prepared, synced } = found;
  const { checkout, definition } = prepared;
  const { elsewhere } = definition.origin;
  if (elsewhere !== undefined)
    return refuse(`it is defined in ${elsewhere}; only repositories of the configuration are written to`);
  const known = (await readState(promoting, prepared))?.promotion;
  const search = { line: promotionLine(definition), known: known?.last?.commit };
  const change = await access.findChange(checkout, search);
  if (change === undefined) return refuse('no commit of the branch has given it a version of another environment');
  const at = (commit: string) => access.filesAt(checkout.repository, commit);
  const [good, bad, head] = await Promise.all([at(change.parent), at(change.commit), access.filesOf(checkout)]);
  const { defined } = synced;
  const { compat } = promoting;
  const question = { prepared, defined, compat, past: { good, bad }, head, commit: change.commit, by };
  const plan = await planTakeBack(question);
  if (plan.plan === 'impossible') return refuse(plan.message);
  if (plan.plan === 'none') {
    const done = await access.findCommit(checkout, takeBackTrailer(id), change.commit);
    if (done !== undefined) return { outcome: 'done', message: `taken back in git by ${shortRevision(done)}` };
    const named = plan.dropped.length === 0 ? '' : `: ${plan.dropped.join(', ')} changed since`;
    return refuse(`what ${shortRevision(change.commit)} gave it is not there any more${named}`);
  }
  const isLast = known?.last?.commit === change.commit;
  return await carryOut(taking, prepared, { ...plan, id: (isLast && known?.last?.id) || plan.id, by });
}

function findRelease(
  { last }: Promoting,
  id: string,
): { prepared: PreparedRelease; synced: SyncedRevision } | undefined {
  for (const { synced } of last.values()) {
    const prepared = synced.releases.find(({ definition }) => definitionId(definition) === id);
    if (prepared !== undefined) return { prepared, synced };
  }
  return undefined;
}

async function carryOut(
  { promoting, look }: TakingBack,
  prepared: PreparedRelease,
  plan: TakeBack & { readonly by: string },
): Promise<TakeBackAnswer | 'moved'> {
  const { checkout, definition } = prepared;
  const trailer = takeBackTrailer(definitionId(definition));
  const aside = { ...ownBranch('promote-back', definition), ours: [], trailer };
  const asRequest = definition.promote?.as === 'pullRequest';
  const { files, message, id, by, values } = plan;
  const change = { checkout, files, message, ...(asRequest ? { aside } : {}) };
  const written = await promoting.write(change);
  if (written.type === 'edited') throw new HelmGitopsError('source.no-branch', 'user', 'a local folder has no commits');
  if (written.type === 'moved') {
    await look(checkout.repository);
    return 'moved';
  }
  const { commit, branch, onto } = written;
  // Before the branch is read again: nothing promotes it anew.
  const takenBack = { id, by, at: promoting.now().toISOString(), commit, values };
  await changePromotion(promoting, prepared, (before) => ({ ...before, takenBack }));
  const request = asRequest ? await openRequest(promoting, prepared, { branch, onto, message }) : undefined;
  if (request !== undefined)
    await changePromotion(promoting, prepared, (before) => ({ ...before, takenBack: { ...takenBack, request } }));
  const url = request?.url;
  const where = asRequest
    ? `merge ${url ?? branch} to take it back`
    : `committed ${shortRevision(commit)} to ${branch}`;
  const left = plan.dropped.length === 0 ? '' : `; changed since, and left: ${plan.dropped.join(', ')}`;
  const changed = plan.changes.join('; ');
  const told = { id, changed, commit, branch, by, message: `${where}${left}`, ...(url ? { url } : {}) };
  tell(promoting, prepared, { event: 'promotion.reverted', ...told });
  promoting.onWritten(checkout.repository);
  return { outcome: 'done', message: `${changed}: ${where}${left}` };
}

interface Opening {
  readonly branch: string;
  readonly onto: string;
  readonly message: string;
}

/** Undefined where no forge is known: the branch is there all the same. */
async function openRequest(
  promoting: Promoting,
  { checkout, definition }: PreparedRelease,
  { branch, onto, message }: Opening,
): Promise<ForgeRequestName | undefined> {
  const opened = await promoting.forgeOf(checkout.repository);
  if ('missing' in opened) return undefined;
  const [title = '', , ...text] = message.trimEnd().split('\n');
  const body = ['```text', ...text, '```'].join('\n');
  const labels = ['helm-gitops', definition.environment];
  const { number, url } = await opened.forge.openRequest({ branch, target: onto, title, body, labels });
  return { number, url };
}
