/** examples/platform, as its README tells to run it. */
import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { git, temporaryFolder } from '../support/git-repository.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const root = join(import.meta.dirname, '..', '..');

describe('the example of a platform', () => {
  const folder = temporaryFolder();
  const stack = new AsyncDisposableStack();
  let daemon: RunningDaemon;
  let first: string;
  const edit = (path: string, from: string, to: string) => {
    const file = join(folder.path, 'examples/platform', path);
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  };

  beforeAll(async () => {
    cpSync(join(root, 'examples'), join(folder.path, 'examples'), { recursive: true });
    symlinkSync(join(root, 'src'), join(folder.path, 'src'));
    const port = String(await freePort());
    edit('apps/teams/data/search.yaml', '8879', port);
    // As whoever cloned it has it: in a folder of a larger repository.
    git(folder.path, 'init', '-q', '--initial-branch=main', '.');
    git(folder.path, 'add', 'examples');
    git(folder.path, 'commit', '-q', '-m', 'Begin');
    first = git(folder.path, 'rev-parse', 'HEAD');
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

  test('rolls the next version by one line, and a chart of its own by the commit that prod is pinned to', async () => {
    const from = daemon.lines.length;
    const pin = `  environments:\n    dev: {}\n    staging: {}\n    prod: {revision: ${first}}\n`;
    edit('apps/teams/commerce/mailer.yaml', 'spec:\n', `spec:\n${pin}`);
    edit('charts/worker/Chart.yaml', 'version: 1.0.0', 'version: 1.1.0');
    edit('charts/worker/templates/deployment.yaml', 'spec:\n', 'spec:\n  revisionHistoryLimit: 2\n');
    edit('apps/teams/data/search.yaml', 'version: 4.1.0', 'version: 4.2.0');
    const search = await daemon.waitFor('release.deployed', { app: 'search', environment: 'prod', version: 2 });
    expect(search).toMatchObject({ chart: 'search-4.2.0', previous: 1 });
    const rolled = { chart: 'worker-1.1.0' };
    for (const [app, environment] of Object.entries({ mailer: 'dev', billing: 'prod' }))
      await daemon.waitFor('release.deployed', { app, environment, ...rolled }, from);
    const later = daemon.lines.length;
    edit('apps/teams/commerce/mailer.yaml', pin, '');
    await daemon.waitFor('release.deployed', { app: 'mailer', environment: 'prod', ...rolled }, later);
    expect(deployed().filter(({ app }) => app === 'search')).toHaveLength(4);
  });

  test('holds no values of applications that are not there', () => {
    const apps = new Set(deployed().map(({ app }) => app));
    const values = readdirSync(join(root, 'examples/platform/values'));
    expect(values.filter((name) => name !== 'environments' && !apps.has(name))).toEqual([]);
  });
});
