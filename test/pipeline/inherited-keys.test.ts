import { expect, test } from 'vitest';
import { mergeMaps, readValues } from '../../src/foundation/values/read-values.ts';
import type { PreparedRelease } from '../../src/pipeline/context.ts';
import { inheritedKeys } from '../../src/pipeline/inherited-keys.ts';
import { definition, settings } from './release-scene.ts';

const common = ['common.yaml', 'image:\n  tag: v1\n'] as const;
const own = (environment: string) => [`${environment}.yaml`, 'image: {tag: v2}\n'] as const;

function release(
  environment: string,
  from: readonly string[],
  files: readonly (readonly [path: string, text: string])[],
  keys: readonly string[] = ['image.tag'],
): PreparedRelease {
  const place = { file: 'apps/shop.yaml' };
  const promote = { from, as: 'commit', merge: false, general: false, place } as const;
  return {
    definition: {
      ...{ ...definition, environment, settings: { ...settings, promotion: { ...settings.promotion, keys } } },
      ...(from.length === 0 ? {} : { promote }),
    },
    layers: files.map(([path, text]) => ({ type: 'file', path, text })),
    values: files.reduce((below, [, text]) => mergeMaps(below, readValues(text, 'helm4')), new Map()),
  } as unknown as PreparedRelease;
}

test.each<[string, readonly PreparedRelease[], readonly string[]]>([
  [
    'of a whole chain, once',
    [release('dev', [], [common]), release('staging', ['dev'], [common]), release('prod', ['staging'], [common])],
    ['shop: dev, staging and prod have image.tag from here, and it is promoted between them'],
  ],
  [
    'of its ends, though one between them has its own',
    [
      release('dev', [], [common]),
      release('staging', ['dev'], [common, own('staging')]),
      release('prod', ['staging'], [common]),
    ],
    ['shop: dev and prod have image.tag from here, and it is promoted between them'],
  ],
  ['of none that have their own', [release('dev', [], [common]), release('prod', ['dev'], [common, own('prod')])], []],
  ['of none that are not promoted', [release('dev', [], [common]), release('prod', ['dev'], [common], ['tag'])], []],
  ['of none that no chain holds together', [release('dev', [], [common]), release('prod', [], [common])], []],
])('a key that environments inherit is told %s', (_, releases, expected) => {
  const problems = inheritedKeys(releases);
  expect(problems.map(({ message }) => message)).toEqual(expected);
  for (const { place } of problems) expect(place).toMatchObject({ file: 'common.yaml', line: 2 });
});
