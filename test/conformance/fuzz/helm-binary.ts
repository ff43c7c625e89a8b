/**
 * Checks the judge itself against the real helm binary. Many templates go through one process: each is a partial whose
 * output is included as base64, which changes nothing of it. A few errors a batch are asked for alone.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CHART_YAML, FILES, HELPERS } from './go-judge.table.ts';
import { type FuzzCase, INT64, type Outcome, sameOutcome } from './outcome.ts';

const run = promisify(execFile);
const ERRORS_A_BATCH = 4;
/** What depends on chance, on other templates of the chart, or on the file's name. */
const APART =
  /now|ago|rand|gen[A-Z]|uuid|shuffle|bcrypt|htpasswd|AES|define|block|set|merge|Template|keys|values\b|durationRound|date/;

const HINT = /\n\nUse --debug flag to render out invalid YAML\n$/;

/** What JSON may hold as it is and YAML may not. */
const NOT_IN_YAML = /[\u007f-\u009f\ufeff]/g;

export interface Judged {
  readonly one: FuzzCase;
  readonly theirs: Outcome;
}

/** How many the binary answered as the judge did; prints the others. */
export async function compareWithBinary(helm: string, judged: readonly Judged[]): Promise<number> {
  const stable = judged.filter(
    ({ one, theirs }) =>
      !one.values.includes(JSON.stringify(INT64).slice(1, -1)) &&
      !APART.test(one.text) &&
      !(theirs.ok && theirs.text.includes('NOTES.txt')),
  );
  let agreed = 0;
  for (const group of Map.groupBy(stable, ({ one }) => one.values).values()) {
    agreed += await compareGood(
      helm,
      group.filter(({ theirs }) => theirs.ok),
    );
  }
  for (const { one, theirs } of stable.filter(({ theirs }) => !theirs.ok).slice(0, ERRORS_A_BATCH)) {
    const text = await template(helm, { 'templates/NOTES.txt': one.text }, one.values);
    agreed += agrees(one, theirs, { ok: false, text: text.replace(/^Error: /, '').replace(HINT, '') });
  }
  return agreed;
}

function agrees(one: FuzzCase, theirs: Outcome, binary: Outcome): number {
  const judge = { ok: theirs.ok, text: theirs.ok ? theirs.text : theirs.text.trim() };
  if (sameOutcome(judge, { ok: binary.ok, text: binary.ok ? binary.text : binary.text.trim() })) return 1;
  console.log(`The binary differs from the judge on\n${one.text}\nbinary: ${binary.text}\njudge: ${theirs.text}`);
  return 0;
}

async function compareGood(helm: string, group: readonly Judged[]): Promise<number> {
  const partials = group.map(({ one }, i): [string, string] => [`templates/_${i}`, one.text]);
  const lines = group.map((_, i) => `- "{{ include "fuzz/templates/_${i}" . | replace "<no value>" "" | b64enc }}"\n`);
  const [group0] = group;
  if (group0 === undefined) return 0;
  const text = await template(
    helm,
    { ...Object.fromEntries(partials), 'templates/all.yaml': `all:\n${lines.join('')}` },
    group0.one.values,
  );
  const printed = [...text.matchAll(/^- "(.*)"$/gm)].map(([, base64]) =>
    Buffer.from(base64!, 'base64').toString('latin1'),
  );
  let agreed = 0;
  for (const [i, { one, theirs }] of group.entries())
    agreed += agrees(one, theirs, { ok: printed[i] !== undefined, text: printed[i] ?? text });
  return agreed;
}

/** What helm prints, errors too. */
async function template(helm: string, templates: Readonly<Record<string, string>>, values: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'helm-gitops-fuzz-chart-'));
  const all = { 'Chart.yaml': CHART_YAML, ...FILES, 'templates/_helpers.tpl': HELPERS, ...templates };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const file = join(folder, '.helm-values.json');
  writeFileSync(
    file,
    values.replace(NOT_IN_YAML, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
  writeFileSync(join(folder, '.helmignore'), '.helm-values.json\n.helmignore\n');
  try {
    const { stdout } = await run(helm, ['template', 'rel', folder, '-n', 'prod', '-f', file], { maxBuffer: 2 ** 28 });
    return stdout;
  } catch (error) {
    return Buffer.from((error as { stderr: string }).stderr).toString('latin1');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
