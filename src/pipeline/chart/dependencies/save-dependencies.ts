/**
 * Brings charts/ to what is locked: all archives are made or copied aside first, looked at, then moved in; what was there
 * before and is not wanted any more goes last. A failure before the first move leaves charts/ as it was.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compareStrings } from '../../../foundation/base/byte-string.ts';
import { asHelmGitopsError, HelmGitopsError } from '../../../foundation/base/errors.ts';
import {
  parseConstraint,
  SemverError,
  satisfies,
  tryParseVersion,
} from '../../../foundation/base/semver-constraint.ts';
import { quote } from '../../../foundation/template/quote.ts';
import type { Chart } from '../chart.ts';
import { chartError } from '../chart-error.ts';
import type { FetchedChart } from '../chart-sources.ts';
import { loadChart } from '../load-chart.ts';
import { dependencyError, type NamedDependency } from './dependency-error.ts';
import type { DependencyRun } from './dependency-run.ts';
import type { FetchedDependency } from './fetch-dependencies.ts';
import type { PlacedDependency } from './place-dependencies.ts';

export interface SavedDependency {
  readonly placed: PlacedDependency;
  /** Exact for what is fetched; a range for what lies in charts/. */
  readonly version: string;
  readonly fetched: FetchedDependency | undefined;
}

