import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import type { HelmGitopsError } from '../../src/foundation/base/errors.ts';
import { problemsOf } from '../../src/foundation/base/problem.ts';
import { git, temporaryFolder, testRepository, writeFiles } from '../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder.path, 'fleet'));
});
afterEach(() => folder.remove());

interface Given {
  readonly sets?: string[];
  readonly environment?: Record<string, string>;
  readonly serviceAccountFolder?: string;
  readonly definitionsOnly?: boolean;
}

async function load(text: string, given: Given = {}) {
  const file = join(folder.path, 'helm-gitops.config.yaml');
  writeFileSync(file, text);
  return loadConfig({ file, sets: [], environment: {}, serviceAccountFolder: join(folder.path, 'none'), ...given });
}

async function problems(text: string, given: Given = {}) {
  const error = await load(text, given).then(
    () => expect.unreachable('it was accepted'),
    (thrown: HelmGitopsError) => thrown,
  );
  return problemsOf(error).map(({ message, hint, place, code }) => ({
    message,
    hint,
    code,
    line: place?.line,
    column: place?.column,
    file: place?.file,
  }));
}

const minimal = 'repositories: [{url: fleet}]\n';

describe('loadConfig', () => {
  test('repositories alone are enough', async () => {
    expect(await load(minimal)).toEqual({
      file: join(folder.path, 'helm-gitops.config.yaml'),
      repositories: [
        {
          name: 'fleet',
          type: 'folder',
          url: join(folder.path, 'fleet'),
          revision: undefined,
          path: '',
          poll: { type: 'every', milliseconds: 30_000 },
          watch: true,
        },
      ],
      credentials: [],
      decryption: { age: [], pgp: [], pgpPassphraseVariable: undefined },
      mirrors: [],
      clusterAliases: new Map(),
      clusterLabels: new Map(),
      clusters: [
        {
          type: 'embedded',
          name: 'local',
          data: undefined,
          port: 0,
          kubeconfig: join(folder.path, '.helm-gitops/kubeconfig'),
        },
      ],
      clustersFrom: 'default',
      state: { namespace: 'helm-gitops' },
      helm: { compat: 'helm4', kubeVersion: undefined, driver: 'secret' },
      defaults: { settings: {}, environments: undefined },
      server: { host: '127.0.0.1', port: 8080, tokenFile: undefined },
      log: { level: 'info', format: 'text' },
      concurrency: 10,
    });
  });

  test('reads every field, paths relative to the file and to the home folder', async () => {
    writeFiles(folder.path, { 'home/kube': '', tokens: '', 'git-token': 'x' });
    const text = `
repositories:
  - {name: fleet, url: "https://git.example.com/shop/fleet.git", revision: main, path: ./apps/, poll: "*/5 * * * *"}
  - {url: "git@git.example.com:team/Other_Fleet.git"}
credentials:
  - {url: "https://git.example.com", tokenFile: git-token}
clusters:
  - {name: local, embedded: {data: .helm-gitops/cluster, port: 6444}}
  - {kubeconfig: ~/kube, context: work}
  - {name: here, inCluster: true}
state: {namespace: gitops}
helm: {compat: helm3, kubeVersion: "1.30", driver: configmap}
defaults: {timeout: 1h30m, values: [values/all.yaml]}
server: {listen: "0.0.0.0:9090", tokenFile: tokens}
log: {level: debug, format: json}
concurrency: 3
notifications: []
`;
    const config = await load(text, { environment: { HOME: join(folder.path, 'home') } });
    expect(config.repositories).toMatchObject([
      {
        name: 'fleet',
        type: 'remote',
        revision: 'main',
        path: 'apps',
        poll: { type: 'cron', expression: '*/5 * * * *' },
        watch: false,
      },
      { name: 'other-fleet', type: 'remote', url: 'git@git.example.com:team/Other_Fleet.git' },
    ]);
    expect(config.clusters).toEqual([
      {
        type: 'embedded',
        name: 'local',
        data: join(folder.path, '.helm-gitops/cluster'),
        port: 6444,
        kubeconfig: join(folder.path, '.helm-gitops/cluster/kubeconfig'),
      },
      { type: 'kubeconfig', name: 'main', file: join(folder.path, 'home/kube'), context: 'work' },
      { type: 'inCluster', name: 'here' },
    ]);
    expect(config).toMatchObject({
      clustersFrom: 'configuration',
      credentials: [{ url: 'https://git.example.com', tokenFile: join(folder.path, 'git-token') }],
      state: { namespace: 'gitops' },
      helm: { compat: 'helm3', kubeVersion: '1.30', driver: 'configmap' },
      defaults: {
        settings: { timeout: 5_400_000, values: [{ type: 'file', path: 'values/all.yaml', place: { line: 13 } }] },
      },
      server: { host: '0.0.0.0', port: 9090, tokenFile: join(folder.path, 'tokens') },
      log: { level: 'debug', format: 'json' },
      concurrency: 3,
    });
  });

  test('every problem is reported at once, with its place and a suggestion', async () => {
    expect(
      await problems(
        'repositories:\n  - {url: fleet, pth: apps}\nserver: {listen: nowhere}\nlogg: {}\nconcurrency: many\n',
      ),
    ).toMatchObject([
      { message: 'unknown field "pth" in repositories[0]', hint: 'did you mean "path"?', line: 2, column: 18 },
      { message: 'concurrency: expected a number, found text', line: 5 },
      { message: 'unknown field "logg"', hint: 'did you mean "log"?', line: 4, column: 1 },
    ]);
  });

  test.each([
    ['', '"repositories" is missing'],
    ['repositories: []', 'repositories: at least one repository is needed'],
    [`${minimal}log: {level: inof}`, 'log.level: expected one of error, warn, info, debug, found "inof"'],
    [`${minimal}defaults: {timeout: 5}`, 'defaults.timeout: expected a duration such as 300ms, 5s, 10m or 1h30m'],
    [
      `${minimal}defaults: {timeout: 5 minutes}`,
      'defaults.timeout: expected a duration such as 300ms, 5s, 10m or 1h30m',
    ],
    ['repositories: [{url: nowhere}]', 'there is no folder'],
    ['repositories: [{url: fleet}, {url: ./fleet/}]', 'there is another repository "fleet"'],
    ['repositories: [{url: fleet, path: ../x}]', 'path leads out of the repository'],
    ['repositories: [{url: fleet, poll: sometimes}]', 'poll: expected a duration such as 30s, or a cron expression'],
    ['repositories: [{url: fleet, poll: 10ms}]', 'poll: at least 1s'],
    ['repositories: [{url: fleet, revision: main}]', '"revision" needs a git repository'],
    [
      'repositories: [{url: "https://h/x", watch: true}]',
      'only a local folder with a working tree can be watched; https://h/x is polled',
    ],
    [
      'repositories: [{url: "ext::sh -c id"}]',
      'this URL is refused: transport helpers (ext::, fd::) would run programs',
    ],
    ['repositories: [{url: "--upload-pack=x"}]', 'this URL is refused: not a URL of a git repository'],
    ['repositories: [{url: "ftp://h/x"}]', 'this URL is refused: ftp:// is none of https, http, ssh, git, file'],
    ['repositories: [{url: "https://me:geheim@h/x"}]', 'a password does not belong into the URL'],
    [
      `${minimal}server: {listen: "0.0.0.0:80"}`,
      'server.listen: 0.0.0.0 can be reached by others, and there is no server.tokenFile',
    ],
    [`${minimal}server: {listen: ":80"}`, 'server.listen: all addresses can be reached by others'],
    [`${minimal}server: {listen: "[2001:db8::1]:80"}`, 'server.listen: 2001:db8::1 can be reached by others'],
    [`${minimal}server: {listen: "127.0.0.1"}`, 'server.listen: expected ADDRESS:PORT'],
    [`${minimal}server: {tokenFile: none}`, 'tokenFile: cannot read'],
    [`${minimal}clusters: [{name: a}]`, 'expected one of embedded, kubeconfig and inCluster, found none'],
    [`${minimal}clusters: [{inCluster: true, embedded: {}}]`, 'found embedded and inCluster'],
    [`${minimal}clusters: [{kubeconfig: none}]`, 'none: there is no such file'],
    [`${minimal}clusters: [{embedded: {}}, {embedded: {}}]`, 'there is another cluster "local"'],
    [`${minimal}clusters: [{embedded: {}}, {name: b, embedded: {}}]`, 'the embedded clusters local and b would share'],
    [`${minimal}clusters: [{embedded: {}, context: x}]`, '"context" goes with "kubeconfig" only'],
    [`${minimal}credentials: [{url: "https://h"}]`, 'this entry holds no credentials'],
    [`${minimal}credentials: [{url: "https://h", usernameEnv: A}]`, 'usernameEnv and passwordEnv go together'],
    [`${minimal}notifications: [{slack: x}]`, 'notifications: not yet supported'],
    ['repositories: [{url: fleet, verify: {allowedSigners: x}}]', 'nobody signs its edits'],
    ['repositories: [{url: "https://h/x", verify: {allowedSigners: none}}]', 'allowedSigners: cannot read'],
    ['repositories: [{url: "https://h/x", verify: {allowedSigners: helm-gitops.config.yaml}}]', 'there is no SSH key'],
    [
      'repositories: [{url: "https://h/x", verify: {allowedSigners: x}}]\ndefaults: {rollback: {revert: commit}}',
      'commits of its own would be refused',
    ],
    ['repositories: [{url: fleet, webhook: {secretFile: x}}]', 'secretFile: cannot read'],
    [`${minimal}concurrency: 1\nconcurrency: 2`, 'the key concurrency is given twice'],
    [`${minimal}---\na: 1`, 'the configuration is one document only'],
    ['repositories: [', 'flow'],
  ])('%j: %s', async (text, message) => {
    expect((await problems(text)).map((problem) => problem.message).join('\n')).toContain(message);
  });

  test('who only reads definitions needs no file that a running daemon needs', async () => {
    const text = [
      'repositories: [{url: "https://h/x", webhook: {secretFile: none}, sign: {sshKeyFile: none}}]',
      'clusters: [{kubeconfig: none}]',
      'server: {tokenFile: none}',
    ].join('\n');
    expect((await problems(text)).map(({ message }) => message.split(':')[0])).toEqual([
      'kubeconfig',
      'sshKeyFile',
      'secretFile',
      'tokenFile',
    ]);
    const { clusters } = await load(text, { definitionsOnly: true });
    expect(clusters).toEqual([expect.objectContaining({ file: join(folder.path, 'none') })]);
  });

  test('a file that is not there is an error that says what to do', async () => {
    await expect(loadConfig({ file: join(folder.path, 'none.yaml'), sets: [], environment: {} })).rejects.toMatchObject(
      {
        code: 'config.not-found',
        hint: expect.stringContaining('--config'),
      },
    );
  });

  test('a password in the URL appears nowhere', async () => {
    const error = await load('repositories: [{url: "https://me:geheim@h/x", watch: true}]').catch(
      (thrown: unknown) => thrown,
    );
    expect(JSON.stringify([problemsOf(error as HelmGitopsError), (error as Error).message])).not.toContain('geheim');
  });
});

