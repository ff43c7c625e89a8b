/**
 * What Chart.yaml asks for beyond charts/: `file://` dependencies are read from disk, to any depth; what would have to
 * be downloaded is an error that names the remedy. The other check is Helm's own: everything named must be there.
 */
import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { HelmGitopsError } from '../../foundation/base/errors.ts';
import { parseConstraint, SemverError, satisfies, tryParseVersion } from '../../foundation/base/semver-constraint.ts';
import { quote } from '../../foundation/template/quote.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import type { Chart, ChartDependency } from './chart.ts';
import { digestChart } from './chart-digest.ts';
import { chartError } from './chart-error.ts';
import { loadChart } from './load-chart.ts';
import { locateInChart } from './locate-in-chart.ts';
import { isInside } from './read-chart-folder.ts';

export interface ChartOrigin {
  /** Where the chart lies on disk. */
  readonly folder: string;
  /** How errors name it. */
  readonly shown: string;
  readonly compat?: Compat;
}

interface Resolving extends ChartOrigin {
  readonly root: string;
  readonly compat: Compat;
  /** Real folders of the charts that led here, against circles. */
  readonly parents?: readonly string[];
}

/** With its place in Chart.yaml's list. */
type NamedDependency = ChartDependency & { readonly index: number };

const listDependencies = ({ metadata }: Chart): NamedDependency[] =>
  (metadata.dependencies ?? []).map((dependency, index) => ({ ...dependency, index }));

/** The chart with its `file://` dependencies, and those of the charts in its charts/ folder, put in place. */
export async function resolveFileDependencies(chart: Chart, origin: Resolving): Promise<Chart> {
  const vendored = await Promise.all(chart.dependencies.map((child) => resolveVendored(child, origin)));
  const dependencies = [...vendored];
  for (const named of listDependencies(chart)) {
    if (!named.repository?.startsWith('file://')) continue;
    if (vendored.some((child) => child.metadata.name === named.name)) continue;
    const added = await loadDependency(named, origin);
    if (!dependencies.some((known) => known.digest === added.digest)) dependencies.push(added);
  }
  const changed =
    dependencies.length > vendored.length || vendored.some((child, index) => child !== chart.dependencies[index]);
  if (!changed) return chart;
  const { digest: _, ...content } = { ...chart, dependencies };
  return { ...content, digest: digestChart(content) };
}

/** A folder in charts/ may name dependencies relative to itself; an archive has no neighbours. */
async function resolveVendored(child: Chart, origin: Resolving): Promise<Chart> {
  const { name } = child.metadata;
  const folder = join(origin.folder, 'charts', name);
  if (!existsSync(join(folder, 'Chart.yaml'))) return child;
  const parents = [...(origin.parents ?? []), realpathSync(origin.folder)];
  return await resolveFileDependencies(child, { ...origin, folder, shown: `${origin.shown}/charts/${name}`, parents });
}

async function loadDependency(dependency: NamedDependency, origin: Resolving): Promise<Chart> {
  const relative = (dependency.repository ?? '').slice('file://'.length);
  const folder = isAbsolute(relative) ? relative : join(origin.folder, relative);
  const fail = (code: 'chart.outside' | 'chart.dependency-missing' | 'chart.dependency-invalid', message: string) =>
    dependencyError(code, message, dependency, origin);
  if (!isInside(origin.root, folder))
    throw fail('chart.outside', `the dependency ${dependency.name} lies outside the repository`);
  if (!existsSync(folder)) throw fail('chart.dependency-missing', `directory ${relative} not found`);
  const real = realpathSync(folder);
  if (!isInside(realpathSync(origin.root), real))
    throw fail('chart.outside', `the dependency ${dependency.name} leads out of the repository`);
  const parents = [...(origin.parents ?? []), realpathSync(origin.folder)];
  if (parents.includes(real))
    throw fail('chart.dependency-invalid', `the dependency ${dependency.name} leads back to a chart that needs it`);
  const shown = `${origin.shown}/${relative}`;
  const loaded = await loadChart(folder, { compat: origin.compat, root: origin.root, shownAs: shown });
  checkFits(loaded, dependency, (message) => fail('chart.dependency-invalid', message));
  return await resolveFileDependencies(loaded, { ...origin, folder, shown, parents });
}

function checkFits(
  chart: Chart,
  { name, version = '' }: ChartDependency,
  fail: (message: string) => HelmGitopsError,
): void {
  if (chart.metadata.name !== name) {
    throw fail(`the chart there is called ${chart.metadata.name}, Chart.yaml asks for ${name}`);
  }
  const found = tryParseVersion(chart.metadata.version);
  try {
    if (found !== undefined && satisfies(parseConstraint(version === '' ? '*' : version), found)) return;
  } catch (error) {
    if (!(error instanceof SemverError)) throw error;
    throw fail(`dependency ${quote(name)} has an invalid version/constraint format: ${error.message}`);
  }
  throw fail(
    `can't get a valid version for dependency ${name}: it is ${chart.metadata.version}, Chart.yaml asks for ${version}`,
  );
}

/** Helm's check before it renders; only the chart's own dependencies are looked at, as Helm does. */
export function checkDependencies(chart: Chart, origin: ChartOrigin): void {
  const present = new Set(chart.dependencies.map((child) => child.metadata.name));
  const missing = listDependencies(chart).filter(({ name }) => !present.has(name));
  const [first] = missing;
  if (first === undefined) return;
  const remote = missing.find(({ repository = '' }) => /^(?:https?|oci|alias):|^@/.test(repository));
  const names = missing.map(({ name }) => name).join(', ');
  const advice =
    origin.compat === 'helm3'
      ? 'An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies'
      : "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies";
  const message = `${advice}: found in Chart.yaml, but missing in charts/ directory: ${names}`;
  const code = remote === undefined ? 'chart.dependency-missing' : 'chart.dependency-not-yet';
  throw dependencyError(code, message, first, origin);
}

type DependencyCode =
  | 'chart.outside'
  | 'chart.dependency-missing'
  | 'chart.dependency-invalid'
  | 'chart.dependency-not-yet';

function dependencyError(
  code: DependencyCode,
  message: string,
  { index }: NamedDependency,
  { folder, shown }: ChartOrigin,
): HelmGitopsError {
  const file = existsSync(join(folder, 'requirements.yaml')) ? 'requirements.yaml' : 'Chart.yaml';
  const found = locateInChart(folder, file, { message, fault: ['dependencies', index, 'name'] });
  const hint =
    code === 'chart.dependency-not-yet'
      ? `downloading dependencies is not supported yet: run helm dependency build ${shown} and commit its charts/ folder`
      : undefined;
  return chartError(code, message, { place: { ...found, file: `${shown}/${file}` }, hint });
}
