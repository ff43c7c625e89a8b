/** Dotted paths into values, as Helm's Values.Table and Values.PathValue follow them. */
import type { GoMap, GoValue } from '../../../foundation/template/value.ts';

/** The table at a path; undefined where there is none. */
export function tableAt(values: GoMap, path: string): GoMap | undefined {
  let table: GoMap = values;
  for (const step of path.split('.')) {
    const next = table.get(step);
    if (!(next instanceof Map)) return undefined;
    table = next;
  }
  return table;
}

/** The step of a path at which no table is. */
export function firstMissing(values: GoMap, path: string): string {
  let table: GoMap = values;
  for (const step of path.split('.')) {
    const next = table.get(step);
    if (!(next instanceof Map)) return step;
    table = next;
  }
  return '';
}

/** What lies at a path and is no table; null is a value too. */
export function valueAt(values: GoMap, path: string): GoValue | undefined {
  const cut = path.lastIndexOf('.');
  const table = cut < 0 ? values : tableAt(values, path.slice(0, cut));
  const value = table?.get(path.slice(cut + 1));
  return value instanceof Map ? undefined : value;
}
