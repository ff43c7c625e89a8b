/**
 * Takes what a revision names and the file of allowed signers, returns who vouches for it; throws `source.unsigned`, with what
 * is refused as its cause. An annotated tag vouches for its commit; of everything else the commit itself is looked at.
 */
import { readFile } from 'node:fs/promises';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { parseAllowedSigners } from '../../foundation/git/allowed-signers.ts';
import type { CommitInfo, Mirror } from '../../foundation/git/mirror.ts';
import type { ResolvedRevision } from '../../foundation/git/resolve-revision.ts';

export interface VerifyInput {
  /** The repository's name in the configuration. */
  readonly repository: string;
  readonly found: ResolvedRevision;
  readonly commit: CommitInfo;
  readonly allowedSigners: string;
}

/** A commit that does not count. */
export interface Refusal {
  readonly revision: string;
  readonly author: string;
  readonly subject: string;
  /** Who signed it, or with which key, as far as known. */
  readonly signer?: string;
  readonly reason: string;
}

export async function verifyRevision(mirror: Mirror, input: VerifyInput): Promise<string> {
  const { repository, found, commit, allowedSigners } = input;
  const { signers, problems } = parseAllowedSigners(await readSigners(allowedSigners));
  const [problem] = problems;
  if (problem !== undefined) throw unreadable(`${allowedSigners}:${problem.line}: ${problem.message}`, problem.hint);
  const tag = found.type === 'ref' ? found.tag : undefined;
  if (tag !== undefined && found.type === 'ref') await bringTag(mirror, { tag, ref: found.ref, commit });
  const object =
    tag !== undefined && found.type === 'ref'
      ? ({ type: 'tag', id: tag, name: found.ref.replace('refs/tags/', '') } as const)
      : ({ type: 'commit', id: commit.id } as const);
  const verdict = await mirror.verify(object, signers);
  if (verdict.signed) return verdict.signer;
  const { id, author, subject } = commit;
  const what = `commit ${id.slice(0, 7)} ${JSON.stringify(subject)} by ${author}`;
  const whole = object.type === 'tag' ? `the tag ${object.name} of ${what}` : what;
  const reason = `it ${verdict.reason}`;
  const refusal: Refusal = {
    revision: id,
    author,
    subject,
    reason,
    ...(verdict.signer ? { signer: verdict.signer } : {}),
  };
  throw new HelmGitopsError('source.unsigned', 'user', `${repository}: ${whole} is refused: ${reason}`, {
    hint: verdict.hint,
    cause: refusal,
  });
}

/** Undefined of every other error. */
export function refusalOf(error: HelmGitopsError): Refusal | undefined {
  return error.code === 'source.unsigned' && typeof error.cause === 'object' ? (error.cause as Refusal) : undefined;
}

async function readSigners(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw unreadable(`${file} cannot be read`, undefined, cause);
  });
}

/** Nobody is allowed then: nothing new counts until somebody mends it. */
function unreadable(message: string, hint?: string, cause?: unknown): HelmGitopsError {
  return new HelmGitopsError('source.signers', 'user', `allowedSigners: ${message}`, { hint, cause });
}

/** The commit may have come by another way. */
async function bringTag(
  mirror: Mirror,
  { tag, ref, commit }: { tag: string; ref: string; commit: CommitInfo },
): Promise<void> {
  if ((await mirror.findCommit(tag)) === undefined) await mirror.fetch(ref);
  if ((await mirror.findCommit(tag)) === commit.id) return;
  throw new HelmGitopsError('git.failed', 'transient', `${ref} moved while it was read`);
}
