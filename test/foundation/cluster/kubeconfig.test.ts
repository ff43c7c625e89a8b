import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionOf, readKubeContext } from '../../../src/foundation/cluster/kubeconfig.ts';
import { openCluster, readClusterFiles } from '../../../src/foundation/cluster/open-cluster.ts';
import { withPluginCredentials } from '../../../src/foundation/cluster/plugin-credentials.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const config = (cluster: string, user: string) => `
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://10.0.0.1:6443/", ${cluster}}}]
users: [{name: u, user: {${user}}}]
contexts: [{name: x, context: {cluster: c, user: u}}, {name: other, context: {cluster: c, user: nobody}}]
current-context: x
`;

async function connect(cluster: string, user: string) {
  return connectionOf(await readKubeContext(await written('config', config(cluster, user))));
}

describe('a kubeconfig', () => {
  test.each([
    ['a token', 'token: abc', 'Bearer abc'],
    ['a user name and a password', 'username: a, password: b', `Basic ${Buffer.from('a:b').toString('base64')}`],
    ['nothing', '', undefined],
  ])('gives the header for %s', async (_, user, expected) => {
    expect((await connect('', user)).authorization).toBe(expected);
  });

  test('prefers the token file, which may have been renewed, and finds it beside itself', async () => {
    await written('token', 'fresh\n');
    expect((await connect('', 'token: old, tokenFile: token')).authorization).toBe('Bearer fresh');
  });

  test('takes CA, certificate and key as data or as files, and the server without its last slash', async () => {
    const pem = (what: string) => `-----BEGIN ${what}-----`;
    await written('ca.pem', pem('CA'));
    const data = Buffer.from(pem('KEY')).toString('base64');
    const found = await connect('certificate-authority: ca.pem, tls-server-name: api', `client-key-data: ${data}`);
    expect(found).toEqual({
      server: 'https://10.0.0.1:6443',
      tls: { ca: pem('CA'), key: pem('KEY'), serverName: 'api' },
      expires: expect.any(Number),
    });
  });

  test('knows whom to act as', async () => {
    const found = await connect('', 'token: t, as: bob, as-groups: [a], as-user-extra: {k: [v]}');
    expect(found.impersonate).toEqual({ user: 'bob', groups: ['a'], extra: { k: ['v'] } });
  });

  test('names the contexts there are when the one asked for is missing', async () => {
    const file = await written('config', config('', ''));
    await expect(readKubeContext(file, 'nope')).rejects.toMatchObject({
      code: 'cluster.kubeconfig',
      fault: 'user',
      hint: 'there is: x, other',
    });
  });

  test('that is no YAML tells where, and not what: the line may hold a token', async () => {
    const file = await written('bad', 'users:\n  - token: [secret\n  x: }');
    const error = await readKubeContext(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'cluster.kubeconfig', place: { file, line: expect.any(Number) } });
    expect(JSON.stringify(error) + String(error)).not.toContain('secret');
  });

  test('that does not exist is the user’s mistake', async () => {
    await expect(readKubeContext(join(folder, 'none'))).rejects.toMatchObject({
      code: 'cluster.kubeconfig',
      fault: 'user',
    });
  });
});

test.each([
  ['server: "ftp://x"', 'is not the URL of a server'],
  ['server: "https://"', 'is not the URL of a server'],
  ['server: ""', 'has no server'],
  ['certificate-authority: none.pem', 'does not exist'],
  ['certificate-authority-data: bm9uZQ==', 'certificate-authority-data is not in PEM format'],
])('a kubeconfig with %s is wrong, and says how', async (cluster, message) => {
  const text = config('', '').replace('server: "https://10.0.0.1:6443/", ', cluster.startsWith('server') ? '' : '$&');
  const file = await written('wrong', text.replace('cluster: {', `cluster: {${cluster}, `));
  await expect(readKubeContext(file).then(connectionOf)).rejects.toMatchObject({
    code: 'cluster.kubeconfig',
    fault: 'user',
    message: expect.stringContaining(message),
  });
});

describe('an exec plugin', () => {
  const plugin = (script: string, more = '') =>
    `exec: {apiVersion: client.authentication.k8s.io/v1, provideClusterInfo: true, command: sh, args: ["-c", ${JSON.stringify(script)}]${more}}`;
  const ask = async (user: string, options = {}) => {
    const context = await readKubeContext(await written('config', config('', user)));
    return await withPluginCredentials(await connectionOf(context), context, options);
  };

  test('gives a token with its end, and is told about the cluster', async () => {
    const script = `printf '{"status":{"token":"%s","expirationTimestamp":"2030-01-01T00:00:00Z"}}' "$(printf '%s' "$KUBERNETES_EXEC_INFO" | grep -o 10.0.0.1)"`;
    expect(await ask(plugin(script))).toMatchObject({
      authorization: 'Bearer 10.0.0.1',
      expires: Date.parse('2030-01-01T00:00:00Z'),
    });
  });

  test('with a slash in its name is found beside the kubeconfig, wherever the program runs', async () => {
    await writeFile(join(folder, 'login'), '#!/bin/sh\necho \'{"status":{"token":"here"}}\'\n', { mode: 0o755 });
    const user = 'exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./login}';
    expect(await ask(user)).toMatchObject({ authorization: 'Bearer here' });
  });

  test.each([
    ['that fails', plugin('echo no session >&2; exit 1'), 'the plugin sh of user u failed: no session', undefined],
    [
      'that fails and has a hint',
      plugin('exit 1', ', installHint: "log in with: login me"'),
      'it ended with an error and said nothing',
      'log in with: login me',
    ],
    ['that asks', plugin('read answer || { echo nobody >&2; exit 1; }'), 'nobody', undefined],
    ['that hangs', plugin('exec sleep 60'), 'it did not end in time', 'run it by hand'],
    ['that prints no JSON', plugin('echo token-hunter2'), 'what it printed is no ExecCredential', undefined],
    ['that prints nothing', plugin('true'), 'what it printed is no ExecCredential', undefined],
    ['that gives nothing', plugin("echo '{}'"), 'it gave neither a token nor a certificate', undefined],
    ['that gives half a certificate', plugin(`echo '{"status":{"clientCertificateData":"x"}}'`), 'neither', undefined],
    [
      'that is missing',
      'exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, installHint: "get it from example.com"}',
      'there is no such program',
      'get it from example.com',
    ],
    ['of an old version', 'exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: sh}', 'apiVersion', 'v1'],
    [
      'that wants a person',
      'exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, interactiveMode: Always}',
      'a person at a terminal',
      'need nobody',
    ],
  ])('%s is told', async (_, user, message, hint) => {
    const error = await ask(user, { patience: 1_000 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'cluster.credentials',
      fault: 'transient',
      message: expect.stringContaining(message),
      hint: hint === undefined ? undefined : expect.stringContaining(hint),
    });
    expect(String(error)).not.toContain('hunter2');
  });

  test('of a kubeconfig that lies in a repository is not run', async () => {
    const kubeconfig = await written('config', config('', plugin('touch ran')));
    const reach = { name: 'c', kubeconfig, foreign: [folder] };
    for (const attempt of [readClusterFiles, openCluster])
      await expect(attempt(reach)).rejects.toMatchObject({
        code: 'cluster.kubeconfig',
        message: expect.stringContaining('is not run'),
      });
    await readClusterFiles({ ...reach, foreign: [join(folder, 'below')] });
  });
});
