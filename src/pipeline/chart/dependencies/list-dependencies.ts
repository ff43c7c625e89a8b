/**
 * `dependency list`: what Chart.yaml asks for and how it stands in charts/. Takes a chart on disk, returns the text that
 * Helm prints, warnings about what lies in charts/ unasked included; it fetches nothing and alters nothing.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { compareStrings } from '../../../foundation/base/byte-string.ts';
import { HelmGitopsError } from '../../../foundation/base/errors.ts';
import {
  isStrictVersion,
  parseConstraint,
  SemverError,
  satisfies,
  tryParseVersion,
} from '../../../foundation/base/semver-constraint.ts';
import { quote } from '../../../foundation/template/quote.ts';
import type { Compat } from '../../../foundation/values/read-values.ts';
import type { Chart, ChartDependency } from '../chart.ts';
import { loadChart } from '../load-chart.ts';
import { formatTable } from './format-table.ts';

export interface ListDependenciesOptions {
  /** How the output names the chart: the path as typed, cleaned. */
  readonly shown: string;
  readonly compat?: Compat;
  /** Of a column, in characters; 0: no limit. */
  readonly maxColumnWidth?: number;
}

interface Listing {
  readonly folder: string;
  readonly shown: string;
  readonly compat: Compat;
}

export async function listDependencies(path: string, options: ListDependenciesOptions): Promise<string> {
  const { shown, compat = 'helm4', maxColumnWidth = 80 } = options;
  const chart = await loadChart(path, { compat, shownAs: shown });
  const { dependencies } = chart.metadata;
  if (dependencies === undefined) return `WARNING: no dependencies at ${join(shown, 'charts')}\n`;
  const listing = { folder: path, shown, compat };
  const rows = [['NAME', 'VERSION', 'REPOSITORY', 'STATUS']];
  for (const dependency of dependencies) {
    const { name, version = '', repository = '' } = dependency;
    rows.push([name, version, repository, await statusOf(dependency, chart, listing)]);
  }
  const warnings = await unasked(dependencies, listing);
  return `${formatTable(rows, maxColumnWidth)}\n\n${warnings.join('')}`;
}

/** Archives first, then what the chart was loaded with: a packed dependency is `ok`, a folder `unpacked`. */
async function statusOf(dependency: ChartDependency, chart: Chart, listing: Listing): Promise<string> {
  const { name } = dependency;
  const archives = entriesOf(join(listing.folder, 'charts')).filter(
    (entry) => entry.startsWith(`${name}-`) && entry.endsWith('.tgz') && entry.length >= name.length + 5,
  );
  const versioned = archives.filter((entry) => isStrictVersion(entry.slice(name.length + 1, -'.tgz'.length)));
  const [archive] = archives.length === 1 ? archives : versioned;
  if (archives.length > 1 && versioned.length > 1) return 'too many matches';
  if (archive !== undefined) {
    const status = await archiveStatus(join(listing.folder, 'charts', archive), dependency, listing);
    if (status !== undefined) return status;
  }
  const found = chart.dependencies.findLast(({ metadata }) => metadata.name === name);
  if (found === undefined) return 'missing';
  return versionStatus(found, dependency) ?? 'unpacked';
}

async function archiveStatus(
  path: string,
  dependency: ChartDependency,
  { compat }: Listing,
): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  const chart = await loadIfChart(path, compat);
  if (chart === undefined) return 'corrupt';
  if (chart.metadata.name !== dependency.name) return 'misnamed';
  return versionStatus(chart, dependency) ?? 'ok';
}

/** Undefined: it is as asked for. */
function versionStatus({ metadata }: Chart, { version = '' }: ChartDependency): string | undefined {
  if (metadata.version === version) return undefined;
  const found = tryParseVersion(metadata.version);
  try {
    const constraint = parseConstraint(version);
    if (found === undefined) return 'invalid version';
    return satisfies(constraint, found) ? undefined : 'wrong version';
  } catch (error) {
    if (error instanceof SemverError) return 'invalid version';
    throw error;
  }
}

async function unasked(
  dependencies: readonly ChartDependency[],
  { folder, shown, compat }: Listing,
): Promise<string[]> {
  const warnings: string[] = [];
  for (const entry of entriesOf(join(folder, 'charts'))) {
    const path = join(folder, 'charts', entry);
    const named = quote(join(shown, 'charts', entry));
    if (!existsSync(path)) {
      warnings.push(`Warning: stat ${join(shown, 'charts', entry)}: no such file or directory\n`);
      continue;
    }
    if (!statSync(path).isDirectory() && extname(entry) !== '.tgz') continue;
    const chart = await loadIfChart(path, compat);
    if (chart === undefined) warnings.push(`WARNING: ${named} is not a chart.\n`);
    else if (!dependencies.some(({ name }) => name === chart.metadata.name)) {
      warnings.push(`WARNING: ${named} is not in Chart.yaml.\n`);
    }
  }
  return warnings;
}

async function loadIfChart(path: string, compat: Compat): Promise<Chart | undefined> {
  try {
    return await loadChart(path, { compat });
  } catch (error) {
    if (error instanceof HelmGitopsError) return undefined;
    throw error;
  }
}

/** In Go's order; nothing where there is no folder. */
function entriesOf(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).sort(compareStrings) : [];
}
