/** Compares kinds as Helm sorts manifests: known ones by its lists, unknown ones behind them by name. */
import { compareStrings } from '../base/byte-string.ts';
import { INSTALL_ORDER, UNINSTALL_ORDER } from './kind-order.table.ts';

export type HelmCompat = 'helm3' | 'helm4';

const ranks = (kinds: readonly string[]): ReadonlyMap<string, number> => new Map(kinds.map((kind, i) => [kind, i]));
const INSTALL = { helm3: ranks(INSTALL_ORDER.helm3), helm4: ranks(INSTALL_ORDER.helm4) };
const UNINSTALL = { helm3: ranks(UNINSTALL_ORDER.helm3), helm4: ranks(UNINSTALL_ORDER.helm4) };

/** By Helm 4; the others come behind. */
export const isListedKind = (kind: string): boolean => INSTALL.helm4.has(kind);

function compareKinds(order: ReadonlyMap<string, number>, a: string, b: string): number {
  const x = order.get(a);
  const y = order.get(b);
  if (x !== undefined && y !== undefined) return x - y;
  if (x !== undefined) return -1;
  return y !== undefined ? 1 : compareStrings(a, b);
}

export function compareForInstall(a: string, b: string, compat: HelmCompat = 'helm4'): number {
  return compareKinds(INSTALL[compat], a, b);
}

export function compareForUninstall(a: string, b: string, compat: HelmCompat = 'helm4'): number {
  return compareKinds(UNINSTALL[compat], a, b);
}

/** A sorted copy; objects of one kind keep their order. */
export function sortForInstall<T>(items: readonly T[], kindOf: (item: T) => string, compat?: HelmCompat): T[] {
  return items.toSorted((a, b) => compareForInstall(kindOf(a), kindOf(b), compat));
}

export function sortForUninstall<T>(items: readonly T[], kindOf: (item: T) => string, compat?: HelmCompat): T[] {
  return items.toSorted((a, b) => compareForUninstall(kindOf(a), kindOf(b), compat));
}
