/** examples/platform, as its README tells to run it. */
import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/git-repository.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const root = join(import.meta.dirname, '..', '..');

describe('the example of a platform', () => {
  const folder = temporaryFolder();
  const stack = new AsyncDisposableStack();
  let daemon: RunningDaemon;

  beforeAll(async () => {
    cpSync(join(root, 'examples'), join(folder.path, 'examples'), { recursive: true });
    symlinkSync(join(root, 'src'), join(folder.path, 'src'));
    const port = String(await freePort());
    const search = join(folder.path, 'examples/platform/apps/teams/data/search.yaml');
    writeFileSync(search, readFileSync(search, 'utf8').replace('8879', port));
    const charts = join(folder.path, 'examples/platform/repository');
    const server = spawn(process.execPath, [join(folder.path, 'examples/elsewhere/serve.ts'), port, charts], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    stack.defer(() => void server.kill());
    const lines = createInterface({ input: server.stdout });
    await new Promise<void>((resolve) => lines.on('line', (line) => line.startsWith('listening') && resolve()));
    daemon = startDaemon(join(folder.path, 'examples/platform/helm-gitops.config.yaml'));
    stack.defer(async () => void (await daemon.stop()));
    await daemon.waitFor('daemon.ready');
  });

  afterAll(async () => {
    await stack.disposeAsync();
    folder.remove();
  });

  const deployed = () => daemon.lines.filter(({ event }) => event === 'release.deployed');

  test('is twenty applications in three environments, one of them in prod alone', () => {
    const apps = new Set(deployed().map(({ app }) => app));
    expect([apps.size, deployed().length]).toEqual([20, 58]);
    expect(daemon.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(deployed().flatMap(({ app, environment }) => (app === 'backup' ? [environment] : []))).toEqual(['prod']);
  });

  test('has a chart at two versions', () => {
    const search = deployed().filter(({ app }) => app === 'search');
    expect(Object.fromEntries(search.map(({ environment, chart }) => [environment, chart]))).toEqual({
      dev: 'search-4.2.0',
      staging: 'search-4.2.0',
      prod: 'search-4.1.0',
    });
  });

  test('rolls the next version by one line', async () => {
    const file = join(folder.path, 'examples/platform/apps/teams/data/search.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('version: 4.1.0', 'version: 4.2.0'));
    const line = await daemon.waitFor('release.deployed', { app: 'search', environment: 'prod', version: 2 });
    expect(line).toMatchObject({ chart: 'search-4.2.0', previous: 1 });
    expect(deployed()).toHaveLength(59);
  });

  test('holds no values of applications that are not there', () => {
    const apps = new Set(deployed().map(({ app }) => app));
    const values = readdirSync(join(root, 'examples/platform/values'));
    expect(values.filter((name) => name !== 'environments' && !apps.has(name))).toEqual([]);
  });
});
