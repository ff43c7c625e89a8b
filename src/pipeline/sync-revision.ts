/**
 * The table of contents of one look at a repository: fetch, read the definitions, resolve each release's chart and
 * values. What cannot be understood or fetched is told and left out; it never stops the rest.
 */
import { existsSync } from 'node:fs';
import { asHelmGitopsError, type HelmGitopsError } from '../foundation/base/errors.ts';
import type { Problem } from '../foundation/base/problem.ts';
import type { Decrypt } from '../foundation/secrets/open-decryption.ts';
import { type ChartSources, isMoving } from './chart/chart-sources.ts';
import { fetchPatiently } from './chart/patient-sources.ts';
import type { ChartPins } from './chart/pin-sources.ts';
import type { PreparedRelease } from './context.ts';
import type { OwnedFile } from './definitions/assign-owners.ts';
import {
  type DefinitionsRead,
  newDefinitionCache,
  type ReadDefinitionsInput,
  readDefinitions,
} from './definitions/read-definitions.ts';
import { definitionId, type ReleaseDefinition } from './definitions/release-definition.ts';
import { failedProblems } from './failed-problems.ts';
import type { Others } from './home-of.ts';
import { type DefinitionsOf, type NestedDefinitions, nestedDefinitions } from './nested-definitions.ts';
import { prepareReleases } from './prepare-releases.ts';
import { createTextRenderer } from './render/text-renderer.ts';
import type { SharedCharts } from './share-charts.ts';
import type { Checkout } from './source/checkout.ts';
import type { ReadObject } from './values/merge-values.ts';

export interface SyncInput {
  readonly op: string;
  readonly checkout: Checkout;
  /** Of the repository, for releases that are pinned to one of its commits. */
  readonly url?: string | undefined;
  readonly definitions: Omit<ReadDefinitionsInput, 'checkout' | 'renderText'>;
  readonly compat: 'helm3' | 'helm4';
  /** Charts that lie elsewhere. */
  readonly sources: ChartSources;
  readonly decrypt?: Decrypt | undefined;
  /** The last look at the same repository: what is still the same is not prepared again. */
  readonly before?: SyncedRevision | undefined;
  /** Without what charts render, where that was read already. */
  readonly read?: DefinitionsRead | undefined;
  /** Resolved already, or about to be. */
  readonly charts?: SharedCharts | undefined;
  /** Nobody asks what they are made of: they are prepared only where their charts may render definitions. */
  readonly untouched?: ReadonlySet<ReleaseDefinition> | undefined;
  /** Secrets and ConfigMaps that hold values, read as the release may read them. Without it they are left out. */
  readonly objectsOf?: ((definition: ReleaseDefinition) => ReadObject) | undefined;
  /** What a release's chart renders of definitions, without a cluster. Without it nothing is. */
  readonly definitionsOf?: DefinitionsOf | undefined;
  /** Called with all that a revision defines, before anything of it is prepared. */
  readonly onRead?: ((definitions: readonly ReleaseDefinition[]) => void) | undefined;
  /** Called for each release as soon as it is prepared: one slow host holds up nobody else. */
  readonly onPrepared?: ((release: PreparedRelease) => void) | undefined;
}

export interface SyncedRevision {
  /** But for untouched ones. */
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
  /** Definitions that charts rendered, by the release that did. */
  readonly nested?: NestedDefinitions;
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

export async function syncRevision(input: SyncInput): Promise<SyncedRevision> {
  const { checkout, definitionsOf, before, onRead } = input;
  const { cache = newDefinitionCache() } = input.definitions;
  const renderText = createTextRenderer();
  const results = new Map<ReleaseDefinition, Result>();
  let nested: NestedDefinitions = before?.nested ?? new Map();
  // Charts that render definitions may lead to others that do: until there is nothing new.
  for (;;) {
    const read =
      (nested.size === 0 ? input.read : undefined) ??
      (await readDefinitions({ ...input.definitions, cache, checkout, renderText, nested: filesOf(nested) }));
    const { definitions: defined, problems, unreadFiles, strangers, others } = read;
    onRead?.(defined);
    const missing = defined.filter((definition) => !results.has(definition));
    const made = await prepareReleases(input, missing, { defined, others });
    missing.forEach((definition, position) => {
      results.set(definition, made[position]);
    });
    const all = split(defined.map((definition) => results.get(definition)));
    const { releases, failed } = all;
    const withheld = new Set(failed.map(({ definition }) => definitionId(definition)));
    const unread = new Set(unreadFiles);
    const isWithheld = (one: ReleaseDefinition) => withheld.has(definitionId(one)) || unread.has(one.origin.place.file);
    const next = definitionsOf
      ? await nestedDefinitions({ definitionsOf, releases, before: nested, isWithheld })
      : nested;
    if (areSame(nested, next)) {
      const { mode } = input.definitions.own ?? {};
      const notices = [...read.notices, ...releases.flatMap((release) => release.notices ?? [])];
      const found = { defined, problems, notices, unreadFiles, strangers, others, nested };
      return { ...all, ...found, ...(mode === undefined ? {} : { mode }) };
    }
    nested = next;
  }
}

/** Several environments of an application may render the same definitions. */
function filesOf(nested: NestedDefinitions): NonNullable<ReadDefinitionsInput['nested']> {
  const files = new Map<string, OwnedFile>();
  for (const owned of [...nested.values()].flatMap((one) => one.files)) {
    files.set(JSON.stringify([owned.parsed.file, owned.text]), owned);
  }
  return { files: [...files.values()], problems: [...nested.values()].flatMap((one) => one.problems) };
}

const areSame = (one: NestedDefinitions, other: NestedDefinitions): boolean =>
  one.size === other.size && [...one].every(([id, nested]) => other.get(id) === nested);

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
  const input = await inputOf();
  // What charts render of definitions may have moved with them.
  if ([...moved].some((definition) => before.nested?.has(definitionId(definition))))
    return await syncRevision({ ...input, before });
  const { releases, failed } = split(await prepareReleases(input, [...moved], before));
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
    const found = await fetchPatiently(sources, request).catch((error: unknown) => {
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
  return [...problems, ...failedProblems(failed)];
}

type Result = PreparedRelease | FailedRelease | undefined;

function split(results: readonly Result[]): { releases: PreparedRelease[]; failed: FailedRelease[] } {
  const failed = results.filter((result) => result !== undefined && 'error' in result);
  return { releases: results.filter((result) => result !== undefined && 'digest' in result), failed };
}
