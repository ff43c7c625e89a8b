/**
 * Edits in place of values files: `node test/foundation/values/fuzz-edits.ts --count 100000 [--seed N]`. Each must change that
 * scalar's bytes alone and read as wanted; as many keys are taken out, put back and replaced. Prints how many; exits 1 at the
 * first that is wrong.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { arbitraryEdit, judgeEdit } from './judge-edit.ts';
import { arbitraryKeyEdit, judgeKeyEdit } from './judge-key.ts';

const { values: flags } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const counts = { changed: 0, added: 0 };
const started = performance.now();
fc.assert(
  fc.property(arbitraryEdit, (made) => {
    const wrong = judgeEdit(made);
    if (wrong !== undefined) throw new Error(`${wrong}\n${JSON.stringify(made.file.text)}`);
    if (made.adds) counts.added++;
    else counts.changed++;
  }),
  { numRuns: Number(flags.count), seed: Number(flags.seed) },
);
const keys: Record<string, number> = { exact: 0 };
fc.assert(
  fc.property(arbitraryKeyEdit, (made) => {
    const verdict = judgeKeyEdit(made);
    if ('wrong' in verdict)
      throw new Error(`${verdict.wrong}\n${JSON.stringify(made.file.text)}\n${JSON.stringify(made.other.text)}`);
    keys[verdict.did] = (keys[verdict.did] ?? 0) + 1;
    if (verdict.exact) keys['exact'] = (keys['exact'] ?? 0) + 1;
  }),
  { numRuns: Number(flags.count), seed: Number(flags.seed) },
);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(JSON.stringify({ seed: Number(flags.seed), ...counts, keys, seconds }));
