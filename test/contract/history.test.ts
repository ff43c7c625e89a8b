/** Records against the real helm on a real control plane (HELM_BIN, HELM3_BIN, KUBECONFIG_REAL); skipped without. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import { decodeRecord, recordJson } from '../../src/foundation/history/record-codec.ts';
import type { StorageDriver } from '../../src/foundation/history/record-object.ts';

const kubeconfig = process.env.KUBECONFIG_REAL;
const helms = [process.env.HELM_BIN, process.env.HELM3_BIN].filter(
  (path) => path !== undefined && path !== '',
) as string[];
const namespace = `contract-history-${process.pid}`;

const files: Readonly<Record<string, string>> = {
  'Chart.yaml': `apiVersion: v2\nname: full\nversion: 1.2.3\nappVersion: "1.0"\ndescription: "a <b> & c é 😀"\nkeywords: [a]\nmaintainers: [{name: x, email: x@y.z}]\nannotations: {"10": x, "9": "y", z: "1"}\n`,
  'values.yaml':
    'replicas: 1\nbig: 12345678901234567890\nf: 1.5e-9\n"10": a\n"9": b\nnested: {z: 1, a: [1, null, {b: true}]}\nempty: {}\n',
  'values.schema.json': '{"type":"object"}',
  'README.md': 'hi',
  'empty.txt': '',
  'templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {a: {{ .Values.replicas | quote }}}\n',
  'templates/hook.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-hook\n  annotations: {helm.sh/hook: "post-install,post-upgrade", helm.sh/hook-weight: "-5", helm.sh/hook-delete-policy: before-hook-creation}\n',
  'templates/NOTES.txt': 'thanks <you>\n',
};

describe.skipIf(!kubeconfig || helms.length === 0)(
  'records and helm (skipped without KUBECONFIG_REAL and HELM_BIN)',
  () => {
    let client: ClusterClient;
    let chart: string;
    beforeAll(async () => {
      client = await openCluster({ name: 'real', kubeconfig: kubeconfig ?? '' });
      await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      chart = await mkdtemp(join(tmpdir(), 'chart-'));
      await mkdir(join(chart, 'templates'));
      for (const [name, text] of Object.entries(files)) await writeFile(join(chart, name), text);
    });
    afterAll(async () => {
      await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
      await client[Symbol.asyncDispose]();
      await rm(chart, { recursive: true });
    });

    const runWith = async (driver: StorageDriver, helm: string, ...args: string[]) => {
      const env = { ...process.env, HELM_DRIVER: driver };
      const flags = ['-n', namespace, '--kubeconfig', kubeconfig ?? ''];
      return (await promisify(execFile)(helm, [...args, ...flags], { env })).stdout;
    };
    const history = (name: string, driver: StorageDriver) =>
      openHistory({
        client,
        namespace,
        name,
        driver,
        onUnreadable: (secret, error) => expect.fail(`${secret}: ${error.message}`),
      });

    test.skipIf(!process.env.HELM_BIN)(
      'what Helm 4 stores is stored again byte for byte (skipped without HELM_BIN)',
      async () => {
        const helm = process.env.HELM_BIN ?? '';
        await runWith('secret', helm, 'install', 'bytes', chart, '--set', 'nested.x=1,id=123', '--labels', 'team=a');
        await runWith('secret', helm, 'upgrade', 'bytes', chart, '--set', 'replicas=2');
        const { items } = await client.list({
          apiVersion: 'v1',
          kind: 'Secret',
          namespace,
          labelSelector: 'owner=helm,name=bytes',
        });
        expect(items).toHaveLength(2);
        for (const secret of items) {
          const text = Buffer.from((secret.data as { release: string }).release, 'base64').toString();
          expect(recordJson(await decodeRecord(text))).toBe(gunzipSync(Buffer.from(text, 'base64')).toString());
        }
      },
    );

    const drivers = ['secret', 'configmap'] as const;
    const cases = helms.flatMap((helm, index) => drivers.map((driver) => [helm, driver, `name-${index}-${driver}`]));
    test.each(cases as [string, StorageDriver, string][])(
      '%s goes on with our revisions in a %s',
      async (helm, driver, name) => {
        const run = (...args: string[]) => runWith(driver, ...(args as [string, ...string[]]));
        await run(helm, 'install', name, chart, '--labels', 'team=a');
        const ours = history(name, driver);
        const first = (await ours.list()).at(-1);
        if (first === undefined) return expect.fail('helm stored nothing');
        expect(first.record.labels).toEqual({ team: 'a' });
        const time = new Date().toISOString();
        const info = { ...first.record.info, last_deployed: time, description: 'Upgrade complete (fleet@abc Try)' };
        await ours.create({ ...first.record, version: 2, info, config: { replicas: 3 } });
        await ours.update(first, { ...first.record, info: { ...first.record.info, status: 'superseded' } });
        const listed = JSON.parse(await run(helm, 'list', '-o', 'json')) as {
          name: string;
          revision: string;
          status: string;
        }[];
        expect(listed.find((release) => release.name === name)).toMatchObject({ revision: '2', status: 'deployed' });
        expect(JSON.parse(await run(helm, 'history', name, '-o', 'json'))).toMatchObject([
          { revision: 1, status: 'superseded', description: 'Install complete' },
          { revision: 2, status: 'deployed', description: 'Upgrade complete (fleet@abc Try)' },
        ]);
        expect(await run(helm, 'get', 'values', name)).toContain('replicas: 3');
        expect(await run(helm, 'get', 'all', name)).toContain('thanks <you>');
        await run(helm, 'upgrade', name, chart, '--reuse-values');
        await run(helm, 'rollback', name, '2');
        const after = await ours.list();
        expect(after.map(({ record }) => [record.version, record.info.status])).toEqual([
          [1, 'superseded'],
          [2, 'superseded'],
          [3, 'superseded'],
          [4, 'deployed'],
        ]);
        expect(after[3]?.record).toMatchObject({
          config: { replicas: 3 },
          info: { description: 'Rollback to 2' },
          labels: { team: 'a' },
        });
        expect((await ours.marks()).at(-1)).toMatchObject({ version: 4, status: 'deployed' });
        await run(helm, 'uninstall', name);
        expect(await ours.list()).toEqual([]);
      },
    );

    test('a record that the API server will not take is refused before it is sent', async () => {
      const manifest = Array.from({ length: 200_000 }, () => Math.random().toString(36)).join('');
      const info = { first_deployed: '', last_deployed: '', description: '', status: 'failed' as const };
      const record = { name: 'large', namespace, version: 1, info, chart: {}, config: {}, manifest, hooks: [] };
      await expect(history('large', 'secret').create(record)).rejects.toMatchObject({ code: 'history.too-large' });
    });
  },
);
