/** Asks the judge again what it makes of the reduced snippets that everyday tests hold us to. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Judge } from './go-judge.ts';
import type { Outcome } from './outcome.ts';

export interface Findings {
  /** JSON, as a case has them. */
  readonly values: string;
  readonly rows: readonly (readonly [template: string, expected: string])[];
}

/** `prints …` or `fails: …`; characters instead of bytes where they are UTF-8. */
export function shownOutcome({ ok, text }: Outcome): string {
  const bytes = Buffer.from(text, 'latin1');
  const utf8 = bytes.toString('utf8');
  const shown = Buffer.from(utf8, 'utf8').equals(bytes) ? utf8 : `bytes ${bytes.toString('base64')}`;
  return ok ? `prints ${shown}` : `fails: ${shown}`;
}

export async function recordFindings(judge: Judge, file: string): Promise<void> {
  const { values, rows } = JSON.parse(readFileSync(file, 'utf8')) as Findings;
  const answers = await judge.judge(rows.map(([text]) => ({ text, values })));
  const recorded = rows.map(([text], i) => [text, shownOutcome(answers[i]!)]);
  writeFileSync(file, `${JSON.stringify({ values, rows: recorded }, null, 2)}\n`);
}
