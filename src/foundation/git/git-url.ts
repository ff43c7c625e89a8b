/** Which URLs git may be given. A URL comes from a file in git or from a person; git itself would run programs for some. */
import { HelmGitopsError } from '../base/errors.ts';

export type GitUrl =
  /** Anything git fetches from over a network, and file://. */
  | { readonly type: 'remote'; readonly url: string }
  /** A path on this machine, absolute or not. */
  | { readonly type: 'local'; readonly path: string };

const allowedSchemes = ['https', 'http', 'ssh', 'git', 'file'];
const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;
/** `git@host:path`, as ssh has it; one letter before the colon is a drive. */
const scpLike = /^(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9][A-Za-z0-9._-]+:(?!\/\/)[^:]/;

export function parseGitUrl(text: string): GitUrl {
  if (text.startsWith('-') || /[\u0000-\u001f\u007f]/.test(text)) throw refused('not a URL of a git repository');
  if (/^[A-Za-z0-9+.-]+::/.test(text)) throw refused('transport helpers (ext::, fd::) would run programs');
  const given = scheme.exec(text)?.[1]?.toLowerCase();
  if (given === undefined) return scpLike.test(text) ? { type: 'remote', url: text } : { type: 'local', path: text };
  if (!allowedSchemes.includes(given)) throw refused(`${given}:// is none of ${allowedSchemes.join(', ')}`);
  const host = /^[^/]*:\/\/(?:[^@/]*@)?([^/:]*)/.exec(text)?.[1] ?? '';
  // ssh would take such a host for an option.
  if (host.startsWith('-')) throw refused('a host cannot start with "-"');
  return { type: 'remote', url: text };
}

function refused(why: string): HelmGitopsError {
  return new HelmGitopsError('git.url', 'user', `this URL is refused: ${why}`);
}

/** A name alone is no secret: some hosts have it in every URL that they show. */
export const holdsPassword = (url: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/@:]*:[^/]*@/.test(url);

/** As it may be shown: without the name and password that somebody wrote into it. */
export function displayUrl(url: string): string {
  return url.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/@]*@/, '$1');
}
