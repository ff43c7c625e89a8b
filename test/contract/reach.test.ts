import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import { connectionOf, readKubeContext } from '../../src/foundation/cluster/kubeconfig.ts';
import { type ClusterOptions, openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { type TestCluster, testClusters } from '../support/clusters.ts';
import { startConnectProxy, startSocksProxy } from '../support/forward-proxy.ts';
import { type FrontDoor, openFrontDoor } from '../support/front-door.ts';
import { makeCertificate } from '../support/make-certificate.ts';
import { startServer } from '../support/start-server.ts';

for (const cluster of testClusters) {
  describe.skipIf(cluster.skipped)(
    `the ways to the ${cluster.name} cluster${cluster.skipped ? ` (skipped: ${cluster.skipped})` : ''}`,
    () => defineWays(cluster),
  );
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

function defineWays(cluster: TestCluster): void {
  let folder: string;
  let admin: string;
  let server: URL;
  let ca: string;
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reach-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    admin = cluster.name === 'real' ? cluster.kubeconfig('') : join(folder, 'admin');
    if (cluster.name === 'embedded') stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath: admin }));
    const connection = await connectionOf(await readKubeContext(admin));
    server = new URL(connection.server);
    ca = connection.tls.ca ?? '';
    await using client = await openCluster({ name: 'admin', kubeconfig: admin });
    const metadata = { name: 'reader', namespace: 'default' };
    await client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, { fieldManager: 'test' });
    const subjects = [{ kind: 'ServiceAccount', ...metadata }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reader' },
    };
    await client.apply({ ...binding, subjects, roleRef }, { fieldManager: 'test' });
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  const write = async (name: string, text: string, mode = 0o600) => {
    await writeFile(join(folder, name), text, { mode });
    return join(folder, name);
  };
  const configure = async (way: { cluster?: object; user?: object }) =>
    await write(
      'config',
      JSON.stringify({
        'current-context': 'x',
        contexts: [
          { name: 'x', context: { cluster: 'c', user: 'u' } },
          { name: 'y', context: { cluster: 'c', user: 'nobody' } },
        ],
        clusters: [
          { name: 'c', cluster: { server: server.origin, 'certificate-authority-data': base64(ca), ...way.cluster } },
        ],
        users: [
          { name: 'u', user: way.user ?? {} },
          { name: 'nobody', user: { token: 'nobody' } },
        ],
      }),
    );
  const account = async (seconds = 600): Promise<string> => {
    const { authorization = '', tls } = await connectionOf(await readKubeContext(admin));
    const dispatcher = new Agent({ connect: { ca: tls.ca ?? '' } });
    const { body } = await request(`${server.origin}/api/v1/namespaces/default/serviceaccounts/reader/token`, {
      dispatcher,
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: seconds },
      }),
    });
    const answer = (await body.json()) as { status: { token: string } };
    await dispatcher.close();
    return answer.status.token;
  };
  const look = async (options: Omit<ClusterOptions, 'name'>) => {
    await using client = await openCluster({ name: 'c', deadline: 3_000, ...options });
    return (await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' }))?.metadata.name;
  };
  const fails = async (options: Omit<ClusterOptions, 'name'>) =>
    await look(options).then(
      () => undefined,
      (error: unknown) => error,
    );

  describe('credentials', () => {
    test('a token of a service account, in the kubeconfig or in a file that is renewed', async () => {
      const token = await account();
      expect(await look({ kubeconfig: await configure({ user: { token } }) })).toBe('default');
      await write('token', 'stale');
      const kubeconfig = await configure({ user: { tokenFile: 'token' } });
      await using client = await openCluster({ name: 'c', kubeconfig });
      const get = () => client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' });
      await expect(get()).rejects.toMatchObject({
        code: 'cluster.unauthorized',
        hint: expect.stringContaining('renew'),
      });
      await write('token', `${token}\n`);
      expect((await get())?.metadata.name).toBe('default');
    });

    test('another context is another user', async () => {
      const kubeconfig = await configure({ user: { token: await account() } });
      expect(await look({ kubeconfig, context: 'x' })).toBe('default');
      expect(await fails({ kubeconfig, context: 'y' })).toMatchObject({ code: 'cluster.unauthorized' });
      expect(await fails({ kubeconfig, context: 'z' })).toMatchObject({
        code: 'cluster.kubeconfig',
        hint: 'there is: x, y',
      });
    });

    test.each(['v1', 'v1beta1'])(
      'a plugin (%s) is asked once, again after a 401, and again when its time is up',
      async (version) => {
        const token = await account();
        await write('count', '');
        await write('answer', JSON.stringify({ status: { token: 'stale' } }));
        const script = '#!/bin/sh\ncd "$(dirname "$0")"\nprintf x >> count\ncat answer\n';
        await write('login', script, 0o700);
        const exec = { apiVersion: `client.authentication.k8s.io/${version}`, command: './login' };
        const kubeconfig = await configure({ user: { exec } });
        await using client = await openCluster({ name: 'c', kubeconfig });
        const get = async () =>
          (await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' }))?.metadata.name;
        const asked = async () => (await readFile(join(folder, 'count'), 'utf8')).length;
        const answer = (milliseconds?: number) =>
          write(
            'answer',
            JSON.stringify({
              status: {
                token,
                ...(milliseconds ? { expirationTimestamp: new Date(Date.now() + milliseconds).toISOString() } : {}),
              },
            }),
          );
        await answer();
        expect(await get()).toBe('default');
        expect(await asked()).toBe(2);
        await get();
        expect(await asked()).toBe(2);
        await answer(5_000);
        await using other = await openCluster({ name: 'c', kubeconfig });
        await other.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' });
        expect(await asked()).toBeGreaterThan(3);
      },
    );

    test('in a pod: the mounted token and CA, and a token that was renewed', async () => {
      const token = await account();
      await write('ca.crt', ca);
      await write('token', 'stale');
      const inCluster = { host: server.hostname, port: server.port, folder };
      await using client = await openCluster({ name: 'c', inCluster });
      const get = () => client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' });
      await expect(get()).rejects.toMatchObject({ code: 'cluster.unauthorized' });
      await write('token', token);
      expect((await get())?.metadata.name).toBe('default');
    });

    test('a service account may not do what its roles do not say', async () => {
      const kubeconfig = await configure({ user: { token: await account() } });
      await using client = await openCluster({ name: 'c', kubeconfig });
      const secrets = { apiVersion: 'v1', kind: 'Secret', namespace: 'default' };
      await expect(client.list(secrets)).rejects.toMatchObject({ code: 'cluster.forbidden' });
    });
  });

  describe('client certificates', () => {
    let door: FrontDoor;
    beforeAll(async () => {
      door = stack.use(await openFrontDoor({ kubeconfig: admin }));
      door.admit = ({ certificate }) => (certificate?.startsWith('ada') ? undefined : 401);
    });
    const to = () => ({
      server: `https://127.0.0.1:${door.port}`,
      'certificate-authority-data': base64(door.certificate.ca),
    });

    test('inline', async () => {
      const { cert, key } = makeCertificate({ name: 'ada' });
      const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
      expect(await look({ kubeconfig: await configure({ cluster: to(), user }) })).toBe('default');
    });

    test('in files that are renewed while streams are open', async () => {
      const { cert, key } = makeCertificate({ name: 'ada-1' });
      await write('client.crt', cert);
      await write('client.key', key);
      const user = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };
      await using client = await openCluster({ name: 'c', kubeconfig: await configure({ cluster: to(), user }) });
      const handler = { replaced: () => undefined, changed: () => undefined };
      await using watch = client.watch({ apiVersion: 'v1', kind: 'Namespace' }, handler);
      await watch.synced;
      const next = makeCertificate({ name: 'ada-2' });
      await write('client.crt', next.cert);
      await write('client.key', next.key);
      door.admit = ({ certificate }) => (certificate === 'ada-2' ? undefined : 401);
      const get = () => client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' });
      expect((await get())?.metadata.name).toBe('default');
      // The stream of the former certificate was cut off; it is opened anew by itself.
      const streams = () =>
        door.visits.filter((visit) => visit.path.includes('watch=') && visit.certificate === 'ada-2');
      await vi.waitFor(() => expect(streams().length).toBeGreaterThan(0), 90_000);
      door.admit = ({ certificate }) => (certificate?.startsWith('ada') ? undefined : 401);
    });

    test('that ran out are named as the reason', async () => {
      const { cert, key } = makeCertificate({ name: 'eve', ended: true });
      const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
      expect(await fails({ kubeconfig: await configure({ cluster: to(), user }) })).toMatchObject({
        code: 'cluster.unauthorized',
        hint: expect.stringMatching(/^the client certificate ran out at /),
      });
    });

    test('whose key is another one’s', async () => {
      const user = {
        'client-certificate-data': base64(makeCertificate({ name: 'ada' }).cert),
        'client-key-data': base64(makeCertificate({ name: 'ada' }).key),
      };
      expect(await fails({ kubeconfig: await configure({ cluster: to(), user }) })).toMatchObject({
        code: 'cluster.unreachable',
        hint: expect.stringContaining('have to belong together'),
      });
    });
  });

  describe('the server’s certificate', () => {
    const door = async (certificate = makeCertificate()) => await openFrontDoor({ kubeconfig: admin, certificate });
    const at = ({ port }: FrontDoor, more: object) =>
      configure({ cluster: { server: `https://127.0.0.1:${port}`, ...more } });

    test('is trusted by a CA in a file, under another name, or not at all where that is wanted', async () => {
      await using named = await door(makeCertificate({ name: 'api.example' }));
      await write('door.pem', named.certificate.ca);
      const trusting = { 'certificate-authority-data': '', 'certificate-authority': 'door.pem' };
      const kubeconfig = await at(named, { ...trusting, 'tls-server-name': 'api.example' });
      expect(await look({ kubeconfig })).toBe('default');
      expect(await fails({ kubeconfig: await at(named, trusting) })).toMatchObject({
        code: 'cluster.certificate',
        hint: expect.stringContaining('tls-server-name'),
      });
      const careless = { 'certificate-authority-data': '', 'insecure-skip-tls-verify': true };
      expect(await look({ kubeconfig: await at(named, careless) })).toBe('default');
    });

    test('of an unknown authority or past its time is told with what to do', async () => {
      await using good = await door();
      expect(await fails({ kubeconfig: await at(good, {}) })).toMatchObject({
        code: 'cluster.certificate',
        hint: expect.stringContaining('certificate-authority'),
      });
      await using late = await door(makeCertificate({ ended: true }));
      const trusting = { 'certificate-authority-data': base64(late.certificate.ca) };
      expect(await fails({ kubeconfig: await at(late, trusting) })).toMatchObject({
        code: 'cluster.certificate',
        hint: expect.stringContaining('renew'),
      });
    });
  });

  describe('proxies', () => {
    const far = () => ({ server: `https://api.example:${server.port}`, 'tls-server-name': server.hostname });

    test('for CONNECT, named in the kubeconfig, with a password, for calls and streams', async () => {
      await using proxy = await startConnectProxy({ authorization: `Basic ${base64('ada:secret')}` });
      const kubeconfig = await configure({
        cluster: { ...far(), 'proxy-url': `http://ada:secret@${proxy.host}` },
        user: { token: await account() },
      });
      await using client = await openCluster({ name: 'c', kubeconfig });
      let names: (string | undefined)[] = [];
      const replaced = (items: { metadata: { name?: string } }[]) => {
        names = items.map(({ metadata }) => metadata.name);
      };
      await using watch = client.watch({ apiVersion: 'v1', kind: 'Namespace' }, { replaced, changed: () => undefined });
      await watch.synced;
      expect(names).toContain('default');
      expect(new Set(proxy.asked)).toEqual(new Set([`api.example:${server.port}`]));
      const wrong = await configure({ cluster: { ...far(), 'proxy-url': `http://${proxy.host}` } });
      const error = await fails({ kubeconfig: wrong });
      expect(error).toMatchObject({ code: 'cluster.unreachable', hint: expect.stringContaining('name and password') });
    });

    test('for SOCKS5', async () => {
      await using proxy = await startSocksProxy();
      const kubeconfig = await configure({
        cluster: { ...far(), 'proxy-url': `socks5://${proxy.host}` },
        user: { token: await account() },
      });
      expect(await look({ kubeconfig })).toBe('default');
      expect(proxy.asked).toContain(`api.example:${server.port}`);
    });

    test('of the environment, unless NO_PROXY says otherwise', async () => {
      await using proxy = await startConnectProxy();
      const kubeconfig = await configure({ cluster: far(), user: { token: await account() } });
      const environment = { HTTPS_PROXY: `http://${proxy.host}` };
      expect(await look({ kubeconfig, environment })).toBe('default');
      expect(proxy.asked).not.toEqual([]);
      expect(await fails({ kubeconfig, environment: { ...environment, NO_PROXY: '.example' } })).toMatchObject({
        code: 'cluster.unreachable',
        hint: expect.stringContaining('DNS'),
      });
      const near = await configure({ user: { token: await account() } });
      const asked = proxy.asked.length;
      expect(await look({ kubeconfig: near, environment })).toBe('default');
      expect(proxy.asked).toHaveLength(asked);
    });

    test('that refuse, are not there or are none are told apart from the server', async () => {
      await using proxy = await startConnectProxy({ status: 403 });
      const at = async (url: string) =>
        await fails({ kubeconfig: await configure({ cluster: { ...far(), 'proxy-url': url } }) });
      for (const url of [`http://${proxy.host}`, 'http://127.0.0.1:1', 'socks5://127.0.0.1:1'])
        expect(await at(url)).toMatchObject({
          code: 'cluster.unreachable',
          message: expect.stringContaining('through the proxy 127.0.0.1'),
          hint: expect.stringContaining('proxy-url'),
        });
      expect(await at('ftp://x')).toMatchObject({
        code: 'cluster.kubeconfig',
        hint: expect.stringContaining('socks5://'),
      });
    });
  });

  test('a path in front of the API, as Rancher has', async () => {
    const prefix = '/k8s/clusters/c-abc';
    await using door = await openFrontDoor({ kubeconfig: admin, prefix });
    const trust = { 'certificate-authority-data': base64(door.certificate.ca) };
    const at = (path: string) => configure({ cluster: { ...trust, server: `https://127.0.0.1:${door.port}${path}` } });
    expect(await look({ kubeconfig: await at(`${prefix}/`) })).toBe('default');
    expect(await fails({ kubeconfig: await at('') })).toMatchObject({
      code: 'cluster.protocol',
      message: expect.stringContaining('not a Kubernetes API server'),
      hint: expect.stringContaining('path'),
    });
  });

  describe('what is wrong gives one clear error:', () => {
    test('nobody listens', async () => {
      const kubeconfig = await configure({ cluster: { server: 'https://127.0.0.1:1' } });
      expect(await fails({ kubeconfig })).toMatchObject({
        code: 'cluster.unreachable',
        hint: expect.stringContaining('runs'),
      });
    });

    test('plain http instead of TLS, and a web site instead of an API', async () => {
      for (const body of ['<html>hello</html>', '{}']) {
        await using site = await startServer((_, response) => void response.end(body));
        expect(await fails({ kubeconfig: await configure({ cluster: { server: site.url } }) })).toMatchObject({
          code: 'cluster.protocol',
          message: expect.stringContaining('not a Kubernetes API server'),
        });
        const tls = site.url.replace('http:', 'https:');
        expect(await fails({ kubeconfig: await configure({ cluster: { server: tls } }) })).toMatchObject({
          code: 'cluster.unreachable',
          hint: expect.stringContaining('plain http'),
        });
      }
      const http = await configure({ cluster: { server: `http://${server.host}` } });
      expect(await fails({ kubeconfig: http })).toMatchObject({ fault: 'transient', hint: expect.any(String) });
    });

    test.each([
      [401, 'cluster.unauthorized', 'renew'],
      [403, 'cluster.forbidden', 'grant'],
    ])('everything is answered with %i', async (status, code, hint) => {
      await using door = await openFrontDoor({ kubeconfig: admin });
      door.admit = () => status;
      const way = {
        server: `https://127.0.0.1:${door.port}`,
        'certificate-authority-data': base64(door.certificate.ca),
      };
      expect(await fails({ kubeconfig: await configure({ cluster: way }) })).toMatchObject({
        code,
        hint: expect.stringContaining(hint),
      });
    });
  });
}
