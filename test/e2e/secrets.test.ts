/**
 * A release whose password lies in a file that sops 3.13.3 encrypted: it is deployed, rotated, broken, and made to fail,
 * and nobody who reads what the daemon says learns it. Only Helm's record and the chart's own objects hold it, by nature.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, embedded } from '../support/daemon-on.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { chartYaml } from '../support/make-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const recorded = join(import.meta.dirname, '..', 'foundation', 'secrets', 'recorded');
const encrypted = (name: string) => readFileSync(join(recorded, name), 'utf8');
const passwords = ['correct horse battery staple', 'rotated horse battery staple'];
const token = 's3cr3t/token+1';
const base64 = (text: string) => Buffer.from(text).toString('base64');

const chart = {
  'charts/db/Chart.yaml': chartYaml('db'),
  'charts/db/values.yaml': 'fail: false\ndb: {}\n',
  'charts/db/templates/secret.yaml':
    'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: {{ .Values.db.password | quote }}}\n',
  // What nobody should do, and somebody does.
  'charts/db/templates/config.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  url: {{ printf "postgres://%s:%s@db" .Values.db.user .Values.db.password | quote }}\n{{- if .Values.fail }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.db.password | quote }}\n{{- end }}\n{{- if eq (toString .Values.fail) "template" }}\n{{ fail (printf "no luck with %s" .Values.db.token) }}\n{{- end }}\n',
};
const application = (values = 'values/db.yaml') =>
  `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: db}\nspec:\n  chart: {path: charts/db}\n  namespace: shop\n  values: [${values}]\n`;

describe('a password in git', () => {
  const scene = daemonOn(embedded);
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let client: ClusterClient;

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...chart, 'apps/db.yaml': application(), 'values/db.yaml': encrypted('shop.yaml') });
    daemon = await scene.start([
      `repositories: [{name: fleet, url: ${fleet.remote}, path: apps, poll: 1s}]`,
      `decryption: {age: {keyFile: "${join(recorded, 'TEST-KEYS-NOT-SECRET.txt')}"}}`,
    ]);
    client = scene.client;
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  const live = async () => {
    const secret = await client.get({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' });
    return (secret?.['data'] as { password: string } | undefined)?.password;
  };
  const command = (...args: string[]) => run(scene.folder, ['--config', scene.config, ...args]);

  test('is deployed', async () => {
    expect(await daemon.waitFor('release.deployed', { app: 'db' })).toMatchObject({ version: 1 });
    expect(await live()).toBe(base64(passwords[0] ?? ''));
  });

  test('is rotated, and the line that says so shows neither', async () => {
    fleet.commit({ 'values/db.yaml': encrypted('shop-rotated.yaml') });
    expect(await daemon.waitFor('release.deployed', { app: 'db', version: 2 })).toMatchObject({
      changed: 'values/db.yaml:3 db.password ***→***',
    });
    expect(await live()).toBe(base64(passwords[1] ?? ''));
  });

  test('a file that was changed by hand leaves what runs', async () => {
    fleet.commit({ 'values/db.yaml': encrypted('shop.yaml').replace('user: shop', 'user: boss') });
    expect(await daemon.waitFor('secret.undecryptable')).toMatchObject({
      level: 'error',
      file: 'values/db.yaml',
      code: 'secret.mac-mismatch',
      releases: 'db/default',
    });
    expect(await live()).toBe(base64(passwords[1] ?? ''));
    fleet.commit({ 'values/db.yaml': encrypted('shop-rotated.yaml') });
    await daemon.waitFor('definition.recovered');
  });

  test('drift of an object that should not hold it is told without it', async () => {
    const target = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'db' };
    const patch = { type: 'merge', body: { data: { url: `postgres://eve:${passwords[1]}@elsewhere` } } } as const;
    await client.patch(target, patch, { fieldManager: 'kubectl-edit' });
    expect(await daemon.waitFor('drift.found')).toMatchObject({
      field: '/data/url',
      live: 'postgres://eve:***@elsewhere',
      recorded: 'postgres://shop:***@db',
    });
  });

  test('an error of the API server that quotes it is told without it', async () => {
    fleet.commit({ 'apps/db.yaml': application('values/db.yaml, {inline: {fail: true}}') });
    const failed = await daemon.waitFor('release.failed', { app: 'db' });
    expect(String(failed['message'])).toContain('***');
    await daemon.waitFor('rollback.done', { app: 'db' });
  });

  test('so is an error of a template', async () => {
    const from = daemon.lines.length;
    fleet.commit({ 'apps/db.yaml': application('values/db.yaml, {inline: {fail: template}}') });
    expect(String((await daemon.waitFor('release.failed', { app: 'db' }, from))['message'])).toContain(
      'no luck with ***',
    );
  });

  test('commands show it on demand alone', async () => {
    fleet.commit({ 'apps/db.yaml': application() });
    const shown = [['render', 'db', '-e', 'default'], ['values', 'db', '-e', 'default'], ['history']];
    for (const args of shown) {
      const { code, stdout, stderr } = await command(...args);
      expect({ args, code }).toEqual({ args, code: 0 });
      expect(stdout).toContain('db');
      for (const secret of [...passwords, token])
        for (const form of [secret, base64(secret), encodeURIComponent(secret)])
          expect(stdout + stderr).not.toContain(form);
    }
    const { stdout } = await command('render', 'db', '-e', 'default', '--show-secrets');
    expect(stdout).toContain(passwords[1]);
  });

  test('nowhere else does it turn up: log, state, events, page', async () => {
    const page = String((await daemon.waitFor('daemon.ready'))['page']);
    const read = async (path: string) => {
      const answer = await fetch(new URL(path, page));
      expect([path, answer.status]).toEqual([path, 200]);
      return await answer.text();
    };
    const lists = await Promise.all(
      ['ConfigMap', 'Event'].map((kind) =>
        client.list({ apiVersion: 'v1', kind, namespace: kind === 'Event' ? 'shop' : 'helm-gitops' }),
      ),
    );
    const told = [
      ...daemon.lines.map((line) => JSON.stringify(line)),
      ...daemon.noise,
      ...lists.flatMap(({ items }) => items.map((item) => JSON.stringify(item))),
      await read('/'),
      await read('/api/v1/events'),
      await read('/api/v1/releases'),
      await read('/api/v1/repositories'),
      await read('/api/v1/releases/db/default/history'),
      await read('/metrics'),
    ];
    expect(lists[0]?.items.length).toBeGreaterThan(1);
    for (const secret of [...passwords, token])
      for (const form of [
        secret,
        base64(secret),
        JSON.stringify(secret).slice(1, -1),
        encodeURIComponent(secret),
        encodeURI(secret),
      ])
        expect(told.filter((text) => text.includes(form))).toEqual([]);
  });
});
