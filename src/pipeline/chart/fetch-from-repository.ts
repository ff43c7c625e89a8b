/**
 * A chart of a classic repository: its index is asked, the version chosen, the archive downloaded unless the store has it.
 * Takes name and version or range, returns the archive in the store; an index may name several URLs, tried in turn.
 */
import { asHelmGitopsError, HelmGitopsError } from '../../foundation/base/errors.ts';
import { SemverError } from '../../foundation/base/semver-constraint.ts';
import { suggestionHint } from '../../foundation/document/suggest-name.ts';
import { displayUrl } from '../../foundation/http/display-url.ts';
import { isHttpError } from '../../foundation/http/http-error.ts';
import { mentionMirror } from '../../foundation/http/mention-mirror.ts';
import { chartError } from './chart-error.ts';
import { downloadArchive } from './download-archive.ts';
import { type DownloadParts, type FoundChart, isOutOfReach, largestArchive } from './download-parts.ts';
import { fetchFromRegistry } from './fetch-from-registry.ts';
import { fetchListing } from './repository/fetch-listing.ts';
import { type Listing, openListing } from './repository/open-listing.ts';
import type { IndexEntry } from './repository/read-entry.ts';
import { credentialFor, mirrorsOf, resolveInRepository } from './repository/repository-url.ts';
import { rangeError, versionError } from './version-errors.ts';

export interface RepositoryChart {
  readonly repository: string;
  readonly name: string;
  /** `''`: the newest. */
  readonly version: string;
}

export async function fetchFromRepository(parts: DownloadParts, chart: RepositoryChart): Promise<FoundChart> {
  const { listing, stale } = await openShared(parts, chart.repository);
  const entry = await chooseEntry(listing, chart);
  if (entry === undefined) {
    // What it said the last time does not tell that there is none now.
    if (stale !== undefined) throw stale;
    throw await missing(listing, chart);
  }
  const found = await fetchEntry(parts, chart, entry);
  const moved = stale !== undefined && entry.version !== chart.version;
  return moved ? { ...found, stale: true } : found;
}

/** All versions that may be asked for, as the index lists them; undefined: there is no such chart. */
export async function listRepositoryVersions(
  parts: DownloadParts,
  { repository, name }: Pick<RepositoryChart, 'repository' | 'name'>,
): Promise<string[] | undefined> {
  return await (await openShared(parts, repository)).listing.versions(name);
}

interface SharedListing {
  readonly listing: Listing;
  readonly stale: HelmGitopsError | undefined;
}

async function openShared(parts: DownloadParts, repository: string): Promise<SharedListing> {
  return await parts.share(`index ${repository}`, async () => {
    const { content, stale } = await fetchListing(parts, repository);
    return { listing: await openListing({ store: parts.store, content, shown: displayUrl(repository) }), stale };
  });
}

async function chooseEntry(listing: Listing, { name, version }: RepositoryChart): Promise<IndexEntry | undefined> {
  try {
    for await (const entry of listing.choose(name, version)) return entry;
    return undefined;
  } catch (error) {
    if (error instanceof SemverError) throw rangeError(version, error);
    throw error;
  }
}

async function missing(listing: Listing, { repository, name, version }: RepositoryChart): Promise<HelmGitopsError> {
  const versions = await listing.versions(name);
  const shown = displayUrl(repository);
  if (versions === undefined) {
    return chartError('chart.unknown', `${shown} has no chart ${JSON.stringify(name)}`, {
      hint: suggestionHint(name, await listing.names()),
    });
  }
  return versionError(`${name} of ${shown}`, version, versions);
}

