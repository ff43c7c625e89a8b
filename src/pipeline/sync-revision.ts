/**
 * The table of contents of one look at a repository: fetch, read the definitions, resolve each release's chart and
 * values. What cannot be understood or fetched is told and left out; it never stops the rest.
 */
import { existsSync } from 'node:fs';
import { asHelmGitopsError, HelmGitopsError } from '../foundation/base/errors.ts';
import { createLimit } from '../foundation/base/in-parallel.ts';
import type { Problem } from '../foundation/base/problem.ts';
import type { Decrypt } from '../foundation/secrets/open-decryption.ts';
import type { Chart } from './chart/chart.ts';
import { type ChartRequest, type ChartSources, isMoving } from './chart/chart-sources.ts';
import { patient, withinPatience } from './chart/patient-sources.ts';
import { type ChartPins, pinningSources } from './chart/pin-sources.ts';
import { resolveChart } from './chart/resolve-chart.ts';
import type { PreparedRelease } from './context.ts';
import { refuseRepository } from './definitions/project-limits.ts';
import { type DefinitionsRead, type ReadDefinitionsInput, readDefinitions } from './definitions/read-definitions.ts';
import { definitionId, type ReleaseDefinition } from './definitions/release-definition.ts';
import { asErrorAtHome, homeOf, type Others } from './home-of.ts';
import { locateReleaseValues, type ReleaseValues } from './locate-release-values.ts';
import { pinRelease, sharedFiles } from './pin-release.ts';
import { sourceDigest } from './plan/source-digest.ts';
import type { Checkout } from './source/checkout.ts';
import { mergeValues, type ReadObject } from './values/merge-values.ts';

export interface SyncInput {
  readonly op: string;
  readonly checkout: Checkout;
  /** Of the repository, for releases that are pinned to one of its commits. */
  readonly url?: string | undefined;
  readonly definitions: Omit<ReadDefinitionsInput, 'checkout'>;
  readonly compat: 'helm3' | 'helm4';
  /** Charts that lie elsewhere. */
  readonly sources: ChartSources;
  readonly decrypt?: Decrypt | undefined;
  /** The last look at the same repository: what is still the same is not prepared again. */
  readonly before?: SyncedRevision | undefined;
  /** Secrets and ConfigMaps that hold values, read as the release may read them. Without it they are left out. */
  readonly objectsOf?: ((definition: ReleaseDefinition) => ReadObject) | undefined;
  /** Called with all that a revision defines, before anything of it is prepared. */
  readonly onRead?: ((definitions: readonly ReleaseDefinition[]) => void) | undefined;
  /** Called for each release as soon as it is prepared: one slow host holds up nobody else. */
  readonly onPrepared?: ((release: PreparedRelease) => void) | undefined;
}

export interface SyncedRevision {
  readonly releases: readonly PreparedRelease[];
  /** Releases whose chart or values could not be had; what runs of them stays. */
  readonly failed: readonly FailedRelease[];
  /** Definitions that were read, prepared or not: none of their releases may be removed. */
  readonly defined: readonly ReleaseDefinition[];
  /** Of the definitions themselves. */
  readonly problems: readonly Problem[];
  /** Of other tools' definitions: what of them is not honoured although they are followed. */
  readonly notices: readonly Problem[];
  /** Nothing that it defines is written to or removed. */
  readonly mode?: 'observe' | undefined;
  /** Files that held a definition and are no longer understood: nothing they may have held is removed. */
  readonly unreadFiles: readonly string[];
  /** See `DefinitionsRead`. */
  readonly strangers: DefinitionsRead['strangers'];
  /** Other repositories that were read for definitions, by name. */
  readonly others: Others;
}

export interface FailedRelease {
  readonly op: string;
  readonly definition: ReleaseDefinition;
  readonly part: 'chart' | 'values';
  readonly error: HelmGitopsError;
}

/** So many releases read their value files at once; waiting for charts is no part of it. */
const readers = 16;

export async function syncRevision(input: SyncInput): Promise<SyncedRevision> {
  const read = await readDefinitions({ ...input.definitions, checkout: input.checkout });
  input.onRead?.(read.definitions);
  const { definitions: defined, problems, notices, unreadFiles, strangers, others } = read;
  const prepared = await prepareAll(input, defined, { defined, others });
  const { mode } = input.definitions.own ?? {};
  const found = { defined, problems, notices, unreadFiles, strangers, others };
  return { ...prepared, ...found, ...(mode === undefined ? {} : { mode }) };
}

