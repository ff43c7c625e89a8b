/**
 * Damaged definitions: `node test/pipeline/definitions/fuzz-definitions.ts --count 100000 [--seed N]`; with `--foreign` those of
 * Argo CD and Flux alone, changed node by node so that they stay YAML. None may crash the reader, each problem names a place that exists, and applications of other files stay. Prints how many of each verdict;
 * exits 1 at the first that is wrong.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { arbitraryDamage, judgeDamage, judgeText } from './mutate-fleet.ts';
import { arbitraryMutation } from './mutate-nodes.ts';

const { values: flags } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    foreign: { type: 'boolean', default: false },
  },
});
const counts: Record<string, number> = { understood: 0, refused: 0 };
let slowest = 0;
const started = performance.now();
const cases = flags.foreign
  ? arbitraryMutation.map((made) => () => judgeText(made))
  : arbitraryDamage.map((made) => () => judgeDamage(made));
await fc.assert(
  fc.asyncProperty(cases, async (judge) => {
    const before = performance.now();
    const { type, where } = await judge();
    slowest = Math.max(slowest, performance.now() - before);
    counts[type] = (counts[type] ?? 0) + 1;
    if (type === 'wrong') throw new Error(where);
  }),
  { numRuns: Number(flags.count), seed: Number(flags.seed) },
);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(JSON.stringify({ seed: Number(flags.seed), ...counts, slowestMs: Math.round(slowest), seconds }));