describe('which repository', () => {
  test('a bare repository is fetched from; a folder in git is read as it lies, or by commits when it names a revision', async () => {
    const { commit } = testRepository(folder.path);
    commit({ 'a.yaml': '' });
    const config = await load(
      'repositories: [{url: remote.git}, {url: work}, {name: head, url: work, revision: main}]',
    );
    expect(config.repositories.map(({ type, watch, revision }) => [type, watch, revision])).toEqual([
      ['remote', false, undefined],
      ['folder', true, undefined],
      ['remote', false, 'main'],
    ]);
    expect(git(join(folder.path, 'work'), 'status', '--porcelain')).toBe('');
  });

  test('a revision and a watched working tree exclude each other', async () => {
    testRepository(folder.path);
    expect(await problems('repositories: [{url: work, revision: main, watch: true}]')).toHaveLength(1);
  });
});

describe('mirrors', () => {
  test('of registries and of URLs, each as it is compared', async () => {
    const { mirrors } = await load(`${minimal}mirrors:
- {url: "oci://Registry.example.com:5000/", to: ["oci://mirror.local:5000/cache/team", "oci://other.local/"]}
- {url: "https://Charts.example.com:443/stable/", to: ["http://mirror.local/charts/", "https://other.local"]}
- {url: "https://charts.example.com", to: ["https://other.local/rest"]}
`);
    expect(mirrors).toEqual([
      { url: 'oci://registry.example.com:5000', to: ['oci://mirror.local:5000/cache/team', 'oci://other.local'] },
      { url: 'https://charts.example.com/stable', to: ['http://mirror.local/charts', 'https://other.local'] },
      { url: 'https://charts.example.com', to: ['https://other.local/rest'] },
    ]);
  });

  test.each([
    [
      '{url: "oci://a.example", to: ["https://b.example"]}',
      'to: the mirror of oci://a.example must be a registry',
      '"https://b',
    ],
    [
      '{url: "http://a.example", to: ["oci://b.example"]}',
      'to: the mirror of http://a.example must be https',
      '"oci://b',
    ],
    ['{url: "ftp://a.example", to: ["https://b.example"]}', 'url: expected oci://HOST, https://… or http://…', '"ftp'],
    ['{url: "https://a.example", to: ["b.example"]}', 'to: expected oci://HOST, https://… or http://…', '"b.ex'],
    ['{url: "https://a.example?x=1", to: ["https://b.example"]}', 'url: expected oci://HOST', '"https://a'],
    ['{url: "oci://a.example/team", to: ["oci://b.example"]}', 'url: a mirror stands for a whole registry', '"oci://a'],
    ['{url: "oci://a_!", to: ["oci://b.example"]}', 'url: expected oci://HOST', '"oci://a_'],
    ['{url: "https://a.example", to: []}', 'at least one mirror is needed', '[]'],
    [
      '{url: "https://a.example", to: ["https://u:secret@b.example"]}',
      'to: a URL holds no name and password',
      '"https://u',
    ],
    ['{url: "oci://u:secret@a.example", to: ["oci://b.example"]}', 'url: a URL holds no name and password', '"oci://u'],
  ])('%s', async (mirror, message, wrong) => {
    const line = `mirrors: [${mirror}]`;
    const [problem, ...others] = await problems(`${minimal}${line}`);
    expect(problem?.message).toContain(message);
    expect({ ...problem, others: others.length }).toMatchObject({ code: 'config.invalid', line: 2, others: 0 });
    expect(problem?.column).toBe(line.indexOf(wrong) + 1);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  test('of one thing are named in one place', async () => {
    const mirror = '{url: "https://a.example/", to: ["https://b.example"]}';
    expect(await problems(`${minimal}mirrors: [${mirror}, ${mirror}]`)).toMatchObject([
      { message: 'url: there are other mirrors of https://a.example' },
    ]);
  });
});

describe('which cluster', () => {
  test('a mounted ServiceAccount means the cluster that this runs in', async () => {
    writeFiles(folder.path, { 'account/token': 'x' });
    const config = await load(minimal, { serviceAccountFolder: join(folder.path, 'account') });
    expect([config.clusters, config.clustersFrom]).toEqual([
      [{ type: 'inCluster', name: 'in-cluster' }],
      'service account',
    ]);
  });
});

describe('overrides', () => {
  test('--set in Helm grammar, later over earlier, over the environment, over the file', async () => {
    const config = await load(`${minimal}concurrency: 1\nlog: {level: warn}\n`, {
      sets: ['concurrency=3,log.format=json', 'concurrency=4', 'repositories[0].path=apps', 'helm.kubeVersion=1.30'],
      environment: { HELM_GITOPS_CONCURRENCY: '2', HELM_GITOPS_LOG__LEVEL: 'error' },
    });
    expect(config).toMatchObject({
      concurrency: 4,
      log: { level: 'error', format: 'json' },
      repositories: [{ path: 'apps' }],
      helm: { kubeVersion: '1.30' },
    });
  });

  test('environment variables descend by __ and take lists as JSON', async () => {
    writeFiles(folder.path, { tokens: '' });
    const config = await load(minimal, {
      environment: {
        HELM_GITOPS_SERVER__TOKEN_FILE: 'tokens',
        HELM_GITOPS_SERVER__LISTEN: '0.0.0.0:1',
        HELM_GITOPS_CLUSTERS: '[{"name": "x", "embedded": {}}]',
        HELM_GITOPS_REPOSITORIES__0__PATH: 'apps',
        HELM_GITOPS_DEFAULTS__TESTS: 'true',
      },
    });
    expect(config).toMatchObject({
      server: { host: '0.0.0.0', port: 1, tokenFile: join(folder.path, 'tokens') },
      clusters: [{ name: 'x' }],
      repositories: [{ path: 'apps' }],
      defaults: { settings: { tests: true } },
    });
  });

  test('what they set wrong is reported with their name, not with a line of the file', async () => {
    expect(
      await problems(minimal, { environment: { HELM_GITOPS_LOGG: 'x' }, sets: ['server.lisen=secret'] }),
    ).toMatchObject([
      { message: 'unknown field "lisen" in server', file: '--set server.lisen', hint: 'did you mean "listen"?' },
      { message: 'unknown field "logg"', file: 'environment variable HELM_GITOPS_LOGG' },
    ]);
    expect(await problems(minimal, { sets: ['concurrency'] })).toMatchObject([{ file: '--set concurrency' }]);
    expect(await problems(minimal, { environment: { HELM_GITOPS_CLUSTERS: '[' } })).toMatchObject([
      { message: 'clusters: expected JSON' },
    ]);
  });

  test('what Kubernetes sets for a Service named helm-gitops is none of ours', async () => {
    const environment = {
      HELM_GITOPS_SERVICE_HOST: '10.0.0.1',
      HELM_GITOPS_SERVICE_PORT: '80',
      HELM_GITOPS_SERVICE_PORT_HTTP: '80',
      HELM_GITOPS_PORT: 'tcp://10.0.0.1:80',
      HELM_GITOPS_PORT_80_TCP_ADDR: '10.0.0.1',
    };
    expect((await load(minimal, { environment })).concurrency).toBe(10);
  });

  test('cannot reach what is no field', async () => {
    await problems(minimal, { sets: ['__proto__.polluted=1'] });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

test('a file that may not be read is said to be so', async (context) => {
  if (process.getuid?.() === 0) return context.skip('root reads everything');
  const file = join(folder.path, 'helm-gitops.config.yaml');
  writeFileSync(file, minimal);
  chmodSync(file, 0);
  await expect(loadConfig({ file, sets: [], environment: {} })).rejects.toMatchObject({ code: 'config.unreadable' });
});

describe('keys for decryption', () => {
  const decryptionOf = async (section: string, environment = {}) =>
    (await load(`${minimal}${section}`, { environment })).decryption;

  test('lie in files, variables and Secrets, and where SOPS looks', async () => {
    writeFileSync(join(folder.path, 'age.txt'), '');
    const section =
      'decryption:\n  age: {keyFile: age.txt, keyEnv: MY_KEY, secret: {name: age, key: keys.txt}}\n  pgp: {keyEnv: MY_PGP, passphraseEnv: MY_WORD}\n';
    const environment = { MY_KEY: 'x', MY_PGP: 'y', SOPS_AGE_KEY: 'z', SOPS_AGE_KEY_FILE: 'sops.txt' };
    expect(await decryptionOf(section, environment)).toEqual({
      age: [
        { type: 'file', path: join(folder.path, 'age.txt') },
        { type: 'variable', name: 'MY_KEY' },
        { type: 'secret', cluster: undefined, namespace: 'helm-gitops', name: 'age', key: 'keys.txt' },
        { type: 'variable', name: 'SOPS_AGE_KEY' },
        { type: 'file', path: join(folder.path, 'sops.txt') },
      ],
      pgp: [{ type: 'variable', name: 'MY_PGP' }],
      pgpPassphraseVariable: 'MY_WORD',
    });
  });

  test.each([
    ['decryption: {age: {}}', 'age: no key is named'],
    ['decryption: {age: {keyFile: nowhere.txt}}', 'keyFile: cannot read'],
    ['decryption: {pgp: {keyEnv: NOT_SET}}', 'keyEnv: the environment variable NOT_SET is not set'],
    ['decryption: {age: {secret: {cluster: moon, name: a, key: b}}}', 'secret: no cluster named "moon" is configured'],
    ['decryption: {age: {keyfile: x}}', 'keyfile'],
  ])('%s is refused', async (section, message) => {
    expect((await problems(`${minimal}${section}\n`))[0]?.message).toContain(message);
  });
});
