/**
 * How `dependency update` and `build` fetch, with repositories that the real Helm made: credentials, what is kept, what is
 * signed, what fails; and that either tool goes on from what the other left. Needs HELM_BIN; with REGISTRY_BIN a
 * registry that asks who one is.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey, readKey, readPrivateKey } from 'openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ourSide, theirSide } from './beside-helm.ts';
import { type ChartRepository, type Files, pushAll, startRegistry, startRepository } from './dependency-servers.ts';

const helm = process.env['HELM_BIN'] ?? '';
const registryProgram = process.env['REGISTRY_BIN'];

const chartYaml = (name: string, version: string, more = ''): string =>
  `apiVersion: v2\nname: ${name}\nversion: ${version}\n${more}`;
const charts: readonly Files[] = ['1.0.0', '1.2.0'].map((version) => ({
  'Chart.yaml': chartYaml('db', version),
  'templates/a.yaml': `a: ${version}\n`,
}));
const shop = (repository: string, version = '^1'): Files => ({
  'shop/Chart.yaml': chartYaml(
    'shop',
    '1.0.0',
    `dependencies:\n- {name: db, version: "${version}", repository: "${repository}"}\n`,
  ),
});
const update = ['dependency', 'update', 'shop'];
const build = ['dependency', 'build', 'shop'];
const packed = (folder: string): string[] => readdirSync(join(folder, 'shop/charts')).sort();

describe.skipIf(helm === '')('(needs HELM_BIN) a repository', () => {
  let repository: ChartRepository;
  beforeAll(async () => {
    repository = await startRepository({ helm, charts });
  });
  afterAll(() => repository?.[Symbol.asyncDispose]());

  test('is asked for an index and an archive once; after that whether the index is still the same', async () => {
    using ours = ourSide({ files: shop(repository.url) }, 'helm4');
    const before = repository.requests.length;
    await ours.run(...update);
    expect(repository.requests.slice(before)).toEqual(['200 /stable/index.yaml', '200 /stable/db-1.2.0.tgz']);
    await ours.run(...update);
    await ours.run(...build);
    expect(repository.requests.slice(before + 2)).toEqual(['304 /stable/index.yaml', '304 /stable/index.yaml']);
  });

  test('is not asked for its index with --skip-refresh, unless it never was', async () => {
    using ours = ourSide({ files: shop(repository.url) }, 'helm4');
    const before = repository.requests.length;
    expect(await ours.run(...update, '--skip-refresh')).toMatchObject({ code: 0 });
    expect(repository.requests.slice(before)).toEqual(['200 /stable/index.yaml', '200 /stable/db-1.2.0.tgz']);
    const { stdout } = await ours.run(...update, '--skip-refresh');
    expect(stdout).toMatch(/^Saving 1 charts\n/);
    expect(repository.requests.slice(before)).toHaveLength(2);
  });

  test('needs no repo add for a build, where Helm demands it', async () => {
    using ours = ourSide({ files: shop(repository.url) }, 'helm4');
    using theirs = theirSide(helm, { files: shop(repository.url) });
    for (const side of [ours, theirs]) expect(await side.run(...update)).toMatchObject({ code: 0 });
    const refused = await theirs.run(...build);
    expect(refused.stderr).toContain(`no repository definition for ${repository.url}`);
    rmSync(join(ours.folder, 'shop/charts'), { recursive: true });
    expect(await ours.run(...build)).toMatchObject({ code: 0, stderr: '' });
    expect(packed(ours.folder)).toEqual(['db-1.2.0.tgz']);
  });

  test('is gone on with by either tool from what the other left', async () => {
    const repositories = `repositories:\n- {name: stable, url: "${repository.url}"}\n`;
    using ours = ourSide({ files: shop('@stable'), repositories }, 'helm4');
    using theirs = theirSide(helm, { files: shop('@stable'), repositories });
    await ours.run(...update);
    const lock = readFileSync(join(ours.folder, 'shop/Chart.lock'), 'utf8');
    rmSync(join(ours.folder, 'shop/charts'), { recursive: true });
    const chart = join(ours.folder, 'shop');
    expect(await theirs.run('dependency', 'build', chart)).toMatchObject({ code: 0 });
    expect(await theirs.run('dependency', 'update', chart)).toMatchObject({ code: 0 });
    expect(readFileSync(join(chart, 'Chart.lock'), 'utf8')).toBe(lock);
    rmSync(join(chart, 'Chart.lock'));
    await theirs.run('dependency', 'update', chart);
    const helms = readFileSync(join(chart, 'Chart.lock'), 'utf8');
    expect(await ours.run(...build)).toMatchObject({ code: 0, stderr: '' });
    expect(await ours.run(...update)).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(chart, 'Chart.lock'), 'utf8')).toBe(helms);
  });

  test('that does not know the version is told with those that it has; charts/ stays', async () => {
    using ours = ourSide(
      { files: { ...shop(repository.url, '^7'), 'shop/charts/db/Chart.yaml': chartYaml('db', '6.0.0') } },
      'helm4',
    );
    const { code, stderr } = await ours.run(...update);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: shop\/Chart\.yaml:5:\d+: /);
    expect(stderr).toContain('1.2.0');
    expect(packed(ours.folder)).toEqual(['db']);
  });
});

describe.skipIf(helm === '')('(needs HELM_BIN) a repository out of reach', () => {
  test('is a failure that may pass; what was fetched before serves meanwhile', async () => {
    const repository = await startRepository({ helm, charts });
    const { url } = repository;
    using ours = ourSide({ files: shop(url) }, 'helm4');
    using empty = ourSide({ files: shop(url) }, 'helm4');
    expect(await ours.run(...update)).toMatchObject({ code: 0 });
    await repository[Symbol.asyncDispose]();
    rmSync(join(ours.folder, 'shop/charts'), { recursive: true });
    const again = await ours.run(...update);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain(`...Unable to get an update from the "${url}" chart repository`);
    expect(packed(ours.folder)).toEqual(['db-1.2.0.tgz']);
    const built = await ours.run(...build);
    expect(built).toMatchObject({ code: 0, stderr: '' });
    expect(built.stdout).toContain(`...Unable to get an update from the "${url}" chart repository`);
    const never = await empty.run(...update);
    expect(never.code).toBe(1);
    expect(never.stdout).toContain(`...Unable to get an update from the "${url}" chart repository`);
    expect(readdirSync(join(empty.folder, 'shop'))).toEqual(['Chart.yaml']);
  });
});

describe.skipIf(helm === '')('(needs HELM_BIN) a repository that asks who one is', () => {
  const user = { name: 'jane', password: 'p4ss:wörd/%' };

  test('is shown what repositories.yaml has, and Helm chooses alike', async () => {
    await using repository = await startRepository({ helm, charts, user });
    const repositories = JSON.stringify({
      repositories: [{ name: 'corp', url: repository.url, username: user.name, password: user.password }],
    });
    using ours = ourSide({ files: shop(repository.url), repositories }, 'helm4');
    using theirs = theirSide(helm, { files: shop(repository.url), repositories });
    const [got, wanted] = [await ours.run(...update), await theirs.run(...update)];
    expect(got).toEqual(wanted);
    expect(await ours.files()).toEqual(await theirs.files());
  });

  test('tells one without a password that it is wanted, and no password is told to anybody', async () => {
    await using repository = await startRepository({ helm, charts, user });
    const repositories = JSON.stringify({
      repositories: [{ name: 'corp', url: repository.url, username: user.name, password: 'wr0ng-secret' }],
    });
    using ours = ourSide({ files: shop(repository.url), repositories }, 'helm4');
    const { code, stdout, stderr } = await ours.run(...update);
    expect(code).not.toBe(0);
    expect(stderr).toContain('127.0.0.1');
    expect(stdout + stderr).not.toContain('wr0ng-secret');
  });
});

describe.skipIf(helm === '')('(needs HELM_BIN) signed charts', () => {
  let folder = '';
  let signed: ChartRepository;
  let unsigned: ChartRepository;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keys-'));
    for (const name of ['jane', 'mallory']) await writeKeys(folder, name);
    const packaging = ['--sign', '--key', 'jane', '--keyring', join(folder, 'jane.sec')];
    signed = await startRepository({ helm, charts, packaging });
    unsigned = await startRepository({ helm, charts });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await signed?.[Symbol.asyncDispose]();
    await unsigned?.[Symbol.asyncDispose]();
  });

  const verifying = (name: string): string[] => ['--verify', '--keyring', join(folder, `${name}.pub`)];

  test('pass with the key that signed them, in Helm too', async () => {
    using ours = ourSide({ files: shop(signed.url) }, 'helm4');
    using theirs = theirSide(helm, { files: shop(signed.url) });
    expect(await ours.run(...update, ...verifying('jane'))).toMatchObject({ code: 0, stderr: '' });
    expect(await theirs.run(...update, ...verifying('jane'))).toMatchObject({ code: 0 });
    expect(await ours.files()).toEqual(await theirs.files());
  });

  test('are refused with another key, by both, and charts/ stays as it was', async () => {
    using ours = ourSide({ files: shop(signed.url) }, 'helm4');
    using theirs = theirSide(helm, { files: shop(signed.url) });
    for (const side of [ours, theirs]) {
      expect((await side.run(...update, ...verifying('mallory'))).code).not.toBe(0);
      expect(readdirSync(join(side.folder, 'shop')).filter((name) => name === 'Chart.lock')).toEqual([]);
    }
  });

  test('without a signature are refused by an update and pass a build with a warning, in both', async () => {
    using ours = ourSide({ files: shop(unsigned.url) }, 'helm4');
    const repositories = `repositories:\n- {name: stable, url: "${unsigned.url}"}\n`;
    using theirs = theirSide(helm, { files: shop(unsigned.url), repositories });
    for (const side of [ours, theirs]) {
      expect((await side.run(...update, ...verifying('jane'))).code).not.toBe(0);
      expect(await side.run(...update)).toMatchObject({ code: 0 });
      const built = await side.run(...build, ...verifying('jane'));
      expect(built.code).toBe(0);
      expect(built.stdout).toContain(`WARNING: Verification not found for ${unsigned.url}/db-1.2.0.tgz: `);
    }
  });
});

describe.skipIf(helm === '' || registryProgram === undefined)('(needs HELM_BIN and REGISTRY_BIN) a registry', () => {
  test('that asks who one is takes --username and --password, and what helm registry login kept', async () => {
    const user = { name: 'jane', password: 's3cret' };
    await using repository = await startRepository({ helm, charts });
    await using registry = await startRegistry(registryProgram ?? '', user);
    await pushAll(helm, repository, { ...registry, user });
    const files = shop(`oci://${registry.host}/charts`);
    const flags = ['--plain-http', '--username', user.name, '--password', user.password];
    using ours = ourSide({ files }, 'helm4');
    using theirs = theirSide(helm, { files });
    expect((await ours.run(...update, '--plain-http')).code).not.toBe(0);
    expect(await ours.run(...update, ...flags)).toEqual(await theirs.run(...update, ...flags));
    expect(await ours.files()).toEqual(await theirs.files());
    const auth = Buffer.from(`${user.name}:${user.password}`).toString('base64');
    mkdirSync(join(ours.folder, 'kept'));
    writeFileSync(join(ours.folder, 'kept/config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const kept = ['--plain-http', '--registry-config', 'kept/config.json'];
    rmSync(join(ours.folder, 'shop/charts'), { recursive: true });
    expect(await ours.run(...build, ...kept)).toMatchObject({ code: 0, stderr: '' });
  });
});

/** As GnuPG exports them: binary, secret and public. */
async function writeKeys(folder: string, name: string): Promise<void> {
  const { privateKey, publicKey } = await generateKey({
    type: 'rsa',
    rsaBits: 2048,
    userIDs: [{ name, email: `${name}@example.com` }],
  });
  writeFileSync(join(folder, `${name}.sec`), (await readPrivateKey({ armoredKey: privateKey })).write());
  writeFileSync(join(folder, `${name}.pub`), (await readKey({ armoredKey: publicKey })).write());
}
