/** examples/elsewhere, as its README tells to run it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/git-repository.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');

describe('the example whose charts lie elsewhere', () => {
  const folder = temporaryFolder();
  const edit = (file: string, from: string, to: string) => {
    const path = join(folder.path, 'examples', 'elsewhere', file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(from, to));
  };
  let server: ChildProcess;
  let daemon: RunningDaemon;
  const served: string[] = [];

  beforeAll(async () => {
    cpSync(join(examples, 'elsewhere'), join(folder.path, 'examples', 'elsewhere'), { recursive: true });
    symlinkSync(join(examples, '..', 'src'), join(folder.path, 'src'));
    const port = await freePort();
    for (const file of ['helm-gitops.config.yaml', 'fleet/apps/environment.yaml']) edit(file, '8879', String(port));
    server = spawn(process.execPath, [join(folder.path, 'examples/elsewhere/serve.ts'), String(port)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: server.stdout as NodeJS.ReadableStream });
    await new Promise<void>((resolve) =>
      lines.on('line', (line) => {
        served.push(line);
        if (line.startsWith('listening')) resolve();
      }),
    );
    daemon = startDaemon(join(folder.path, 'examples/elsewhere/helm-gitops.config.yaml'));
    await daemon.waitFor('daemon.ready');
  });

  afterAll(async () => {
    await daemon?.stop();
    server?.kill();
    folder.remove();
  });

  test('deploys both', () => {
    const deployed = daemon.lines.filter(({ event }) => event === 'release.deployed').map(({ chart }) => chart);
    expect(deployed).toEqual(['cache-2.0.0', 'web-1.0.0']);
  });

  test('follows a new version within the range, and none beyond it', async () => {
    const from = daemon.lines.length;
    edit('charts/web/Chart.yaml', 'version: 1.0.0', 'version: 1.1.0');
    server.stdin?.write('\n');
    await vi.waitUntil(() => served.at(-1)?.includes('web-1.1.0.tgz'), { timeout: 90_000 });
    edit('charts/web/Chart.yaml', 'version: 1.1.0', 'version: 1.0.1');
    server.stdin?.write('\n');
    await daemon.waitFor('chart.moved', { app: 'web', to: '1.0.1' }, from);
    await daemon.waitFor('release.deployed', { app: 'web', chart: 'web-1.0.1' }, from);
    expect(daemon.lines.slice(from).filter(({ event }) => event === 'chart.moved')).toHaveLength(1);
  });
});
