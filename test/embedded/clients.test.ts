/** The programs that people use against the embedded cluster, in its own thread and with all controllers. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';

const run = promisify(execFile);
const { HELM_BIN, HELM3_BIN, KUBECTL_BIN } = process.env;

let folder = '';
let cluster: EmbeddedCluster;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clients-'));
  cluster = await startEmbeddedCluster({
    port: 0,
    kubeconfigPath: join(folder, 'kubeconfig'),
    pace: { podStart: 0, jobRun: 0, crashBackoff: 100 },
  });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function call(program: string, ...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    KUBECONFIG: cluster.kubeconfig,
    HELM_CACHE_HOME: folder,
    HELM_CONFIG_HOME: folder,
    HELM_DATA_HOME: folder,
  };
  const { stdout } = await run(program, args, { env, cwd: folder });
  return stdout;
}

describe.each([
  ['Helm 4', 'HELM_BIN', HELM_BIN],
  ['Helm 3', 'HELM3_BIN', HELM3_BIN],
])('%s (skipped where %s is not set)', (name, _variable, helm = '') => {
  const namespace = name.replace(' ', '-').toLowerCase();
  const flags = ['-n', namespace];

  test.skipIf(helm === '')('installs, upgrades, tells, rolls back and uninstalls', async () => {
    await call(helm, 'create', namespace);
    const wait = ['--wait', '--timeout', '30s'];
    await call(helm, 'upgrade', '--install', 'shop', namespace, ...flags, '--create-namespace', ...wait);
    await call(helm, 'upgrade', 'shop', namespace, ...flags, '--set', 'replicaCount=2', ...wait);
    expect(await call(helm, 'list', '-A', '-o', 'json')).toContain('"shop"');
    expect(await call(helm, 'get', 'values', 'shop', ...flags)).toContain('replicaCount: 2');
    expect(await call(helm, 'get', 'manifest', 'shop', ...flags)).toContain('kind: Deployment');
    expect(await call(helm, 'get', 'notes', 'shop', ...flags)).toContain('application URL');
    await call(helm, 'rollback', 'shop', '1', ...flags, ...wait);
    await call(helm, 'test', 'shop', ...flags);
    const history = JSON.parse(await call(helm, 'history', 'shop', ...flags, '-o', 'json')) as {
      status: string;
      revision: number;
    }[];
    expect(history.map(({ revision, status }) => `${revision} ${status}`)).toEqual([
      '1 superseded',
      '2 superseded',
      '3 deployed',
    ]);
    expect(await call(helm, 'status', 'shop', ...flags)).toContain('STATUS: deployed');
    await call(helm, 'uninstall', 'shop', ...flags, ...wait);
    expect(JSON.parse(await call(helm, 'list', ...flags, '-o', 'json'))).toEqual([]);
  });
});

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.25"}]}
`;

describe.skipIf(KUBECTL_BIN === undefined)('kubectl (skipped where KUBECTL_BIN is not set)', () => {
  const kubectl = (...args: string[]): Promise<string> => call(KUBECTL_BIN ?? '', ...args);

  test('applies both ways, rolls out, scales, explains and deletes', async () => {
    const file = join(folder, 'web.yaml');
    await writeFile(file, manifest);
    expect(await kubectl('apply', '-f', file)).toBe('deployment.apps/web created\n');
    expect(await kubectl('apply', '-f', file)).toBe('deployment.apps/web unchanged\n');
    await kubectl('rollout', 'status', 'deploy/web', '--timeout=20s');
    expect(await kubectl('apply', '--server-side', '-f', file)).toBe('deployment.apps/web serverside-applied\n');
    await kubectl('scale', 'deploy', 'web', '--replicas=3');
    await kubectl('rollout', 'status', 'deploy/web', '--timeout=20s');
    expect(await kubectl('get', 'deploy', 'web', '--no-headers')).toMatch(/^web +3\/3 +3 +3 /);
    expect(await kubectl('logs', 'deploy/web')).toContain('starting web (nginx:1.25)');
    expect(await kubectl('describe', 'deploy', 'web')).toContain('ScalingReplicaSet');
    await kubectl('annotate', 'deploy', 'web', 'a=b');
    await kubectl('label', 'deploy', 'web', 'c=d');
    await kubectl(
      'patch',
      'deploy',
      'web',
      '-p',
      '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"nginx:1.26"}]}}}}',
    );
    await kubectl('rollout', 'status', 'deploy/web', '--timeout=20s');
    await kubectl('rollout', 'undo', 'deploy/web');
    expect(await kubectl('get', 'deploy', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toBe(
      'nginx:1.25',
    );
    expect(await kubectl('explain', 'deployment.spec.strategy.type')).toContain('RollingUpdate');
    await kubectl('delete', '-f', file);
    expect(await kubectl('get', 'deploy', '-o', 'name')).toBe('');
  });

  test('creates by its typed clients, which speak protobuf', async () => {
    await kubectl('create', 'namespace', 'typed');
    await kubectl('create', 'configmap', 'c', '-n', 'typed', '--from-literal=a=b');
    await kubectl('create', 'secret', 'generic', 's', '-n', 'typed', '--from-literal=a=b');
    await kubectl('create', 'job', 'j', '-n', 'typed', '--image=busybox:1', '--', 'true');
    await kubectl('wait', '--for=condition=Complete', 'job/j', '-n', 'typed', '--timeout=20s');
    expect(await kubectl('get', 'configmap', 'c', '-n', 'typed', '-o', 'jsonpath={.data.a}')).toBe('b');
    await kubectl('delete', 'namespace', 'typed', '--timeout=20s');
  });

  test('refuses an unknown field before it writes anything', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, manifest.replace('replicas', 'replica').replaceAll('web', 'wrong'));
    await expect(kubectl('apply', '-f', file)).rejects.toThrow('unknown field "spec.replica"');
  });
});
