/**
 * Takes a revision as the configuration names it and a remote's refs, returns what to fetch: a branch, a tag, a commit, or the
 * newest tag within a semver range. An exact name goes before a range.
 */
import { HelmGitopsError } from '../base/errors.ts';
import {
  compareVersions,
  parseConstraint,
  type SemverConstraint,
  type SemverVersion,
  satisfies,
  tryParseVersion,
} from '../base/semver-constraint.ts';
import type { RemoteRefs } from './mirror.ts';

export type ResolvedRevision =
  | {
      readonly type: 'ref';
      readonly ref: string;
      readonly id: string;
      /** The annotated tag that names it. */
      readonly tag?: string | undefined;
    }
  /** A whole id, or the beginning of one: known once everything is fetched. */
  | { readonly type: 'commit'; readonly id: string };

/** The refs that a listing must hold for resolveRevision. */
export function refPatterns(revision: string | undefined): string[] {
  if (revision === undefined) return ['HEAD'];
  if (rangeOf(revision) !== undefined) return [`refs/heads/${revision}`, 'refs/tags/*'];
  return [`refs/heads/${revision}`, `refs/tags/${revision}`, `refs/tags/${revision}^{}`];
}

export function resolveRevision(revision: string | undefined, listed: RemoteRefs): ResolvedRevision {
  const { refs, tags, head } = listed;
  if (revision === undefined) {
    const id = refs.get('HEAD');
    if (id !== undefined) return { type: 'ref', ref: head ?? 'HEAD', id };
    throw notFound('the remote has no HEAD: it is empty, or its default branch is gone', 'give "revision"');
  }
  for (const ref of [`refs/heads/${revision}`, `refs/tags/${revision}`]) {
    const id = refs.get(ref);
    if (id !== undefined) return { type: 'ref', ref, id, tag: tags.get(ref) };
  }
  if (/^[0-9a-f]{7,64}$/.test(revision)) return { type: 'commit', id: revision };
  const range = rangeOf(revision);
  if (range === undefined) throw notFound(`there is no branch or tag ${JSON.stringify(revision)}`);
  return newestTag(revision, range, listed);
}

function newestTag(revision: string, range: SemverConstraint, { refs, tags }: RemoteRefs): ResolvedRevision {
  let newest: { ref: string; id: string; version: SemverVersion } | undefined;
  for (const [ref, id] of refs) {
    if (!ref.startsWith('refs/tags/')) continue;
    const version = tryParseVersion(ref.slice('refs/tags/'.length));
    if (version === undefined || !satisfies(range, version)) continue;
    if (newest === undefined || compareVersions(version, newest.version) > 0) newest = { ref, id, version };
  }
  if (newest === undefined) throw notFound(`no tag is within ${JSON.stringify(revision)}`);
  return { type: 'ref', ref: newest.ref, id: newest.id, tag: tags.get(newest.ref) };
}

function rangeOf(revision: string): SemverConstraint | undefined {
  if (!/[0-9*xX]/.test(revision)) return undefined;
  try {
    return parseConstraint(revision);
  } catch {
    return undefined;
  }
}

function notFound(message: string, hint?: string): HelmGitopsError {
  return new HelmGitopsError('git.revision-not-found', 'user', message, { hint });
}
