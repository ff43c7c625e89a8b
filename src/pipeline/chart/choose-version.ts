/**
 * Which of a chart's versions is meant, by Helm's rules: the very text first, then the newest that fits the range
 * (Masterminds', with its pre-release rule), `''` being `*`. Takes the versions in the order of the index or the tags,
 * returns places in that list. It knows nothing of where they come from.
 */
import {
  compareVersions,
  parseConstraint,
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
  const fitting: { index: number; version: SemverVersion }[] = [];
  for (const [index, text] of versions.entries()) {
    const version = tryParseVersion(text);
    if (version !== undefined && !exact.has(index) && satisfies(constraint, version)) fitting.push({ index, version });
  }
  // Equal but for their build metadata: as they are listed.
  fitting.sort((left, right) => compareVersions(right.version, left.version) || left.index - right.index);
  for (const { index } of fitting) yield index;
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