interface Refreshing {
  readonly before: SyncedRevision;
  readonly sources: ChartSources;
  /** Releases whose values in the cluster have changed, or may have. */
  readonly touched?: ReadonlySet<string>;
}

/**
 * Looks again at what may have moved although the revision has not: ranges of versions, tags and branches of charts, and
 * what could not be fetched. Undefined where everything is as it was; it costs nothing where nothing can move, and reads
 * the checkout (`inputOf`) only where something did.
 */
export async function refreshCharts(
  inputOf: () => Promise<SyncInput>,
  { before, sources, touched = new Set() }: Refreshing,
): Promise<SyncedRevision | undefined> {
  const moved = new Set<ReleaseDefinition>();
  await Promise.all(
    before.releases.map(async ({ definition, pins }) => {
      if (touched.has(definitionId(definition)) || (await hasMoved(pins, sources))) moved.add(definition);
    }),
  );
  for (const { definition, error } of before.failed)
    if (
      touched.has(definitionId(definition)) ||
      error.fault === 'transient' ||
      definition.chart.type !== 'path' ||
      error.code.startsWith('secret.')
    )
      moved.add(definition);
  if (moved.size === 0) return undefined;
  const { releases, failed } = await prepareAll(await inputOf(), [...moved], before);
  const stays = ({ definition }: { definition: ReleaseDefinition }) => !moved.has(definition);
  return {
    ...before,
    releases: [...before.releases.filter(stays), ...releases],
    failed: [...before.failed.filter(stays), ...failed],
  };
}

async function hasMoved(pins: ChartPins, sources: ChartSources): Promise<boolean> {
  // The cache lets go of what was not asked for in a long time; what is still wanted is fetched again.
  if ([...pins.values()].some(({ fetched }) => !existsSync(fetched.path))) return true;
  const moving = [...pins.values()].filter(({ request }) => isMoving(request));
  const answers = moving.map(async ({ request, fetched }) => {
    const found = await withinPatience(sources.fetch(request), request).catch((error: unknown) => {
      if (asHelmGitopsError(error).fault === 'internal') throw error;
      // Out of reach, or gone: it stays at what it was.
      return fetched;
    });
    const changed = found.digest !== fetched.digest || found.version !== fetched.version;
    return changed || found.stale !== fetched.stale;
  });
  return (await Promise.all(answers)).includes(true);
}

/** Everything that is wrong, as a command tells it. */
export function allProblems({ problems, failed }: Pick<SyncedRevision, 'problems' | 'failed'>): Problem[] {
  return [...problems, ...failed.map(problemOf)];
}

export function problemOf({
  definition,
  error: { code, message, place, hint },
}: Pick<FailedRelease, 'definition' | 'error'>): Problem {
  const text = `${definitionId(definition)}: ${message}`;
  return { code, message: text, place: place ?? definition.origin.place, hint };
}

/** A chart may name others that lie where its application's project does not reach. */
function holdDependencies({ project, chart, pin }: ReleaseDefinition, pins: ChartPins, url: string | undefined): void {
  // Argo CD holds sources to its projects, and no dependencies.
  if (project === undefined || project.tool !== undefined) return;
  const isOwn = (request: ChartRequest) => pin !== undefined && request.type === 'git' && request.url === url;
  for (const { request } of pins.values()) if (!isOwn(request)) refuseRepository(project, request, chart.place);
}

interface ResolvedChart {
  readonly chart: Chart;
  readonly pins: ChartPins;
}

