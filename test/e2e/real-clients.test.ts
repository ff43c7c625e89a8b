import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';

const run = promisify(execFile);
const kubectl = process.env['KUBECTL_BIN'];
const helm = process.env['HELM_BIN'];
const missing = kubectl && helm ? undefined : 'KUBECTL_BIN and HELM_BIN name no programs';

describe.skipIf(missing)(`kubectl and helm on the embedded cluster${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let folder: string;
  let cluster: EmbeddedCluster;
  const call = async (program: string | undefined, args: readonly string[], env: Record<string, string> = {}) => {
    const options = {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env, KUBECONFIG: cluster.kubeconfig },
    };
    return (await run(program ?? '', args, options)).stdout;
  };
  const k = (...args: string[]) => call(kubectl, args);
  const h = (...args: string[]) => call(helm, args);
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return name;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'helm-gitops-clients-'));
    cluster = await startEmbeddedCluster({ port: 0, kubeconfigPath: join(folder, 'kubeconfig') });
  });

  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const configMap = (value: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: "${value}"}\n`;

  test('apply creates, patches and leaves alone, on both sides', async () => {
    expect(await k('apply', '-f', await write('settings.yaml', configMap('red')))).toBe('configmap/settings created\n');
    expect(await k('apply', '-f', 'settings.yaml')).toBe('configmap/settings unchanged\n');
    expect(await k('apply', '-f', await write('settings.yaml', configMap('blue')))).toBe(
      'configmap/settings configured\n',
    );
    expect(await k('apply', '--server-side', '-f', 'settings.yaml')).toBe('configmap/settings serverside-applied\n');
    expect(await k('get', 'configmap', 'settings', '-o', 'jsonpath={.data.colour}')).toBe('blue');
  });

  test('edit changes what the editor changed', async () => {
    await write('editor.sh', '#!/bin/sh\nsed -i "s/colour: blue/colour: green/" "$1"\n');
    await chmod(join(folder, 'editor.sh'), 0o755);
    await call(kubectl, ['edit', 'configmap', 'settings'], { KUBE_EDITOR: join(folder, 'editor.sh') });
    expect(await k('get', 'configmap', 'settings', '-o', 'jsonpath={.data.colour}')).toBe('green');
  });

  test('get -w tells a deletion', async () => {
    const watch = spawn(kubectl ?? '', ['get', 'configmap', 'settings', '-w', '--output-watch-events'], {
      cwd: folder,
      env: { KUBECONFIG: cluster.kubeconfig, HOME: folder },
    });
    let text = '';
    const deleted = new Promise<void>((resolve) => {
      watch.stdout.on('data', (chunk: Buffer) => {
        if (text === '') void k('delete', 'configmap', 'settings');
        text += chunk.toString();
        if (text.includes('DELETED')) resolve();
      });
    });
    await deleted;
    watch.kill();
    expect(text).toMatch(/ADDED +settings +1/);
  });

  test('a deployment rolls out, scales, is described and goes with its namespace', async () => {
    await k('create', 'namespace', 'web');
    await k('create', 'deployment', 'web', '--image=registry.example.com/web:1', '-n', 'web');
    expect(await k('rollout', 'status', 'deployment/web', '-n', 'web')).toContain('successfully rolled out');
    await k('scale', 'deployment/web', '--replicas=3', '-n', 'web');
    await k('rollout', 'status', 'deployment/web', '-n', 'web');
    expect((await k('get', 'pods', '-n', 'web', '--no-headers')).trim().split('\n')).toHaveLength(3);
    expect(await k('describe', 'deployment/web', '-n', 'web')).toMatch(/Available +True +MinimumReplicasAvailable/);
    await k('delete', 'namespace', 'web', '--wait=true');
    expect(await k('get', 'pods', '-n', 'web', '--ignore-not-found')).toBe('');
  });

  test("helm's whole life of a release", async () => {
    await h('create', 'demo');
    await h('install', 'demo', './demo', '-n', 'shop', '--create-namespace', '--wait');
    await h('upgrade', 'demo', './demo', '-n', 'shop', '--set', 'replicaCount=2', '--wait');
    await h('rollback', 'demo', '1', '-n', 'shop', '--wait');
    const history = JSON.parse(await h('history', 'demo', '-n', 'shop', '-o', 'json')) as { status: string }[];
    expect(history.map(({ status }) => status)).toEqual(['superseded', 'superseded', 'deployed']);
    expect(await k('get', 'deployment', 'demo', '-n', 'shop', '-o', 'jsonpath={.spec.replicas}')).toBe('1');
    expect(await h('test', 'demo', '-n', 'shop')).toContain('Phase:          Succeeded');
    await h('uninstall', 'demo', '-n', 'shop', '--wait');
    expect(JSON.parse(await h('list', '-A', '-o', 'json'))).toEqual([]);
  });
});
