/**
 * Times the plan of a commit that changed one values file in a large repository: `node bench/plan.ts [--applications 334]
 * [-n 5]` makes a git repository of that many applications in three environments (334: 1,002 releases) and prints one JSON
 * line. Each pass is a new process; `fetch` is both revisions in an empty cache, `offline` and `live` the command `plan`
 * after that (its own look at the remote's refs included), the second against an embedded cluster in another process:
 * milliseconds, median of n. `rendered`: the releases that it printed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { startEmbeddedCluster } from '../src/embedded/start-embedded-cluster.ts';
import { runCommandLine } from '../src/entry/cli/run-command-line.ts';
import { fetchComparison } from '../src/pipeline/source/fetch-comparison.ts';
import { makeLargeFleet, settings } from './fleet/large-fleet.ts';

const { values: flags } = parseArgs({
  options: {
    passes: { type: 'string', short: 'n', default: '5' },
    applications: { type: 'string', default: '334' },
    /** For the process that is measured. */
    folder: { type: 'string' },
    work: { type: 'string', default: '' },
    live: { type: 'boolean', default: false },
  },
});

interface Pass {
  readonly fetch: number;
  readonly plan: number;
  readonly rendered: number;
}

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await act();
  return Math.round(performance.now() - started);
};

async function measure(folder: string): Promise<Pass> {
  const { environment, signal } = { environment: { ...process.env }, signal: new AbortController().signal };
  const url = `file://${flags.work}`;
  const poll = { type: 'every', milliseconds: 30_000 } as const;
  const repository = {
    name: 'fleet',
    type: 'remote',
    url,
    revision: 'main',
    path: 'apps',
    poll,
    watch: false,
  } as const;
  const cacheFolder = join(folder, '.helm-gitops', 'cache');
  const [commit, base] = ['feature', 'main'];
  const fetch = await timed(() => fetchComparison({ repository, cacheFolder, environment, signal, commit, base }));
  const told: string[] = [];
  const stdout = new Writable({
    write(chunk, _, done) {
      told.push(String(chunk));
      done();
    },
  });
  const how = flags.live ? [] : ['--offline'];
  const plan = await timed(async () => {
    const code = await runCommandLine({
      arguments: ['plan', '--commit', commit, '-o', 'json', ...how],
      ...{ environment, folder, stdout, stderr: process.stderr, signal, now: () => new Date() },
    });
    if (code !== 0) throw new Error(`exit code ${code}`);
  });
  return { fetch, plan, rendered: (JSON.parse(told.join('')) as unknown[]).length };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'helm-gitops-plan-'));
  const work = join(folder, 'work');
  const fleet = makeLargeFleet(work, Number(flags.applications));
  execFileSync('git', ['-C', work, 'checkout', '-q', '-b', 'feature']);
  fleet.write('values/app-7/common.yaml', settings('app-7', 8));
  fleet.commit('Change one file');
  const kubeconfigPath = join(folder, 'kubeconfig');
  await using _cluster = await startEmbeddedCluster({ port: 0, kubeconfigPath });
  const pass = (...how: string[]): Pass => {
    const place = mkdtempSync(join(folder, 'pass-'));
    const clusters = `clusters: [{name: local, kubeconfig: ${kubeconfigPath}}]`;
    const repositories = `repositories: [{name: fleet, url: "file://${work}", revision: main, path: apps}]`;
    writeFileSync(join(place, 'helm-gitops.config.yaml'), `${repositories}\n${clusters}\n`);
    const program = [import.meta.filename, '--folder', place, '--work', work, ...how];
    // What is published is a bundle: here the stripped and compiled sources are kept between the passes instead.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
    return JSON.parse(execFileSync(process.execPath, program, { encoding: 'utf8', env })) as Pass;
  };
  pass();
  pass('--live');
  const passes = Array.from({ length: Number(flags.passes) }, () => ({ offline: pass(), live: pass('--live') }));
  process.stdout.write(
    `${JSON.stringify({
      releases: Number(flags.applications) * 3,
      fetch: median(passes.flatMap(({ offline, live }) => [offline.fetch, live.fetch])),
      offline: median(passes.map(({ offline }) => offline.plan)),
      live: median(passes.map(({ live }) => live.plan)),
      rendered: passes[0]?.live.rendered,
    })}\n`,
  );
  rmSync(folder, { recursive: true, force: true });
}

if (flags.folder === undefined) await compare();
else process.stdout.write(`${JSON.stringify(await measure(flags.folder))}\n`);
