/**
 * Times the plan of a commit that changed one values file in a large repository, as people run it: the built program, a
 * process of its own from its start to its end. `node bench/plan.ts [--applications 334] [-n 5]` after `npm run build` makes
 * a git repository of that many applications in three environments (334: 1,002 releases) and prints one JSON line, in
 * milliseconds, median of n. `first`: offline, with an empty cache, so that both revisions are fetched and laid out too.
 * Then both are there: `offline`; `live`, against an embedded cluster in another process; `clone`: offline in a clone that
 * is configured as a folder, as a pipeline does. All of them ask git for what there is. `releases` and `planned`: how many
 * there are, and how many it printed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEmbeddedCluster } from '../src/embedded/start-embedded-cluster.ts';
import { makeLargeFleet, settings } from './fleet/large-fleet.ts';

const { values: flags } = parseArgs({
  options: {
    passes: { type: 'string', short: 'n', default: '5' },
    applications: { type: 'string', default: '334' },
  },
});

const program = fileURLToPath(new URL('../bin/helm-gitops.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'helm-gitops-plan-'));
const work = join(folder, 'work');
const kubeconfig = join(folder, 'kubeconfig');

interface Pass {
  readonly milliseconds: number;
  readonly planned: number;
}

function plan(place: string, ...args: readonly string[]): Pass {
  const started = performance.now();
  // Compiled code is kept between runs, as in anybody's home.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const all = [program, 'plan', '-o', 'json', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: place, env, encoding: 'utf8' });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  return { milliseconds, planned: (JSON.parse(stdout) as unknown[]).length };
}

function configure(name: string, repository: string): string {
  const place = join(folder, name);
  mkdirSync(place);
  const text = `repositories: [{name: fleet, path: apps, ${repository}}]\nclusters: [{name: local, kubeconfig: ${kubeconfig}}]\n`;
  writeFileSync(join(place, 'helm-gitops.config.yaml'), text);
  return place;
}

const remote = (name: string) => configure(name, `url: "file://${work}", revision: main`);

function median(passes: readonly Pass[]): number {
  const sorted = passes.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}

const fleet = makeLargeFleet(work, Number(flags.applications));
execFileSync('git', ['-C', work, 'checkout', '-q', '-b', 'feature']);
fleet.write('values/app-7/common.yaml', settings('app-7', 8));
fleet.commit('Change one file');
const clone = join(folder, 'clone');
execFileSync('git', ['clone', '-q', '--branch', 'feature', `file://${work}`, clone]);
try {
  await using _cluster = await startEmbeddedCluster({ port: 0, kubeconfigPath: kubeconfig });
  const branch = ['--commit', 'feature'];
  const kinds = {
    offline: () => plan(warm, ...branch, '--offline'),
    live: () => plan(warm, ...branch),
    clone: () => plan(local, '--base', 'origin/main', '--offline'),
  };
  const warm = remote('warm');
  const local = configure('local', `url: ${clone}`);
  for (const run of Object.values(kinds)) for (let pass = 0; pass < 2; pass += 1) run();
  const rounds = Array.from({ length: Number(flags.passes) }, (_, round) => ({
    first: plan(remote(`empty-${round}`), ...branch, '--offline'),
    offline: kinds.offline(),
    live: kinds.live(),
    clone: kinds.clone(),
  }));
  const names = ['first', 'offline', 'live', 'clone'] as const;
  const figures = Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name]))]));
  const planned = rounds[0]?.live.planned;
  process.stdout.write(`${JSON.stringify({ releases: Number(flags.applications) * 3, planned, ...figures })}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
