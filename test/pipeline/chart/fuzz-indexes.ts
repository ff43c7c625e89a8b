/**
 * Hostile chart repository indexes: `node test/pipeline/chart/fuzz-indexes.ts --count 100000 [--seed N]`. Each is written
 * as Helm, as JSON or by js-yaml, then damaged up to three times. None may crash or hang the reader, and where the exact
 * reader takes it, cutting gives the same answer. Prints how many of each verdict; exits 1 at the first difference.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { judgeIndex } from './repository/judge-index.ts';
import { arbitraryText } from './repository/write-index.ts';

const { values: flags } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const counts: Record<string, number> = { same: 0, whole: 0, refused: 0 };
let slowest = 0;
const started = performance.now();
await fc.assert(
  fc.asyncProperty(arbitraryText, fc.integer({ min: 1, max: 300 }), async (text, size) => {
    const before = performance.now();
    const verdict = await judgeIndex(text, size);
    slowest = Math.max(slowest, performance.now() - before);
    counts[verdict.type] = (counts[verdict.type] ?? 0) + 1;
    if (verdict.type === 'differs') throw new Error(verdict.where);
  }),
  { numRuns: Number(flags.count), seed: Number(flags.seed) },
);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(JSON.stringify({ seed: Number(flags.seed), ...counts, slowestMs: Math.round(slowest), seconds }));
