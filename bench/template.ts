/**
 * Times `template` against `helm template`, whole process beside whole process, chart by chart in turn:
 * `HELM_BIN=… node bench/template.ts [-n 3] [-v] < charts.txt` after `npm run build`, one chart directory a line. Prints
 * the sums over all charts of each one's best of n, and the chart that helm renders fastest, in milliseconds: `wall` by
 * the clock, `cpu` as the operating system counts it for the finished process. Ratios are ours by helm's: below 1 is faster.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

interface Times {
  readonly wall: number;
  readonly cpu: number;
}

const { values: flags } = parseArgs({
  options: {
    passes: { type: 'string', short: 'n', default: '3' },
    verbose: { type: 'boolean', short: 'v', default: false },
  },
});
const helm = process.env.HELM_BIN;
if (helm === undefined) throw new Error('HELM_BIN names no helm to compare with');
const bundle = fileURLToPath(new URL('../bin/helm-gitops.js', import.meta.url));
const commands = { ours: [process.execPath, bundle], helm: [helm] } as const;

/** Undefined where the command fails. */
function time([program, ...before]: readonly [string, ...string[]], chart: string): Times | undefined {
  // What the shell's finished children took; other shells than bash count in ticks of 10 ms.
  const script = '"$@" > /dev/null 2>&1 && times';
  const args = ['-c', script, 'bash', program, ...before, 'template', 'rel', chart, '-n', 'prod'];
  const started = performance.now();
  const { status, stdout } = spawnSync('bash', args, { encoding: 'utf8' });
  const wall = performance.now() - started;
  if (status !== 0) return undefined;
  const [user, system] = (stdout.split('\n')[1] ?? '').split(' ').map(milliseconds);
  return { wall, cpu: (user ?? 0) + (system ?? 0) };
}

/** `0m0.043s` */
function milliseconds(text: string): number {
  const [, minutes, seconds] = /(\d+)m([\d.]+)s/.exec(text) ?? [];
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}

const better = (a: Times, b: Times | undefined): Times => ({
  wall: Math.min(a.wall, b?.wall ?? a.wall),
  cpu: Math.min(a.cpu, b?.cpu ?? a.cpu),
});

const rows: { readonly chart: string; readonly ours: Times; readonly helm: Times }[] = [];
for (const chart of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  let best: { ours: Times; helm: Times } | undefined;
  for (let pass = 0; pass < Number(flags.passes); pass++) {
    const [ours, theirs] = [time(commands.ours, chart), time(commands.helm, chart)];
    if (ours === undefined || theirs === undefined) break;
    best = { ours: better(ours, best?.ours), helm: better(theirs, best?.helm) };
  }
  if (best === undefined) {
    console.error(`left out, as one of the two fails: ${chart}`);
    continue;
  }
  rows.push({ chart, ...best });
  if (flags.verbose) {
    console.error(`${best.ours.wall.toFixed(0).padStart(6)} ${best.helm.wall.toFixed(0).padStart(6)} ${chart}`);
  }
}

function compare(of: readonly (typeof rows)[number][]) {
  const sum = (who: 'ours' | 'helm', what: keyof Times): number => of.reduce((total, row) => total + row[who][what], 0);
  const figures = (what: keyof Times) => ({
    ours: Math.round(sum('ours', what)),
    helm: Math.round(sum('helm', what)),
    ratio: Math.round((100 * sum('ours', what)) / sum('helm', what)) / 100,
  });
  return { wall: figures('wall'), cpu: figures('cpu') };
}

const [smallest] = rows.toSorted((a, b) => a.helm.wall - b.helm.wall);
console.log(
  JSON.stringify({
    charts: rows.length,
    sum: compare(rows),
    smallest: smallest && { chart: smallest.chart, ...compare([smallest]) },
  }),
);
