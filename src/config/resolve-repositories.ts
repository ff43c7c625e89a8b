/** The repositories of the configuration: which are fetched, which are read where they lie, and how often. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { validate as isCron } from 'node-cron';
import { parseDuration } from '../foundation/base/duration.ts';
import { HelmGitopsError } from '../foundation/base/errors.ts';
import { repositoryPath } from '../foundation/base/repository-path.ts';
import type { Path } from '../foundation/document/read-documents.ts';
import { parseAllowedSigners } from '../foundation/git/allowed-signers.ts';
import { displayUrl, parseGitUrl } from '../foundation/git/git-url.ts';
import { isBareRepository } from '../foundation/git/is-bare-repository.ts';
import type { PollConfig, RepositoryConfig } from '../foundation/git/repository-config.ts';
import type { Resolver } from './resolve-config.ts';
import type { RepositoryEntry } from './schema.ts';

export async function resolveRepositories(
  entries: readonly RepositoryEntry[],
  resolver: Resolver,
): Promise<RepositoryConfig[]> {
  const repositories: RepositoryConfig[] = [];
  for (const [index, entry] of entries.entries()) {
    const at: Path = ['repositories', index];
    const repository = await resolveRepository(entry, at, resolver);
    if (repository === undefined) continue;
    if (repositories.some(({ name }) => name === repository.name)) {
      const hint = 'give each its own "name"';
      resolver.fail(at, `there is another repository ${JSON.stringify(repository.name)}`, hint);
    }
    repositories.push(repository);
  }
  return repositories;
}

async function resolveRepository(
  entry: RepositoryEntry,
  at: Path,
  resolver: Resolver,
): Promise<RepositoryConfig | undefined> {
  const location = await locate(entry, at, resolver);
  if (location === undefined) return undefined;
  const path = repositoryPath(entry.path ?? '');
  if (path === undefined) resolver.fail([...at, 'path'], 'path leads out of the repository');
  const name = entry.name ?? nameOf(location.url);
  if (name === undefined) resolver.fail(at, 'the URL gives no name', 'give a "name"');
  if (entry.revision?.startsWith('-')) resolver.fail([...at, 'revision'], 'a revision cannot start with "-"');
  const allowedSigners = entry.verify && (await resolveSigners(entry.verify.allowedSigners, location, at, resolver));
  const key = entry.sign && [...at, 'sign', 'sshKeyFile'];
  const signingKey = entry.sign && key && (await resolver.readableToRun(entry.sign.sshKeyFile, key));
  return {
    ...location,
    ...(allowedSigners ? { allowedSigners } : {}),
    ...(signingKey ? { signingKey } : {}),
    name: name ?? '',
    ...(entry.aliases === undefined ? {} : { aliases: entry.aliases }),
    revision: entry.revision,
    ...(entry.mode === undefined ? {} : { mode: entry.mode }),
    ...(entry.forge === undefined ? {} : { forge: entry.forge }),
    ...(entry.webhook === undefined ? {} : { webhook: await resolveWebhook(entry.webhook, at, resolver) }),
    path: path ?? '',
    poll: resolvePoll(entry.poll ?? '30s', [...at, 'poll'], resolver),
  };
}

async function resolveWebhook({ secretFile }: { secretFile: string }, at: Path, resolver: Resolver) {
  const field = [...at, 'webhook', 'secretFile'];
  const file = resolver.absolute(secretFile);
  if (resolver.definitionsOnly) return { secretFile: file };
  if ((await resolver.textOf(secretFile, field))?.trim() === '')
    resolver.fail(field, `secretFile: ${file} is empty`, 'anybody could sign with that');
  return { secretFile: file };
}

/** The absolute path of the file, once it is understood. */
async function resolveSigners(
  written: string,
  { type }: Location,
  at: Path,
  resolver: Resolver,
): Promise<string | undefined> {
  const field = [...at, 'verify', 'allowedSigners'];
  if (type === 'folder') {
    const hint = 'give "revision" to follow its commits, or leave "verify" out';
    resolver.fail([...at, 'verify'], 'a working tree is read as it lies: nobody signs its edits', hint);
  }
  const text = await resolver.textOf(written, field);
  const problems = text === undefined ? [] : parseAllowedSigners(text).problems;
  for (const { line, message, hint } of problems)
    resolver.fail(field, `allowedSigners: ${written}:${line}: ${message}`, hint);
  return resolver.absolute(written);
}

