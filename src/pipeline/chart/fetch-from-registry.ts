/**
 * A chart of an OCI registry. Takes its reference and a version or range, returns the archive in the store. A tag is asked
 * for anew each time, for it may have moved; what it names is downloaded once.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import {
  isStrictVersion,
  parseConstraint,
  SemverError,
  tryParseVersion,
} from '../../foundation/base/semver-constraint.ts';
import { isOciError } from '../../foundation/oci/oci-error.ts';
import { listChartTags, type PulledChart, pullChart } from '../../foundation/oci/pull-chart.ts';
import {
  formatReference,
  isTag,
  type OciReference,
  parseReference,
  tagToVersion,
  versionToTag,
} from '../../foundation/oci/reference.ts';
import { chartError } from './chart-error.ts';
import { chooseVersions } from './choose-version.ts';
import { type DownloadParts, type FoundChart, largestArchive } from './download-parts.ts';
import { rangeError, versionError } from './version-errors.ts';

export interface RegistryChart {
  /** `oci://HOST/PATH/NAME`, with `:TAG` or `@sha256:…` where it is pinned. */
  readonly reference: string;
  /** `''`: the reference's tag, else the newest. */
  readonly version: string;
}

export async function fetchFromRegistry(
  parts: DownloadParts,
  { reference, version }: RegistryChart,
): Promise<FoundChart> {
  const named = parseReference(reference);
  const { registry, repository, tag: given, digest } = named;
  const bare = { registry, repository };
  if (given !== undefined && version !== '' && given !== versionToTag(version)) {
    throw chartError(
      'chart.tag-disagrees',
      `${formatReference(named)} has the tag ${given}, but the version is ${version}`,
      {
        hint: 'leave one of them out',
      },
    );
  }
  const wanted = version === '' ? given : versionToTag(version);
  if (digest !== undefined) {
    if (wanted === undefined)
      return (await findPinned(parts, named)) ?? (await pull(parts, { ...bare, digest }, undefined));
    await mustAgree(parts, { ...bare, tag: wanted }, digest);
    return await pull(parts, { ...bare, digest }, wanted);
  }
  if (wanted !== undefined && isExactTag(version === '' ? wanted : version)) return await pullTag(parts, bare, wanted);
  const tag = await chooseTag(parts, bare, version);
  return await pull(parts, { ...bare, tag }, tag);
}

/** As Helm has it, what can be read as a version is one: `1.4` names the tag 1.4. A word such as `latest` is a tag too. */
function isExactTag(text: string): boolean {
  if (tryParseVersion(tagToVersion(text)) !== undefined) return true;
  return isTag(text) && !isRange(text);
}

function isRange(text: string): boolean {
  try {
    parseConstraint(text);
    return true;
  } catch (error) {
    if (error instanceof SemverError) return false;
    throw error;
  }
}

/** All versions that may be asked for; tags that are none are left out, as by Helm. */
export async function listRegistryVersions(parts: DownloadParts, reference: string): Promise<string[]> {
  return versionsOf(await listChartTags(parts.registry, parseReference(reference), parts.signal)).map(
    ({ version }) => version,
  );
}

interface TagVersion {
  readonly tag: string;
  readonly version: string;
}

function versionsOf(tags: readonly string[]): TagVersion[] {
  return tags.map((tag) => ({ tag, version: tagToVersion(tag) })).filter(({ version }) => isStrictVersion(version));
}

async function chooseTag(parts: DownloadParts, bare: OciReference, range: string): Promise<string> {
  const known = await listTags(parts, bare);
  const versions = known.map(({ version }) => version);
  try {
    for (const index of chooseVersions(versions, range)) return (known[index] as TagVersion).tag;
  } catch (error) {
    if (error instanceof SemverError) throw rangeError(range, error);
    throw error;
  }
  throw versionError(formatReference(bare), range, versions);
}

