import { describe, expect, test } from 'vitest';
import { application, environment, readFleetOf } from './memory-files.ts';

async function settled(enforce: string, own: string) {
  const { definitions, problems } = await readFleetOf({
    'apps/prod.yaml': environment('prod', `{enforce: ${enforce}}`),
    'apps/shop.yaml': application('shop', `{chart: {path: charts/x}, ${own} environments: {prod: {}}}`),
  });
  expect(problems).toEqual([]);
  return definitions[0]!;
}

describe('what an environment enforces', () => {
  test.each([
    // Fixed: as enforced, whatever is said.
    ['{sync: {automatic: false}}', 'sync: {automatic: true},', { sync: { automatic: false } }],
    ['{sync: {automatic: true}}', 'sync: {automatic: false},', { sync: { automatic: true } }],
    ['{sync: {prune: false}}', 'sync: {prune: all},', { sync: { prune: false } }],
    ['{sync: {suspend: true}}', '', { sync: { suspend: true, prune: true } }],
    [
      '{sync: {retry: {limit: 1}}}',
      'sync: {retry: {limit: 9, max: 1s}},',
      { sync: { retry: { limit: 1, max: 1000 } } },
    ],
    [
      '{drift: {policy: correct}}',
      'drift: {policy: report, after: 3s},',
      { drift: { policy: 'correct', after: 3000 } },
    ],
    ['{drift: {ignore: []}}', 'drift: {ignore: [{kind: Deployment}]},', { drift: { ignore: [] } }],
    ['{tests: true}', 'tests: false,', { tests: true }],
    [
      '{rollback: {firstInstall: leave}}',
      'rollback: {firstInstall: uninstall},',
      { rollback: { firstInstall: 'leave' } },
    ],
    // The more careful one.
    ['{onRemove: confirm}', 'onRemove: uninstall,', { onRemove: 'confirm' }],
    ['{onRemove: confirm}', 'onRemove: keep,', { onRemove: 'keep' }],
    ['{adopt: same}', 'adopt: always,', { adopt: 'same' }],
    ['{adopt: same}', 'adopt: never,', { adopt: 'never' }],
    ['{crds: create}', 'crds: createReplace,', { crds: 'create' }],
    ['{crds: create}', 'crds: skip,', { crds: 'skip' }],
    // At most, at least, both.
    ['{timeout: 5m}', 'timeout: 1h,', { timeout: 300_000 }],
    ['{timeout: 5m}', 'timeout: 1m,', { timeout: 60_000 }],
    ['{drift: {after: 10s}}', 'drift: {after: 1h},', { drift: { after: 10_000 } }],
    ['{rollback: {soak: 5m}}', 'rollback: {soak: 0s},', { rollback: { soak: 300_000 } }],
    ['{rollback: {soak: 5m}}', 'rollback: {soak: 1h},', { rollback: { soak: 3_600_000 } }],
    ['{rollback: {on: [unhealthy]}}', 'rollback: {on: [failure]},', { rollback: { on: ['failure', 'unhealthy'] } }],
    ['{rollback: {on: [failure]}}', 'rollback: {on: []},', { rollback: { on: ['failure'] } }],
  ])('%s over %s', async (enforce, own, expected) => {
    expect((await settled(enforce, own)).settings).toMatchObject(expected);
  });

  test('values and patches come after the application’s own, so that they win', async () => {
    const enforce = '{values: [{set: replicas=3}], patches: [{target: {kind: Pod}, patch: {x: 1}}]}';
    const { values, settings } = await settled(
      enforce,
      'values: [{set: replicas=1}], patches: [{target: {kind: Service}, patch: {x: 2}}],',
    );
    expect(values).toMatchObject([{ expression: 'replicas=1' }, { expression: 'replicas=3' }]);
    expect(settings.patches.map(({ target }) => target.kind)).toEqual(['Service', 'Pod']);
  });

  test('a chart has to be checked, but a chart of the same commit is as good as its definition', async () => {
    const enforce = '{chart: {lock: strict, verify: {keyring: keys/platform.gpg}}}';
    expect((await settled(enforce, '')).chart).toMatchObject({ type: 'path', lock: 'strict' });
    const remote = await readFleetOf({
      'apps/prod.yaml': environment('prod', `{enforce: ${enforce}}`),
      'apps/shop.yaml': application(
        'shop',
        '{chart: {repository: "https://a.example", name: x, lock: update, verify: {keyring: my.gpg}}, environments: {prod: {}}}',
      ),
    });
    expect(remote.definitions[0]?.chart).toMatchObject({ keyring: 'keys/platform.gpg', lock: 'strict' });
  });

  test.each(['{namespace: x}', '{releaseName: x}', '{chart: {path: x}}', '{enforce: {}}'])(
    '%s is nothing to enforce',
    async (enforce) => {
      const { problems } = await readFleetOf({ 'apps/prod.yaml': environment('prod', `{enforce: ${enforce}}`) });
      expect(problems[0]?.message).toMatch(/^unknown field/);
    },
  );
});

describe('windows', () => {
  const window = (hour: number) => `{allow: "0 ${hour} * * *", for: 1h}`;

  test('of every level hold together, enforced ones too, and none can be taken away', async () => {
    const { definitions, problems } = await readFleetOf({
      'apps/prod.yaml': environment(
        'prod',
        `{sync: {windows: [${window(1)}]}, enforce: {sync: {windows: [${window(4)}]}}}`,
      ),
      'apps/shop.yaml': application(
        'shop',
        `{chart: {path: charts/x}, sync: {windows: [${window(2)}, {deny: "@daily", for: 5m, timeZone: Europe/Berlin}]}, environments: {prod: {sync: {windows: []}}}}`,
      ),
    });
    expect(problems).toEqual([]);
    expect(definitions[0]?.settings.sync.windows).toEqual([
      [{ type: 'allow', cron: '0 1 * * *', for: 3_600_000, timeZone: 'UTC' }],
      [
        { type: 'allow', cron: '0 2 * * *', for: 3_600_000, timeZone: 'UTC' },
        { type: 'deny', cron: '@daily', for: 300_000, timeZone: 'Europe/Berlin' },
      ],
      [],
      [{ type: 'allow', cron: '0 4 * * *', for: 3_600_000, timeZone: 'UTC' }],
    ]);
  });

  test.each([
    ['{allow: "0 9 * *", for: 1h}', 'expected a cron expression such as "0 9 * * 1-5"'],
    ['{allow: "0 0 9 * * *", for: 1h}', 'expected a cron expression such as "0 9 * * 1-5"'],
    ['{allow: "0 0 30 2 *", for: 1h}', 'expected a cron expression such as "0 9 * * 1-5"'],
    ['{allow: "0 9 * * 1#2", for: 1h}', 'expected a cron expression such as "0 9 * * 1-5"'],
    ['{allow: "@daily", for: 0s}', 'expected a duration longer than 0s'],
    ['{allow: "@daily", for: 1h, timeZone: Berlin}', 'expected the name of a time zone such as Europe/Berlin'],
    ['{allow: "@daily", deny: "@daily", for: 1h}', 'expected either allow or deny'],
    ['{for: 1h}', 'expected either allow or deny'],
    ['{allow: "@daily"}', '"for" is missing'],
  ])('%s is none', async (text, message) => {
    const { problems } = await readFleetOf({
      'apps/shop.yaml': application('shop', `{chart: {path: charts/x}, sync: {windows: [${text}]}}`),
    });
    expect(problems.map((problem) => problem.message).join()).toContain(message);
  });
});
