/**
 * Times a fleet on a real API server: pushes N applications to a real git repository, then one new value for all of
 * them, tells the daemon of each push by a webhook as a forge does, and waits until its log says that all are deployed.
 * Beside it, in the same run, the bare writes (bench/floor.ts). `KUBECONFIG_REAL=… node bench/fleet.ts [--releases 200] [--source]` prints one JSON line:
 * seconds, the ratios to the floor, requests per release, the daemon's CPU seconds and its peak resident MiB.
 * `single` is one application's commit at the end: milliseconds from the poll that found it until it is deployed.
 * `--requests` tells how many calls each upgrade took, by verb and resource (needs kubectl, or KUBECTL_BIN).
 * `BENCH_NODE_FLAGS='--max-semi-space-size=4 --heap-growing-percent=40' MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072` is
 * how the image runs it.
 * The daemon runs from its bundle (`npm run build` first), with `--source` from src.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openCluster } from '../src/foundation/cluster/open-cluster.ts';
import { deleteNamespaces } from './fleet/delete-namespaces.ts';
import { chartFiles } from './fleet/podinfo.ts';
import { measureFloor } from './floor.ts';

const { values: flags } = parseArgs({
  options: {
    releases: { type: 'string', default: '200' },
    source: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    requests: { type: 'boolean', default: false },
  },
});
const releases = Number(flags.releases);
const kubeconfig = process.env.KUBECONFIG_REAL ?? '';
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'helm-gitops-fleet-'));
const work = join(folder, 'work');
const bare = join(folder, 'fleet.git');
const namespace = `fleet-${process.pid}`;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
}

const git = (...args: string[]) =>
  execFileSync('git', ['-C', work, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], {
    stdio: 'pipe',
  });

function commit(message: string): void {
  git('add', '-A');
  git('commit', '-q', '-m', message);
  git('push', '-q', 'origin', 'main');
}

function writeApplications(): void {
  for (let index = 0; index < releases; index += 1) {
    const name = `app-${index}`;
    write(
      `apps/${name}.yaml`,
      `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  chart: {path: charts/podinfo}\n  values: [values/common.yaml, values/${name}.yaml]\n`,
    );
    write(`values/${name}.yaml`, `ingress: {host: ${name}.example.com}\n`);
  }
}

interface Usage {
  /** Seconds. */
  readonly cpu: number;
  /** MiB. */
  readonly peak: number;
}

function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const peak = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, peak: Math.round(Number(peak) / 1024) };
}

function startDaemon(config: string) {
  const program = flags.source ? join(root, 'src/main.ts') : join(root, 'dist/main.js');
  if (!existsSync(program)) throw new Error(`${program} is missing: npm run build`);
  const args = [program, 'run', '--config', config, '--set', 'log.format=json'];
  const child = spawn(process.execPath, [...(process.env.BENCH_NODE_FLAGS?.split(' ') ?? []), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const counts = new Map<string, number>();
  const newest = new Map<string, LogLine>();
  const wakers = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (flags.verbose) process.stderr.write(`${line}\n`);
    const told = JSON.parse(line) as LogLine;
    const { event } = told;
    newest.set(event, told);
    counts.set(event, (counts.get(event) ?? 0) + 1);
    if (event.endsWith('failed') || event === 'internal.error') process.stderr.write(`${line}\n`);
    for (const wake of wakers) wake();
  });
  const reached = (event: string, count: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if ((counts.get(event) ?? 0) < count) return;
        wakers.delete(look);
        resolve();
      };
      wakers.add(look);
      look();
    });
  return { child, reached, newest, pid: child.pid ?? 0 };
}

interface LogLine {
  readonly event: string;
  readonly time: string;
  readonly duration?: string;
  readonly page?: string;
}

/** Of an event of the log, milliseconds since 1970. */
const timeOf = (line: LogLine | undefined): number => Date.parse(line?.time ?? '');
const milliseconds = (duration = ''): number =>
  Number(duration.replace(/m?s$/, '')) * (/\dms$/.test(duration) ? 1 : 1000);

