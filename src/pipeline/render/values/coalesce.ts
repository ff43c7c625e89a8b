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
  readonly over: Over | undefined;
}

/** What stands where one value lies over another, so that values may know what they lie over. */
export type Over = (winner: GoValue, loser: GoValue) => GoValue;

export interface CoalesceOptions {
  readonly compat: Compat;
  readonly warn?: Warn | undefined;
  /** Default: the winner, as it is. */
  readonly over?: Over | undefined;
}

export function coalesceValues(chart: ScopedChart, values: GoMap, options: CoalesceOptions): GoMap {
  const { compat, warn = unheard, over } = options;
  return coalesce(chart, copyMap(values), { compat, merge: false, prefix: '', warn, over });
}

export function mergeChartValues(chart: ScopedChart, values: GoMap, options: CoalesceOptions): GoMap {
  const { compat, warn = unheard, over } = options;
  return coalesce(chart, copyMap(values), { compat, merge: true, prefix: '', warn, over });
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
function coalesceGlobals(dest: GoMap, source: GoMap, { prefix, warn, over }: Coalescing): void {
  const destGlobals = dest.has('global') ? dest.get('global') : new Map<string, GoValue>();
  if (!(destGlobals instanceof Map)) {
    say(warn, 138, 'warning: skipping globals because destination global is not a table.');
    if (over !== undefined) dest.set('global', over(destGlobals ?? null, source.get('global') ?? null));
    return;
  }
  const sourceGlobals = source.has('global') ? source.get('global') : new Map<string, GoValue>();
  if (!(sourceGlobals instanceof Map)) {
    say(warn, 145, 'warning: skipping globals because source global is not a table.');
    return;
  }
  for (const [key, value] of sourceGlobals) {
    const known = destGlobals.get(key);
    if (known === undefined) {
      destGlobals.set(key, value instanceof Map ? new Map(value) : value);
    } else if (value instanceof Map && known instanceof Map) {
      const options = { prefix: below(prefix, key), merge: true, warn, over };
      destGlobals.set(key, coalesceTablesKey(new Map(value), known, options));
    } else if (value instanceof Map || known instanceof Map) {
      if (known instanceof Map) say(warn, 175, `key ${key} is table. Skipping`);
      else say(warn, 161, `Conflict: cannot merge map onto non-map for ${quote(key)}. Skipping.`);
      if (over !== undefined) destGlobals.set(key, over(known, value));
    } else {
      destGlobals.set(key, over === undefined ? value : over(value, known));
    }
  }
  dest.set('global', destGlobals);
}

/** The chart's own values below `dest`. Helm 4.2 lets no null of them through. */
function coalesceOwn(chart: ScopedChart, dest: GoMap, { compat, merge, prefix, warn, over }: Coalescing): void {
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
      if (over !== undefined) dest.set(key, over(given, value));
    } else if (given instanceof Map && value instanceof Map) {
      // Nulls are carried down to a subchart, so that they can delete there.
      const mergeTable = merge || chart.dependencies.some((child) => child.metadata.name === key);
      if (!mergeTable && cleans) cleanNilValues(value);
      coalesceTablesKey(given, value, { prefix: below(path, key), merge: mergeTable, warn, over });
    } else if (over !== undefined) {
      dest.set(key, over(given, value));
    }
  }
}

export function mergeTables(
  dest: GoMap,
  source: GoMap,
  { warn = unheard, over }: Omit<CoalesceOptions, 'compat'>,
): GoMap {
  return coalesceTablesKey(dest, source, { prefix: '', merge: true, warn, over });
}

type Tables = Omit<Coalescing, 'compat'>;

/** Helm's coalesceTablesFullKey: `dest` wins, both are written to. */
function coalesceTablesKey(dest: GoMap, source: GoMap, { prefix, merge, warn, over }: Tables): GoMap {
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
      coalesceTablesKey(given, value, { prefix: path, merge, warn, over });
    } else if (value instanceof Map) {
      say(warn, 316, `warning: cannot overwrite table with non table for ${path} (${formatDefault(value)})`);
      if (over !== undefined) dest.set(key, over(given, value));
    } else if (given instanceof Map && value !== null) {
      const text = formatDefault(value);
      say(warn, 319, `warning: destination for ${path} is a table. Ignoring non-table value (${text})`);
      if (over !== undefined) dest.set(key, over(given, value));
    } else if (over !== undefined) {
      dest.set(key, over(given, value));
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
