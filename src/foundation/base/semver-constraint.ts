/**
 * Masterminds/semver v3.5: the coercing parse (`v1.2` is 1.2.0) and the constraints of charts and `semverCompare`.
 * Takes texts, returns versions and verdicts, throws a SemverError with Go's text. npm's ranges are never consulted:
 * they differ in commas, pre-releases, `>1.2` and more.
 */

import semver from 'semver';

export class SemverError extends Error {
  override readonly name = 'SemverError';
  /** The text that is no constraint, for callers who quote as Go does. */
  readonly improper: string | undefined;
  constructor(message: string, improper?: string) {
    super(message);
    this.improper = improper;
  }
}

export interface SemverVersion {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
  /** As it was written, a leading `v` included. */
  readonly original: string;
}

const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const VERSION = new RegExp(`^v?([0-9]+)(\\.[0-9]+)?(\\.[0-9]+)?(?:-(${IDENTIFIERS}))?(?:\\+(${IDENTIFIERS}))?$`);
const STRICT_VERSION = new RegExp(`^[0-9]+\\.[0-9]+\\.[0-9]+(?:-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?$`);
const MAX_VERSION_LENGTH = 256;
const MAX_CONSTRAINT_LENGTH = 512;
const MAX_GROUPS = 32;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

/** Go's semver.NewVersion. */
export function parseVersion(text: string): SemverVersion {
  if (Buffer.byteLength(text) > MAX_VERSION_LENGTH) {
    throw new SemverError(`version string is too long (max ${MAX_VERSION_LENGTH} bytes)`);
  }
  const parts = VERSION.exec(text);
  if (parts === null) throw new SemverError('invalid semantic version');
  const version = {
    major: segment(parts[1]!),
    minor: segment(parts[2]?.slice(1) ?? '0'),
    patch: segment(parts[3]?.slice(1) ?? '0'),
    prerelease: parts[4] ?? '',
    metadata: parts[5] ?? '',
    original: text,
  };
  if (version.prerelease.split('.').some((part) => /^0[0-9]+$/.test(part))) {
    throw new SemverError('version segment starts with 0');
  }
  return version;
}

function segment(digits: string): bigint {
  const value = BigInt(digits);
  if (value > MAX_UINT64) {
    throw new SemverError(`error parsing version segment: strconv.ParseUint: parsing "${digits}": value out of range`);
  }
  return value;
}

/** Go's semver.StrictNewVersion, as a question: three segments, no `v`, no leading zeros. */
export function isStrictVersion(text: string): boolean {
  if (!STRICT_VERSION.test(text)) return false;
  return !/^(?:[0-9]+\.)*0[0-9]+(?:[.+-]|$)/.test(text.split(/[-+]/)[0]!) && tryParseVersion(text) !== undefined;
}

/** The version, or undefined where parseVersion would throw. */
export function tryParseVersion(text: string): SemverVersion | undefined {
  try {
    return parseVersion(text);
  } catch (error) {
    if (error instanceof SemverError) return undefined;
    throw error;
  }
}

/** Go's Version.String(): normalised, without a leading `v`. */
export function formatVersion(version: SemverVersion): string {
  const pre = version.prerelease === '' ? '' : `-${version.prerelease}`;
  const metadata = version.metadata === '' ? '' : `+${version.metadata}`;
  return `${version.major}.${version.minor}.${version.patch}${pre}${metadata}`;
}

/** −1, 0 or 1; build metadata does not count. */
export function compareVersions(a: SemverVersion, b: SemverVersion): number {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  }
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === '') return 1;
  if (b.prerelease === '') return -1;
  return comparePrereleases(a.prerelease, b.prerelease);
}

function comparePrereleases(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareIdentifiers(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** npm's semver reads identifiers as JavaScript numbers: up to so many digits they are exact. */
const exactDigits = 15;

function compareIdentifiers(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return -1;
  if (b === '') return 1;
  if (a.length <= exactDigits && b.length <= exactDigits) return semver.compareIdentifiers(a, b);
  const left = identifierNumber(a);
  const right = identifierNumber(b);
  if (left === undefined && right === undefined) return a > b ? 1 : -1;
  if (right === undefined) return -1;
  if (left === undefined) return 1;
  return left > right ? 1 : -1;
}

/** A number too big for uint64 is compared as text, as Go does where ParseUint fails. */
function identifierNumber(text: string): bigint | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text);
  return value > MAX_UINT64 ? undefined : value;
}

/** One comparison, as `>=1.2-0`. A partial version (`1`, `1.x`) is dirty: `missing` says from which segment on. */
interface Comparison {
  readonly operator: string;
  readonly version: SemverVersion;
  readonly missing: 'major' | 'minor' | 'patch' | undefined;
  readonly original: string;
}

interface AndGroup {
  readonly comparisons: readonly Comparison[];
  /** Pre-releases match only in groups of which one comparison names a pre-release. */
  readonly prereleases: boolean;
}

export interface SemverConstraint {
  readonly groups: readonly AndGroup[];
}

