import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { unjudgedFiles } from './test/support/judged-files.ts';
import { LongFirst } from './test/support/long-first.ts';
import { realClusters } from './test/support/real-clusters.ts';

// Many tests wait: for a poll, a pod, a process.
const workers = 3;
const clusters = realClusters().length;
// Beside the judges, after a run without: what asks none of them would say the same again.
const unjudged = process.env['ONLY_JUDGED'] === undefined ? [] : unjudgedFiles();

/** In ms. What hangs is found a little later; a machine that others use too fails nothing. */
const patience = 300_000;

// Pure tests share a process (isolation costs eight times on small files); tests that start processes or servers do not.
// Those that need no real cluster run beside the others; those that may share one come one after the other.
const alone = ['charts', 'elsewhere', 'package', 'platform', 'repository', 'secrets'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

/** Tests of git: a process starts others in a tenth of the time where it holds 100 MB than where it holds a gigabyte. */
const ofGit = [
  ...['foundation/content-store', 'foundation/git', 'pipeline/source', 'daemon/repositories', 'daemon/reverts'],
  ...['entry/cli/plan', 'pipeline/chart/fetch-from-git'],
].map((name) => `test/${name}{/**/*,}.test.ts`);

const pure = {
  isolate: false,
  // Processes start others in half the time that threads of one large process take; the stack is as large as a thread's.
  pool: 'forks' as const,
  execArgv: ['--stack-size=3900'],
  testTimeout: patience,
  hookTimeout: patience,
};

export default defineConfig({
  test: {
    globalSetup: ['test/support/require-node.ts', 'test/support/temporary-files.ts'],
    // Daemons and commands that tests start as processes: half of such a start is stripping and compiling.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') },
    setupFiles: ['test/support/own-cluster.ts'],
    maxWorkers: workers,
    expect: { poll: { timeout: 90_000 } },
    sequence: { sequencer: LongFirst },
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'json-summary'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/contract/**', ...ofGit, ...unjudged],
          ...pure,
        },
      },
      { extends: true, test: { name: 'git', include: ofGit, exclude: unjudged, ...pure } },
      {
        extends: true,
        test: {
          name: 'fleet',
          globalSetup: 'test/support/bundled-program.ts',
          include: alone,
          exclude: unjudged,
          pool: 'forks',
          testTimeout: patience,
          hookTimeout: patience,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          globalSetup: 'test/support/bundled-program.ts',
          include: ['test/e2e/**/*.test.ts', 'test/contract/**/*.test.ts'],
          exclude: [...alone, ...unjudged],
          pool: 'forks',
          // Only a real cluster is shared by them, where there is not one for each.
          fileParallelism: clusters === 0 || clusters >= workers,
          testTimeout: patience,
          hookTimeout: patience,
        },
      },
    ],
  },
});
