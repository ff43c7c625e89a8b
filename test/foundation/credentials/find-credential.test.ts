import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findCredential } from '../../../src/foundation/credentials/find-credential.ts';
import type { CredentialConfig } from '../../../src/foundation/git/repository-config.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'credentials-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function write(path: string, content: unknown): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** A credential helper that is a shell script; `$1` is its command, the server comes in. */
function writeHelper(name: string, script: string): void {
  chmodSync(write(`bin/docker-credential-${name}`, `#!/bin/sh\nread -r server\n${script}\n`), 0o755);
}

const pair = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

function find(
  url: string,
  { credentials = [], ...environment }: { credentials?: CredentialConfig[] } & Record<string, unknown> = {},
) {
  const paths = { PATH: `${join(home, 'bin')}:/usr/bin:/bin` };
  return findCredential({ credentials, environment: { ...paths, ...(environment as Record<string, string>) }, home })(
    url,
  );
}

describe('the configuration', () => {
  test.each([
    ['oci://host.example/team', 'oci://host.example/team/chart', true],
    ['oci://host.example/team', 'oci://host.example/teams/chart', false],
    ['oci://HOST.example', 'oci://host.example/chart', true],
    ['oci://host.example', 'oci://host.example:5000/chart', false],
    ['oci://host.example', 'oci://host.example.evil/chart', false],
    ['oci://host.example', 'https://host.example/chart', false],
    ['https://host.example/team', 'https://host.example/team/../other/index.yaml', false],
    ['https://host.example/team', 'https://host.example/team/%2e%2E/other', false],
    ['https://host.example/team', 'https://host.example/team/..?x', false],
    ['https://host.example/team', 'https://host.example/team/..a/x', true],
    ['https://host.example', 'https://host.example\\@evil.example/', false],
    ['https://host.example/', 'https://host.example/\nx', false],
    ['https://host.example', 'https://host.example?x', true],
    ['https://host.example', 'https://host.example@evil.example/x', false],
  ])('%s for %s: %s', async (url, wanted, given) => {
    const credentials = [{ url, usernameEnv: 'U', passwordEnv: 'P' }];
    expect((await find(wanted, { credentials, U: 'ada', P: 'word' })) !== undefined).toBe(given);
  });

  test('comes before the files, which fill what it leaves open', async () => {
    write('.docker/config.json', { auths: { 'host.example': pair('docker:d') } });
    const [caFile, P] = ['/ca.pem', 'word'];
    const whole = [{ url: 'oci://host.example', usernameEnv: 'P', passwordEnv: 'P', plainHttp: true }];
    expect(await find('oci://host.example/x', { credentials: whole, P })).toMatchObject({
      password: 'word',
      plainHttp: true,
    });
    const half = [{ url: 'oci://host.example', caFile, plainHttp: true }];
    expect(await find('oci://host.example/x', { credentials: half })).toMatchObject({
      username: 'docker',
      password: 'd',
      caFile,
      plainHttp: true,
    });
    expect(await find('oci://other.example/x', { credentials: half })).toBeUndefined();
  });

  test('a token file that is missing is an error that names it', async () => {
    const credentials = [{ url: 'oci://host.example', tokenFile: join(home, 'token') }];
    await expect(find('oci://host.example/x', { credentials })).rejects.toMatchObject({
      code: 'credentials.unreadable',
      fault: 'user',
    });
    write('token', 'one\n');
    expect((await find('oci://host.example/x', { credentials }))?.password).toBe('one');
    write('token', 'two\n');
    expect((await find('oci://host.example/x', { credentials }))?.password).toBe('two');
  });
});

