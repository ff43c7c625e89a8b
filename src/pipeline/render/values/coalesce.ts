/**
 * Lays values over those of a chart and of the charts below it (helm.md §3.3), null rules of each Helm included. Takes a
 * chart and values, returns a new map; the inputs stay as they are. Function names are Helm's.
 */
import { sprintf } from '../../../foundation/template/printf.ts';
import { GoError, type GoMap, type GoValue } from '../../../foundation/template/value.ts';
import { copyMap } from '../../../foundation/values/copy-value.ts';
import type { Compat } from '../../../foundation/values/read-values.ts';
import type { ScopedChart } from './scoped-chart.ts';

interface Coalescing {
  readonly compat: Compat;
  /** Keeps nulls, which a later coalescing is to see. */
  readonly merge: boolean;
}

export function coalesceValues(chart: ScopedChart, values: GoMap, compat: Compat): GoMap {
  return coalesce(chart, copyMap(values), { compat, merge: false });
}

export function mergeChartValues(chart: ScopedChart, values: GoMap, compat: Compat): GoMap {
  return coalesce(chart, copyMap(values), { compat, merge: true });
}

/** Writes into `dest`. */
function coalesce(chart: ScopedChart, dest: GoMap, options: Coalescing): GoMap {
  coalesceOwn(chart, dest, options);
  for (const subchart of chart.dependencies) {
    const { name } = subchart.metadata;
    let below = dest.get(name);
    if (below === undefined) {
      below = new Map();
      dest.set(name, below);
    }
    if (!(below instanceof Map)) throw new GoError(sprintf('type mismatch on %s: %t', [name, below]));
    coalesceGlobals(below, dest);
    dest.set(name, coalesce(subchart, below, options));
  }
  return dest;
}

/** The parent's globals win over the subchart's. */
function coalesceGlobals(dest: GoMap, source: GoMap): void {
  const destGlobals = dest.has('global') ? dest.get('global') : new Map<string, GoValue>();
  if (!(destGlobals instanceof Map)) return;
  const sourceGlobals = source.has('global') ? source.get('global') : new Map<string, GoValue>();
  if (!(sourceGlobals instanceof Map)) return;
  for (const [key, value] of sourceGlobals) {
    const known = destGlobals.get(key);
    if (!(value instanceof Map)) {
      if (!(known instanceof Map)) destGlobals.set(key, value);
    } else if (known === undefined) {
      destGlobals.set(key, new Map(value));
    } else if (known instanceof Map) {
      destGlobals.set(key, coalesceTablesKey(new Map(value), known, true));
    }
  }
  dest.set('global', destGlobals);
}

/** The chart's own values below `dest`. Helm 4.2 lets no null of them through. */
function coalesceOwn(chart: ScopedChart, dest: GoMap, { compat, merge }: Coalescing): void {
  const cleans = compat === 'helm4';
  for (const [key, value] of copyMap(chart.values)) {
    const given = dest.get(key);
    if (given === undefined) {
      if (!merge && cleans) {
        if (value === null) continue;
        if (value instanceof Map) cleanNilValues(value);
      }
      dest.set(key, value);
    } else if (given === null && !merge) {
      dest.delete(key);
    } else if (given instanceof Map && value instanceof Map) {
      // Nulls are carried down to a subchart, so that they can delete there.
      const mergeTable = merge || chart.dependencies.some((child) => child.metadata.name === key);
      if (!mergeTable && cleans) cleanNilValues(value);
      coalesceTablesKey(given, value, mergeTable);
    }
  }
}

export function coalesceTables(dest: GoMap, source: GoMap): GoMap {
  return coalesceTablesKey(dest, source, false);
}

export function mergeTables(dest: GoMap, source: GoMap): GoMap {
  return coalesceTablesKey(dest, source, true);
}

/** Helm's coalesceTablesFullKey: `dest` wins, both are written to. */
function coalesceTablesKey(dest: GoMap, source: GoMap, merge: boolean): GoMap {
  const nonNull = new Set<string>();
  for (const [key, value] of source) if (value !== null) nonNull.add(key);
  for (const [key, value] of dest) if (value === null) source.set(key, null);
  for (const [key, value] of source) {
    const given = dest.get(key);
    if (given === undefined) {
      dest.set(key, value);
    } else if (given === null && !merge && nonNull.has(key)) {
      dest.delete(key);
    } else if (value instanceof Map && given instanceof Map) {
      coalesceTablesKey(given, value, merge);
    }
  }
  return dest;
}

function cleanNilValues(map: GoMap): void {
  for (const [key, value] of map) {
    if (value === null) map.delete(key);
    else if (value instanceof Map) cleanNilValues(value);
  }
}
