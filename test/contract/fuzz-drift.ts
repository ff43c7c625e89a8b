/**
 * Mutates live objects at random and compares each verdict with one told from before and after alone:
 * `node test/contract/fuzz-drift.ts [--count N] [--seed N] [--only N] [--workers N] [--kubeconfig FILE]`. Without a
 * kubeconfig a cluster of its own is started. `--only N` repeats one mutation. Ends with 1 when a verdict is wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { type MutationReport, prepareMutations, tryMutations } from './drift-mutations/try-mutations.ts';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    workers: { type: 'string', default: '4' },
    kubeconfig: { type: 'string' },
  },
});
const seed = Number(options.seed);
const numbers = options.only
  ? [Number(options.only)]
  : Array.from({ length: Number(options.count) }, (_, index) => index);
const workers = Math.min(Number(options.workers), numbers.length);

await using stack = new AsyncDisposableStack();
const folder = mkdtempSync(join(tmpdir(), 'fuzz-drift-'));
stack.defer(() => rmSync(folder, { recursive: true, force: true }));
const kubeconfig = options.kubeconfig ?? join(folder, 'kubeconfig');
if (!options.kubeconfig) stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath: kubeconfig }));
const client = stack.use(await openCluster({ name: 'mutations', kubeconfig }));
const started = Date.now();
const reports = await Promise.all(
  Array.from({ length: workers }, async (_, worker): Promise<MutationReport> => {
    const namespace = `mutations-${process.pid}-${worker}`;
    await prepareMutations(client, namespace);
    const report = await tryMutations({
      client,
      namespace,
      seed,
      numbers: numbers.filter((one) => one % workers === worker % workers),
    });
    await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    return report;
  }),
);
const sum = (of: (report: MutationReport) => number) => reports.reduce((total, report) => total + of(report), 0);
const wrong = reports.flatMap((report) => report.wrong);
const kinds = Object.keys(reports[0]?.counts ?? {}) as (keyof MutationReport['counts'])[];
const figures = kinds.map((kind) => `${kind} ${sum(({ counts }) => counts[kind])}`).join(', ');
console.log(
  `${sum(({ judged }) => judged)} judged (${figures}), ${sum(({ refused }) => refused)} refused by the server, ` +
    `${wrong.length} wrong, ${Math.round((Date.now() - started) / 1000)} s`,
);
for (const text of wrong.slice(0, 50)) console.log(text);
process.exitCode = wrong.length > 0 ? 1 : 0;