/** The stray `|` in the class is upstream's: `1|2` passes here and fails as a version. */
const PARTIAL = `v?([0-9|xX*]+)(\\.[0-9|xX*]+)?(\\.[0-9|xX*]+)?(-${IDENTIFIERS})?(\\+${IDENTIFIERS})?`;
const WHOLE_PARTIAL = PARTIAL.replaceAll(/\((?!\?)/g, '(?:');
const OPERATOR = '=>|=<|=|!=|>=|<=|>|<|~>|~|\\^';
/** RE2's \s: unlike JavaScript's it holds neither \v nor anything beyond ASCII. */
const SPACE = '[\\t\\n\\f\\r ]';
/** An operator takes the blanks behind it along, so that no run of blanks can be divided in two ways. */
const COMPARISON = `(?:(?:${OPERATOR})${SPACE}*)?${WHOLE_PARTIAL}`;
const ONE = new RegExp(`^(?:(${OPERATOR})${SPACE}*)?(${PARTIAL})$`);
const EACH = new RegExp(COMPARISON, 'g');
const WHOLE = new RegExp(`^${SPACE}*${COMPARISON}(?:(?:${SPACE}+|${SPACE}*,${SPACE}*)${COMPARISON})*${SPACE}*$`);
const HYPHEN = new RegExp(`${SPACE}*(${WHOLE_PARTIAL})${SPACE}+-${SPACE}+(${WHOLE_PARTIAL})${SPACE}*`, 'g');

/** Go's semver.NewConstraint. */
export function parseConstraint(text: string): SemverConstraint {
  if (Buffer.byteLength(text) > MAX_CONSTRAINT_LENGTH) {
    throw new SemverError(`constraint string is too long (max ${MAX_CONSTRAINT_LENGTH} bytes)`);
  }
  const alternatives = text.replace(HYPHEN, '>= $1, <= $2 ').split('||');
  if (alternatives.length > MAX_GROUPS) throw new SemverError(`too many constraint groups (max ${MAX_GROUPS})`);
  return { groups: alternatives.map(parseGroup) };
}

function parseGroup(text: string): AndGroup {
  if (!WHOLE.test(text)) throw new SemverError(`improper constraint: ${JSON.stringify(text)}`, text);
  const comparisons = (text.match(EACH) ?? []).map(parseComparison);
  return { comparisons, prereleases: comparisons.some((one) => one.version.prerelease !== '') };
}

const isWildcard = (segment: string | undefined): boolean =>
  segment === undefined || segment === 'x' || segment === 'X' || segment === '*';

function parseComparison(text: string): Comparison {
  const [, operator = '', original = '', major = '', minor, patch, prerelease = ''] = ONE.exec(text) ?? [];
  const minorText = minor?.slice(1);
  const missing = isWildcard(major)
    ? 'major'
    : isWildcard(minorText)
      ? 'minor'
      : isWildcard(patch?.slice(1))
        ? 'patch'
        : undefined;
  const complete = {
    major: `0.0.0${prerelease}`,
    minor: `${major}.0.0${prerelease}`,
    patch: `${major}.${minorText}.0${prerelease}`,
  };
  const version = tryParseVersion(missing === undefined ? original : complete[missing]);
  if (version === undefined) throw new SemverError('constraint parser error');
  return { operator, version, missing, original };
}

/** Go's Constraints.Check. */
export function satisfies(constraint: SemverConstraint, version: SemverVersion): boolean {
  return constraint.groups.some(
    (group) =>
      (version.prerelease === '' || group.prereleases) && group.comparisons.every((one) => compares(one, version)),
  );
}

function compares(one: Comparison, version: SemverVersion): boolean {
  const order = compareVersions(version, one.version);
  switch (one.operator) {
    case '>':
      return isGreater(one, version);
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return isAtMost(one, version);
    case '!=':
      return differs(one, version);
    case '~':
    case '~>':
      return isNear(one, version);
    case '^':
      return isCompatible(one, version);
    default:
      return one.missing === undefined ? order === 0 : isNear(one, version);
  }
}

/** `>1.2` is beyond every 1.2.x, but `>x` is no less than `>0.0.0`. */
function isGreater({ version: bound, missing }: Comparison, version: SemverVersion): boolean {
  if (missing === undefined || version.major !== bound.major) return compareVersions(version, bound) > 0;
  if (missing === 'minor') return false;
  if (missing === 'patch') return version.minor > bound.minor;
  return compareVersions(version, bound) > 0;
}

function isAtMost({ version: bound, missing }: Comparison, version: SemverVersion): boolean {
  if (missing === undefined) return compareVersions(version, bound) <= 0;
  if (version.major > bound.major) return false;
  return !(version.major === bound.major && version.minor > bound.minor && missing !== 'minor');
}

function differs({ version: bound, missing }: Comparison, version: SemverVersion): boolean {
  if (missing === undefined) return compareVersions(version, bound) !== 0;
  if (bound.major !== version.major) return true;
  if (missing === 'minor') return false;
  if (bound.minor !== version.minor) return true;
  if (missing === 'patch') {
    const either = version.prerelease !== '' || bound.prerelease !== '';
    return either && comparePrereleases(version.prerelease, bound.prerelease) !== 0;
  }
  return bound.patch !== version.patch || compareVersions(version, bound) !== 0;
}

/** `~1.2.3` is >=1.2.3 <1.3.0, `~1` any 1.x; `~0.0.0` and `*` accept everything from 0.0.0 on. */
function isNear({ version: bound, missing }: Comparison, version: SemverVersion): boolean {
  if (compareVersions(version, bound) < 0) return false;
  const zero = bound.major === 0n && bound.minor === 0n && bound.patch === 0n;
  if (zero && missing !== 'minor' && missing !== 'patch') return true;
  if (version.major !== bound.major) return false;
  return version.minor === bound.minor || missing === 'minor';
}

/** `^1.2` is >=1.2.0 <2.0.0, `^0.2.3` <0.3.0, `^0.0.3` exactly that patch. */
function isCompatible({ version: bound, missing }: Comparison, version: SemverVersion): boolean {
  if (compareVersions(version, bound) < 0) return false;
  if (bound.major > 0n || missing === 'minor') return version.major === bound.major;
  if (version.major > 0n) return false;
  if (bound.minor > 0n || missing === 'patch') return version.minor === bound.minor;
  if (version.minor > 0n) return false;
  return bound.patch === version.patch;
}
