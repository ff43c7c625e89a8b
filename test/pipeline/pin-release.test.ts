import { expect, test } from 'vitest';
import { noSources } from '../../src/pipeline/chart/chart-sources.ts';
import type { ReleaseDefinition } from '../../src/pipeline/definitions/release-definition.ts';
import { pinRelease } from '../../src/pipeline/pin-release.ts';
import type { CheckoutFiles } from '../../src/pipeline/source/checkout-files.ts';

const place = { file: 'apps/shop.yaml', line: 7 };
const pinned = (revision: string) =>
  ({
    pin: { revision, place },
    origin: {},
    chart: { type: 'path', path: 'chart', place, lock: 'strict' },
  }) as ReleaseDefinition;
const input = { url: 'https://git.example.com/fleet.git', sources: noSources, files: {} as CheckoutFiles };

test.each(['v1.2.0', 'main', '3f2a1c9'])(
  'where commits are verified the pin %s could be moved by others',
  async (revision) => {
    const refused = pinRelease(pinned(revision), { ...input, shared: new Set(), checkout: { signer: 'ann' } });
    await expect(refused).rejects.toMatchObject({
      code: 'source.unsigned',
      place,
      message: expect.stringContaining(revision),
    });
  },
);

test('a whole commit is covered by the signature of the head', async () => {
  const fetched = pinRelease(pinned('3'.repeat(40)), { ...input, shared: new Set(), checkout: { signer: 'ann' } });
  await expect(fetched).rejects.toMatchObject({ code: 'chart.not-found' });
});
