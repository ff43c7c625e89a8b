/** What a branch does that the daemon asks a person about, is foretold by the plan of it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, writeFiles } from '../../../support/git-repository.ts';
import { newFolder, run } from '../run-in-process.ts';

const application = (name: string, environment: string, { chart = 'note', more = '' } = {}) =>
  `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec: {chart: {path: charts/${chart}}, values: [values/${environment}.yaml], environments: {${environment}: {}}${more}}\n`;
const note = 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: {{ .Release.Name }}}\n';
const base =
  'kind: StatefulSet\napiVersion: apps/v1\nmetadata: {name: {{ .Release.Name }}}\nspec: {volumeClaimTemplates: [{}]}\n';
const crowd = ['one', 'two', 'three', 'four'];
const files = {
  'helm-gitops.config.yaml':
    'repositories: [{name: fleet, url: ., path: apps}]\nclusters: [{name: main, embedded: {}}]\n',
  '.gitignore': '.helm-gitops\n',
  'charts/note/Chart.yaml': 'apiVersion: v2\nname: note\nversion: 1.0.0\n',
  'charts/note/templates/note.yaml': `{{- if not .Values.empty }}\n${note}{{- end }}\n`,
  'charts/base/Chart.yaml': 'apiVersion: v2\nname: base\nversion: 1.0.0\n',
  'charts/base/templates/base.yaml': base,
  'charts/other/Chart.yaml': 'apiVersion: v2\nname: other\nversion: 1.0.0\n',
  'charts/other/templates/note.yaml': note,
  ...Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [`values/${name}.yaml`, `here: ${name}\n`]),
  ),
  'apps/renamed.yaml': application('shop', 'a'),
  'apps/kept.yaml': application('pay', 'b', { chart: 'other' }),
  'apps/lost.yaml': application('mail', 'c'),
  'apps/data.yaml': application('db', 'd', { chart: 'base' }),
  'apps/moved.yaml': application('queue', 'e', { chart: 'base' }),
  'apps/emptied.yaml': application('web', 'f'),
  'apps/asked.yaml': application('cart', 'g', { more: ', onRemove: confirm' }),
  ...Object.fromEntries(crowd.map((name) => [`apps/${name}.yaml`, application(name, 'h', { chart: 'other' })])),
};
const branch = {
  'apps/renamed.yaml': application('store', 'a'),
  'apps/kept.yaml': application('payments', 'b', { chart: 'other', more: ', releaseName: pay' }).replace(
    '{name: payments}',
    '{name: payments, formerly: [pay]}',
  ),
  'apps/lost.yaml': 'nothing: here\n',
  'apps/moved.yaml': application('queue', 'e', { chart: 'base', more: ', namespace: elsewhere' }),
  'values/f.yaml': 'empty: true\n',
};

test('what waits for a person says so, and for what', async () => {
  await using fleet = await newFolder(files);
  git(fleet.path, 'init', '-q', '--initial-branch=main');
  git(fleet.path, 'add', '-A');
  git(fleet.path, 'commit', '-q', '-m', 'Begin');
  writeFiles(fleet.path, branch);
  for (const name of ['data', 'asked', 'one', 'two', 'three']) rmSync(join(fleet.path, 'apps', `${name}.yaml`));
  const { stdout, stderr, code } = await run(fleet.path, ['plan', '--offline']);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const heads = stdout.split('\n').filter((text) => /^\S+\/\S+:/.test(text));
  const mass = 'more than a fifth of the environment would go within a day';
  const rename = 'application store (apps/renamed.yaml:3:18) seems to be shop under another name';
  expect(heads.toSorted()).toEqual([
    'cart/g: no longer defined; waits for confirm r-cart-g: onRemove is confirm',
    'db/d: no longer defined; waits for confirm r-db-d: the release holds a StatefulSet',
    'mail/c: no longer defined; waits for confirm r-mail-c: apps/lost.yaml is still there and does not define mail any more',
    `one/h: no longer defined; waits for confirm r-one-h: ${mass}`,
    'queue/e:',
    'queue/e: moves to main/elsewhere/queue; waits for confirm r-queue-e: it holds volumes',
    `shop/a: no longer defined; waits for confirm r-shop-a: ${rename}`,
    `store/a: waits for confirm r-shop-a: ${rename}`,
    `three/h: no longer defined; waits for confirm r-three-h: ${mass}`,
    `two/h: no longer defined; waits for confirm r-two-h: ${mass}`,
    'web/f: waits for confirm e-web-f: nothing is rendered any more: 1 object would go',
  ]);
  const json = JSON.parse((await run(fleet.path, ['plan', 'web', '--offline', '-o', 'json'])).stdout);
  expect(json).toMatchObject([{ app: 'web', waits: { for: 'confirm e-web-f' } }]);
  const markdown = (await run(fleet.path, ['plan', 'db', '--offline', '-o', 'markdown'])).stdout;
  expect(markdown).toContain('- db/d: no longer defined; waits for confirm r-db-d: the release holds a StatefulSet\n');

  writeFiles(fleet.path, { 'apps/broken.yaml': 'apiVersion: helm-gitops.io/v1\nkind: Aplication\n' });
  const held = (await run(fleet.path, ['plan', 'db', '--offline'])).stdout;
  expect(held).toContain('db/d: no longer defined; waits for the mistakes above: nothing goes while');
});
