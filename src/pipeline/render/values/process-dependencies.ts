/**
 * Decides which dependencies take part (tags, then conditions), gives them their aliases, and imports values from them
 * (helm.md §3.4). Takes a chart of one render and the user's values, changes that chart; reads nothing else.
 */

import type { Json } from '../../../foundation/manifest/object.ts';
import { formatDefault } from '../../../foundation/template/printf.ts';
import type { GoMap, GoValue } from '../../../foundation/template/value.ts';
import { copyMap } from '../../../foundation/values/copy-value.ts';
import type { Compat } from '../../../foundation/values/read-values.ts';
import { fromJson } from '../../../foundation/yaml/plain-json.ts';
import { coalesceValues, mergeChartValues, mergeTables } from './coalesce.ts';
import {
  isCompatibleRange,
  type ScopedChart,
  type ScopedDependency,
  type ScopedMetadata,
  setDependencies,
} from './scoped-chart.ts';
import { tableAt, valueAt } from './values-path.ts';

export function processDependencies(chart: ScopedChart, values: GoMap, compat: Compat): void {
  processEnabled(chart, { values, path: '', compat });
  processImportValues(chart, compat);
}

interface Scope {
  readonly values: GoMap;
  /** `database.` within the chart of that name. */
  readonly path: string;
  readonly compat: Compat;
}

function processEnabled(chart: ScopedChart, { values, path, compat }: Scope): void {
  const named = chart.metadata.dependencies;
  if (named === undefined) return;
  setDependencies(chart, withAliases(chart, named, compat));
  for (const dependency of named) dependency.enabled = true;
  const coalesced = coalesceValues(chart, values, compat);
  processTags(named, coalesced);
  processConditions(named, coalesced, path);
  const disabled = new Set(named.filter(({ enabled }) => enabled !== true).map(({ name }) => name));
  const enabled = chart.dependencies.filter((child) => !disabled.has(child.metadata.name));
  for (const child of enabled) {
    processEnabled(child, { values: coalesced, path: `${path}${child.metadata.name}.`, compat });
  }
  // A nil list in Go where all are disabled: nothing is imported then.
  const left = named.filter(({ name }) => !disabled.has(name));
  chart.metadata.dependencies = left.length === 0 ? undefined : left;
  setDependencies(chart, enabled);
}

/** Charts that Chart.yaml does not name come first, then those it names, in its order. */
function withAliases(chart: ScopedChart, named: readonly ScopedDependency[], compat: Compat): ScopedChart[] {
  const matches = ({ name, version = '' }: ScopedDependency, child: ScopedChart): boolean =>
    child.metadata.name === name && isCompatibleRange(version, child.metadata.version);
  const result = chart.dependencies.filter((child) => !named.some((dependency) => matches(dependency, child)));
  for (const dependency of named) {
    const child = chart.dependencies.find((candidate) => matches(dependency, candidate));
    if (child !== undefined) result.push(copyForAlias(child, dependency.alias ?? '', compat));
    if (dependency.alias) dependency.name = dependency.alias;
  }
  return result;
}

/** Helm 3 copies the chart but neither its dependencies nor what Chart.yaml says of them: two aliases share those. */
function copyForAlias(child: ScopedChart, alias: string, compat: Compat): ScopedChart {
  const copy: ScopedChart = {
    ...child,
    metadata: compat === 'helm3' ? { ...child.metadata } : copyMetadata(child.metadata),
  };
  if (compat === 'helm4')
    setDependencies(
      copy,
      child.dependencies.map((grandchild) => ({ ...grandchild })),
    );
  if (alias !== '') copy.metadata.name = alias;
  return copy;
}

function copyMetadata(metadata: ScopedMetadata): ScopedMetadata {
  return { ...metadata, dependencies: metadata.dependencies?.map((dependency) => ({ ...dependency })) };
}

function processTags(named: readonly ScopedDependency[], values: GoMap): void {
  const tags = tableAt(values, 'tags');
  if (tags === undefined) return;
  for (const dependency of named) {
    const set = (dependency.tags ?? []).map((tag) => tags.get(tag)).filter((value) => typeof value === 'boolean');
    dependency.enabled = set.includes(true) || !set.includes(false);
  }
}

/** The first path that leads to a boolean decides. */
function processConditions(named: readonly ScopedDependency[], values: GoMap, path: string): void {
  for (const dependency of named) {
    for (const condition of (dependency.condition ?? '').trim().split(',')) {
      const value = condition === '' ? undefined : valueAt(values, path + condition);
      if (typeof value !== 'boolean') continue;
      dependency.enabled = value;
      break;
    }
  }
}

function processImportValues(chart: ScopedChart, compat: Compat): void {
  for (const child of chart.dependencies) processImportValues(child, compat);
  const named = chart.metadata.dependencies;
  if (named === undefined) return;
  const values = mergeChartValues(chart, new Map(), compat);
  let imported: GoMap = new Map();
  for (const dependency of named) {
    const done: Map<string, string>[] = [];
    for (const entry of dependency['import-values'] ?? []) {
      const rule = importRule(entry);
      if (rule === undefined) continue;
      done.push(
        new Map([
          ['child', rule.child],
          ['parent', rule.parent],
        ]),
      );
      const table = tableAt(values, `${dependency.name}.${rule.child}`);
      if (table !== undefined) imported = mergeTables(imported, atPath(rule.parent, table));
    }
    if (dependency['import-values'] !== undefined) dependency['import-values'] = done;
  }
  // The parent's own values win over what it imports.
  chart.values = mergeTables(copyMap(values), imported);
}

function importRule(entry: unknown): { child: string; parent: string } | undefined {
  if (typeof entry === 'string') return { child: `exports.${entry}`, parent: '.' };
  // A Map was put there by an earlier pass: in Helm 3 two aliases share the entry, and the second imports nothing.
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry) || entry instanceof Map) return undefined;
  const given = fromJson(entry as Json) as GoMap;
  return { child: textOf(given.get('child')), parent: textOf(given.get('parent')) };
}

/** Go's %v. */
const textOf = (value: GoValue | undefined): string =>
  value === undefined || value === null ? '<nil>' : formatDefault(value);

function atPath(path: string, table: GoMap): GoMap {
  if (path === '.') return table;
  return path.split('.').reduceRight<GoMap>((inner, step) => new Map([[step, inner]]), table);
}
