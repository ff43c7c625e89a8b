/** Values from Secrets and ConfigMaps of the release's namespace: waited for, followed, masked. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeLong } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const namespace = 'value-objects';
const fleet = {
  'fleet/charts/settings/Chart.yaml': chartYaml('settings'),
  'fleet/charts/settings/values.yaml': 'colour: none\nsize: 1\ntoken: none\n',
  'fleet/charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: "{{ .Values.colour }}", size: "{{ .Values.size }}", token: "{{ sha256sum .Values.token }}"}\n',
  'fleet/apps/shop.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec:
  chart: {path: charts/settings}
  namespace: ${namespace}
  values:
    - {configMap: {name: "{{app}}-values"}}
    - {secret: {name: shop-values, key: shop.yaml}}
    - {secret: {name: more}, optional: true}
    - {inline: {size: 2}}
`,
};
const hidden = 'correct-horse-battery';

describeLong('values of Secrets and ConfigMaps', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let daemon: RunningDaemon;
  let client: ClusterClient;

  const apply = (kind: 'Secret' | 'ConfigMap', name: string, data: Record<string, string>) =>
    client.apply(
      { apiVersion: 'v1', kind, metadata: { namespace, name }, [kind === 'Secret' ? 'stringData' : 'data']: data },
      { fieldManager: 'test' },
    );
  const settings = async () => {
    const object = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' });
    return object?.['data'] as { colour: string; size: string; token: string } | undefined;
  };

  beforeAll(async () => {
    scene.write(fleet);
    daemon = await scene.start(['repositories: [{name: fleet, url: fleet, path: apps, poll: 2s}]']);
    client = scene.client;
    await client.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { fieldManager: 'test' },
    );
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('are waited for, one after the other, and said each once', async () => {
    const configMap = await daemon.waitFor('release.waiting', { for: 'values' });
    expect(configMap.message).toBe(`there is no ConfigMap/shop-values in namespace ${namespace}`);
    await apply('ConfigMap', 'shop-values', { 'values.yaml': 'colour: red\n' });
    await daemon.waitFor('release.waiting', { message: `there is no Secret/shop-values in namespace ${namespace}` });
    await apply('Secret', 'shop-values', { 'values.yaml': 'x' });
    const key = await daemon.waitFor('release.waiting', {
      message: `Secret/shop-values in namespace ${namespace} has no key shop.yaml`,
    });
    expect(key).toMatchObject({ app: 'shop', namespace, cluster: 'test' });
    expect(daemon.lines.filter(({ event }) => event === 'release.deployed')).toEqual([]);
    await apply('Secret', 'shop-values', { 'values.yaml': 'x', 'shop.yaml': `token: ${hidden}\n` });
    await daemon.waitFor('release.deployed');
    expect(await settings()).toMatchObject({ colour: 'red', size: '2' });
    const waited = daemon.lines.filter(({ event, for: what }) => event === 'release.waiting' && what === 'values');
    expect(new Set(waited.map(({ message }) => message)).size).toBe(waited.length);
  });

  test('a change there is deployed, and told with its line', async () => {
    const from = daemon.lines.length;
    await apply('ConfigMap', 'shop-values', { 'values.yaml': '# two\ncolour: blue\n' });
    const deployed = await daemon.waitFor('release.deployed', {}, from);
    expect(deployed.changed).toBe('ConfigMap/shop-values/values.yaml:2 colour red→blue');
    expect((await settings())?.colour).toBe('blue');
  });

  test('a change of a Secret is told without what it holds', async () => {
    const from = daemon.lines.length;
    const before = (await settings())?.token;
    await apply('Secret', 'shop-values', { 'shop.yaml': `token: ${hidden}-2\ncolour: ${hidden}\n` });
    const deployed = await daemon.waitFor('release.deployed', {}, from);
    expect(deployed.changed).toBe(
      'Secret/shop-values/shop.yaml:2 colour blue→***; Secret/shop-values/shop.yaml:1 token ***→***',
    );
    expect((await settings())?.token).not.toBe(before);
  });

  test('an optional one counts from when it is there until it goes', async () => {
    let from = daemon.lines.length;
    await apply('Secret', 'more', { 'values.yaml': 'colour: green\n' });
    await daemon.waitFor('release.deployed', {}, from);
    expect((await settings())?.colour).toBe('green');
    from = daemon.lines.length;
    await client.delete({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'more' });
    await daemon.waitFor('release.deployed', {}, from);
    expect((await settings())?.colour).toBe(hidden);
  });

  test('`values` and `plan` read them, and show none of a Secret', async () => {
    const { stdout, stderr, code } = await run(scene.folder, [
      'values',
      'shop',
      '-e',
      'default',
      '--config',
      scene.config,
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^colour +\*\*\* +Secret\/shop-values\/shop\.yaml:2:1 +blue \(ConfigMap\/shop-values\/values\.yaml:2:1\); none/m,
    );
    expect(stdout).toMatch(/^token +\*\*\* +Secret/m);
    const plan = await run(scene.folder, ['plan', '--config', scene.config]);
    expect([plan.code, plan.stdout]).toEqual([0, 'shop/default: nothing to do\n']);
  });

  test('`plan` says which changed value is behind which field', async () => {
    const from = daemon.lines.length;
    const held = 'spec:\n  sync: {automatic: false}\n';
    const definition = fleet['fleet/apps/shop.yaml'].replace('size: 2', 'size: 3').replace('spec:\n', held);
    const more = '    - {inline: {colour: yellow, unused: true}}\n';
    scene.write({ 'fleet/apps/shop.yaml': `${definition}${more}` });
    await daemon.waitFor('release.blocked', { reason: 'not-automatic' }, from);
    const { stdout, code } = await run(scene.folder, ['plan', '--config', scene.config]);
    expect([code, stdout]).toEqual([
      0,
      `shop/default:
  ~ update ConfigMap/settings
      /data/colour: *** → yellow
        by apps/shop.yaml:13 colour ***→yellow
      /data/size: 2 → 3
        by apps/shop.yaml:12 size 2→3
`,
    ]);
    scene.write(fleet);
    await daemon.waitFor('release.unchanged', {}, daemon.lines.length);
  });

  test('what is missing now leaves what runs alone', async () => {
    const from = daemon.lines.length;
    await client.delete({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'shop-values' });
    await daemon.waitFor('release.waiting', { for: 'values' }, from);
    expect(await settings()).toBeDefined();
  });

  test('nothing was logged of what the Secret holds, and the state keeps no digest that could be guessed', async () => {
    expect(JSON.stringify([daemon.lines, daemon.noise])).not.toContain(hidden);
    const states = await client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops' });
    const text = JSON.stringify(states.items);
    expect(text).toContain('secretKeys');
    expect(text).not.toContain(hidden);
  });
});
