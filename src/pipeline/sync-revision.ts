/**
 * The table of contents of one look at a repository: fetch, read the definitions, resolve each release's chart and
 * values. What cannot be understood is told and left out; it never stops the rest.
 */
import { asHelmGitopsError, HelmGitopsError } from '../foundation/base/errors.ts';
import type { Problem } from '../foundation/base/problem.ts';
import type { Chart } from './chart/chart.ts';
import { resolveChart } from './chart/resolve-chart.ts';
import type { PreparedRelease } from './context.ts';
import { type ReadDefinitionsInput, readDefinitions } from './definitions/read-definitions.ts';
import { definitionId, type ReleaseDefinition } from './definitions/release-definition.ts';
import { sourceDigest } from './plan/source-digest.ts';
import type { Checkout } from './source/checkout.ts';
import type { CheckoutFiles } from './source/checkout-files.ts';
import { type MergedValues, mergeValues } from './values/merge-values.ts';

export interface SyncInput {
  readonly op: string;
  readonly checkout: Checkout;
  readonly definitions: Omit<ReadDefinitionsInput, 'checkout'>;
  readonly compat: 'helm3' | 'helm4';
}

export interface SyncedRevision {
  readonly releases: readonly PreparedRelease[];
  /** Definitions that were read, prepared or not: none of their releases may be removed. */
  readonly defined: readonly ReleaseDefinition[];
  readonly problems: readonly Problem[];
  /** Files that held a definition and are no longer understood: nothing they may have held is removed. */
  readonly unreadFiles: readonly string[];
}

export async function syncRevision(input: SyncInput): Promise<SyncedRevision> {
  const read = await readDefinitions({ ...input.definitions, checkout: input.checkout });
  const problems = [...read.problems];
  const releases: PreparedRelease[] = [];
  const charts = new Map<string, Promise<Chart>>();
  for (const definition of read.definitions) {
    try {
      releases.push(await prepareRelease(input, definition, charts));
    } catch (thrown) {
      const error = asHelmGitopsError(thrown);
      if (error.fault === 'internal') throw thrown;
      problems.push({
        code: error.code,
        message: `${definitionId(definition)}: ${error.message}`,
        place: error.place ?? definition.origin.place,
        hint: error.hint,
      });
    }
  }
  return { releases, defined: read.definitions, problems, unreadFiles: read.unreadFiles };
}

/** `charts` shares what several releases of a revision read. */
async function prepareRelease(
  input: SyncInput,
  definition: ReleaseDefinition,
  charts: Map<string, Promise<Chart>>,
): Promise<PreparedRelease> {
  const { checkout, op } = input;
  const chart = await (charts.get(definition.chart.path) ?? remember(charts, definition, input));
  const { compat } = input;
  const { values, layers } = await mergeDefinitionValues(definition, { files: input.definitions.files, compat });
  const { releaseName, namespace } = definition;
  const digest = sourceDigest({ chartDigest: chart.digest, values, releaseName, namespace, compat });
  return { op, definition, checkout, chart, values, layers, digest };
}

/** The values of a definition, read from its checkout. */
export async function mergeDefinitionValues(
  { values: sources, variables }: ReleaseDefinition,
  { files, compat }: { files: CheckoutFiles; compat: 'helm3' | 'helm4' },
): Promise<MergedValues> {
  return await mergeValues({ sources, variables, compat, readFile: (path) => readOrMissing(files, path) });
}

function remember(
  charts: Map<string, Promise<Chart>>,
  { chart }: ReleaseDefinition,
  { checkout, compat }: SyncInput,
): Promise<Chart> {
  const resolved = resolveChart(chart, checkout, { compat });
  charts.set(chart.path, resolved);
  return resolved;
}

/** The merge asks the file system's way for what may be absent. */
async function readOrMissing(files: CheckoutFiles, path: string): Promise<string> {
  try {
    return await files.read(path);
  } catch (error) {
    throw error instanceof HelmGitopsError && isMissing(error.cause) ? error.cause : error;
  }
}

function isMissing(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
