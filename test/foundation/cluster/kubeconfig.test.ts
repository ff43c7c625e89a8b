import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionOf, readKubeContext } from '../../../src/foundation/cluster/kubeconfig.ts';
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
    await written('ca.pem', 'CA');
    const data = Buffer.from('KEY').toString('base64');
    const found = await connect('certificate-authority: ca.pem, tls-server-name: api', `client-key-data: ${data}`);
    expect(found).toEqual({ server: 'https://10.0.0.1:6443', tls: { ca: 'CA', key: 'KEY', serverName: 'api' } });
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

describe('an exec plugin', () => {
  const plugin = (script: string) =>
    `exec: {apiVersion: client.authentication.k8s.io/v1, provideClusterInfo: true, command: sh, args: ["-c", ${JSON.stringify(script)}]}`;

  test('gives a token with its end, and is told about the cluster', async () => {
    const script = `printf '{"status":{"token":"%s","expirationTimestamp":"2030-01-01T00:00:00Z"}}' "$(printf '%s' "$KUBERNETES_EXEC_INFO" | grep -o 10.0.0.1)"`;
    const context = await readKubeContext(await written('config', config('', plugin(script))));
    const found = await withPluginCredentials(await connectionOf(context), context);
    expect(found).toMatchObject({ authorization: 'Bearer 10.0.0.1', expires: Date.parse('2030-01-01T00:00:00Z') });
  });

  test('that fails is told with its last words', async () => {
    const context = await readKubeContext(await written('config', config('', plugin('echo no session >&2; exit 1'))));
    await expect(withPluginCredentials(await connectionOf(context), context)).rejects.toMatchObject({
      code: 'cluster.credentials',
      fault: 'transient',
      message: 'exec plugin of user u failed: no session',
    });
  });
});
