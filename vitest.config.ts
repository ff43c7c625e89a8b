import { defineConfig } from 'vitest/config';

// Pure tests share a process (isolation costs eight times on small files); tests that start processes or servers do not.
// Those that have a cluster of their own wait most of the time, and run beside the others; those that may share a real
// one come one after the other.
const alone = ['charts', 'elsewhere', 'package', 'platform', 'repository', 'secrets'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

export default defineConfig({
  test: {
    globalSetup: ['test/support/require-node.ts'],
    // Many tests wait: for a poll, a pod, a process.
    maxWorkers: 3,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'json-summary'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/contract/**'],
          isolate: false,
          pool: 'threads',
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'fleet',
          include: alone,
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/e2e/**/*.test.ts', 'test/contract/**/*.test.ts'],
          exclude: alone,
          pool: 'forks',
          // Only a real cluster is shared by them.
          fileParallelism: process.env['KUBECONFIG_REAL'] === undefined,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
