import { describe, expect, test } from 'vitest';
import { readValues } from '../../../src/foundation/values/read-values.ts';
import { valueAt } from '../../../src/foundation/values/value-places.ts';
import { pinImages, type RanImage } from '../../../src/pipeline/values/pin-images.ts';

const [one, two] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
const ran = (image: string, digest: string | undefined = one): RanImage => ({ image, digest });
const tag = 'image: {repository: example.org/web, tag: v2}\n';

interface Given {
  readonly values?: string;
  readonly key?: string;
  readonly images: readonly RanImage[];
  readonly target?: string;
}

function pin({ values = tag, key = 'image.tag', images, target = '{}' }: Given): unknown {
  const read = (text: string) => readValues(text, 'helm4');
  const pinned = pinImages({ values: read(values), keys: [key], images, target: read(target) });
  return 'unknown' in pinned ? `unknown: ${pinned.unknown}` : valueAt(pinned.values, key.split('.'));
}

describe('a promoted tag', () => {
  test.each<[string, Given, string]>([
    ['has the digest that ran', { images: [ran('example.org/web:v2'), ran('example.org/web:v2')] }, `v2@${one}`],
    ['is known among others', { images: [ran('example.org/log:v9', two), ran('example.org/web:v2')] }, `v2@${one}`],
    [
      'is a whole reference as well',
      { values: 'image: "example.org/web:v2"\n', key: 'image', images: [ran('example.org/web:v2')] },
      `example.org/web:v2@${one}`,
    ],
    [
      'is that of the repository beside it',
      { images: [ran('example.org/log:v2', two), ran('example.org/web:v2')] },
      `v2@${one}`,
    ],
    ['keeps the digest that it has', { values: `image: {tag: "v2@${two}"}\n`, images: [] }, `v2@${two}`],
    ['keeps that of the target where no pod runs', { images: [], target: `image: {tag: "v2@${two}"}\n` }, `v2@${two}`],
    [
      'waits where no pod runs',
      { images: [], target: `image: {tag: "v1@${two}"}\n` },
      'unknown: no pod of it runs an image that a promoted key names',
    ],
    [
      'waits for a node that tells',
      { images: [{ image: 'example.org/web:v2', digest: undefined }] },
      'unknown: image.tag: no node has told yet which digest example.org/web:v2 has',
    ],
    [
      'waits while it stands for two images',
      { images: [ran('example.org/web:v2'), ran('example.org/web:v2', two)] },
      `unknown: image.tag: pods run example.org/web:v2 with several digests: ${one}, ${two}`,
    ],
    [
      'is no part of a longer one',
      { images: [ran('example.org/web:rc-v2')] },
      expect.stringMatching(/^unknown: no pod/),
    ],
  ])('%s', (_, given, expected) => {
    expect(pin(given)).toEqual(expected);
  });
});
