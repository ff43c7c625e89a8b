/** Reads an index both ways, by cutting and whole, and says where they differ. */
import { SemverError } from '../../../../src/foundation/base/semver-constraint.ts';
import { GoError } from '../../../../src/foundation/template/value.ts';
import { readYamlTyped } from '../../../../src/foundation/yaml/read-yaml.ts';
import { chooseVersions } from '../../../../src/pipeline/chart/choose-version.ts';
import { chooseEntries } from '../../../../src/pipeline/chart/repository/choose-entries.ts';
import { hasApiVersion, readAllEntries } from '../../../../src/pipeline/chart/repository/read-all-entries.ts';
import type { IndexEntry } from '../../../../src/pipeline/chart/repository/read-entry.ts';
import { bodyOf, cutText } from './write-index.ts';

export const ranges = ['', '*', '>0.0.0-0', '^1', '~5.1', '1.10', '3.x || 4.x', '9.9.9', '1.2.3'];

export type Verdict =
  | { readonly type: 'same' | 'whole' }
  /** The exact reader refuses it, for what lies outside the chart at hand perhaps. */
  | { readonly type: 'refused' }
  | { readonly type: 'differs'; readonly where: string };

export async function judgeIndex(text: string, size = 64): Promise<Verdict> {
  const cuts = cutText(text, size);
  const whole = attempt(() => readAllEntries(text));
  if (cuts === undefined) return { type: 'whole' };
  if (whole instanceof Error) {
    // It may not crash, nor run for ever.
    const body = bodyOf(text, cuts);
    for (const chart of cuts.charts) await firstOf(chooseEntries(body, chart, ''));
    const missing = /no API version/.test(whole.message);
    if (missing && speaksApiVersion(cuts.apiVersion)) return { type: 'differs', where: 'apiVersion seems to be there' };
    return { type: 'refused' };
  }
  if (!speaksApiVersion(cuts.apiVersion)) return { type: 'differs', where: 'apiVersion is not seen' };
  const names = cuts.charts.map(({ name }) => name).sort();
  if (names.join('\n') !== [...whole.keys()].sort().join('\n')) {
    return { type: 'differs', where: `charts ${JSON.stringify([names, [...whole.keys()]])}` };
  }
  const body = bodyOf(text, cuts);
  for (const chart of cuts.charts) {
    const entries = whole.get(chart.name) ?? [];
    for (const range of ranges) {
      const expected = [
        ...chooseVersions(
          entries.map((one) => one.version),
          range,
        ),
      ].map((index) => entries[index]);
      const found = await firstOf(chooseEntries(body, chart, range));
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        return { type: 'differs', where: `${chart.name} ${range}: ${JSON.stringify({ found, expected })}` };
      }
    }
  }
  return { type: 'same' };
}

function speaksApiVersion(text: string | undefined): boolean {
  return text !== undefined && attempt(() => hasApiVersion(readYamlTyped(text))) === true;
}

async function firstOf(entries: AsyncGenerator<IndexEntry>): Promise<IndexEntry[] | string> {
  try {
    const found: IndexEntry[] = [];
    for await (const entry of entries) found.push(entry);
    return found;
  } catch (error) {
    if (error instanceof GoError || error instanceof SemverError) return error.message;
    throw error;
  }
}

function attempt<T>(run: () => T): T | GoError {
  try {
    return run();
  } catch (error) {
    if (error instanceof GoError) return error;
    throw error;
  }
}
