import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layerSettings } from '../../../src/pipeline/definitions/layer-settings.ts';
import type { LocatedSettings } from '../../../src/pipeline/definitions/locate-settings.ts';

const place = { file: 'f' };
const file = (path: string) => ({ type: 'file' as const, path, optional: false, template: false, place });

describe('layerSettings', () => {
  test.each<[string, LocatedSettings[], LocatedSettings]>([
    ['nothing is nothing', [], {}],
    ['the later scalar wins', [{ timeout: 1 }, {}, { timeout: 2 }], { timeout: 2 }],
    [
      'maps merge by field',
      [{ sync: { wave: 1, retry: { limit: 1 } } }, { sync: { retry: { max: 2 } } }],
      { sync: { wave: 1, retry: { limit: 1, max: 2 } } },
    ],
    ['values append', [{ values: [file('a')] }, { values: [file('b')] }], { values: [file('a'), file('b')] }],
    [
      'ignore appends',
      [{ drift: { ignore: [{ kind: 'A' }] } }, { drift: { after: 1, ignore: [{ kind: 'B' }] } }],
      { drift: { after: 1, ignore: [{ kind: 'A' }, { kind: 'B' }] } },
    ],
    [
      'rollback.on is replaced as a whole',
      [{ rollback: { on: ['failure'] } }, { rollback: { on: ['unhealthy'] } }],
      { rollback: { on: ['unhealthy'] } },
    ],
    [
      'an empty rollback.on switches it off',
      [{ rollback: { on: ['failure'] } }, { rollback: { on: [] } }],
      { rollback: { on: [] } },
    ],
    ['what is undefined changes nothing', [{ timeout: 1 }, { timeout: undefined }], { timeout: 1 }],
  ])('%s', (_, layers, expected) => {
    expect(layerSettings(layers)).toEqual(expected);
  });

  test('is the same in whatever groups the layers are merged, and changes none of them', () => {
    const layer: fc.Arbitrary<LocatedSettings> = fc.record(
      {
        timeout: fc.nat(),
        sync: fc.record(
          { wave: fc.integer(), retry: fc.record({ limit: fc.nat() }, { requiredKeys: [] }) },
          { requiredKeys: [] },
        ),
        values: fc.array(fc.string().map(file)),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(layer, layer, layer, (a, b, c) => {
        const before = structuredClone([a, b, c]);
        expect(layerSettings([layerSettings([a, b]), c])).toEqual(layerSettings([a, layerSettings([b, c])]));
        expect([a, b, c]).toEqual(before);
      }),
    );
  });
});
