/**
 * Objects of revisions that never came to their end: nothing that the release made is left behind, nothing that is not
 * its own goes. Helm leaves them where nothing was ever deployed, and on uninstall. On the embedded cluster, and on a real one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainUninstall } from '../../src/pipeline/apply/uninstall-release.ts';
import { adminOf } from '../support/clusters.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { openScene, type Scene } from './interchange-scene.ts';

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {v: "1"}\n`;
/** Comes after the ConfigMaps, and is refused. */
const bad = 'apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: [{port: 99999999}]}\n';
const badHook =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Not_A_Name, annotations: {helm.sh/hook: pre-delete}}\n';

describeOnEach('what is left of failed revisions', (cluster) => {
  const folder = mkdtempSync(join(tmpdir(), 'left-objects-'));
  const stack = new AsyncDisposableStack();
  let scene: Scene;
  let made = 0;

  beforeAll(async () => {
    scene = stack.use(await openScene(`left-${cluster.name}`, 'helm4', await adminOf(cluster, folder, stack)));
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** A release of its own; its ConfigMaps `a`, `b` … carry its name. */
  const release = () => {
    made += 1;
    const own = `r${made}`;
    const chart = (what: string) => {
      const documents = what
        .split(' ')
        .map((word) => (word === 'bad' ? bad : word === 'badHook' ? badHook : configMap(`${own}-${word}`)));
      return scene.chart({
        'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
        'templates/all.yaml': documents.join('---\n'),
      });
    };
    return {
      own,
      deploy: async (what: string) => {
        const result = await scene.deploy({ name: own, chart: chart(what), requested: true });
        return result.result;
      },
      plan: async (what: string) => {
        const { changes } = await scene.plan({ name: own, chart: chart(what) });
        return changes.map(({ operation, key }) => `${operation} ${key.name.slice(own.length + 1)}`).sort();
      },
      rollback: (to: number) => scene.rollback(own, to),
      uninstall: () => scene.uninstallOnRequest(own, plainUninstall).catch((error: Error) => error.message),
      there: async () => {
        const { items } = await scene.client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: scene.ours });
        const names = items.map(({ metadata }) => metadata.name ?? '').filter((one) => one.startsWith(`${own}-`));
        return names.map((one) => one.slice(own.length + 1)).join(' ');
      },
    };
  };

  test('where nothing was ever deployed, the first success takes them away, and the plan says so', async () => {
    const { deploy, plan, there } = release();
    expect(await deploy('a b c bad')).toBe('failed');
    expect(await deploy('a b bad')).toBe('failed');
    expect(await deploy('a bad')).toBe('failed');
    expect(await there()).toBe('a b c');
    expect(await plan('a')).toEqual(['delete b', 'delete c', 'unchanged a']);
    expect(await deploy('a')).toBe('deployed');
    expect(await there()).toBe('a');
    expect(await plan('a')).toEqual(['unchanged a']);
  });

  test('what a failed one never came to make is not spoken of', async () => {
    const { deploy, plan } = release();
    expect(await deploy('a bad')).toBe('failed');
    expect(await deploy('b bad')).toBe('failed');
    expect(await plan('a')).toEqual(['delete b', 'unchanged a']);
    expect(await plan('a bad')).toEqual(['create ', 'delete b', 'unchanged a']);
  });

  test('where one was deployed once, all that came after it counts', async () => {
    const { deploy, there } = release();
    expect(await deploy('a b')).toBe('deployed');
    expect(await deploy('a c bad')).toBe('failed');
    expect(await deploy('a d bad')).toBe('failed');
    expect(await deploy('a')).toBe('deployed');
    expect(await there()).toBe('a');
  });

  test('a rollback takes them away', async () => {
    const { deploy, rollback, there } = release();
    expect(await deploy('a')).toBe('deployed');
    expect(await deploy('a b bad')).toBe('failed');
    expect(await deploy('a c bad')).toBe('failed');
    expect(await rollback(1)).toBe('deployed');
    expect(await there()).toBe('a');
  });

  test('an uninstall takes them away', async () => {
    const { deploy, uninstall, there } = release();
    expect(await deploy('a b')).toBe('deployed');
    expect(await deploy('a c bad')).toBe('failed');
    expect(await deploy('a bad')).toBe('failed');
    expect(await uninstall()).toBe('uninstalled');
    expect(await there()).toBe('');
  });

  test('of a first install that failed again and again, an uninstall takes all', async () => {
    const { deploy, uninstall, there } = release();
    for (const what of ['a b bad', 'a c bad', 'a bad']) expect(await deploy(what)).toBe('failed');
    expect(await uninstall()).toBe('uninstalled');
    expect(await there()).toBe('');
  });

  test('an uninstall that stopped half-way leaves nothing to what is deployed over it', async () => {
    const { deploy, uninstall, there } = release();
    expect(await deploy('a b')).toBe('deployed');
    expect(await deploy('a c bad badHook')).toBe('failed');
    expect(await uninstall()).toMatch(/Not_A_Name/);
    expect(await there()).toBe('a b c');
    expect(await deploy('a')).toBe('deployed');
    expect(await there()).toBe('a');
  });

  test('of two that bring the same object at once one has it, and the other is refused', async () => {
    const chart = scene.chart({
      'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'templates/all.yaml': configMap('contested'),
    });
    const deploy = async (name: string, turn = 1) => {
      const result = await scene.deploy({ name, chart, values: { turn } });
      return result.result === 'failed' ? result.outcome.error.code : result.result;
    };
    const names = ['one', 'other'];
    const said = await Promise.all(names.map((name) => deploy(name)));
    expect(said.toSorted()).toEqual(['apply.not-owned', 'deployed']);
    const [has = '', wants = ''] = said[0] === 'deployed' ? names : names.toReversed();
    const live = await scene.live(scene.ours, 'v1', 'ConfigMap', 'contested');
    expect(live?.metadata.annotations).toMatchObject({ 'meta.helm.sh/release-name': has });
    // It is refused the next time too, until the object is free.
    expect(await deploy(wants, 2)).toBe('apply.not-owned');
    expect(await scene.uninstallOnRequest(has, plainUninstall)).toBe('uninstalled');
    expect(await deploy(wants, 3)).toBe('deployed');
  });

  test('what belongs to somebody else by now stays', async () => {
    const { own, deploy, plan, uninstall, there } = release();
    expect(await deploy('a b bad')).toBe('failed');
    expect(await deploy('a bad')).toBe('failed');
    const annotations = { 'meta.helm.sh/release-name': 'another' };
    const target = { apiVersion: 'v1', kind: 'ConfigMap', namespace: scene.ours, name: `${own}-b` };
    const patch = { type: 'merge', body: { metadata: { annotations } } } as const;
    await scene.client.patch(target, patch, { fieldManager: 'test' });
    expect(await plan('a')).toEqual(['keep b', 'unchanged a']);
    expect(await deploy('a')).toBe('deployed');
    expect(await there()).toBe('a b');
    expect(await uninstall()).toBe('uninstalled');
    expect(await there()).toBe('b');
  });
});
