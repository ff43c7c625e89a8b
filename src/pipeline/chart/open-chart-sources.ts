/**
 * Charts from elsewhere: classic repositories, OCI registries, other git repositories. Takes the clients and the cache,
 * returns what finds a chart and has it on disk. What a hundred releases ask for at once, and again within `maxAge`, is
 * asked and downloaded once; out of reach, what was found the last time serves.
 */
import { dirname } from 'node:path';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ContentStore } from '../../foundation/content-store/content-store.ts';
import type { FindCredential } from '../../foundation/credentials/credential.ts';
import type { HttpClient } from '../../foundation/http/http-client.ts';
import type { Registry } from '../../foundation/oci/open-registry.ts';
import { parseReference } from '../../foundation/oci/reference.ts';
import {
  type ChartRequest,
  type ChartSources,
  describeRequest,
  type FetchedChart,
  isMoving,
  requestKey,
} from './chart-sources.ts';
import { type FoundChart, isOutOfReach } from './download-parts.ts';
import { fetchFromGit, type GitParts } from './fetch-from-git.ts';
import { fetchFromRegistry, listRegistryVersions, type RegistryChart } from './fetch-from-registry.ts';
import { fetchFromRepository, listRepositoryVersions, type RepositoryChart } from './fetch-from-repository.ts';
import type { UrlMirror } from './repository/repository-url.ts';
import { shareRuns } from './share-runs.ts';
import { type ArchiveToVerify, verifyArchive } from './verify-archive.ts';
import { hasKeptSignature, verifySignature } from './verify-signature.ts';

export interface ChartSourcesOptions {
  readonly http: HttpClient;
  readonly findCredential: FindCredential;
  readonly registry: Registry;
  readonly store: ContentStore;
  readonly gitCacheFolder: string;
  /** The process' environment, for git. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Of http and https; those of registries are the registry's. */
  readonly mirrors?: readonly UrlMirror[];
  /**
   * Milliseconds for which an answer, or a failure, counts without asking again. 0: only those who ask while it is being
   * found share it. About half of the shortest poll lets each range be resolved once in a poll.
   */
  readonly maxAge?: number;
}

export interface OpenChartSources extends ChartSources {
  /** As the repository lists them; of a registry those tags that are versions. Undefined: there is no such chart. */
  listVersions(request: Exclude<ChartRequest, { type: 'git' }>): Promise<readonly string[] | undefined>;
}

interface Parts extends GitParts {
  /** By request: the note as it was last written or read. */
  readonly noted: Map<string, string>;
}

export function openChartSources(options: ChartSourcesOptions): OpenChartSources {
  const { maxAge = 0, now, mirrors = [], signal, ...rest } = options;
  const share = shareRuns(maxAge, now);
  const parts: Parts = { ...rest, now, mirrors, signal, share, inTurn: takeTurns(), noted: new Map() };
  return {
    fetch: (request) =>
      share(`chart ${requestKey(request)}`, () => explaining(request, () => fetchOrRecall(parts, request))),
    listVersions: (request) => explaining(request, () => listVersions(parts, request)),
  };
}

async function listVersions(parts: Parts, request: NamedRequest): Promise<readonly string[] | undefined> {
  const named = asRegistryChart(request);
  if (named === undefined) return await listRepositoryVersions(parts, request as RepositoryChart);
  return await listRegistryVersions(parts, named.reference);
}

async function fetchOrRecall(parts: Parts, request: ChartRequest): Promise<FetchedChart> {
  if (request.type === 'git') return await fetchFromGit(parts, request);
  try {
    const found = await findArchive(parts, request);
    if (request.keyring !== undefined) await verifyArchive(parts, toVerify(request, found, request.keyring));
    if (request.type === 'oci' && request.cosignKey !== undefined) await verifyManifest(parts, request, found);
    const { content, version, from, manifestDigest, stale } = found;
    const { path, digest } = content;
    await remember(parts, request, { digest, version, from, manifestDigest });
    return { path, root: dirname(path), version, digest, from, ...(stale === true ? { stale } : {}) };
  } catch (error) {
    const last = error instanceof HelmGitopsError && isOutOfReach(error) ? await recall(parts, request) : undefined;
    if (last === undefined) throw error;
    return last;
  }
}

type NamedRequest = Exclude<ChartRequest, { type: 'git' }>;

