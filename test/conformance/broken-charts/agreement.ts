/** Whether what we say of a broken chart is what Helm says, and what may follow below it. */
import type { BrokenChart } from './broken-chart.ts';
import type { Outcome } from './judge.ts';
import { abridged } from './recorded.ts';

/** As it is recorded. */
export const brokenChartOutcome = ({ code, stdout, stderr }: Outcome): Outcome => ({
  code,
  stdout: abridged(stdout),
  stderr: abridged(stderr),
});

export interface Told {
  /** Without what is below. */
  readonly outcome: Outcome;
  /** Our place, line of the file, caret and hint. */
  readonly below: string;
}

/** The place with its excerpt, and then the hint; either may be missing. */
const BELOW =
  /\n {2}at [^\n]*:\d+(?::\d+)?(?:\n {2}\d+ \| [^\n]*(?:\n {2} *\| [^\n]*\^)?)?(?:\n {2}\S[^\n]*)?\n$|\n {2}(?!at |executing |- )[^\s-][^\n]*\n$/;

/** Takes what stands below Helm's words off an outcome of ours. */
export function splitBelow({ code, stdout, stderr }: Outcome, helm: Outcome): Told {
  const expected = helm.stderr;
  const [whole] = stderr === expected ? [] : (BELOW.exec(stderr) ?? []);
  const told = whole === undefined ? stderr : `${stderr.slice(0, -whole.length)}\n`;
  return { outcome: { code, stdout, stderr: told }, below: whole ?? '' };
}

/** Helm knows only 0 and 1; ours tells whose fault it is, and 70 is a bug. */
export const sameCode = (ours: number, helm: number): boolean => (helm === 0 ? ours === 0 : ours === 1 || ours === 2);

export function agrees(ours: Outcome, helm: Outcome, { anyOrder = false }: BrokenChart): boolean {
  if (!sameCode(ours.code, helm.code)) return false;
  return anyOrder ? sameWords(ours, helm) : ours.stdout === helm.stdout && ours.stderr === helm.stderr;
}

export const sameWords = (a: Outcome, b: Outcome): boolean =>
  words(a.stdout) === words(b.stdout) && words(a.stderr) === words(b.stderr);

const words = (text: string): string =>
  text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .sort()
    .join(' ');
