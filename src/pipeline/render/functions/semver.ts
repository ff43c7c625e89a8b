/** `semver` and `semverCompare` (Masterminds/semver v3.5). */
import {
  compareVersions,
  formatVersion,
  parseConstraint,
  parseVersion,
  SemverError,
  type SemverVersion,
  satisfies,
} from '../../../foundation/base/semver-constraint.ts';
import { quote } from '../../../foundation/template/quote.ts';
import { GoError, type GoFunction, GoInt, GoObject, type GoValue, int } from '../../../foundation/template/value.ts';
import { goFunction } from './go-function.ts';

const POINTER = '*semver.Version';

export const semverFunctions: readonly GoFunction[] = [
  goFunction('semver', `(string) (${POINTER}, error)`, (text: string) =>
    goErrors(() => versionObject(parseVersion(text))),
  ),
  goFunction('semverCompare', '(string, string) (bool, error)', (constraint: string, version: string) =>
    goErrors(() => satisfies(parseConstraint(constraint), parseVersion(version))),
  ),
];

function goErrors<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof SemverError && error.improper !== undefined)
      throw new GoError(`improper constraint: ${quote(error.improper)}`);
    if (error instanceof SemverError) throw new GoError(error.message);
    throw error;
  }
}

const versionOf = (value: GoValue): SemverVersion => (value as GoObject).inner as SemverVersion;

/** A *semver.Version: all that templates see of it are its methods. */
const versionObject = (version: SemverVersion): GoObject => versionGoObject('ptr', version);

/** The Inc… and Set… methods return values, not pointers. */
const versionValue = (version: SemverVersion): GoObject => versionGoObject('struct', version);

const getter = (name: string, result: string, get: (version: SemverVersion) => GoValue): GoFunction =>
  goFunction(name, `() ${result}`, (self: GoValue) => get(versionOf(self)));
const comparison = (name: string, holds: (order: number) => boolean): GoFunction =>
  goFunction(name, `(${POINTER}) bool`, (self: GoValue, other: GoValue) =>
    holds(compareVersions(versionOf(self), versionOf(other))),
  );
const uint64 = (value: bigint): GoInt => new GoInt('uint64', value);

function changed(version: SemverVersion, change: Partial<SemverVersion>): GoObject {
  const next = { ...version, ...change };
  const prefix = version.original.startsWith('v') ? 'v' : '';
  return versionValue({ ...next, original: prefix + formatVersion(next) });
}

const methods: readonly GoFunction[] = [
  getter('Major', 'uint64', (version) => uint64(version.major)),
  getter('Minor', 'uint64', (version) => uint64(version.minor)),
  getter('Patch', 'uint64', (version) => uint64(version.patch)),
  getter('Prerelease', 'string', (version) => version.prerelease),
  getter('Metadata', 'string', (version) => version.metadata),
  getter('Original', 'string', (version) => version.original),
  getter('String', 'string', formatVersion),
  goFunction('Compare', `(${POINTER}) int`, (self: GoValue, other: GoValue) =>
    int(compareVersions(versionOf(self), versionOf(other))),
  ),
  comparison('LessThan', (order) => order < 0),
  comparison('LessThanEqual', (order) => order <= 0),
  comparison('GreaterThan', (order) => order > 0),
  comparison('GreaterThanEqual', (order) => order >= 0),
  comparison('Equal', (order) => order === 0),
  getter('IncPatch', 'semver.Version', (version) =>
    changed(version, {
      patch: version.prerelease === '' ? version.patch + 1n : version.patch,
      prerelease: '',
      metadata: '',
    }),
  ),
  getter('IncMinor', 'semver.Version', (version) =>
    changed(version, { minor: version.minor + 1n, patch: 0n, prerelease: '', metadata: '' }),
  ),
  getter('IncMajor', 'semver.Version', (version) =>
    changed(version, { major: version.major + 1n, minor: 0n, patch: 0n, prerelease: '', metadata: '' }),
  ),
  goFunction('SetPrerelease', '(string) (semver.Version, error)', (self: GoValue, prerelease: string) => {
    if (prerelease !== '') goErrors(() => parseVersion(`0.0.0-${prerelease}`));
    return changed(versionOf(self), { prerelease });
  }),
  goFunction('SetMetadata', '(string) (semver.Version, error)', (self: GoValue, metadata: string) => {
    if (metadata !== '' && !/^[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*$/.test(metadata)) {
      throw new GoError('invalid metadata string');
    }
    return changed(versionOf(self), { metadata });
  }),
];

/** Go declares these on the pointer, so that a version that IncPatch returned lacks them. */
const OF_POINTER = new Set([
  'Original',
  'Compare',
  'LessThan',
  'LessThanEqual',
  'GreaterThan',
  'GreaterThanEqual',
  'Equal',
]);
const byName = (list: readonly GoFunction[]): ReadonlyMap<string, GoFunction> =>
  new Map(list.map((method) => [method.name, method]));
const POINTER_METHODS = byName(methods);
const VALUE_METHODS = byName(methods.filter((method) => !OF_POINTER.has(method.name)));

/** Go's unexported fields. */
function printed(object: GoObject): ReadonlyMap<string, GoValue> {
  const { major, minor, patch, prerelease, metadata, original } = versionOf(object);
  return new Map<string, GoValue>([
    ['major', uint64(major)],
    ['minor', uint64(minor)],
    ['patch', uint64(patch)],
    ['pre', prerelease],
    ['metadata', metadata],
    ['original', original],
  ]);
}

const copied = ({ type }: GoObject): GoObject =>
  versionGoObject(type.kind === 'ptr' ? 'ptr' : 'struct', { ...parseVersion('0.0.0'), original: '' });

const POINTER_TYPE = { name: POINTER, kind: 'ptr', methods: POINTER_METHODS, printed, copied };
const VALUE_TYPE = { name: 'semver.Version', kind: 'struct', methods: VALUE_METHODS, printed, copied };

/** JSON and YAML get the normalised text. */
function versionGoObject(kind: 'ptr' | 'struct', version: SemverVersion): GoObject {
  const text = (): string => formatVersion(version);
  const type = kind === 'ptr' ? POINTER_TYPE : VALUE_TYPE;
  return new GoObject(type, new Map(), { ...version, marshalJson: text }, text);
}
