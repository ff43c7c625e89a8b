/** A dependency's mistake as an error, with its line of Chart.yaml or requirements.yaml. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HelmGitopsError } from '../../../foundation/base/errors.ts';
import type { Chart, ChartDependency } from '../chart.ts';
import { chartError } from '../chart-error.ts';
import type { ChartErrorCode } from '../chart-errors.table.ts';
import { dependencyFiles } from '../chart-lock.ts';
import { locateInChart } from '../locate-in-chart.ts';
import { staleLockMessage } from './check-lock.ts';

/** With its place in Chart.yaml's list. */
export type NamedDependency = ChartDependency & { readonly index: number };

export const namedDependencies = ({ metadata }: Chart): NamedDependency[] =>
  (metadata.dependencies ?? []).map((dependency, index) => ({ ...dependency, index }));

interface ChartPlace {
  readonly folder: string;
  /** How errors name the chart. */
  readonly shown: string;
}

export function dependencyError(
  code: ChartErrorCode,
  message: string,
  { dependency, at, hint }: { dependency: NamedDependency | undefined; at: ChartPlace; hint?: string | undefined },
): HelmGitopsError {
  const { folder, shown } = at;
  const file = existsSync(join(folder, 'requirements.yaml')) ? 'requirements.yaml' : 'Chart.yaml';
  const fault = dependency === undefined ? ['dependencies'] : ['dependencies', dependency.index, 'name'];
  const found = locateInChart(folder, file, { message, fault });
  return chartError(code, message, { place: { ...found, file: `${shown}/${file}` }, hint });
}

export function lockStale(chart: Chart, { folder, shown }: ChartPlace): HelmGitopsError {
  const { lock } = dependencyFiles(chart);
  const message = staleLockMessage(chart);
  const found = locateInChart(folder, lock, { message, fault: ['digest'] });
  return chartError('chart.lock-stale', message, {
    place: { ...found, file: `${shown}/${lock}` },
    hint: `helm-gitops dependency update ${shown} writes it anew`,
  });
}
