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

  const optional = <Fields>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
    fc.record(fields, { requiredKeys: [] });
  const kind = fc.constantFrom('Deployment', 'Service', 'Secret');
  const window = fc
    .constantFrom(0, 1)
    .map((hour) => [{ type: 'allow', cron: `0 ${hour} * * *`, for: 1, timeZone: 'UTC' }]);
  /** Everything but the chart. */
  const layer = optional({
    releaseName: fc.constantFrom('a', 'b'),
    namespace: fc.constantFrom('a', 'b'),
    timeout: fc.nat(3),
    tests: fc.boolean(),
    onRemove: fc.constantFrom('keep', 'confirm'),
    adopt: fc.constantFrom('same', 'never'),
    crds: fc.constantFrom('skip', 'create'),
    values: fc.array(fc.constantFrom('a', 'b').map(file), { maxLength: 2 }),
    dependsOn: fc.array(
      kind.map((app) => ({ app, place })),
      { maxLength: 2 },
    ),
    patches: fc.array(
      kind.map((name) => ({ target: { kind: name }, patch: {}, place })),
      { maxLength: 2 },
    ),
    sync: optional({
      automatic: fc.boolean(),
      prune: fc.constantFrom(true, 'all'),
      wave: fc.nat(3),
      windows: fc.array(window, { maxLength: 2 }),
      retry: optional({ limit: fc.nat(3), max: fc.nat(3) }),
    }),
    drift: optional({
      policy: fc.constantFrom('report', 'correct'),
      ignore: fc.array(
        kind.map((name) => ({ kind: name })),
        { maxLength: 2 },
      ),
    }),
    rollback: optional({
      on: fc.subarray(['failure', 'unhealthy']),
      soak: fc.nat(3),
    }),
  }) as unknown as fc.Arbitrary<LocatedSettings>;

  test('is the same in whatever groups the layers are merged, and changes none of them', () => {
    fc.assert(
      fc.property(layer, layer, layer, (a, b, c) => {
        const before = structuredClone([a, b, c]);
        const whole = layerSettings([a, b, c]);
        expect(layerSettings([layerSettings([a, b]), c])).toEqual(whole);
        expect(layerSettings([a, layerSettings([b, c])])).toEqual(whole);
        expect([a, b, c]).toEqual(before);
      }),
    );
  });

  test('what a level says, it says of itself alone: each field is that of the innermost which gives it, lists are all of theirs', () => {
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 6 }), (layers) => {
        const whole = layerSettings(layers);
        expect(whole.timeout).toBe(layers.findLast(({ timeout }) => timeout !== undefined)?.timeout);
        expect(whole.rollback?.on).toEqual(layers.findLast(({ rollback }) => rollback?.on)?.rollback?.on);
        expect(whole.sync?.retry?.max).toBe(
          layers.findLast(({ sync }) => sync?.retry?.max !== undefined)?.sync?.retry?.max,
        );
        expect(whole.values ?? []).toEqual(layers.flatMap(({ values = [] }) => values));
        expect(whole.sync?.windows ?? []).toEqual(layers.flatMap(({ sync }) => sync?.windows ?? []));
        expect(whole.drift?.ignore ?? []).toEqual(layers.flatMap(({ drift }) => drift?.ignore ?? []));
      }),
    );
  });

  test.each([
    [[{ git: 'g' }, { repository: 'r', name: 'n' }, { path: 'p' }], { path: 'p' }],
    [[{ repository: 'r', name: 'n', version: '1' }, { version: '2' }], { repository: 'r', name: 'n', version: '2' }],
    [[{ git: 'g', revision: 'r' }, { path: 'p' }], { git: 'g', revision: 'r', path: 'p' }],
    [[{ path: 'p' }, { oci: 'o' }, {}], { oci: 'o' }],
  ])('the chart of %j is %j', (charts, expected) => {
    const layers = charts.map((chart) => ({ chart })) as unknown as LocatedSettings[];
    expect(layerSettings(layers).chart).toEqual(expected);
  });
});
