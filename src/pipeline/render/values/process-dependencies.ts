/**
 * Decides which dependencies take part (tags, then conditions), gives them their aliases, and imports values from them
 * (helm.md §3.4). Takes a chart of one render and the user's values, changes that chart; reads nothing else.
 */

import type { Json } from '../../../foundation/manifest/object.ts';
import { formatDefault } from '../../../foundation/template/printf.ts';
import { quote } from '../../../foundation/template/quote.ts';
import type { GoMap, GoValue } from '../../../foundation/template/value.ts';
import { copyMap } from '../../../foundation/values/copy-value.ts';
import type { HelmWarning, Warn } from '../../../foundation/values/helm-warning.ts';
import type { Compat } from '../../../foundation/values/read-values.ts';
import { fromJson } from '../../../foundation/yaml/plain-json.ts';
import { type CoalesceOptions, coalesceValues, mergeChartValues, mergeTables } from './coalesce.ts';
import {
  isCompatibleRange,
  type ScopedChart,
  type ScopedDependency,
  type ScopedMetadata,
  setDependencies,
} from './scoped-chart.ts';
import { firstMissing, tableAt, valueAt } from './values-path.ts';

export function processDependencies(chart: ScopedChart, values: GoMap, options: CoalesceOptions): void {
  enableDependencies(chart, values, options);
  importValues(chart, options);
}

export function enableDependencies(chart: ScopedChart, values: GoMap, options: CoalesceOptions): void {
  processEnabled(chart, { ...options, values, path: '' });
}

interface Scope extends CoalesceOptions {
  readonly values: GoMap;
  /** `database.` within the chart of that name. */
  readonly path: string;
}

function processEnabled(chart: ScopedChart, scope: Scope): void {
  const { values, path, compat, warn } = scope;
  const named = chart.metadata.dependencies;
  if (named === undefined) return;
  setDependencies(chart, withAliases(chart, named, compat));
  for (const dependency of named) dependency.enabled = true;
  const coalesced = coalesceValues(chart, values, scope);
  processTags(named, coalesced, warn);
  processConditions(named, coalesced, { path, warn });
  const disabled = new Set(named.filter(({ enabled }) => enabled !== true).map(({ name }) => name));
  const enabled = chart.dependencies.filter((child) => !disabled.has(child.metadata.name));
  for (const child of enabled) {
    processEnabled(child, { ...scope, values: coalesced, path: `${path}${child.metadata.name}.` });
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

function processTags(named: readonly ScopedDependency[], values: GoMap, warn?: Warn): void {
  const tags = tableAt(values, 'tags');
  if (tags === undefined) return;
  for (const dependency of named) {
    const set: boolean[] = [];
    for (const tag of dependency.tags ?? []) {
      const value = tags.get(tag);
      if (typeof value === 'boolean') set.push(value);
      else if (value !== undefined) warn?.(nonBoolean('tag', tag, dependency.name));
    }
    dependency.enabled = set.includes(true) || !set.includes(false);
  }
}

/** The first path that leads to a boolean decides. */
function processConditions(
  named: readonly ScopedDependency[],
  values: GoMap,
  { path, warn }: { path: string; warn: Warn | undefined },
): void {
  for (const dependency of named) {
    for (const condition of (dependency.condition ?? '').trim().split(',')) {
      const value = condition === '' ? undefined : valueAt(values, path + condition);
      if (typeof value === 'boolean') {
        dependency.enabled = value;
        break;
      }
      if (value !== undefined) warn?.(nonBoolean('path', condition, dependency.name));
    }
  }
}

function nonBoolean(what: 'tag' | 'path', text: string, chart: string): HelmWarning {
  const helm3 =
    what === 'tag'
      ? `dependencies.go:95: Warning: Tag '${text}'`
      : `dependencies.go:64: Warning: Condition path '${text}'`;
  return {
    level: 'WARN',
    message: 'returned non-bool value',
    attributes: [
      [what, text],
      ['chart', chart],
    ],
    helm3: `${helm3} for chart ${chart} returned non-bool value`,
  };
}

export function importValues(chart: ScopedChart, options: CoalesceOptions): void {
  for (const child of chart.dependencies) importValues(child, options);
  const named = chart.metadata.dependencies;
  if (named === undefined) return;
  const values = mergeChartValues(chart, new Map(), options);
  let imported: GoMap = new Map();
  for (const dependency of named) {
    const done: Map<string, string>[] = [];
    for (const entry of dependency['import-values'] ?? []) {
      const rule = importRule(entry);
      if (rule === undefined) continue;
      const { child, parent } = rule;
      done.push(
        new Map([
          ['child', child],
          ['parent', parent],
        ]),
      );
      const path = `${dependency.name}.${child}`;
      const table = tableAt(values, path);
      if (table !== undefined) imported = mergeTables(imported, atPath(parent, table), options);
      else options.warn?.(missingTable(dependency.name, firstMissing(values, path), typeof entry === 'string'));
    }
    if (dependency['import-values'] !== undefined) dependency['import-values'] = done;
  }
  // The parent's own values win over what it imports.
  chart.values = mergeTables(copyMap(values), imported, options);
}

function missingTable(chart: string, step: string, byName: boolean): HelmWarning {
  const error = `${quote(step)} is not a table`;
  return {
    level: 'WARN',
    message: byName ? 'ImportValues missing table' : 'ImportValues missing table from chart',
    attributes: byName
      ? [['error', error]]
      : [
          ['chart', chart],
          ['error', error],
        ],
    helm3: byName
      ? `dependencies.go:287: Warning: ImportValues missing table: ${error}`
      : `dependencies.go:270: Warning: ImportValues missing table from chart ${chart}: ${error}`,
  };
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