/** Returns the version of each: that of a `file://` chart is read as it is packed. */
export async function saveDependencies(list: readonly SavedDependency[], run: DependencyRun): Promise<string[]> {
  const charts = join(run.folder, 'charts');
  if (existsSync(charts) && !statSync(charts).isDirectory()) {
    throw chartError('chart.invalid', `${quote(join(run.shown, 'charts'))} is not a directory`);
  }
  mkdirSync(charts, { recursive: true });
  sweep(charts, run.now());
  const aside = mkdtempSync(join(charts, asidePrefix));
  try {
    run.say(`Saving ${list.length} charts\n`);
    const versions = await collect(list, aside, run).catch((error: unknown) => {
      const { code, message } = asHelmGitopsError(error);
      if (code !== 'chart.dependency-missing') run.say(`Save error occurred:  ${message}\n`);
      throw error;
    });
    await checkAll(aside, run);
    const before = readdirSync(charts, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
    const added = moveAll(aside, charts);
    run.say('Deleting outdated charts\n');
    const vendored = new Set(
      list.flatMap(({ placed }) => (placed.type === 'vendored' ? [placed.dependency.name] : [])),
    );
    const outdated = before.map(({ name }) => name).filter((name) => !added.has(name));
    await deleteOutdated(outdated.sort(compareStrings), vendored, run);
    return versions;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function collect(list: readonly SavedDependency[], aside: string, run: DependencyRun): Promise<string[]> {
  const known = new Set<string>();
  const versions: string[] = [];
  for (const { placed, version, fetched } of list) {
    const { name, repository = '' } = placed.dependency;
    if (placed.type === 'vendored') {
      run.say(`Dependency ${name} did not declare a repository. Assuming it exists in the charts directory\n`);
      await checkVendored(placed.dependency, version, run);
    } else if (placed.type === 'file') {
      versions.push(await pack(placed, version, { aside, run }));
      continue;
    } else if (fetched !== undefined) {
      const file = fileNameOf(placed, version, fetched);
      const key = JSON.stringify([fetched.from, file]);
      const isNew = !known.has(key);
      known.add(key);
      run.say(`${isNew ? 'Downloading' : 'Already downloaded'} ${name} from repo ${repository}\n`);
      if (isNew) copyFileSync(fetched.path, join(aside, file));
      if (isNew && fetched.unverified !== undefined) {
        run.say(`WARNING: Verification not found for ${fetched.from}: ${fetched.unverified}\n`);
      }
      if (isNew && placed.request.type === 'oci') await tellPulled(placed.request.reference, version, run);
    }
    versions.push(version);
  }
  return versions;
}

async function tellPulled(reference: string, version: string, run: DependencyRun): Promise<void> {
  const tagged = `${reference}:${version.replaceAll('+', '_')}`;
  const digest = await run.resolveTag?.(tagged);
  if (digest !== undefined) run.say(`Pulled: ${tagged.slice('oci://'.length)}\nDigest: ${digest}\n`);
}

async function checkVendored(dependency: NamedDependency, version: string, run: DependencyRun): Promise<void> {
  const { name } = dependency;
  const folder = join(run.folder, 'charts', name);
  const shown = join(run.shown, 'charts', name);
  const chart = await loadChart(folder, { compat: run.compat, shownAs: shown }).catch((error: unknown) => {
    const { message } = asHelmGitopsError(error);
    throw dependencyError('chart.dependency-missing', `unable to load chart '${shown}': ${message}`, {
      dependency,
      at: run,
    });
  });
  if (isWithin(chart, dependency, { version, run })) return;
  const message = `dependency ${name} at version ${chart.metadata.version} does not satisfy the constraint ${version}`;
  throw dependencyError('chart.dependency-invalid', message, { dependency, at: run });
}

type FileDependency = Extract<PlacedDependency, { type: 'file' }>;

async function pack(
  { dependency, folder, shown }: FileDependency,
  version: string,
  { aside, run }: { readonly aside: string; readonly run: DependencyRun },
): Promise<string> {
  const chart = await loadChart(folder, { compat: run.compat, shownAs: shown });
  if (!isWithin(chart, dependency, { version, run })) {
    const message = `can't get a valid version for dependency ${dependency.name}`;
    throw dependencyError('chart.dependency-invalid', message, { dependency, at: run });
  }
  await run.pack(folder, aside);
  return chart.metadata.version;
}

export function isWithin(
  { metadata }: Chart,
  dependency: NamedDependency,
  { version, run }: { readonly version: string; readonly run: DependencyRun },
): boolean {
  const found = tryParseVersion(metadata.version);
  try {
    return found !== undefined && satisfies(parseConstraint(version), found);
  } catch (error) {
    if (!(error instanceof SemverError)) throw error;
    const message = `dependency ${quote(dependency.name)} has an invalid version/constraint format: ${error.message}`;
    throw dependencyError('chart.dependency-invalid', message, { dependency, at: run });
  }
}

/** A repository's archive keeps the name of its URL; one of a registry is called after its tag. */
function fileNameOf(
  { request, dependency }: Extract<PlacedDependency, { type: 'remote' }>,
  version: string,
  fetched: FetchedChart,
): string {
  const otherwise = `${basename(dependency.name)}-${basename(version)}.tgz`;
  if (request.type !== 'repository') return otherwise;
  const path = URL.parse(fetched.from)?.pathname ?? '';
  const name = basename(decoded(path));
  return /^\.*$/.test(name) || name.includes('\0') ? otherwise : name;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Before anything is moved: Helm leaves out what it cannot read, and its charts/ is then short of it. */
async function checkAll(aside: string, { compat, shown }: DependencyRun): Promise<void> {
  for (const name of readdirSync(aside)) {
    await loadChart(join(aside, name), { compat, shownAs: join(shown, 'charts', name) });
  }
}

function moveAll(aside: string, charts: string): ReadonlySet<string> {
  const names = readdirSync(aside);
  for (const name of names) renameSync(join(aside, name), join(charts, name));
  return new Set(names);
}

/** Within charts/, for renames stay on one file system, and what a killed run leaves there is no part of the chart. */
const asidePrefix = '.tmpcharts-';
const hour = 3_600_000;

function sweep(charts: string, now: Date): void {
  for (const name of readdirSync(charts).filter((entry) => entry.startsWith(asidePrefix))) {
    const path = join(charts, name);
    if (statSync(path).mtimeMs < now.getTime() - hour) rmSync(path, { recursive: true, force: true });
  }
}

/** Only charts are deleted, and none that Chart.yaml names without a repository. */
async function deleteOutdated(
  names: readonly string[],
  vendored: ReadonlySet<string>,
  { folder, shown, compat, say }: DependencyRun,
): Promise<void> {
  for (const name of names) {
    const path = join(folder, 'charts', name);
    const shownAs = join(shown, 'charts', name);
    try {
      const chart = await loadChart(path, { compat, shownAs });
      if (!vendored.has(chart.metadata.name)) rmSync(path);
    } catch (error) {
      if (!(error instanceof HelmGitopsError)) throw error;
      say(`Could not verify ${shownAs} for deletion: ${error.message} (Skipping)\n`);
    }
  }
}
