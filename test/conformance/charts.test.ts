import { randomBytes } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { helmFunctions } from '../../src/pipeline/render/functions/function-table.ts';
import { renderRelease } from '../support/render-here.ts';
import {
  askHelm,
  askWhatIsStored,
  chartCases,
  chartNames,
  chartsFolder,
  comparable,
  readRecording,
  recordingPath,
  renderCase,
} from './chart-case.ts';
import { flagCases } from './chart-cases.table.ts';

const cases = chartCases();
const judges = [
  ['helm4', 'HELM_BIN', process.env['HELM_BIN']],
  ['helm3', 'HELM3_BIN', process.env['HELM3_BIN']],
] as const;

describe.each(judges)('%s renders test/charts', (compat, variable, bin) => {
  test.each(cases)('$id as recorded', async (one) => {
    const expected = readRecording(one, compat);
    const ours = await renderCase(one, compat);
    expect(comparable(ours, expected)).toBe(comparable(expected, expected));
    expect(ours.ok).toBe(expected.ok);
  });

  test.skipIf(!bin).each(cases)(`$id is recorded as it is now (needs ${variable})`, async (one) => {
    const [now, recorded] = [await askHelm(bin ?? '', one), readRecording(one, compat)];
    expect(comparable(now, now)).toBe(comparable(recorded, recorded));
    expect(now.ok).toBe(recorded.ok);
  });
});

const plainCases = cases.filter(({ flags: [first, , more] }) => (first === undefined || first === '-f') && !more);
const installed = plainCases.filter((one) => one.as === undefined && readRecording(one, 'helm4').ok);

// Helm 3 asks a cluster before it installs, and of 4 the templates see a present time here.
test.skipIf(!process.env['HELM_BIN']).each(installed)(
  'of $id, helm4 install would store the same manifest, hooks and notes (needs HELM_BIN)',
  async (one) => {
    const valueFiles = one.flags.slice(1).map((file) => join(chartsFolder, file));
    const sources = { now: () => new Date(), randomBytes, timeZone: 'UTC' };
    const ours = await renderRelease(join(chartsFolder, one.chart), { valueFiles, input: { sources } });
    const theirs = await askWhatIsStored(process.env['HELM_BIN'] ?? '', one);
    expect({ manifest: ours.manifest, hooks: ours.hooks, notes: ours.notes }).toEqual(theirs);
  },
);

describe('test/charts', () => {
  test('each recording belongs to a case, and each case of the table to a chart', () => {
    const recordings = globSync('expected/*/*', { cwd: import.meta.dirname });
    expect(recordings.length).toBe(2 * cases.length);
    for (const one of cases) {
      for (const compat of ['helm3', 'helm4'] as const) {
        expect([true, false].filter((ok) => existsSync(recordingPath(one, compat, ok)))).toHaveLength(1);
      }
    }
    const charts = new Set(chartNames());
    expect(flagCases.filter(({ chart }) => !charts.has(chart))).toEqual([]);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });

  test('uses every function', () => {
    const used = templateWords();
    expect(functionNames().filter((name) => !used.has(name))).toEqual([]);
  });
});

const GO_BUILTINS = 'and break call continue define eq ge gt html index js le len lt ne not or print printf println';

function functionNames(): string[] {
  const sources = { now: () => new Date(0), randomBytes: (count: number) => new Uint8Array(count) };
  const known = (['helm3', 'helm4'] as const).flatMap((compat) => [...helmFunctions({ compat, sources }).keys()]);
  const more = `${GO_BUILTINS} urlquery block template range with include tpl lookup`.split(' ');
  return [...new Set([...known, ...more])].sort();
}

function templateWords(): Set<string> {
  const words = new Set<string>();
  for (const file of globSync('**/templates/**/*.{yaml,tpl,txt}', { cwd: chartsFolder })) {
    const text = readFileSync(join(chartsFolder, file), 'utf8');
    for (const [action] of text.matchAll(/\{\{.*?\}\}/gs)) {
      const code = action.replace(/"(?:\\.|[^"\\])*"|`[^`]*`|\/\*.*?\*\//gs, '""');
      for (const [word] of code.matchAll(/(?<![\w.$])[a-zA-Z]\w*/g)) words.add(word);
    }
  }
  return words;
}
