/**
 * Which of a chart's versions is meant, by Helm's rules: the very text first, then the newest that fits the range
 * (Masterminds', with its pre-release rule), `''` being `*`. Takes the versions in the order of the index or the tags,
 * returns places in that list. It knows nothing of where they come from.
 */
import {
  compareVersions,
  parseConstraint,
  type SemverConstraint,
  type SemverVersion,
  satisfies,
  tryParseVersion,
} from '../../foundation/base/semver-constraint.ts';

/** Best first; versions that are none are left out. Throws a SemverError for a range that is none. */
export function* chooseVersions(versions: readonly string[], wanted: string): Generator<number> {
  const constraint = parseConstraint(wanted === '' ? '*' : wanted);
  const exact = new Set<number>();
  for (const [index, version] of versions.entries()) {
    if (version === wanted && tryParseVersion(version) !== undefined) exact.add(index);
  }
  yield* exact;
  const rest = versions.map((text, index) => ({ index, text })).filter(({ index }) => !exact.has(index));
  const best = findBest(rest, constraint);
  if (best === undefined) return;
  yield best.index;
  // Seldom is a second one wanted: the first was only listed, not valid.
  const fitting: Candidate[] = [];
  for (const { index, text } of rest) {
    const version = index === best.index ? undefined : tryParseVersion(text);
    if (version !== undefined && satisfies(constraint, version)) fitting.push({ index, version });
  }
  // Equal but for their build metadata: as they are listed.
  fitting.sort((left, right) => compareVersions(right.version, left.version) || left.index - right.index);
  for (const { index } of fitting) yield index;
}

interface Candidate {
  readonly index: number;
  readonly version: SemverVersion;
}

const plain = /^v?([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})$/;

/** Most of fifty thousand are told to be older than the best so far by three small numbers alone. */
function findBest(
  versions: readonly { readonly index: number; readonly text: string }[],
  constraint: SemverConstraint,
): Candidate | undefined {
  let best: Candidate | undefined;
  let bestNumbers: readonly number[] | undefined;
  for (const { index, text } of inLikelyOrder(versions)) {
    const numbers = numbersOf(text);
    if (bestNumbers !== undefined && numbers !== undefined && compareNumbers(numbers, bestNumbers) < 0) continue;
    const version = tryParseVersion(text);
    if (version === undefined) continue;
    const order = best === undefined ? 1 : compareVersions(version, best.version) || Math.sign(best.index - index);
    if (order < 0 || !satisfies(constraint, version)) continue;
    best = { index, version };
    bestNumbers = numbers;
  }
  return best;
}

/** Newest first, if they are sorted at all. */
function inLikelyOrder<T extends { readonly text: string }>(versions: readonly T[]): readonly T[] {
  const [first, last] = [numbersOf(versions[0]?.text ?? ''), numbersOf(versions.at(-1)?.text ?? '')];
  return first !== undefined && last !== undefined && compareNumbers(first, last) < 0
    ? versions.toReversed()
    : versions;
}

function numbersOf(text: string): readonly number[] | undefined {
  const parts = plain.exec(text);
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}

function compareNumbers(left: readonly number[], right: readonly number[]): number {
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether it names one version rather than any of several. */
export function isExactVersion(wanted: string): boolean {
  return /^v?[0-9]+\.[0-9]+\.[0-9]+/.test(wanted) && tryParseVersion(wanted) !== undefined;
}

/** For a person who asked for one that does not exist: those next to it, else the newest. Newest first. */
export function nearestVersions(versions: readonly string[], wanted: string, count = 5): string[] {
  const known = [...new Set(versions)]
    .map((text) => ({ text, version: tryParseVersion(text) }))
    .filter((one): one is { text: string; version: SemverVersion } => one.version !== undefined)
    .sort((left, right) => compareVersions(right.version, left.version));
  const meant = tryParseVersion(/[0-9]+(?:\.[0-9]+){0,2}(?:-[0-9A-Za-z.-]+)?/.exec(wanted)?.[0] ?? '');
  const below = meant === undefined ? 0 : known.findIndex(({ version }) => compareVersions(version, meant) < 0);
  const middle = below < 0 ? known.length : below;
  const from = Math.max(0, Math.min(middle - Math.floor(count / 2), known.length - count));
  return known.slice(from, from + count).map(({ text }) => text);
}
