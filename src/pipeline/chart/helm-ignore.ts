/**
 * .helmignore: which files of a chart's folder Helm leaves out. Rules are tried in order; a negated one ignores what it
 * does *not* match, which is upstream's own reading of `!`.
 */
import { GlobError, matchFilepath } from '../../foundation/base/glob.ts';
import { GoError } from '../../foundation/template/value.ts';

interface Rule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  readonly matches: (name: string) => boolean;
}

/** `name` is relative to the chart's folder. */
export type Ignores = (name: string, isFolder: boolean) => boolean;

/** Undefined: no file, only the built-in rule. */
export function readHelmIgnore(text: string | undefined): Ignores {
  const lines = text === undefined ? [] : text.replace(/^\ufeff/, '').split('\n');
  const rules = [...lines, 'templates/.?*'].map(readRule).filter((rule) => rule !== undefined);
  return (name, isFolder) => isIgnored(rules, name, isFolder);
}

function isIgnored(rules: readonly Rule[], name: string, isFolder: boolean): boolean {
  for (const { negated, foldersOnly, matches } of rules) {
    if (negated) {
      if ((foldersOnly && !isFolder) || !matches(name)) return true;
    } else if (!(foldersOnly && !isFolder) && matches(name)) {
      return true;
    }
  }
  return false;
}

function readRule(line: string): Rule | undefined {
  let pattern = line.trim();
  if (pattern === '' || pattern.startsWith('#')) return undefined;
  if (pattern.includes('**')) throw new GoError('double-star (**) syntax is not supported');
  checkPattern(pattern);
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const foldersOnly = pattern.endsWith('/');
  if (foldersOnly) pattern = pattern.slice(0, -1);
  if (pattern.startsWith('/')) return { negated, foldersOnly, matches: matcher(pattern.slice(1)) };
  if (pattern.includes('/')) return { negated, foldersOnly, matches: matcher(pattern) };
  const matchesBase = matcher(pattern);
  return { negated, foldersOnly, matches: (name) => matchesBase(name.slice(name.lastIndexOf('/') + 1)) };
}

function checkPattern(pattern: string): void {
  try {
    matchFilepath(pattern, 'abc');
  } catch (error) {
    if (error instanceof GlobError) throw new GoError(error.message);
    throw error;
  }
}

/** What was a whole pattern can be a broken one without its first or last character: it matches nothing then. */
function matcher(pattern: string): (name: string) => boolean {
  if (!/[*?[\\]/.test(pattern)) return (name) => name === pattern;
  if (SIMPLE.test(pattern)) return simpleMatcher(pattern);
  return (name) => {
    try {
      return matchFilepath(pattern, name);
    } catch {
      return false;
    }
  };
}

/** At most two stars and nothing else: these need no regular expression, which takes as long to make as a file to read. */
const SIMPLE = /^[^*?[\\]*\*[^*?[\\]*(?:\*[^*?[\\]*)?$/;

function simpleMatcher(pattern: string): (name: string) => boolean {
  const first = pattern.indexOf('*');
  const last = pattern.lastIndexOf('*');
  const [head, middle, tail] = [pattern.slice(0, first), pattern.slice(first + 1, last), pattern.slice(last + 1)];
  return (name) => {
    if (!name.startsWith(head) || name.length < head.length + tail.length || !name.endsWith(tail)) return false;
    const between = name.slice(head.length, name.length - tail.length);
    if (first === last) return !between.includes('/');
    // Where the middle stands several times, any may be the one with no slash beside it.
    for (let at = between.indexOf(middle); at >= 0; at = between.indexOf(middle, at + 1)) {
      if (between.slice(0, at).includes('/')) return false;
      if (!between.includes('/', at + middle.length)) return true;
    }
    return false;
  };
}
