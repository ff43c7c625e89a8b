/**
 * Releases that bring kinds of their own, beside helm where HELM_BIN names it: in `crds/`, as templates, as hooks, and
 * objects of them that name each other. On the embedded cluster, and on a real one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as anyTest, beforeAll, expect } from 'vitest';
import { plainUninstall } from '../../src/pipeline/apply/uninstall-release.ts';
import { adminOf } from '../support/clusters.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { type DeployOptions, type Files, helm, openScene, type Scene } from './interchange-scene.ts';

/** Seconds of helm, so it runs where a real cluster is at hand. */
const test = anyTest.skipIf(process.env['KUBECONFIG_REAL'] === undefined);

const definitions = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

describeOnEach('kinds that a release brings', (cluster) => {
  const folder = mkdtempSync(join(tmpdir(), 'custom-kinds-'));
  const stack = new AsyncDisposableStack();
  const made = new Set<string>();
  let scene: Scene;

  beforeAll(async () => {
    scene = stack.use(await openScene(`kinds-${cluster.name}`, 'helm4', await adminOf(cluster, folder, stack)));
  });
  afterAll(async () => {
    for (const name of made) await scene.client.delete({ ...definitions, name });
    await stack[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const groupOf = (namespace: string) => `${namespace}.example.com`;
  const crd = (group: string, kind: string, metadata = '') => {
    const plural = `${kind.toLowerCase()}s`;
    made.add(`${plural}.${group}`);
    return `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${plural}.${group}${metadata}}\nspec: {group: ${group}, scope: Namespaced, names: {plural: ${plural}, singular: ${kind.toLowerCase()}, kind: ${kind}, listKind: ${kind}List}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}\n`;
  };
  const object = (group: string, kind: string, fields = '{}', metadata = '') =>
    `apiVersion: ${group}/v1\nkind: ${kind}\nmetadata: {name: one${metadata}}\nspec: ${fields}\n`;
  const hook = (events: string, weight: number) =>
    `, annotations: {helm.sh/hook: "${events}", helm.sh/hook-weight: "${weight}"}`;

  const charted = (namespace: string, files: (group: string) => Files) => ({
    'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    ...files(groupOf(namespace)),
  });
  /** The same release by each, in a namespace and of an API group of its own; what each said. */
  const both = async (
    name: string,
    files: (group: string) => Files,
    settings: NonNullable<DeployOptions['settings']> = {},
  ) => {
    const chart = (namespace: string) => scene.chart(charted(namespace, files));
    const upgrade = ['upgrade', '--install', name, chart(scene.theirs), '-n', scene.theirs, '--force-conflicts'];
    const theirs = helm === '' ? undefined : await scene.helm(...upgrade);
    const ours = await scene.deploy({ name, chart: chart(scene.ours), requested: true, settings }).then(
      (result) => (result.result === 'failed' ? result.outcome.error.message : result.result),
      (error: Error) => error.message,
    );
    return { helm: theirs && (theirs.code === 0 ? 'deployed' : theirs.stderr), ours };
  };
  const live = (namespace: string, kind: string) => scene.live(namespace, `${groupOf(namespace)}/v1`, kind, 'one');
  const definition = (namespace: string, kind: string) =>
    scene.client.get({ ...definitions, name: `${kind.toLowerCase()}s.${groupOf(namespace)}` });
  /** When it was written last, among all writes. */
  const written = async (namespace: string, kind: string) =>
    Number((await live(namespace, kind))?.metadata.resourceVersion ?? Number.NaN);

  test('what another object names is made first, where Helm goes by the names of the kinds', async () => {
    const said = await both('order', (group) => ({
      'crds/all.yaml': ['Alpha', 'Middle', 'Zeta'].map((kind) => crd(group, kind)).join('---\n'),
      'templates/all.yaml': [
        object(group, 'Alpha', '{zetaRef: {name: one}}'),
        object(group, 'Middle'),
        object(group, 'Zeta', `{pool: {apiGroup: ${group}, kind: Middle, name: one}}`),
      ].join('---\n'),
    }));
    expect(said.ours).toBe('deployed');
    const order = async (namespace: string) => {
      const times = ['Alpha', 'Middle', 'Zeta'].map(async (kind) => ({ kind, at: await written(namespace, kind) }));
      return (await Promise.all(times)).sort((a, b) => a.at - b.at).map(({ kind }) => kind);
    };
    expect(await order(scene.ours)).toEqual(['Middle', 'Zeta', 'Alpha']);
    if (helm !== '') expect(await order(scene.theirs)).toEqual(['Alpha', 'Middle', 'Zeta']);
  });

  test('a definition among the templates and an object of it are installed at once, where helm refuses', async () => {
    const files = (fields: string) => (group: string) => ({
      'templates/all.yaml': [object(group, 'Own', fields), crd(group, 'Own')].join('---\n'),
    });
    const first = await both('template', files('{a: 1}'));
    expect(first.ours).toBe('deployed');
    if (first.helm !== undefined) expect(first.helm).toContain('no matches for kind "Own"');
    expect((await both('template', files('{a: 2}'))).ours).toBe('deployed');
    expect((await live(scene.ours, 'Own'))?.['spec']).toEqual({ a: 2 });
    // The definition holds data of others, perhaps: it stays.
    expect(await scene.uninstallOnRequest('template', plainUninstall)).toBe('uninstalled');
    expect(await live(scene.ours, 'Own')).toBeUndefined();
    expect(await definition(scene.ours, 'Own')).toBeDefined();
  });

  test('one in crds/ and among the templates is no stranger to its own release, where helm refuses it', async () => {
    const files = (group: string) => ({
      'crds/all.yaml': crd(group, 'Twice'),
      'templates/all.yaml': [crd(group, 'Twice'), object(group, 'Twice')].join('---\n'),
    });
    const said = await both('twice', files);
    if (said.helm !== undefined) expect(said.helm).toContain('exists and cannot be imported');
    expect(said.ours).toBe('deployed');
    expect(await live(scene.ours, 'Twice')).toBeDefined();
    // It stays the release's own, also where crds/ would replace what is there.
    expect((await both('twice', files, { crds: 'createReplace' })).ours).toBe('deployed');
    expect((await definition(scene.ours, 'Twice'))?.metadata.annotations).toMatchObject({
      'meta.helm.sh/release-name': 'twice',
    });
    if (helm === '') return;
    const upgrade = ['upgrade', 'twice', scene.chart(charted(scene.ours, files)), '-n', scene.ours];
    expect(await scene.helm(...upgrade, '--force-conflicts')).toMatchObject({ code: 0 });
  });

  test('a second release that brings the same one leaves it as it is', async () => {
    const files = (group: string, more = '') => ({
      'crds/all.yaml': crd(group, 'Shared', more),
      'templates/all.yaml': object(group, 'Shared').replace('name: one', 'name: {{ .Release.Name }}'),
    });
    expect((await both('first', (group) => files(group))).ours).toBe('deployed');
    expect((await both('second', (group) => files(group, ', labels: {from: second}'))).ours).toBe('deployed');
    expect((await definition(scene.ours, 'Shared'))?.metadata.labels).toBeUndefined();
    expect(await scene.uninstallOnRequest('first', plainUninstall)).toBe('uninstalled');
    expect(await scene.live(scene.ours, `${groupOf(scene.ours)}/v1`, 'Shared', 'second')).toBeDefined();
  });

  test('as a hook it is there for the hooks after it', async () => {
    const said = await both('hook', (group) => ({
      'templates/all.yaml': [
        crd(group, 'Hooked', hook('pre-install,pre-upgrade', -5)),
        object(group, 'Hooked', '{a: 1}', hook('pre-install,pre-upgrade', 1)),
      ].join('---\n'),
    }));
    if (said.helm !== undefined) expect(said.helm).toBe('deployed');
    expect(said.ours).toBe('deployed');
    expect((await live(scene.ours, 'Hooked'))?.['spec']).toEqual({ a: 1 });
  });

  test('as a hook it comes too late for the release’s own objects, and both say which kind is missing', async () => {
    const said = await both('late', (group) => ({
      'templates/all.yaml': [
        crd(group, 'Late', hook('pre-install,pre-upgrade', 0)),
        object(group, 'Late', '{a: 1}'),
      ].join('---\n'),
    }));
    for (const one of Object.values(said)) if (one !== undefined) expect(one).toContain('no matches for kind "Late"');
  });
});