const config = join(folder, 'helm-gitops.config.yaml');
const secretFile = join(folder, 'webhook-secret');
const secret = 'known-to-both';
writeFileSync(secretFile, secret);
mkdirSync(work);
execFileSync('git', ['init', '-q', '--bare', '-b', 'main', bare]);
git('init', '-q', '-b', 'main');
git('remote', 'add', 'origin', bare);
for (const [name, text] of Object.entries(chartFiles)) write(`charts/podinfo/${name}`, text);
write('values/common.yaml', 'message: one\n');
write(
  'apps/defaults.yaml',
  `apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: prod}\nspec: {namespace: ${namespace}}\n---\napiVersion: helm-gitops.io/v1\nkind: Defaults\nspec: {environments: {prod: {}}}\n`,
);
commit('Begin');
writeFileSync(
  config,
  `repositories: [{name: fleet, url: "file://${bare}", revision: main, path: apps, poll: 1m, webhook: {secretFile: ${secretFile}}}]\nclusters: [{name: real, kubeconfig: ${kubeconfig}}]\nstate: {namespace: ${namespace}-state}\nserver: {listen: "127.0.0.1:0"}\n`,
);

await using client = await openCluster({ name: 'bench', kubeconfig });
const floor = await measureFloor(client, { releases, namespace: `floor-${process.pid}` });
const daemon = startDaemon(config);
await daemon.reached('daemon.ready', 1);
const idle = usageOf(daemon.pid);
/** By `VERB resource`, of what the daemon and the floor write; the control plane's own calls on them are in it too. */
async function countRequests(): Promise<Map<string, number>> {
  const raw = execFileSync(
    process.env.KUBECTL_BIN ?? 'kubectl',
    ['--kubeconfig', kubeconfig, 'get', '--raw', '/metrics'],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  const counts = new Map<string, number>();
  for (const [, labels = '', value] of raw.matchAll(/^apiserver_request_total\{([^}]*)\} (\S+)$/gm)) {
    const label = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const resource = label('resource');
    if (!/^(configmaps|secrets|serviceaccounts|services|deployments|ingresses|namespaces)$/.test(resource)) continue;
    if (label('verb') === 'WATCH' || label('subresource') !== '') continue;
    const key = `${label('verb')}${label('dry_run') === '' ? '' : ' dry'} ${resource}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(value));
  }
  return counts;
}

async function tellPush(): Promise<void> {
  const body = '{}';
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const url = `${daemon.newest.get('daemon.ready')?.page}webhooks/generic`;
  const answer = await fetch(url, { method: 'POST', body, headers: { 'x-signature': `sha256=${signature}` } });
  if (answer.status !== 202) throw new Error(`${url}: ${answer.status}`);
}

const timed = async (change: () => void, total: number) => {
  change();
  const started = performance.now();
  await tellPush();
  await daemon.reached('release.deployed', total);
  return (performance.now() - started) / 1000;
};
const install = await timed(() => {
  writeApplications();
  commit('Add all');
}, releases);
const installed = usageOf(daemon.pid);
const afterInstall = flags.requests ? await countRequests() : undefined;
const upgrade = await timed(() => {
  write('values/common.yaml', 'message: two\n');
  commit('Change all');
}, 2 * releases);
const upgraded = usageOf(daemon.pid);
if (afterInstall) {
  for (const [key, count] of await countRequests()) {
    const each = (count - (afterInstall.get(key) ?? 0)) / releases;
    if (each > 0.05) process.stderr.write(`${each.toFixed(2)} ${key} per upgrade\n`);
  }
}
await timed(
  () => {
    write('values/app-0.yaml', 'ingress: {host: other.example.com}\n');
    commit('Change one');
  },
  2 * releases + 1,
);
const found = daemon.newest.get('revision.found');
const single = timeOf(daemon.newest.get('release.deployed')) - timeOf(found) + milliseconds(found?.duration);
daemon.child.kill('SIGTERM');
await new Promise((resolve) => daemon.child.once('exit', resolve));
await deleteNamespaces(client, [namespace, `${namespace}-state`]);
rmSync(folder, { recursive: true, force: true });
const round = (value: number) => Math.round(value * 100) / 100;
process.stdout.write(
  `${JSON.stringify({
    releases,
    install: round(install),
    upgrade: round(upgrade),
    single,
    floorInstall: round(floor.install),
    floorUpgrade: round(floor.upgrade),
    installRatio: round(install / floor.install),
    upgradeRatio: round(upgrade / floor.upgrade),
    cpuInstall: round(installed.cpu - idle.cpu),
    cpuUpgrade: round(upgraded.cpu - installed.cpu),
    idleMiB: idle.peak,
    installedMiB: installed.peak,
    peakMiB: upgraded.peak,
  })}\n`,
);