type Location = Pick<RepositoryConfig, 'type' | 'url' | 'watch'>;

async function locate(entry: RepositoryEntry, at: Path, resolver: Resolver): Promise<Location | undefined> {
  const url = [...at, 'url'];
  const parsed = tryParse(entry.url, url, resolver);
  if (parsed === undefined) return undefined;
  if (/^[a-z+]+:\/\/[^/@:]*:[^/@]*@/i.test(entry.url)) {
    resolver.fail(
      url,
      'a password does not belong into the URL',
      'give it under "credentials", by tokenFile or passwordEnv',
    );
    return undefined;
  }
  if (parsed.type === 'remote')
    return refuseWatch(entry, { type: 'remote', url: parsed.url, watch: false }, at, resolver);
  const folder = resolver.absolute(parsed.path);
  if (!(await isFolder(folder))) {
    resolver.fail(url, `there is no folder ${folder}`, 'a URL starts with https://, ssh:// or file://');
    return undefined;
  }
  if (await isBareRepository(folder))
    return refuseWatch(entry, { type: 'remote', url: folder, watch: false }, at, resolver);
  if (entry.revision === undefined) return { type: 'folder', url: folder, watch: entry.watch ?? true };
  return committed(entry, folder, at, resolver);
}

/** A revision of a working tree's own repository: its commits, whatever is edited. */
async function committed(entry: RepositoryEntry, folder: string, at: Path, resolver: Resolver): Promise<Location> {
  if (entry.watch === true) {
    const hint = 'leave "revision" out to follow the working tree, or "watch" to follow commits';
    resolver.fail([...at, 'watch'], 'a watched folder is read as it lies, whatever its revision', hint);
  }
  const isRoot = await stat(join(folder, '.git')).then(
    () => true,
    () => false,
  );
  if (!isRoot)
    resolver.fail([...at, 'revision'], `"revision" needs a git repository; ${folder} is not the root of one`);
  return { type: 'remote', url: folder, watch: false };
}

function refuseWatch(entry: RepositoryEntry, location: Location, at: Path, resolver: Resolver): Location {
  if (entry.watch === true) {
    const message = `only a local folder with a working tree can be watched; ${displayUrl(location.url)} is polled`;
    resolver.fail([...at, 'watch'], message, 'leave "watch" out');
  }
  return location;
}

function tryParse(url: string, at: Path, resolver: Resolver) {
  try {
    return parseGitUrl(url);
  } catch (error) {
    if (!(error instanceof HelmGitopsError)) throw error;
    resolver.fail(at, error.message);
    return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

/** The last part of the URL, made a name. */
function nameOf(url: string): string | undefined {
  const last =
    url
      .replace(/\/+$/, '')
      .replace(/(\/|^)\.git$/, '')
      .split(/[/:]/)
      .at(-1) ?? '';
  const name = last
    .replace(/\.git$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
  return name === '' ? undefined : name;
}

const shortestPoll = 1000;

function resolvePoll(text: string, at: Path, resolver: Resolver): PollConfig {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) {
    if (milliseconds < shortestPoll) resolver.fail(at, 'poll: at least 1s');
    return { type: 'every', milliseconds };
  }
  if (!isCron(text))
    resolver.fail(at, 'poll: expected a duration such as 30s, or a cron expression such as "*/5 * * * *"');
  return { type: 'cron', expression: text };
}
