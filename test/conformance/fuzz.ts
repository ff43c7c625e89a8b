/**
 * Compares our renderer with Helm on generated templates: `HELM_BIN=… npm run fuzz -- [--seed N] [--count N] [--helm3]`.
 * The judge is Helm's Go engine at the version that HELM_BIN tells, built from Go's module cache; samples of each batch go
 * through the binary itself. `--only N` shows one case; `--report FILE` writes all differences; `--record FILE` writes
 * Helm's answers into the everyday tests' table.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Compat } from '../../src/foundation/values/read-values.ts';
import { newCoverage } from './fuzz/coverage.ts';
import { type GeneratedCase, generateCase } from './fuzz/generate-case.ts';
import { buildGoJudge, goJudge, JUDGE_DIED, type Judge } from './fuzz/go-judge.ts';
import { compareWithBinary } from './fuzz/helm-binary.ts';
import { renderOurs } from './fuzz/our-engine.ts';
import { type Outcome, sameOutcome } from './fuzz/outcome.ts';
import { recordFindings } from './fuzz/record-findings.ts';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '20000' },
    only: { type: 'string' },
    report: { type: 'string' },
    record: { type: 'string' },
    helm3: { type: 'boolean', default: false },
  },
});
const compat: Compat = options.helm3 ? 'helm3' : 'helm4';
const BATCH = 500;

/** Helm itself answers differently from run to run where a Go map's order decides. */
const AGAIN = 12;

type Verdict = 'same' | 'unstable' | 'unjudged' | 'different';

async function verdictOn(judge: Judge, one: GeneratedCase, theirs: Outcome, ours: Outcome): Promise<Verdict> {
  if (sameOutcome(theirs, ours)) return 'same';
  if (theirs.text === JUDGE_DIED) return 'unjudged';
  for (let attempt = 0; attempt < 3; attempt++) {
    // The clock may have gone on between the two.
    const [now] = await judge.judge([one]);
    if (now !== undefined && sameOutcome(now, renderOurs(one, compat))) return 'same';
  }
  const again = await judge.judge(Array.from({ length: AGAIN }, () => one));
  if (again.some((other) => sameOutcome(other, ours))) return 'same';
  return again.every((other) => sameOutcome(other, theirs)) ? 'different' : 'unstable';
}

function show(one: GeneratedCase, theirs: Outcome, ours: Outcome): string {
  const text = [
    `--- case ${one.index} (--seed ${options.seed} --only ${one.index})`,
    one.text,
    `values: ${one.values}`,
    `helm ${theirs.ok ? 'prints' : 'fails'}: ${JSON.stringify(theirs.text)}`,
    `ours ${ours.ok ? 'prints' : 'fails'}: ${JSON.stringify(ours.text)}`,
  ];
  return `${text.join('\n')}\n`;
}

function judgeFor(helm: string): string {
  const shown = execFileSync(helm, ['version', '--template', '{{.Version}} {{.GitCommit}}'], { encoding: 'utf8' });
  const [version = '', commit = ''] = shown.trim().split(' ');
  const major = compat === 'helm4' ? 'v4' : 'v3';
  if (!version.startsWith(`${major}.`)) throw new Error(`${helm} is ${version}; ${compat} is to be judged by ${major}`);
  const at = `-X helm.sh/helm/${major}/internal/version`;
  const kube = '-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=36';
  const flags = `-s -w ${at}.version=${version} ${at}.metadata= ${at}.gitCommit=${commit} ${at}.gitTreeState=clean`;
  return buildGoJudge(compat, version, options.helm3 ? `${flags} ${kube}` : flags);
}

async function main(): Promise<void> {
  const helm = process.env[options.helm3 ? 'HELM3_BIN' : 'HELM_BIN'] ?? process.env.HELM_BIN;
  if (helm === undefined) throw new Error('usage: HELM_BIN=… node test/conformance/fuzz.ts [--seed N] [--count N]');
  await using judge = goJudge(judgeFor(helm));
  if (options.record !== undefined) return await recordFindings(judge, options.record);
  const seed = Number(options.seed);
  const first = options.only === undefined ? 0 : Number(options.only);
  const end = options.only === undefined ? Number(options.count) : first + 1;
  const counts = { same: 0, unstable: 0, unjudged: 0, different: 0, errors: 0, binary: 0 };
  const coverage = newCoverage(compat);
  for (let start = first; start < end; start += BATCH) {
    const size = Math.min(BATCH, end - start);
    const cases = Array.from({ length: size }, (_, i) => generateCase(compat, seed, start + i));
    const answers = judge.judge(cases);
    const ours = cases.map((one) => renderOurs(one, compat));
    const theirs = await answers;
    for (const [i, one] of cases.entries()) {
      const verdict = await verdictOn(judge, one, theirs[i]!, ours[i]!);
      counts[verdict]++;
      if (verdict === 'same') {
        if (!theirs[i]!.ok) counts.errors++;
        coverage.add(one, theirs[i]!.ok);
      } else if (verdict !== 'unstable') report(show(one, theirs[i]!, ours[i]!));
      if (options.only !== undefined) console.log(show(one, theirs[i]!, ours[i]!));
    }
    if ((start / BATCH) % 20 === 0 && options.only === undefined) process.stderr.write(`${start}\n`);
    if ((start / BATCH) % 20 === 0 && options.only === undefined) {
      counts.binary += await compareWithBinary(
        helm,
        cases.map((one, i) => ({ one, theirs: theirs[i]! })),
      );
    }
  }
  if (options.only === undefined) console.log(coverage.table());
  console.log(
    `${compat}, seed ${seed}: ${counts.same} agree (${counts.errors} of them errors), ${counts.different} differ, ` +
      `${counts.unstable} on which Helm disagrees with itself, ${counts.unjudged} on which the judge died; ` +
      `${counts.binary} also judged by the binary`,
  );
  const missing = options.only === undefined ? coverage.missing(end - first) : [];
  if (missing.length > 0) console.log(`too rare: ${missing.join(' ')}`);
  process.exitCode = counts.different > 0 || missing.length > 0 ? 1 : 0;
}

function report(text: string): void {
  if (options.report === undefined) console.log(text);
  else appendFileSync(options.report, text);
}

await main();
