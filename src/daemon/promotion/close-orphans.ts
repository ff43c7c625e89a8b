/**
 * Closes requests of ours whose target is not defined any more: an environment may go, with all that is remembered of it, while
 * no daemon runs. Looked for once a start, in each repository of which everything could be read.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import type { WaitingBranch } from '../../pipeline/source/find-own-branches.ts';
import { type NamedBranch, ownBranch } from '../../pipeline/source/own-branch.ts';
import type { SyncedRevision } from '../../pipeline/sync-revision.ts';
import type { Promoting } from './promoting.ts';

/** True where something has to be tried again. */
export async function closeOrphans(promoting: Promoting): Promise<boolean> {
  const { last, searched, ownBranches, emit, signal } = promoting;
  let isOwed = false;
  for (const [repository, { synced, checkout }] of last) {
    // Nothing is closed because something could not be read.
    if (searched.has(repository) || synced.problems.length > 0 || synced.unreadFiles.length > 0) continue;
    const wanted = new Set(kinds.flatMap((kind) => targetsOf(synced, kind).map((one) => ownBranch(kind, one).branch)));
    try {
      for (const found of await ownBranches(checkout, (branch) => wanted.has(branch)))
        if (!isTarget(synced, found)) await closeOrphan(promoting, repository, found);
      searched.add(repository);
    } catch (thrown) {
      if (signal.aborted) return false;
      const error = asHelmGitopsError(thrown);
      if (error.fault === 'internal') emit(internalError(error));
      // What the forge or the remote refuses is told of each promotion; a token is given other rights at a restart.
      if (error.fault === 'user' || error.fault === 'internal') searched.add(repository);
      else isOwed = true;
    }
  }
  return isOwed;
}

const kinds = ['promote', 'promote-back', 'revert'] as const;

const targetsOf = ({ defined }: SyncedRevision, kind: NamedBranch['kind']) =>
  kind === 'promote' ? defined.filter(({ promote }) => promote !== undefined) : defined;

const isTarget = (synced: SyncedRevision, { kind, app, environment }: NamedBranch): boolean =>
  targetsOf(synced, kind).some((one) => one.app === app && one.environment === environment);

async function closeOrphan(
  { forgeOf, emit }: Promoting,
  repository: string,
  { kind, app, environment, branch, commit, onto }: WaitingBranch,
): Promise<void> {
  const opened = await forgeOf(repository);
  if ('missing' in opened) return;
  const request = await opened.forge.findRequest(branch);
  if (request === undefined || request.target !== onto || !commit.startsWith(request.head)) return;
  const gone = kind === 'promote' ? 'gets its version from no other environment any more' : 'is not defined any more';
  const message = `${app}/${environment} ${gone}`;
  await opened.forge.closeRequest(request.number, `**Closed:** ${message}`);
  emit({ event: 'promotion.orphaned', repository, app, environment, branch, url: request.url, message });
}
