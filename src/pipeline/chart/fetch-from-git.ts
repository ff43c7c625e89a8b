/**
 * A chart of another git repository: branch, tag, commit or a range of tags. Takes where, returns the folder in a checkout
 * of that commit: the whole tree, for `file://` dependencies lead about in it, but no history.
 */
import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { FindCredential } from '../../foundation/credentials/credential.ts';
import { findRevision } from '../../foundation/git/find-revision.ts';
import { displayUrl, parseGitUrl } from '../../foundation/git/git-url.ts';
import { type Mirror, openMirror } from '../../foundation/git/mirror.ts';
import type { ResolvedRevision } from '../../foundation/git/resolve-revision.ts';
import type { GitAccess } from '../../foundation/git/run-git.ts';
import { chartError } from './chart-error.ts';
import type { FetchedChart } from './chart-sources.ts';
import { type DownloadParts, isOutOfReach } from './download-parts.ts';
import { lockFolder } from './lock-folder.ts';

export interface GitChart {
  readonly url: string;
  /** Undefined: the remote's HEAD. */
  readonly revision: string | undefined;
  /** Relative to the root, `''` for the root itself. */
  readonly path: string;
}

export interface GitParts extends DownloadParts {
  /** A mirror of each repository is kept below. */
  readonly gitCacheFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** One after the other for what works on the same folder. */
  inTurn<T>(key: string, run: () => Promise<T>): Promise<T>;
}

/** Each environment may stand at a tag of its own. */
const kept = 32;

interface FoundCommit {
  readonly id: string;
  readonly root: string;
  readonly stale: boolean;
}

export async function fetchFromGit(parts: GitParts, { url, revision, path }: GitChart): Promise<FetchedChart> {
  const { id, root, stale } = await parts.share(`git ${revision ?? ''} ${url}`, () =>
    fetchCommit(parts, url, revision),
  );
  const from = `${displayUrl(url)}@${revision ?? 'HEAD'}${path === '' ? '' : ` ${path}`}`;
  const found = await locate(root, path, from);
  return { path: found, root, version: id, digest: `git:${id}`, from, ...(stale ? { stale } : {}) };
}

async function fetchCommit(parts: GitParts, url: string, revision: string | undefined): Promise<FoundCommit> {
  const remote = remoteUrl(url);
  const digest = createHash('sha256').update(remote).digest('hex').slice(0, 16);
  const directory = join(parts.gitCacheFolder, digest);
  const { environment, signal, findCredential } = parts;
  const access = await accessFor(remote, findCredential);
  const locked = <T>(run: () => Promise<T>) => lockFolder({ folder: directory, now: parts.now, signal }, run);
  const turn = async () => {
    const mirror = await openMirror({ url: remote, directory, environment, access, signal, shallow: true, kept });
    return await bringHere({ parts, mirror, revision, url: remote });
  };
  return await parts.inTurn(directory, () => locked(turn));
}

interface Bringing {
  readonly parts: GitParts;
  readonly mirror: Mirror;
  readonly revision: string | undefined;
  readonly url: string;
}

const isWholeId = (revision: string | undefined): revision is string => /^[0-9a-f]{40,64}$/.test(revision ?? '');

async function bringHere(bringing: Bringing): Promise<FoundCommit> {
  const { mirror, revision, url, parts } = bringing;
  const here = isWholeId(revision) ? await mirror.findCommit(revision) : undefined;
  if (here !== undefined) return { id: here, root: await mirror.materialise(here), stale: false };
  const noteName = `git ${revision ?? ''} ${url}`;
  const note = await parts.store.readNote(noteName);
  try {
    const id = await fetchId(bringing);
    if (note !== id) await parts.store.writeNote(noteName, id);
    return { id, root: await mirror.materialise(id), stale: false };
  } catch (error) {
    if (!(error instanceof HelmGitopsError) || !isOutOfReach(error) || typeof note !== 'string') throw error;
    const last = await mirror.findCommit(note);
    if (last === undefined) throw error;
    return { id: last, root: await mirror.materialise(last), stale: true };
  }
}

async function fetchId({ mirror, revision, url }: Bringing): Promise<string> {
  const found: ResolvedRevision = isWholeId(revision)
    ? { type: 'commit', id: revision }
    : await findRevision(mirror, revision, url);
  const known = await mirror.findCommit(found.id);
  if (known !== undefined) return known;
  if (found.type === 'ref') {
    await mirror.fetch(found.ref);
    // Between listing and fetching the ref may have moved on: what it names now is what was fetched.
    const id = (await mirror.findCommit(found.id)) ?? (await mirror.findCommit(found.ref));
    if (id !== undefined) return id;
  } else {
    // Not every server hands out a commit by its id.
    if (isWholeId(found.id)) await mirror.fetch(found.id).catch(() => undefined);
    if ((await mirror.findCommit(found.id)) === undefined) await mirror.fetch();
    const id = await mirror.findCommit(found.id);
    if (id !== undefined) return id;
  }
  const what = `there is no commit ${found.id} on any branch or tag`;
  throw new HelmGitopsError('git.revision-not-found', 'user', `${displayUrl(url)}: ${what}`);
}

function remoteUrl(url: string): string {
  const parsed = parseGitUrl(url);
  if (parsed.type === 'remote') return parsed.url;
  if (isAbsolute(parsed.path)) return parsed.path;
  throw new HelmGitopsError('git.url', 'user', `${JSON.stringify(url)} is no URL of a git repository`, {
    hint: 'a chart of the same repository is chart: {path: …}',
  });
}

async function accessFor(url: string, findCredential: FindCredential): Promise<GitAccess | undefined> {
  const found = await findCredential(displayUrl(url));
  if (found === undefined) return undefined;
  const { username, password, bearerToken, sshKeyFile, knownHostsFile, caFile } = found;
  const access = { url, sshKeyFile, knownHostsFile, caFile };
  const secret = password ?? bearerToken;
  // Forges take a token for a password whatever the name is.
  return secret === undefined ? access : { ...access, username: username ?? 'oauth2', password: secret };
}

async function locate(root: string, path: string, from: string): Promise<string> {
  const joined = join(root, path);
  if (isAbsolute(path) || !isWithin(root, joined))
    throw chartError('chart.outside', `${from} lies outside its repository`);
  const exists = await stat(joined).then(
    () => true,
    () => false,
  );
  if (!exists) {
    throw chartError('chart.not-found', `there is no chart at ${from}`, {
      hint: "the path is a folder with a Chart.yaml, named from the repository's root",
    });
  }
  if (!isWithin(await realpath(root), await realpath(joined))) {
    throw chartError('chart.outside', `${from} is a link that leads out of its repository`);
  }
  return joined;
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
