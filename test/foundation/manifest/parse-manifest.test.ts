import { describe, expect, test } from 'vitest';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { parseManifest } from '../../../src/foundation/manifest/parse-manifest.ts';

const MANIFEST = `---
# Source: shop/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
  mode: 0777
  on: yes
---
# Source: shop/templates/empty.yaml
---
# Source: shop/templates/list.yaml
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: s}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}
---
apiVersion: v1
kind: ConfigMapList
items:
- metadata: {name: c}
`;

describe('parseManifest', () => {
  test('reads objects by YAML 1.1, skips comments, takes lists apart', () => {
    expect(parseManifest(MANIFEST)).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { mode: 511, true: true } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } },
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
    ]);
  });

  test('lets the last of duplicate keys win', () => {
    expect(parseManifest('apiVersion: v1\nkind: A\nkind: B\n')).toEqual([
      { apiVersion: 'v1', kind: 'B', metadata: {} },
    ]);
  });

  test('leaves a map named items alone', () => {
    expect(parseManifest('apiVersion: x/v1\nkind: AllowList\nitems: {a: 1}\n')).toHaveLength(1);
  });

  test.each([
    ['a: b: c', 'mapping values are not allowed'],
    ['- a', 'no map'],
    ['metadata: {}', "Object 'Kind' is missing"],
    ['kind: A', 'apiVersion not set'],
    ['apiVersion: v1\nkind: A\nmetadata: []', 'metadata is no map'],
    ['--- kind: A', 'invalid Yaml document separator'],
  ])('refuses %j', (text, problem) => {
    expect(() => parseManifest(text)).toThrow(problem);
  });

  test('tells the template and the line of a broken document, and not what it holds', () => {
    let error: unknown;
    try {
      parseManifest(`${MANIFEST}---\n# Source: shop/templates/broken.yaml\nkind: Secret\ndata: {password: hunter2}\n`);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(HelmGitopsError);
    expect(error).toMatchObject({
      code: 'manifest.invalid',
      fault: 'user',
      place: { file: 'shop/templates/broken.yaml', line: 25 },
    });
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('integers that a float64 would round', () => {
  const head = 'apiVersion: v1\nkind: X\nmetadata: {name: x}\nspec: ';
  const spec = (text: string) => parseManifest(`${head}${text}\n`)[0]?.['spec'];

  test.each<[string, unknown]>([
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['0x20000000000001', 9007199254740993n],
    ['9_007_199_254_740_993', 9007199254740993n],
    ['0400000000000000001', 9007199254740993n],
    ['18446744073709551615', 2 ** 64],
    ['99999999999999999999', 1e20],
    ['9007199254740993.0', 9007199254740992],
    ['"9007199254740993"', '9007199254740993'],
    ['[{a: 9007199254740993, b: 1, c: 1.5}]', [{ a: 9007199254740993n, b: 1, c: 1.5 }]],
  ])('%s', (text, value) => {
    expect(spec(text)).toEqual(value);
  });

  test('leave everything beside them as it is read without', () => {
    const rest =
      '{o: 0755, o2: 0o17, f: 1e3, y: yes, n: null, t: 2020-01-01, 1: one, 1.5: x, b: !!binary aGk=, s: !!str 1, d: 1, d: 2}';
    expect(spec(`{rest: ${rest}, big: 9007199254740993}`)).toEqual({ rest: spec(rest), big: 9007199254740993n });
  });
});