async function listTags({ registry, signal, share }: DownloadParts, bare: OciReference): Promise<TagVersion[]> {
  return await share(`tags ${formatReference(bare)}`, async () =>
    versionsOf(await listChartTags(registry, bare, signal)),
  );
}

/** One that is not there is told with those that are. */
async function pullTag(parts: DownloadParts, bare: OciReference, tag: string): Promise<FoundChart> {
  try {
    return await pull(parts, { ...bare, tag }, tag);
  } catch (error) {
    if (!isOciError(error, 'oci.no-version')) throw error;
    const known = await listTags(parts, bare).catch(() => []);
    if (known.length === 0) throw error;
    throw versionError(
      formatReference(bare),
      tagToVersion(tag),
      known.map(({ version }) => version),
    );
  }
}

/** A digest need not be tagged; but where it is said to be, it is. */
async function mustAgree({ registry, signal }: DownloadParts, tagged: OciReference, digest: string): Promise<void> {
  try {
    const found = await registry.resolve(tagged, signal);
    if (found === digest) return;
    throw chartError('chart.tag-disagrees', `${formatReference(tagged)} names ${found}, not ${digest}`, {
      hint: 'the tag was moved, or the digest is of another version: leave one of them out',
    });
  } catch (error) {
    if (!isOciError(error, 'oci.no-version', 'oci.no-repository')) throw error;
  }
}

async function pull(parts: DownloadParts, reference: OciReference, tag: string | undefined): Promise<FoundChart> {
  const { registry, signal, share } = parts;
  const from = `oci://${formatReference(reference)}`;
  return await share(`pull ${from}`, async () => {
    const pulled = await pullChart(registry, reference, { signal });
    const content = await share(`blob ${pulled.digest}`, () => keep(parts, pulled, from));
    const version = tag === undefined ? await versionOf(pulled) : tagToVersion(tag);
    if (tag === undefined)
      await parts.store.writeNote(`manifest ${reference.digest}`, { archive: content.digest, version });
    return {
      content,
      version,
      from,
      manifestDigest: pulled.manifestDigest,
      provenance: () => pulled.provenance(),
    };
  });
}

/** What a digest names never changes: nobody need be asked twice. */
async function findPinned(
  parts: DownloadParts,
  { registry, repository, digest }: OciReference,
): Promise<FoundChart | undefined> {
  const { store, signal } = parts;
  const note = (await store.readNote(`manifest ${digest}`)) as
    | { archive?: unknown; version?: unknown }
    | null
    | undefined;
  const { archive, version } = note ?? {};
  const content = typeof archive === 'string' ? await store.find(archive) : undefined;
  if (content === undefined || typeof version !== 'string') return undefined;
  const reference = { registry, repository, digest };
  const provenance = async () => (await pullChart(parts.registry, reference, { signal })).provenance();
  return { content, version, from: `oci://${formatReference(reference)}`, manifestDigest: digest, provenance };
}

async function keep({ store }: DownloadParts, { digest, size, body }: PulledChart, from: string) {
  const known = await store.find(digest);
  if (known !== undefined) return known;
  if (size > largestArchive) throw chartError('chart.too-large', `${from} has ${size} bytes`);
  const expected = digest.startsWith('sha256:') ? digest : undefined;
  try {
    return await store.put(body, { expected, limit: largestArchive });
  } catch (error) {
    if (
      !isOciError(error, 'oci.digest') &&
      !(error instanceof HelmGitopsError && error.code === 'cache.digest-mismatch')
    )
      throw error;
    throw chartError('chart.corrupted', (error as Error).message, {
      hint: (error as HelmGitopsError).hint,
      cause: error,
    });
  }
}

async function versionOf(pulled: PulledChart): Promise<string> {
  const annotated = pulled.annotations.get('org.opencontainers.image.version');
  if (annotated !== undefined) return annotated;
  const config: unknown = JSON.parse(new TextDecoder().decode(await pulled.config()));
  const version = (config as { version?: unknown } | null)?.version;
  return typeof version === 'string' ? version : '';
}
