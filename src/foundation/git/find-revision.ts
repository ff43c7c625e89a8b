/** Asks a remote what a revision names now. An error says which remote, and which branches there are instead. */
import { HelmGitopsError } from '../base/errors.ts';
import { displayUrl } from './git-url.ts';
import type { Mirror } from './mirror.ts';
import { type ResolvedRevision, refPatterns, resolveRevision } from './resolve-revision.ts';

const shown = 20;

export async function findRevision(
  mirror: Pick<Mirror, 'listRefs'>,
  revision: string | undefined,
  url: string,
): Promise<ResolvedRevision> {
  const listed = await mirror.listRefs(refPatterns(revision));
  try {
    return resolveRevision(revision, listed);
  } catch (error) {
    if (!(error instanceof HelmGitopsError)) throw error;
    const { code, fault, message } = error;
    const hint = error.hint ?? (await branchesOf(mirror));
    throw new HelmGitopsError(code, fault, `${displayUrl(url)}: ${message}`, { hint, cause: error });
  }
}

async function branchesOf(mirror: Pick<Mirror, 'listRefs'>): Promise<string | undefined> {
  const { refs } = await mirror.listRefs(['refs/heads/*']);
  const names = [...refs.keys()].map((ref) => ref.slice('refs/heads/'.length));
  if (names.length === 0) return undefined;
  return `its branches are ${names.slice(0, shown).join(', ')}${names.length > shown ? ', …' : ''}`;
}
