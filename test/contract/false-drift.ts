/**
 * Installs charts as they are and tells every drift that is then reported though nobody touched anything:
 * `node test/contract/false-drift.ts --charts LIST --kubeconfig FILE [--minutes 10] [--helm BIN]`. LIST names a chart's
 * folder a line. Every third of the time the daemon is started anew and compares all objects without its fingerprints; with
 * `--helm` all releases are then upgraded by the helm CLI, with the same charts, and watched for as long again. Prints one
 * line of JSON; ends with 1 when there was any drift of objects. What cannot be installed is named and left out.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import { parseManifest } from '../../src/foundation/manifest/parse-manifest.ts';
import { addVolumes } from '../support/clusters.ts';
import { writeFiles } from '../support/git-repository.ts';
import { type LogLine, type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const { values: options } = parseArgs({
  options: {
    charts: { type: 'string', default: '' },
    kubeconfig: { type: 'string', default: '' },
    minutes: { type: 'string', default: '10' },
    helm: { type: 'string' },
  },
});
const run = promisify(execFile);
const listed = readFileSync(options.charts, 'utf8')
  .split('\n')
  .filter((line) => line !== '');
/** Of two charts of one name the first: their releases would share what lies in no namespace. */
const charts = new Map(listed.toReversed().map((folder) => [basename(folder), folder]));
const prefix = `undrifted-${process.pid}`;
const rounds = 3;

await using stack = new AsyncDisposableStack();
const folder = mkdtempSync(join(tmpdir(), 'false-drift-'));
stack.defer(() => rmSync(folder, { recursive: true, force: true }));
const client = stack.use(await openCluster({ name: 'test', kubeconfig: options.kubeconfig }));
await addVolumes(client, charts.size, prefix);
for (const [name, from] of charts) {
  cpSync(from, join(folder, 'fleet/charts', name), { recursive: true });
  // A test's values, where there are some: many charts ask for one or two.
  const values = ['ci/default-values.yaml', 'ci/test-values.yaml'].find((file) => existsSync(join(from, file)));
  const spec = {
    chart: { path: `charts/${name}` },
    namespace: `${prefix}-${name}`,
    values: values === undefined ? [] : [`charts/${name}/${values}`],
    timeout: '2m',
    rollback: { soak: '0s', on: [] },
    sync: { retry: { limit: 3 } },
  };
  const application = { apiVersion: 'helm-gitops.io/v1', kind: 'Application', metadata: { name }, spec };
  writeFiles(join(folder, 'fleet'), { [`apps/${name}.yaml`]: JSON.stringify(application) });
}
const config = join(folder, 'config.yaml');
writeFiles(folder, {
  'config.yaml': `repositories: [{name: fleet, url: fleet, path: apps, poll: 1h}]
clusters: [{name: test, kubeconfig: "${options.kubeconfig}"}]
state: {namespace: ${prefix}}
server: {listen: "127.0.0.1:0"}
`,
});

const lines: LogLine[] = [];
let daemon: RunningDaemon = startDaemon(config);
const told = (event: string) => lines.filter((line) => line.event === event);
const appsOf = (event: string) => new Set(told(event).map((line) => String(line['app'])));

await untilReady();
// What failed at first may have waited for definitions that another chart brings.
await delay(Math.min(60_000, Number(options.minutes) * 6_000));
await watch();
const deployed = appsOf('release.deployed');
const objects = await countObjects();
if (options.helm) {
  for (const name of deployed) await upgrade(name);
  await watch();
}
await daemon.stop();

const drift = told('drift.found').filter((line) => line['kind'] !== 'release');
const upgraded = new Set(told('drift.found').flatMap(({ kind, app }) => (kind === 'release' ? [app] : [])));
const failed = [...charts.keys()].filter((name) => !deployed.has(name));
const figures = {
  charts: charts.size,
  releases: deployed.size,
  objects,
  minutes: Number(options.minutes) * (options.helm ? 2 : 1),
  checks: (rounds + 1) * (options.helm ? 2 : 1),
  upgradedByHelm: upgraded.size,
  falseDrift: drift.length,
};
console.log(JSON.stringify(figures));
for (const line of drift) console.log(JSON.stringify(line));
const reasons = [...told('release.failed'), ...told('definition.invalid'), ...told('release.blocked')];
for (const name of failed) {
  const why = reasons.findLast((line) => line['app'] === name || JSON.stringify(line).includes(`charts/${name}/`));
  console.log(`not installed: ${name}: ${String(why?.['message'] ?? 'unknown').slice(0, 300)}`);
}
process.exitCode = drift.length > 0 ? 1 : 0;

async function untilReady(): Promise<void> {
  for (;;) {
    if (daemon.lines.some(({ event }) => event === 'daemon.ready')) return;
    if (daemon.noise.length > 0) throw new Error(daemon.noise.join('\n'));
    await delay(1_000);
  }
}

/** All of the time, with a full comparison at the beginning of each of its parts. */
async function watch(): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await delay((Number(options.minutes) * 60_000) / rounds);
    await daemon.stop();
    lines.push(...daemon.lines);
    await forgetFingerprints();
    daemon = startDaemon(config);
    await untilReady();
  }
  // What the last of them found is told a moment later.
  await delay(30_000);
  await daemon.stop();
  lines.push(...daemon.lines);
  daemon = startDaemon(config);
  await untilReady();
}

async function forgetFingerprints(): Promise<void> {
  const { items } = await client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: prefix });
  for (const { metadata, ...rest } of items) {
    const { 'state.json': text = '{}' } = (rest['data'] ?? {}) as Record<string, string>;
    const { clean, ...state } = JSON.parse(text) as Record<string, unknown>;
    if (clean === undefined) continue;
    const target = { apiVersion: 'v1', kind: 'ConfigMap', namespace: prefix, name: metadata.name ?? '' };
    const body = { data: { 'state.json': JSON.stringify(state) } };
    await client.patch(target, { type: 'merge', body }, { fieldManager: 'false-drift' });
  }
}

async function countObjects(): Promise<number> {
  let count = 0;
  for (const name of deployed) {
    const onUnreadable = (_record: string, error: Error) => {
      throw error;
    };
    const records = await openHistory({ client, namespace: `${prefix}-${name}`, name, onUnreadable }).list();
    count += parseManifest(records.at(-1)?.record.manifest ?? '').length;
  }
  return count;
}

async function upgrade(name: string): Promise<void> {
  const own = join(folder, 'fleet/charts', name);
  const values = ['ci/default-values.yaml', 'ci/test-values.yaml'].find((file) => existsSync(join(own, file)));
  const flags = values === undefined ? [] : ['-f', join(own, values)];
  const place = ['-n', `${prefix}-${name}`, '--kubeconfig', options.kubeconfig];
  await run(options.helm ?? '', ['upgrade', name, own, ...place, ...flags]).catch((error: { stderr?: string }) =>
    console.log(`not upgraded by helm: ${name}: ${error.stderr?.slice(0, 300)}`),
  );
}