async function fetchEntry(parts: DownloadParts, chart: RepositoryChart, entry: IndexEntry): Promise<FoundChart> {
  const digest = digestOf(chart, entry);
  const failures: HelmGitopsError[] = [];
  const own = entry.urls.map((url) => resolveInRepository(chart.repository, url));
  for (const url of own) {
    try {
      return await fetchMirrored(parts, { url, digest, chart, version: entry.version });
    } catch (error) {
      if (!(error instanceof HelmGitopsError) || !mayBeElsewhere(error)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first === undefined || !isHttpError(first, 'http.not-found')) throw first;
  throw chartError('chart.archive-missing', `the index lists the version, but its archive is gone: ${first.message}`, {
    hint: first.hint ?? 'it may be on its way still; else write the index anew',
    cause: first,
  });
}

/** From a mirror of the URL, with the mirror's own credentials; else from itself. */
async function fetchMirrored(parts: DownloadParts, entry: EntryUrl): Promise<FoundChart> {
  const { url, chart } = entry;
  const { repository } = chart;
  let failure: HelmGitopsError | undefined;
  for (const mirror of mirrorsOf({ url, repository, mirrors: parts.mirrors })) {
    // An index that leads elsewhere gets no credentials there, nor at the mirror of elsewhere.
    const isOwn = new URL(url).origin === new URL(repository).origin;
    const mirrored = isOwn ? { ...chart, repository: mirror } : chart;
    try {
      return await fetchUrl(parts, { ...entry, url: mirror, chart: mirrored });
    } catch (error) {
      if (isHttpError(error, 'http.aborted')) throw error;
      if (!isHttpError(error, 'http.not-found')) failure ??= asHelmGitopsError(error);
    }
  }
  return await fetchUrl(parts, entry).catch((error: unknown) => {
    throw mentionMirror(error, failure);
  });
}

/** Another URL, or the same one tomorrow, may hold it. */
function mayBeElsewhere(error: HelmGitopsError): boolean {
  return isOutOfReach(error) || error.code === 'http.not-found' || error.code === 'chart.corrupted';
}

/** Helm takes it with or without the algorithm's name. */
function digestOf({ name }: RepositoryChart, { digest, version }: IndexEntry): string | undefined {
  if (digest === '') return undefined;
  const hex = digest.replace(/^sha256:/, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return `sha256:${hex}`;
  throw chartError('chart.repository-invalid', `the index gives ${name} ${version} a digest that is no sha256`, {
    hint: 'helm repo index writes the digest of each archive',
  });
}

interface EntryUrl {
  readonly url: string;
  readonly digest: string | undefined;
  readonly chart: RepositoryChart;
  readonly version: string;
}

async function fetchUrl(parts: DownloadParts, { url, digest, chart, version }: EntryUrl): Promise<FoundChart> {
  if (url.startsWith('oci://')) {
    // Without a tag it is the chart's version.
    const found = await fetchFromRegistry(parts, {
      reference: url,
      version: /[:@][^/]*$/.test(url.slice(6)) ? '' : version,
    });
    const named = [found.content.digest, found.manifestDigest];
    if (digest === undefined || named.includes(digest)) return { ...found, version };
    throw chartError('chart.corrupted', `${url} holds ${found.content.digest}, but the index says ${digest}`);
  }
  if (!/^https?:/.test(url)) {
    throw chartError('chart.repository-invalid', `the index leads to ${displayUrl(url)}, which is not fetched from`, {
      hint: 'an archive is at http, https or oci',
    });
  }
  const { repository } = chart;
  const content = await downloadArchive(parts, { url, repository, digest });
  const provenance = () => readProvenance(parts, url, repository);
  return { content, version, from: displayUrl(url), provenance };
}

/** Beside the archive. */
async function readProvenance(parts: DownloadParts, url: string, repository: string): Promise<Uint8Array | undefined> {
  const beside = new URL(url);
  beside.pathname += '.prov';
  const { http, findCredential, signal } = parts;
  const credential = await credentialFor({ url: beside.href, repository, findCredential });
  const answer = await http.request({ url: beside.href, credential, signal, accept: [404], maxBytes: largestArchive });
  if (answer.status !== 404) return await answer.bytes(largestProvenance);
  await answer.discard();
  return undefined;
}

const largestProvenance = 4 * 1024 * 1024;
