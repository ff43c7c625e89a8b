/**
 * Takes layers of settings, lowest first, and returns what they come to: maps merge by field; `values`, `ignore`,
 * `dependsOn`, `patches` and each level's `windows` append; everything else is replaced by the innermost level that gives it.
 */
import type { LocatedSettings } from './locate-settings.ts';

/** Lists that grow from level to level; every other list (`rollback.on`) is replaced as a whole. */
const appending: ReadonlySet<string> = new Set(['values', 'dependsOn', 'drift.ignore', 'patches', 'sync.windows']);

type Fields = Readonly<Record<string, unknown>>;

export function layerSettings(layers: readonly LocatedSettings[]): LocatedSettings {
  return layers.reduce<Fields>((below, layer) => merge(below, layer as Fields, ''), {}) as LocatedSettings;
}

function merge(below: Fields, above: Fields, prefix: string): Fields {
  const merged: Record<string, unknown> = { ...below };
  for (const [field, value] of Object.entries(above)) {
    if (value === undefined) continue;
    const path = prefix + field;
    const lower = Object.hasOwn(merged, field) ? merged[field] : undefined;
    if (Array.isArray(value) && Array.isArray(lower) && appending.has(path)) merged[field] = [...lower, ...value];
    else if (path === 'chart' && isMap(lower) && beginsAnew(value as Fields, lower)) merged[field] = value;
    else if (isMap(value) && isMap(lower)) merged[field] = merge(lower, value, `${path}.`);
    else merged[field] = value;
  }
  return merged;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Another place for the chart replaces all that was said of it; a version or a path within a git repository only that. */
function beginsAnew(above: Fields, below: Fields): boolean {
  const names = (chart: Fields, ...fields: string[]) => fields.some((field) => Object.hasOwn(chart, field));
  return names(above, 'repository', 'oci', 'git') || (names(above, 'path') && !names(below, 'git'));
}