async function prepareAll(
  input: SyncInput,
  definitions: readonly ReleaseDefinition[],
  { defined, others }: Pick<SyncedRevision, 'defined' | 'others'>,
): Promise<{ releases: PreparedRelease[]; failed: FailedRelease[] }> {
  const { op, sources } = input;
  const shared = sharedFiles(defined);
  const charts = new Map<string, Promise<ResolvedChart>>();
  const before = new Map(input.before?.releases.map((release) => [release.definition, release]));
  const inTurn = createLimit(readers);
  const results = await Promise.all(
    definitions.map(async (given): Promise<PreparedRelease | FailedRelease> => {
      let part: FailedRelease['part'] = 'chart';
      try {
        const home = homeOf(input, others, given);
        const { url, checkout } = home;
        const { definition, files } = await pinRelease(given, { ...home, sources, shared });
        const reading = { ...input, checkout, definitions: { ...input.definitions, files } };
        const resolved = await shareChart(reading, definition, charts);
        holdDependencies(definition, resolved.pins, url);
        part = 'values';
        const located = await locateReleaseValues({
          definition,
          chart: resolved.chart,
          files,
          sources: patient(sources),
        });
        holdDependencies(definition, located.pins, url);
        const prepared = await inTurn(
          async () =>
            (await prepareAgain(reading, before.get(definition), resolved)) ??
            (await prepareRelease(reading, definition, { ...resolved, located })),
        );
        input.onPrepared?.(prepared);
        return prepared;
      } catch (thrown) {
        const error = asErrorAtHome(thrown, given);
        if (error.fault === 'internal') throw thrown;
        return { op, definition: given, part, error };
      }
    }),
  );
  const failed = results.filter((result): result is FailedRelease => 'error' in result);
  return { releases: results.filter((result): result is PreparedRelease => 'digest' in result), failed };
}

/** `charts` shares what several releases of a revision read. */
function shareChart(
  { checkout, compat, sources }: SyncInput,
  { chart, origin }: ReleaseDefinition,
  charts: Map<string, Promise<ResolvedChart>>,
): Promise<ResolvedChart> {
  const { place: _place, ...what } = chart;
  const key = JSON.stringify([what, origin.elsewhere]);
  const known = charts.get(key);
  if (known) return known;
  const pinning = pinningSources(sources);
  const resolved = resolveChart(chart, checkout, { compat, sources: patient(pinning.sources) }).then((found) => ({
    chart: found,
    pins: pinning.pins,
  }));
  charts.set(key, resolved);
  return resolved;
}

async function prepareRelease(
  { checkout, op, compat, definitions, sources, decrypt, objectsOf }: SyncInput,
  definition: ReleaseDefinition,
  { chart, pins: ofChart, located }: ResolvedChart & { readonly located: ReleaseValues },
): Promise<PreparedRelease> {
  const { releaseName, namespace, settings, variables } = definition;
  const { values, layers, key, unread } = await mergeValues({
    sources: located.sources,
    variables,
    compat,
    readFile: async (path) => {
      const read = located.readers.get(path) ?? (() => definitions.files.read(path));
      const text = await readOrMissing(read);
      return (await decrypt?.({ path, text })) ?? text;
    },
    readObject: objectsOf?.(definition),
  });
  const { patches } = settings;
  const digest = sourceDigest({ chartDigest: chart.digest, values, releaseName, namespace, compat, patches, key });
  const pins = located.pins.size === 0 ? ofChart : new Map([...ofChart, ...located.pins]);
  return { op, definition, checkout, chart, pins, aliases: sources.aliases, values, layers, unread, digest };
}

/** As it was prepared before, where nothing that it is made from has changed; cheap, for a commit leaves most as it is. */
async function prepareAgain(
  { checkout, op, definitions, sources }: SyncInput,
  before: PreparedRelease | undefined,
  { chart, pins }: ResolvedChart,
): Promise<PreparedRelease | undefined> {
  if (before === undefined || before.chart.digest !== chart.digest) return undefined;
  const read: { path: string; text: string }[] = [];
  for (const source of before.definition.values) {
    if (source.type === 'file' && !source.template) {
      const text = await readOrMissing(() => definitions.files.read(source.path)).catch(() => undefined);
      if (text !== undefined) read.push({ path: source.path, text });
    } else if (source.type === 'text') read.push({ path: source.place.file, text: source.text });
    else if (!constantSources.has(source.type)) return undefined;
  }
  const known = before.layers.filter((layer) => layer.type === 'file');
  const isSame =
    known.length === read.length &&
    known.every(({ path, text }, position) => path === read[position]?.path && text === read[position]?.text);
  return isSame ? { ...before, op, checkout, chart, pins, aliases: sources.aliases } : undefined;
}

/** Their contents are written in the definition. */
const constantSources: ReadonlySet<string> = new Set(['inline', 'set', 'setString', 'setJson']);

/** The merge asks the file system's way for what may be absent. */
async function readOrMissing(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof HelmGitopsError && isMissing(error.cause) ? error.cause : error;
  }
}

function isMissing(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
