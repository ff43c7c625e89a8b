/** Takes values and patterns of keys; returns the keys that fit, and the patterns that fit none. */
import { matchGlob } from '../../foundation/base/match-glob.ts';
import type { GoMap } from '../../foundation/template/value.ts';
import { parseValuePath } from './provenance.ts';

export interface MatchedKeys {
  /** Leaves, in the order of the values; lists are leaves. */
  readonly paths: readonly (readonly string[])[];
  readonly unset: readonly string[];
}

/** `*` stands for one step or part of it, `**` for any number; what lies below a key belongs to it. */
export function matchKeys(values: GoMap, patterns: readonly string[]): MatchedKeys {
  const leaves = leavesOf(values, []);
  const fits = (path: readonly string[], pattern: string): boolean => {
    const [glob, text] = [asPath(parseValuePath(pattern)), asPath(path)];
    return matchGlob(glob, text) || matchGlob(`${glob}/**`, text);
  };
  return {
    paths: leaves.filter((path) => patterns.some((pattern) => fits(path, pattern))),
    unset: patterns.filter((pattern) => !leaves.some((path) => fits(path, pattern))),
  };
}

function leavesOf(values: GoMap, above: readonly string[]): (readonly string[])[] {
  return [...values].flatMap(([key, value]) => {
    const path = [...above, key];
    return value instanceof Map ? leavesOf(value, path) : [path];
  });
}

/** Steps as folders; a slash of a key's own is none. */
const asPath = (steps: readonly string[]): string => steps.map((step) => step.replaceAll('/', '\u0001')).join('/');
