/**
 * A chart as one render works on it. Helm changes its charts while it enables dependencies and imports values; a Chart is
 * shared between releases, so that every render gets copies of just what Helm writes to.
 */
import {
  parseConstraint,
  SemverError,
  satisfies,
  tryParseVersion,
} from '../../../foundation/base/semver-constraint.ts';
import type { GoMap } from '../../../foundation/template/value.ts';
import type { Chart, ChartDependency, ChartMetadata } from '../../chart/chart.ts';

type Writable<T> = { -readonly [key in keyof T]: T[key] };

export type ScopedDependency = Writable<ChartDependency>;

export type ScopedMetadata = Omit<Writable<ChartMetadata>, 'dependencies'> & {
  /** Undefined and empty differ: Helm looks no further where Chart.yaml names none. */
  dependencies: ScopedDependency[] | undefined;
};

export interface ScopedChart {
  readonly chart: Chart;
  metadata: ScopedMetadata;
  /** Never written in place. */
  values: GoMap;
  dependencies: ScopedChart[];
  parent: ScopedChart | undefined;
}

export function scopeChart(chart: Chart, parent?: ScopedChart): ScopedChart {
  const { dependencies, ...metadata } = chart.metadata;
  const scoped: ScopedChart = {
    chart,
    metadata: { ...metadata, dependencies: dependencies?.map((dependency) => ({ ...dependency })) },
    values: chart.values,
    dependencies: [],
    parent,
  };
  scoped.dependencies = chart.dependencies.map((child) => scopeChart(child, scoped));
  return scoped;
}

export function setDependencies(parent: ScopedChart, children: ScopedChart[]): void {
  for (const child of children) child.parent = parent;
  parent.dependencies = children;
}

/** `shop/charts/database`: an alias counts, not the folder on disk. */
export function chartFullPath({ metadata, parent }: ScopedChart): string {
  return parent === undefined ? metadata.name : `${chartFullPath(parent)}/charts/${metadata.name}`;
}

/** Helm's IsCompatibleRange: what cannot be read fits nothing. */
export function isCompatibleRange(constraint: string, version: string): boolean {
  const found = tryParseVersion(version);
  if (found === undefined) return false;
  try {
    return satisfies(parseConstraint(constraint), found);
  } catch (error) {
    if (error instanceof SemverError) return false;
    throw error;
  }
}
