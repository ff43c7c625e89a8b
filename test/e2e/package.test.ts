/** The package as a user gets it: packed, installed without a network, run by its own name. */
import { type ExecFileOptions, execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../src/entry/cli/version.ts';

const root = join(import.meta.dirname, '..', '..');
const ownNode = join(root, 'node_modules', '.bin');
const path = `${ownNode}${delimiter}${process.env['PATH'] ?? ''}`;
/** What the machine itself has, without the one of this checkout: only an old one can be refused. */
const systemPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);
const systemNode = versionOf(systemPath);
const isOld = systemNode !== undefined && Number(systemNode.split('.')[0]) < 24;

let folder = '';
let packed: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helm-gitops-package-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [description] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [
    { filename: string; files: { path: string }[] },
  ];
  packed = description.files.map((file) => file.path);
  await mkdir(join(folder, 'user'));
  await writeFile(join(folder, 'user', 'package.json'), '{"private": true}\n');
  const archive = join(folder, description.filename);
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', archive], { cwd: join(folder, 'user') });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package', () => {
  test('holds what runs and the examples, and neither sources nor tests', () => {
    expect(packed).toEqual(expect.arrayContaining(['bin/helm-gitops.js', 'dist/main.js', 'LICENSE', 'CHANGELOG.md']));
    expect(packed).toEqual(expect.arrayContaining(['dist/render-worker.js', 'dist/cluster-worker.js']));
    expect(packed).toContain('examples/fleet/apps/root.yaml');
    expect(packed.filter((file) => /^(src|test|scripts|node_modules)\//.test(file))).toEqual([]);
  });

  test('brings nothing else along', async () => {
    const installed = await readdir(join(folder, 'user', 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['helm-gitops']);
    const inside = await readdir(join(folder, 'user', 'node_modules', 'helm-gitops'));
    expect(inside).not.toContain('node_modules');
  });

  test('says its version', async () => {
    expect(await helmGitops(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('validates a fleet and deploys it to its own cluster, in threads of the bundle', async () => {
    const fleet = join(folder, 'fleet');
    await cp(join(root, 'examples', 'fleet'), fleet, { recursive: true });
    await writeFile(join(fleet, 'helm-gitops.config.yaml'), 'repositories: [{name: fleet, url: ., path: apps}]\n');
    expect(await helmGitops(['validate'], { cwd: fleet })).toEqual({
      code: 0,
      stdout: '8 releases, 0 problems\n',
      stderr: '',
    });
    const once = await helmGitops(['once', '--set', 'log.format=json'], { cwd: fleet });
    expect({ code: once.code, stderr: once.stderr }).toEqual({ code: 0, stderr: '' });
    const events = once.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect(events.filter(({ event }) => event === 'release.deployed')).toHaveLength(8);
  });

  test('makes a new fleet, and renders its chart as the checkout does', async () => {
    expect((await helmGitops(['init', 'new'], { cwd: folder })).code).toBe(0);
    const args = ['template', 'rel', join(folder, 'new', 'charts', 'hello'), '--set', 'replicas=2'];
    const [installed, checkout] = await Promise.all([
      helmGitops(args),
      run('node', [join(root, 'src', 'main.ts'), ...args]),
    ]);
    expect(installed.stdout).toContain('# Source: hello/templates/deployment.yaml');
    expect(installed).toEqual({ code: 0, stdout: checkout.stdout, stderr: '' });
  });

  test('prints all of a long answer into a pipe', async () => {
    const chart = join(folder, 'long');
    await mkdir(join(chart, 'templates'), { recursive: true });
    await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: long\nversion: 1.0.0\n');
    await writeFile(join(chart, 'templates', 'a.yaml'), 'data: {{ repeat 3000000 "x" }}END\n');
    const { stdout } = await helmGitops(['template', chart]);
    expect(stdout.length).toBeGreaterThan(3_000_000);
    expect(stdout.trimEnd().endsWith('END')).toBe(true);
  });

  test.each([
    ['short', 1000],
    ['long', 60_000],
  ])('keeps the code of what renders %s charts, and takes it in the next run', async (name, bytes) => {
    const chart = join(folder, `${name}-templates`);
    await mkdir(join(chart, 'templates'), { recursive: true });
    await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: settings\nversion: 1.0.0\n');
    await writeFile(join(chart, 'templates', 'a.yaml'), `a: {{ upper "a" }}\n${'# x\n'.repeat(bytes / 4)}`);
    const cache = join(folder, `${name}-cache`);
    const env = { ...process.env, PATH: path, NODE_COMPILE_CACHE: cache };
    const left: (number | undefined)[] = [];
    for (let runs = 0; runs < 11; runs++) {
      const { stdout } = await helmGitops(['template', chart], { env });
      expect(stdout).toContain('a: A\n');
      const [kept = ''] = (await readdir(cache)).filter((file) => /^[0-9a-f]{64}-/.test(file));
      left.push((await readFile(join(cache, kept))).at(-1));
    }
    // A cache that the next run refuses begins anew at nine.
    expect(left).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
  });

  test.skipIf(!isOld)(
    `is refused by an old Node with a hint (${isOld ? `here ${systemNode}` : 'skipped: the machine has no Node below 24'})`,
    async () => {
      const { code, stdout, stderr } = await helmGitops(['--version'], { env: { ...process.env, PATH: systemPath } });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^helm-gitops needs Node 24 or newer; this is v\d+\.\d+\.\d+\. Install a newer Node/);
    },
  );
});

function helmGitops(args: readonly string[], options: ExecFileOptions = {}) {
  return run(join(folder, 'user', 'node_modules', '.bin', 'helm-gitops'), args, options);
}

function run(program: string, args: readonly string[], options: ExecFileOptions = {}) {
  const given = { env: { ...process.env, PATH: path }, maxBuffer: 2 ** 26, ...options, encoding: 'utf8' as const };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(program, [...args], given, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** Undefined: there is none. */
function versionOf(searched: string): string | undefined {
  try {
    const env = { ...process.env, PATH: searched };
    return execFileSync('/usr/bin/env', ['node', '-p', 'process.versions.node'], { env, encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