describe('files of Helm, Docker and Podman', () => {
  test.each([
    ['.config/helm/registry/config.json', {}],
    ['xdg/helm/registry/config.json', { XDG_CONFIG_HOME: 'xdg' }],
    ['own/registry/config.json', { HELM_CONFIG_HOME: 'own' }],
    ['somewhere.json', { HELM_REGISTRY_CONFIG: 'somewhere.json' }],
    ['.docker/config.json', {}],
    ['docker/config.json', { DOCKER_CONFIG: 'docker' }],
    ['run/containers/auth.json', { XDG_RUNTIME_DIR: 'run' }],
    ['auth.json', { REGISTRY_AUTH_FILE: 'auth.json' }],
    ['.config/containers/auth.json', {}],
  ])('%s is read (%o)', async (path, variables) => {
    write(path, { auths: { 'host.example:5000': pair('ada:a:b') } });
    const environment = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, join(home, value)]));
    expect(await find('oci://host.example:5000/team/x', environment)).toEqual({ username: 'ada', password: 'a:b' });
    expect(await find('oci://host.example/team/x', environment)).toBeUndefined();
    expect(await find('https://host.example:5000/x', environment)).toBeUndefined();
  });

  test("Helm's comes before Docker's", async () => {
    write('.docker/config.json', { auths: { 'host.example': pair('docker:d'), 'other.example': pair('docker:o') } });
    write('.config/helm/registry/config.json', { auths: { 'host.example': pair('helm:h') } });
    expect((await find('oci://host.example/x'))?.username).toBe('helm');
    expect((await find('oci://other.example/x'))?.username).toBe('docker');
  });

  test.each([
    ['docker.io', 'https://index.docker.io/v1/'],
    ['registry-1.docker.io', 'https://index.docker.io/v1/'],
    ['registry-1.docker.io', 'docker.io'],
    ['host.example', 'https://host.example'],
    ['host.example', 'https://host.example/v2/'],
    ['host.example', 'http://host.example/'],
    ['host.example', 'Host.Example'],
    ['host.example', 'host.example/team'],
  ])('%s is kept as %s', async (host, key) => {
    write('.docker/config.json', { auths: { 'x.example': pair('x:x'), [key]: pair('ada:word') } });
    expect(await find(`oci://${host}/team/chart`)).toEqual({ username: 'ada', password: 'word' });
  });

  test('the most specific path counts', async () => {
    write('.docker/config.json', {
      auths: {
        'h.example': pair('host:1'),
        'h.example/a': pair('a:1'),
        'h.example/a/b': pair('b:1'),
        'h.example/ab': pair('c:1'),
      },
    });
    const user = async (path: string) => (await find(`oci://h.example/${path}`))?.username;
    expect([await user('a/b/c'), await user('a/c'), await user('abc'), await user('a')]).toEqual([
      'b',
      'a',
      'host',
      'a',
    ]);
  });

  test.each([
    [
      { username: 'ada', password: 'word' },
      { username: 'ada', password: 'word' },
    ],
    [
      { ...pair('ada:'), identitytoken: 'idt' },
      { username: 'ada', password: '', refreshToken: 'idt' },
    ],
    [{ registrytoken: 'rt' }, { bearerToken: 'rt' }],
    [{ auth: Buffer.from('ada:word\0\0').toString('base64') }, { username: 'ada', password: 'word' }],
    [{}, undefined],
    [null, undefined],
    ['text', undefined],
    [{ auth: 7 }, undefined],
  ])('the entry %o is %o', async (entry, expected) => {
    write('.docker/config.json', { auths: { 'h.example': entry } });
    expect(await find('oci://h.example/x')).toEqual(expected);
  });

  test.each([
    ['{"auths": {"h.example": {"auth": "aHVudGVyMg=="}}}', 'an "auth"'],
    ['{"auths": hunter2', 'is not JSON'],
    ['["hunter2"]', 'holds no JSON object'],
  ])('%s is an error that shows nothing of it', async (text, said) => {
    write('.docker/config.json', text);
    const error = await find('oci://h.example/x').catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'credentials.unreadable', fault: 'user' });
    expect((error as Error).message).toContain(said);
    expect(`${(error as Error).stack} ${String((error as Error).cause)}`).not.toContain('hunter2');
  });

  test.each(['', '{}', '{"auths": null}', '{"auths": []}', '{"credHelpers": "x", "credsStore": 7}'])(
    '%j holds nothing',
    async (text) => {
      write('.docker/config.json', text);
      expect(await find('oci://h.example/x')).toBeUndefined();
    },
  );

  test('names of Object are no hosts', async () => {
    write('.docker/config.json', '{"auths": {"__proto__": {"username": "a", "password": "b"}}}');
    for (const host of ['constructor', '__proto__x', 'tostring']) expect(await find(`oci://${host}/x`)).toBeUndefined();
  });

  test('no JSON makes it fail otherwise than by its own errors', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom('auths', 'x'), fc.jsonValue()), async (content) => {
        write('.docker/config.json', content);
        const outcome = await find('oci://h.example/x').catch((error: { code?: string }) => error.code);
        expect(outcome === undefined || outcome === 'credentials.unreadable' || typeof outcome === 'object').toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('credential helpers', () => {
  test('of the host come before the one of all', async () => {
    writeHelper('one', 'echo "{\\"Username\\":\\"one\\",\\"Secret\\":\\"$1 $server\\"}"');
    writeHelper('all', 'echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"$server\\"}"');
    write('.docker/config.json', {
      credsStore: 'all',
      credHelpers: { 'h.example': 'one' },
      auths: { 'h.example': {} },
    });
    expect(await find('oci://h.example/x')).toEqual({ username: 'one', password: 'get h.example' });
    expect(await find('oci://other.example/x')).toEqual({ refreshToken: 'other.example' });
    expect(await find('oci://docker.io/x')).toEqual({ refreshToken: 'https://index.docker.io/v1/' });
  });

  test('that have nothing leave it to the entry', async () => {
    writeHelper('none', 'echo "credentials not found in native keychain"; exit 1');
    write('.docker/config.json', { credsStore: 'none', auths: { 'h.example': pair('ada:word') } });
    expect(await find('oci://h.example/x')).toMatchObject({ username: 'ada' });
    expect(await find('oci://other.example/x')).toBeUndefined();
  });

  test.each([
    ['missing', undefined, 'not installed'],
    ['broken', 'echo "no session"; exit 3', 'fails: no session'],
    ['leaky', `echo '{"Secret":"hunter2"}'; exit 3`, 'fails: it does not say why'],
    ['silent', 'exit 3', 'does not say why'],
    ['junk', 'echo hunter2', 'not JSON'],
    ['endless', 'yes', 'says too much'],
    ['../../evil', undefined, 'no name of a program'],
    ['-x', undefined, 'no name of a program'],
    ['a b', undefined, 'no name of a program'],
  ])('%s is a clear error', async (name, script, said) => {
    if (script !== undefined) writeHelper(name, script);
    write('.docker/config.json', { credsStore: name });
    const error = (await find('oci://h.example/x').catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code: 'credentials.helper', fault: 'user' });
    expect(error.message).toContain(said);
    expect(error.message).not.toContain('hunter2');
  });

  test('that do not read what they are told are no crash', async () => {
    chmodSync(write('bin/docker-credential-deaf', '#!/bin/sh\nexec <&-\necho "{}"\n'), 0o755);
    write('.docker/config.json', { credsStore: 'deaf' });
    expect(await find('oci://h.example/x')).toBeUndefined();
  });
});
