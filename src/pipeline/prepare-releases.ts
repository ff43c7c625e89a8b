/**
 * Takes release definitions, resolves each one's chart and values. What cannot be had is told beside them; it never stops the
 * rest. What has not changed since the last look is taken from it.
 */
import { HelmGitopsError } from '../foundation/base/errors.ts';
import { createLimit } from '../foundation/base/in-parallel.ts';
import type { Problem } from '../foundation/base/problem.ts';
import { annotationNotices } from './annotation-notices.ts';
import type { ChartRequest } from './chart/chart-sources.ts';
import { patient } from './chart/patient-sources.ts';
import type { ChartPins } from './chart/pin-sources.ts';
import type { PreparedRelease } from './context.ts';
import { refuseRepository } from './definitions/project-limits.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import { asErrorAtHome, homeOf } from './home-of.ts';
import { locateReleaseValues, type ReleaseValues } from './locate-release-values.ts';
import { overrideRelease } from './override-release.ts';
import { pinRelease } from './pin-release.ts';
import { sourceDigest } from './plan/source-digest.ts';
import { mayHoldDefinitions } from './render/take-definitions.ts';
import { type ResolvedChart, type SharedCharts, shareChart } from './share-charts.ts';
import { sharedFiles } from './shared-files.ts';
import type { FailedRelease, SyncedRevision, SyncInput } from './sync-revision.ts';
import { mergeValues } from './values/merge-values.ts';

/** So many releases read their value files at once; waiting for charts is no part of it. */
const readers = 16;

/** A chart may name others that lie where its application's project does not reach. */
function holdDependencies({ project, chart, pin }: ReleaseDefinition, pins: ChartPins, url: string | undefined): void {
  // Argo CD holds sources to its projects, and no dependencies.
  if (project === undefined || project.tool !== undefined) return;
  const isOwn = (request: ChartRequest) => pin !== undefined && request.type === 'git' && request.url === url;
  for (const { request } of pins.values()) if (!isOwn(request)) refuseRepository(project, request, chart.place);
}

interface ResolvedRelease extends ResolvedChart {
  readonly located: ReleaseValues;
  readonly notices: readonly Problem[];
}

/** In the order of the definitions; undefined for one that is untouched. */
export async function prepareReleases(
  input: SyncInput,
  definitions: readonly ReleaseDefinition[],
  { defined, others }: Pick<SyncedRevision, 'defined' | 'others'>,
): Promise<(PreparedRelease | FailedRelease | undefined)[]> {
  const { op, sources, untouched } = input;
  const shared = sharedFiles(defined);
  const charts: SharedCharts = input.charts ?? new Map();
  const before = new Map(input.before?.releases.map((release) => [release.definition, release]));
  const inTurn = createLimit(readers);
  return await Promise.all(
    definitions.map(async (given): Promise<PreparedRelease | FailedRelease | undefined> => {
      let part: FailedRelease['part'] = 'chart';
      try {
        const home = homeOf(input, others, given);
        const { checkout } = home;
        const pinned = await pinRelease(given, { ...home, sources, shared });
        const { files, url } = pinned;
        const { definition, notices } = await overrideRelease(pinned.definition, {
          files,
          sources,
          root: checkout.root,
        });
        const reading = { ...input, checkout, definitions: { ...input.definitions, files } };
        const resolved = await shareChart(reading, definition, charts);
        if (untouched?.has(given) && !mayHoldDefinitions(resolved.chart)) return undefined;
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
            (await prepareRelease(reading, definition, { ...resolved, located, notices })),
        );
        input.onPrepared?.(prepared);
        return prepared;
      } catch (thrown) {
        const error = asErrorAtHome(thrown, given);
        if (error.fault === 'internal') throw thrown;
        // What is wrong with it was so before.
        if (untouched?.has(given)) return undefined;
        return { op, definition: given, part, error };
      }
    }),
  );
}

async function prepareRelease(
  { checkout, op, compat, definitions, sources, decrypt, objectsOf }: SyncInput,
  definition: ReleaseDefinition,
  { chart, pins: ofChart, located, notices: beside }: ResolvedRelease,
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
  const notices = [...beside, ...annotationNotices({ definition, chart, values })];
  const told = notices.length === 0 ? {} : { notices };
  return { op, definition, checkout, chart, pins, aliases: sources.aliases, values, layers, unread, digest, ...told };
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
