/**
 * Times drift on a real API server: installs N releases, then changes one object after another as `kubectl edit` does, and
 * measures from the answer to the edit until the daemon's line `drift.found` is read.
 * `KUBECONFIG_REAL=… node bench/drift.ts [--releases 200] [--edits 200] [--source]` prints one JSON line, milliseconds.
 * The daemon runs from its bundle (`npm run build` first), with `--source` from src.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openCluster } from '../src/foundation/cluster/open-cluster.ts';

const { values: flags } = parseArgs({
  options: {
    releases: { type: 'string', default: '200' },
    edits: { type: 'string', default: '200' },
    source: { type: 'boolean', default: false },
  },
});
const releases = Number(flags.releases);
const edits = Number(flags.edits);
const kubeconfig = process.env.KUBECONFIG_REAL ?? '';
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'helm-gitops-drift-'));
const namespace = `drift-${process.pid}`;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

write('fleet/chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
write(
  'fleet/chart/templates/all.yaml',
  ['a', 'b', 'c', 'd']
    .map(
      (name) =>
        `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}-${name}"}\ndata: {colour: red}\n`,
    )
    .join(''),
);
for (let index = 0; index < releases; index += 1)
  write(
    `fleet/apps/app-${index}.yaml`,
    `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: app-${index}}\nspec: {chart: {path: chart}, namespace: ${namespace}, rollback: {soak: 0s}}\n`,
  );
write(
  'config.yaml',
  `repositories: [{name: fleet, url: fleet, path: apps, watch: true}]\nstate: {namespace: ${namespace}-state}\nserver: {listen: "127.0.0.1:0"}\nlog: {format: json}\nclusters: [{name: test, kubeconfig: "${kubeconfig}"}]\n`,
);

const program = flags.source ? 'src/main.ts' : 'dist/main.js';
const daemon = spawn(process.execPath, [program, '--config', join(folder, 'config.yaml'), 'run'], { cwd: root });
const waiting = new Map<string, () => void>();
const ready = Promise.withResolvers<void>();
daemon.once('exit', (code) => ready.reject(new Error(`the daemon ended with ${code}`)));
daemon.stderr.pipe(process.stderr);
createInterface({ input: daemon.stdout }).on('line', (text) => {
  const line = JSON.parse(text) as { event: string; object?: string; live?: string };
  if (line.event === 'daemon.ready') ready.resolve();
  if (line.event === 'drift.found') waiting.get(`${line.object} ${line.live}`)?.();
});
await ready.promise;
await using client = await openCluster({ name: 'bench', kubeconfig });
const times: number[] = [];
for (let edit = 0; edit < edits; edit += 1) {
  const name = `app-${(edit * 7) % releases}-${'abcd'[edit % 4]}`;
  const seen = Promise.withResolvers<void>();
  waiting.set(`ConfigMap/${name} blue ${edit}`, seen.resolve);
  await client.patch(
    { apiVersion: 'v1', kind: 'ConfigMap', namespace, name },
    { type: 'merge', body: { data: { colour: `blue ${edit}` } } },
    { fieldManager: 'kubectl-edit' },
  );
  const started = performance.now();
  await seen.promise;
  times.push(performance.now() - started);
}
times.sort((a, b) => a - b);
const at = (part: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0);
const [load] = loadavg();
console.log(
  JSON.stringify({ releases, edits, min: at(0), p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1), load }),
);
daemon.kill();
for (const name of [namespace, `${namespace}-state`])
  await client.delete({ apiVersion: 'v1', kind: 'Namespace', name });
rmSync(folder, { recursive: true, force: true });
