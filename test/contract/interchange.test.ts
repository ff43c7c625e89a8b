/** Our releases beside Helm 4's on a real control plane (HELM_BIN, KUBECONFIG_REAL); skipped without. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordCases } from './interchange.table.ts';
import { comparable, helm, kubeconfig, openScene, runHelm, type Scene } from './interchange-scene.ts';

describe.skipIf(!kubeconfig || !helm)('records beside helm’s (skipped without KUBECONFIG_REAL and HELM_BIN)', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene('rec');
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  test.each(recordCases.map((one, index) => ({ ...one, release: `r${index}` })))(
    '$name',
    async ({ files, values = {}, upgrade, release }) => {
      const chart = scene.chart(files);
      const args = ['-n', scene.theirs, ...sets(values)];
      const ran = await scene.helm('install', release, chart, ...args, '--wait', '--timeout', '30s');
      expect(ran.code, ran.stderr).toBe(0);
      await deployed(scene.deploy({ name: release, values }));
      await expectSame(release);
      if (!upgrade) return;
      const next = upgrade.files ? scene.chart(upgrade.files) : chart;
      const again = ['-n', scene.theirs, ...sets(upgrade.values ?? {})];
      const second = await scene.helm('upgrade', release, next, ...again, '--wait', '--timeout', '30s');
      expect(second.code, second.stderr).toBe(0);
      await deployed(scene.deploy({ name: release, values: upgrade.values ?? {} }));
      await expectSame(release);
    },
  );

  test('a packed chart, which keeps its files in the order of the archive', async () => {
    const files = {
      ...recordCases.find(({ name }) => name.startsWith('files of all sorts'))?.files,
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
      'charts/db/values.yaml': 'x: 1\n',
    };
    const folder = scene.chart(files);
    const packed = await runHelm(helm, ['package', folder, '-d', folder]);
    expect(packed.code, packed.stderr).toBe(0);
    const archive = 'shop-1.0.0.tgz';
    const ran = await scene.helm('install', 'packed', `${folder}/${archive}`, '-n', scene.theirs);
    expect(ran.code, ran.stderr).toBe(0);
    await deployed(scene.deploy({ name: 'packed', archive }));
    await expectSame('packed');
  });

  const sets = (values: object) =>
    Object.keys(values).length === 0
      ? []
      : Object.entries(values).map(([key, value]) => `--set-json=${key}=${JSON.stringify(value)}`);
  const deployed = async (result: ReturnType<Scene['deploy']>) => {
    const found = await result;
    expect(found.result, JSON.stringify(found)).toBe('deployed');
  };
  const expectSame = async (release: string) => {
    const [theirs, ours] = [await scene.records(scene.theirs, release), await scene.records(scene.ours, release)];
    expect(ours.map(comparable)).toEqual(theirs.map(comparable));
    expect(ours.map(keyOrder)).toEqual(theirs.map((record) => keyOrder(record)));
  };
});

/** Every key in its place: Helm's records are read by tools that compare bytes. */
function keyOrder(record: object): unknown {
  return JSON.stringify(comparable(record as never));
}
