/** Expressions and what Helm 4.2.4 makes of them: found by asking it, over the values of evaluate.ts. */
export const ANSWERS: readonly (readonly [string, string])[] = [
  ['semverCompare "^1.2" "1.3.0"', 'true'],
  ['semverCompare ">=1.20-0" "v1.25.3-gke.100"', 'true'],
  ['semverCompare ">1.2" "1.2.5"', 'false'],
  ['semverCompare "<=1.2" "1.2.5"', 'true'],
  ['semverCompare "*" "1.0.0-rc1"', 'false'],
  ['semverCompare "1.2 - 1.4" "1.4.5"', 'true'],
  ['semverCompare "~1.2.3 || >2" "2.1"', 'false'],
  ['semverCompare "!=1.2.3" "1.2.4"', 'true'],
];

/** Expressions and the errors that they end in. */
export const ERRORS: readonly (readonly [string, string])[] = [
  ['semverCompare "foo" "1.0.0"', 'improper constraint: "foo"'],
  ['semverCompare ">1" "foo"', 'invalid semantic version'],
  ['semverCompare "" "1.0.0"', 'improper constraint: ""'],
  ['semverCompare ">= 1.0.0, < \\"2" "1.0.0"', 'improper constraint: ">= 1.0.0, < \\"2"'],
  ['semverCompare "1|2" "1.0.0"', 'constraint parser error'],
  ['semverCompare "1.02.3-01" "1.0.0"', 'constraint parser error'],
  ['semver "foo"', 'invalid semantic version'],
  ['semver "1.2.3-01"', 'version segment starts with 0'],
  [
    'semver "99999999999999999999.0.0"',
    'error parsing version segment: strconv.ParseUint: parsing "99999999999999999999": value out of range',
  ],
  ['semver "1.2.3.4"', 'invalid semantic version'],
  ['semver ""', 'invalid semantic version'],
];
