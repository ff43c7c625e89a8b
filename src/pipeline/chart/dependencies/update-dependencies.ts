/**
 * `dependency update`: charts/ and Chart.lock anew from what Chart.yaml asks for, as Helm does it. Takes a chart's folder
 * and where charts come from; a lock whose digest stays the same is left untouched.
 */
import { lstatSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConstraint, SemverError } from '../../../foundation/base/semver-constraint.ts';
import { quote } from '../../../foundation/template/quote.ts';
import type { Chart } from '../chart.ts';
import { chartError } from '../chart-error.ts';
import { dependencyFiles, lockOf, writeLock } from '../chart-lock.ts';
import { loadChart } from '../load-chart.ts';
import { dependencyError } from './dependency-error.ts';
import { type DependencyRun, loadUnpacked } from './dependency-run.ts';
import { fetchDependencies } from './fetch-dependencies.ts';
import { lockDigest } from './lock-digest.ts';
import { type PlacedDependency, placeDependencies } from './place-dependencies.ts';
import { isWithin, saveDependencies } from './save-dependencies.ts';

export async function updateDependencies(run: DependencyRun): Promise<void> {
  await updateLoaded(await loadUnpacked(run), run);
}

/** The chart is that of the run's folder. */
export async function updateLoaded(chart: Chart, run: DependencyRun): Promise<void> {
  const { dependencies } = chart.metadata;
  if (dependencies === undefined) return;
  const placed = placeDependencies(dependencies, run, chart);
  await checkLocal(placed, run);
  const fetched = await fetchDependencies(placed, run);
  const resolved = placed.map((one) => ({
    placed: one,
    version: fetched.get(one)?.version ?? one.dependency.version ?? '',
    fetched: fetched.get(one),
  }));
  const versions = await saveDependencies(resolved, run);
  const locked = placed.map(({ dependency: { name, repository = '' } }, index) => ({
    name,
    repository,
    version: versions[index] ?? '',
  }));
  const digest = lockDigest(
    placed.map(({ dependency }) => dependency),
    locked,
  );
  if (lockOf(chart)?.digest === digest) return;
  const text = writeLock({ digest, dependencies: locked, generated: run.now() });
  replaceLock(join(run.folder, dependencyFiles(chart).lock), text, dependencyFiles(chart).lock);
}

/** All that can be told without a network, before one is asked. */
async function checkLocal(placed: readonly PlacedDependency[], run: DependencyRun): Promise<void> {
  const unfit: string[] = [];
  for (const one of placed) {
    const { dependency } = one;
    const { name, repository, version = '' } = dependency;
    checkConstraint(one, run);
    if (one.type === 'vendored' && !isThere(join(run.folder, 'charts', name))) {
      const message = `directory ${join(run.shown, 'charts', name)} not found`;
      throw dependencyError('chart.dependency-missing', message, { dependency, at: run });
    }
    if (one.type !== 'file') continue;
    const chart = await loadChart(one.folder, { compat: run.compat, shownAs: one.shown });
    if (!isWithin(chart, dependency, { version, run })) {
      unfit.push(`${quote(name)} (repository ${quote(repository ?? '')}, version ${quote(version)})`);
    }
  }
  if (unfit.length === 0) return;
  throw chartError(
    'chart.dependency-invalid',
    `can't get a valid version for ${unfit.length} subchart(s): ${unfit.join(', ')}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml`,
  );
}

function checkConstraint({ dependency }: PlacedDependency, run: DependencyRun): void {
  try {
    parseConstraint(dependency.version ?? '');
  } catch (error) {
    if (!(error instanceof SemverError)) throw error;
    const message = `dependency ${quote(dependency.name)} has an invalid version/constraint format: ${error.message}`;
    throw dependencyError('chart.dependency-invalid', message, { dependency, at: run });
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function replaceLock(path: string, text: string, name: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    throw chartError('chart.outside', `the ${name} file is a symlink to ${quote(readlinkSync(path))}`);
  }
  const aside = `${path}.part`;
  writeFileSync(aside, text);
  renameSync(aside, path);
}
