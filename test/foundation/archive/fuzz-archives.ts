/**
 * `node test/foundation/archive/fuzz-archives.ts [--count N] [--seed N] [--helm]`: hostile archives by the thousand. Each
 * bug is told with the seed that makes it again; exit code 1 then. With --helm the real one (HELM_BIN) reads them too,
 * slowly: what it refuses we must not load.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hostileArchive } from './hostile-archives.ts';
import { judgeArchive } from './judge-archive.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    helm: { type: 'boolean' },
  },
});
const [count, first] = [Number(values.count), Number(values.seed)];
/** Milliseconds after which an archive counts as one that hangs the program. */
const PATIENCE = 5000;

const helm = values.helm ? (process.env['HELM_BIN'] ?? 'helm') : undefined;
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));

/** What Helm says against it; undefined: it loads, or was not asked. */
function helmRefuses(archive: Uint8Array): string | undefined {
  if (helm === undefined) return undefined;
  const file = join(folder, 'x.tgz');
  writeFileSync(file, archive);
  try {
    execFileSync(helm, ['show', 'chart', file], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return String((error as { stderr: Buffer }).stderr);
  }
}

const started = performance.now();
let [loaded, bugs, slowest, slowestSeed] = [0, 0, 0, 0];
for (let seed = first; seed < first + count; seed++) {
  const archive = hostileArchive(seed);
  const before = performance.now();
  const verdict = await judgeArchive(archive);
  const took = performance.now() - before;
  if (took > slowest) [slowest, slowestSeed] = [took, seed];
  if (verdict.loaded) loaded += 1;
  const said = verdict.loaded ? helmRefuses(archive) : undefined;
  const bug =
    verdict.bug ??
    (said === undefined ? undefined : `Helm refuses it: ${said}`) ??
    (took > PATIENCE ? `it took ${Math.round(took)} ms` : undefined);
  if (bug === undefined) continue;
  bugs += 1;
  console.log(`seed ${seed}: ${bug}`);
}
const seconds = ((performance.now() - started) / 1000).toFixed(0);
const memory = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  `${count} archives from seed ${first}: ${loaded} loaded, ${count - loaded - bugs} refused, ${bugs} bugs; ` +
    `${seconds} s, slowest ${slowest.toFixed(0)} ms (seed ${slowestSeed}), ${memory} MiB at most`,
);
rmSync(folder, { recursive: true });
process.exitCode = bugs === 0 ? 0 : 1;
