/**
 * Lays values over those of a chart and of the charts below it (helm.md §3.3), null rules of each Helm included. Takes a
 * chart and values, returns a new map; the inputs stay as they are. Function names are Helm's.
 */
import { formatDefault, sprintf } from '../../../foundation/template/printf.ts';
import { quote } from '../../../foundation/template/quote.ts';
import { GoError, type GoMap, type GoValue } from '../../../foundation/template/value.ts';
import { copyMap } from '../../../foundation/values/copy-value.ts';
import type { Warn } from '../../../foundation/values/helm-warning.ts';
import type { Compat } from '../../../foundation/values/read-values.ts';
import type { ScopedChart } from './scoped-chart.ts';

interface Coalescing {
  readonly compat: Compat;
  /** Keeps nulls, which a later coalescing is to see. */
  readonly merge: boolean;
  /** Charts and keys on the way here, for warnings. */
  readonly prefix: string;
  readonly warn: Warn;
}

export interface CoalesceOptions {
  readonly compat: Compat;
  readonly warn?: Warn | undefined;
}

export function coalesceValues(chart: ScopedChart, values: GoMap, { compat, warn = unheard }: CoalesceOptions): GoMap {
  return coalesce(chart, copyMap(values), { compat, merge: false, prefix: '', warn });
}

export function mergeChartValues(
  chart: ScopedChart,
  values: GoMap,
  { compat, warn = unheard }: CoalesceOptions,
): GoMap {
  return coalesce(chart, copyMap(values), { compat, merge: true, prefix: '', warn });
}

const unheard: Warn = () => {};

const below = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`);

/** Both Helms use the same sentences here; `line` is that of Helm 3's coalesce.go. */
function say(warn: Warn, line: number, message: string): void {
  warn({ level: 'INFO', message, helm3: `coalesce.go:${line}: ${message}` });
}

/** Writes into `dest`. */
function coalesce(chart: ScopedChart, dest: GoMap, options: Coalescing): GoMap {
  coalesceOwn(chart, dest, options);
  const inside = { ...options, prefix: below(options.prefix, chart.metadata.name) };
  for (const subchart of chart.dependencies) {
    const { name } = subchart.metadata;
    const given = dest.get(name) ?? (dest.has(name) ? null : new Map<string, GoValue>());
    if (!(given instanceof Map)) throw new GoError(sprintf('type mismatch on %s: %t', [name, given]));
    dest.set(name, given);
    coalesceGlobals(given, dest, inside);
    dest.set(name, coalesce(subchart, given, inside));
  }
  return dest;
}

/** The parent's globals win over the subchart's. */
function coalesceGlobals(dest: GoMap, source: GoMap, { prefix, warn }: Coalescing): void {
  const destGlobals = dest.has('global') ? dest.get('global') : new Map<string, GoValue>();
  if (!(destGlobals instanceof Map)) {
    say(warn, 138, 'warning: skipping globals because destination global is not a table.');
    return;
  }
  const sourceGlobals = source.has('global') ? source.get('global') : new Map<string, GoValue>();
  if (!(sourceGlobals instanceof Map)) {
    say(warn, 145, 'warning: skipping globals because source global is not a table.');
    return;
  }
  for (const [key, value] of sourceGlobals) {
    const known = destGlobals.get(key);
    if (!(value instanceof Map)) {
      if (known instanceof Map) say(warn, 175, `key ${key} is table. Skipping`);
      else destGlobals.set(key, value);
    } else if (known === undefined) {
      destGlobals.set(key, new Map(value));
    } else if (known instanceof Map) {
      destGlobals.set(key, coalesceTablesKey(new Map(value), known, { prefix: below(prefix, key), merge: true, warn }));
    } else {
      say(warn, 161, `Conflict: cannot merge map onto non-map for ${quote(key)}. Skipping.`);
    }
  }
  dest.set('global', destGlobals);
}

/** The chart's own values below `dest`. Helm 4.2 lets no null of them through. */
function coalesceOwn(chart: ScopedChart, dest: GoMap, { compat, merge, prefix, warn }: Coalescing): void {
  const path = below(prefix, chart.metadata.name);
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
    } else if (given instanceof Map && !(value instanceof Map)) {
      if (value !== null) say(warn, 237, `warning: skipped value for ${path}.${key}: Not a table.`);
    } else if (given instanceof Map && value instanceof Map) {
      // Nulls are carried down to a subchart, so that they can delete there.
      const mergeTable = merge || chart.dependencies.some((child) => child.metadata.name === key);
      if (!mergeTable && cleans) cleanNilValues(value);
      coalesceTablesKey(given, value, { prefix: below(path, key), merge: mergeTable, warn });
    }
  }
}

export function coalesceTables(dest: GoMap, source: GoMap, warn: Warn = unheard): GoMap {
  return coalesceTablesKey(dest, source, { prefix: '', merge: false, warn });
}

export function mergeTables(dest: GoMap, source: GoMap, warn: Warn = unheard): GoMap {
  return coalesceTablesKey(dest, source, { prefix: '', merge: true, warn });
}

type Tables = Omit<Coalescing, 'compat'>;

/** Helm's coalesceTablesFullKey: `dest` wins, both are written to. */
function coalesceTablesKey(dest: GoMap, source: GoMap, { prefix, merge, warn }: Tables): GoMap {
  const nonNull = new Set<string>();
  for (const [key, value] of source) if (value !== null) nonNull.add(key);
  for (const [key, value] of dest) if (value === null) source.set(key, null);
  for (const [key, value] of source) {
    const given = dest.get(key);
    const path = below(prefix, key);
    if (given === undefined) {
      dest.set(key, value);
    } else if (given === null && !merge && nonNull.has(key)) {
      dest.delete(key);
    } else if (value instanceof Map && given instanceof Map) {
      coalesceTablesKey(given, value, { prefix: path, merge, warn });
    } else if (value instanceof Map) {
      say(warn, 316, `warning: cannot overwrite table with non table for ${path} (${formatDefault(value)})`);
    } else if (given instanceof Map && value !== null) {
      const text = formatDefault(value);
      say(warn, 319, `warning: destination for ${path} is a table. Ignoring non-table value (${text})`);
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
