import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../src/foundation/state/delivery.ts';
import { withDelivered, withFailed, withRestored } from '../../../src/pipeline/remediate/keep-deliveries.ts';
import { measureDelivery } from '../../../src/pipeline/remediate/measure-delivery.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
/** So many milliseconds before now. */
const ago = (milliseconds: number) => new Date(now - milliseconds).toISOString();
const delivery = (version: string, more: Partial<Delivery> = {}): Delivery => ({
  ...{ digest: `d-${version}`, version: `image.tag=${version}`, revision: `c-${version}` },
  ...more,
});
const place = (environment: string, ...deliveries: Delivery[]) => ({ environment, deliveries });
const of = (environment: string, ...places: ReturnType<typeof place>[]) =>
  measureDelivery(places, now).find((one) => one.environment === environment);

describe('a version on its way', () => {
  const dev = place(
    'dev',
    delivery('v1', { committed: ago(10 * hour), at: ago(9 * hour) }),
    delivery('v2', { committed: ago(100 * minute), at: ago(98 * minute) }),
    delivery('v3', { committed: ago(5 * minute), at: ago(4 * minute) }),
  );
  const staging = place(
    'staging',
    delivery('v2', { committed: ago(90 * minute), at: ago(88 * minute), from: ['dev'] }),
  );
  const prod = place('prod', delivery('v2', { committed: ago(20 * minute), at: ago(18 * minute), from: ['staging'] }));

  test('is followed to the commit that began it, stage by stage', () => {
    expect(of('prod', dev, staging, prod)).toMatchObject({
      leadTime: 82 * minute,
      path: [
        { environment: 'dev', revision: 'c-v2', leadTime: 2 * minute, stageTime: 2 * minute },
        { environment: 'staging', revision: 'c-v2', leadTime: 12 * minute, stageTime: 10 * minute },
        { environment: 'prod', revision: 'c-v2', leadTime: 82 * minute, stageTime: 70 * minute },
      ],
    });
    expect(of('dev', dev, staging, prod)?.path).toMatchObject([{ environment: 'dev', revision: 'c-v3' }]);
  });

  test('which did not run in the environment before begins where it is', () => {
    const byHand = place(
      'prod',
      delivery('v9', { committed: ago(9 * minute), at: ago(8 * minute), from: ['staging'] }),
    );
    expect(of('prod', dev, staging, byHand)?.path).toMatchObject([{ environment: 'prod', leadTime: minute }]);
  });

  test('that ran in two environments before came from the later one; a circle ends', () => {
    const other = place('qa', delivery('v2', { at: ago(60 * minute), from: ['prod'] }));
    const both = place('prod', delivery('v2', { at: ago(18 * minute), from: ['staging', 'qa'] }));
    expect(of('prod', dev, staging, other, both)?.path.map(({ environment }) => environment)).toEqual(['qa', 'prod']);
  });

  test('without a commit has no lead time', () => {
    const local = place('dev', delivery('v1', { at: ago(minute) }));
    expect(of('dev', local)).toEqual({
      ...{ environment: 'dev', deployments: 1, failures: 0, perDay: 1 / 30, failureRate: 0 },
      path: [{ environment: 'dev', revision: 'c-v1', at: ago(minute) }],
    });
  });
});

describe('how it is delivered', () => {
  test('counts the last 30 days', () => {
    const old = delivery('v0', { at: ago(31 * 24 * hour), failed: ago(31 * 24 * hour) });
    const good = delivery('v1', { committed: ago(3 * hour), at: ago(2 * hour) });
    const bad = delivery('v2', { failed: ago(hour), restored: ago(50 * minute) });
    const taken = delivery('v3', {
      committed: ago(41 * minute),
      at: ago(40 * minute),
      failed: ago(30 * minute),
      restored: ago(28 * minute),
    });
    expect(of('prod', place('prod', old, good, bad, taken))).toMatchObject({
      ...{ deployments: 2, failures: 2, perDay: 2 / 30, failureRate: 2 / 3 },
      ...{ leadTime: (60 * minute + minute) / 2, timeToRestore: 6 * minute },
      path: [{ revision: 'c-v1' }],
    });
  });

  test('is told of the time that is remembered where more were made than that', () => {
    const many = Array.from({ length: 20 }, (_, at) => delivery(`v${at}`, { at: ago((40 - at) * 3 * hour) }));
    expect(of('dev', place('dev', ...many))?.perDay).toBe(4);
    const today = many.map((one, at) => ({ ...one, at: ago((20 - at) * minute) }));
    expect(of('dev', place('dev', ...today))?.perDay).toBe(20);
  });

  test('says nothing where nothing was', () => {
    expect(of('dev', place('dev'))).toEqual({ environment: 'dev', deployments: 0, failures: 0, perDay: 0, path: [] });
  });
});

describe('what is kept', () => {
  const done = (version: string, at = ago(0)) => ({ ...delivery(version), at });
  const failed = (version: string, at = ago(0)) => ({ ...delivery(version), failed: at });
  const cases: [string, readonly Delivery[] | undefined, readonly Partial<Delivery>[]][] = [
    ['a repair is no delivery', withDelivered([done('v1', ago(9))], done('v1')), [{ digest: 'd-v1', at: ago(9) }]],
    [
      'what was delivered and turned bad is one',
      withFailed([done('v1', ago(9))], failed('v1')),
      [{ at: ago(9), failed: ago(0) }],
    ],
    [
      'what never ran is one too',
      withFailed([done('v1', ago(9))], failed('v2')),
      [{ at: ago(9) }, { digest: 'd-v2', failed: ago(0) }],
    ],
    [
      'failing again before anything is put right is the same failure',
      withFailed([failed('v2', ago(9))], failed('v2')),
      [{ failed: ago(9) }],
    ],
    [
      'after that it is another',
      withFailed(withRestored([failed('v2', ago(9))], ago(5)), failed('v2')),
      [{ failed: ago(9), restored: ago(5) }, { failed: ago(0) }],
    ],
    [
      'the next that runs puts it right',
      withDelivered([failed('v2', ago(9))], done('v3')),
      [{ failed: ago(9), restored: ago(0) }, { digest: 'd-v3' }],
    ],
    [
      'so does the same, tried again',
      withDelivered([failed('v2', ago(9))], done('v2')),
      [
        { failed: ago(9), restored: ago(0) },
        { digest: 'd-v2', at: ago(0) },
      ],
    ],
  ];
  test.each(cases)('%s', (_title, found, expected) => {
    expect(found).toHaveLength(expected.length);
    expect(found).toMatchObject(expected);
  });

  test('at most twenty', () => {
    let all: readonly Delivery[] | undefined;
    for (let at = 0; at < 30; at += 1) all = withDelivered(all, done(`v${at}`));
    expect(all?.map(({ digest }) => digest).at(0)).toBe('d-v10');
    expect(all).toHaveLength(20);
  });
});