async function findArchive(parts: Parts, request: NamedRequest): Promise<FoundChart> {
  const named = asRegistryChart(request);
  if (named !== undefined) return await fetchFromRegistry(parts, named);
  return await fetchFromRepository(parts, request as RepositoryChart);
}

/** Chart.yaml names the folder of a registry and the chart apart, as with other repositories. */
function asRegistryChart(request: NamedRequest): RegistryChart | undefined {
  if (request.type === 'oci') return request;
  const { repository, name, version } = request;
  if (!repository.startsWith('oci://')) return undefined;
  return { reference: `${repository.replace(/\/$/, '')}/${name}`, version };
}

function toVerify(
  request: NamedRequest,
  { content, version, from, provenance }: Omit<FoundChart, 'stale'>,
  keyring: string,
): ArchiveToVerify {
  const name = request.type === 'repository' ? request.name : repositoryName(request.reference);
  return { content, archiveName: `${name}-${version}.tgz`, from, provenance, keyring };
}

async function verifyManifest(
  parts: Parts,
  { reference, cosignKey = '' }: Extract<ChartRequest, { type: 'oci' }>,
  { from, manifestDigest }: FoundChart,
): Promise<void> {
  if (manifestDigest === undefined) throw new Error('what a registry gives has the digest of its manifest');
  await verifySignature(parts, { reference: parseReference(reference), digest: manifestDigest, from, cosignKey });
}

/** The last part of the path, without tag and digest. */
const repositoryName = (reference: string): string =>
  reference.slice(reference.lastIndexOf('/') + 1).replace(/[:@].*$/, '');

interface Note {
  readonly digest: string;
  readonly version: string;
  readonly from: string;
  readonly manifestDigest?: string | undefined;
}

const noteName = (request: ChartRequest): string => `chart ${requestKey(request)}`;

async function remember({ store, noted }: Parts, request: NamedRequest, note: Note): Promise<void> {
  const name = noteName(request);
  const text = JSON.stringify(note);
  if (noted.get(name) === text) return;
  if (noted.size > mostNoted) noted.clear();
  await store.writeNote(name, note);
  noted.set(name, text);
}

const mostNoted = 10_000;

/** What the same request found the last time, if it is here still. */
async function recall(parts: Parts, request: NamedRequest): Promise<FetchedChart | undefined> {
  const note = (await parts.store.readNote(noteName(request))) as Partial<Note> | null | undefined;
  const { digest, version, from, manifestDigest } = note ?? {};
  if (typeof digest !== 'string' || typeof version !== 'string' || typeof from !== 'string') return undefined;
  const content = await parts.store.find(digest);
  if (content === undefined) return undefined;
  const provenance = () => Promise.resolve(undefined);
  const found = { content, version, from, provenance };
  if (request.keyring !== undefined) await verifyArchive(parts, toVerify(request, found, request.keyring));
  if (request.type === 'oci' && request.cosignKey !== undefined) {
    const isSigned = await hasKeptSignature(parts.store, manifestDigest ?? '', request.cosignKey);
    // Somebody else may have signed it since: only the registry knows.
    if (!isSigned) return undefined;
  }
  const fetched = { path: content.path, root: dirname(content.path), version, digest, from };
  return isMoving(request) ? { ...fetched, stale: true } : fetched;
}

/** Says of which chart it is. Host and hint come from where it failed. */
async function explaining<T>(request: ChartRequest, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof HelmGitopsError) || error.fault === 'internal') throw error;
    const { code, fault, place, message, hint = hints.get(code) } = error;
    const described = describeRequest(request);
    throw new HelmGitopsError(code, fault, `${described}: ${message}`, { place, hint, cause: error });
  }
}

const hints: ReadonlyMap<string, string> = new Map([
  ['http.timeout', 'it is asked again at the next poll; a proxy or firewall may hold it up'],
  ['http.unreachable', 'check the URL, HTTPS_PROXY and firewalls; it is asked again at the next poll'],
  ['http.interrupted', 'it is asked again at the next poll'],
  ['http.server', 'it is asked again at the next poll; ask who runs the server if it stays so'],
  ['http.rate-limited', 'credentials often lift the limit; it is asked again at the next poll'],
  ['oci.no-repository', 'check the path; some registries say this too to who shows no credentials'],
]);

/** Runs for one key wait for those before them, however they end. */
function takeTurns(): GitParts['inTurn'] {
  const last = new Map<string, Promise<unknown>>();
  return async (key, run) => {
    const before = last.get(key) ?? Promise.resolve();
    const turn = before.then(run, run);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
