/**
 * Takes where a chart's versions lie and which is wanted, returns those that fit, best first: only they are read. The
 * answer is the exact reader's: where an entry turns out to hold another version than it seemed to, all are read.
 */
import { GoError } from '../../../foundation/template/value.ts';
import { chooseVersions } from '../choose-version.ts';
import type { BodyFormat, ChartCut, EntryCut } from './entry-cuts.ts';
import { type IndexEntry, readEntries } from './read-entry.ts';

export interface IndexBody {
  readonly format: BodyFormat;
  /** Text between two bytes of the index. */
  read(start: number, end: number): Promise<string>;
}

export async function* chooseEntries(body: IndexBody, chart: ChartCut, wanted: string): AsyncGenerator<IndexEntry> {
  if (!chart.odd) {
    const versions = await versionsOf(body, chart);
    for (const index of versions === undefined ? [] : chooseVersions(versions, wanted)) {
      const found = await readOne(body, chart.entries[index] as EntryCut);
      if (found === 'odd' || (found !== undefined && found.version !== versions?.[index])) {
        yield* chooseAmong(await readAll(body, chart), wanted);
        return;
      }
      if (found !== undefined) yield found;
    }
    if (versions !== undefined) return;
  }
  yield* chooseAmong(await readAll(body, chart), wanted);
}

/** For a person; entries that cannot be read are left out. */
export async function listVersions(body: IndexBody, chart: ChartCut): Promise<string[]> {
  const versions = chart.odd ? undefined : await versionsOf(body, chart);
  return versions?.filter((one) => one !== '') ?? (await readAll(body, chart)).map(({ version }) => version);
}

function* chooseAmong(entries: readonly IndexEntry[], wanted: string): Generator<IndexEntry> {
  const versions = entries.map(({ version }) => version);
  for (const index of chooseVersions(versions, wanted)) yield entries[index] as IndexEntry;
}

/** So many entries are read one by one to learn their version. */
const mostUnsure = 2000;

/** `''` for an entry that Helm skips; undefined: to be read as a whole. */
async function versionsOf(body: IndexBody, chart: ChartCut): Promise<string[] | undefined> {
  if (chart.entries.filter(({ version }) => version === '').length > mostUnsure) return undefined;
  const versions: string[] = [];
  for (const cut of chart.entries) {
    if (cut.version !== '') versions.push(cut.version);
    else {
      const found = await readOne(body, cut);
      if (found === 'odd') return undefined;
      versions.push(found?.version ?? '');
    }
  }
  return versions;
}

async function readOne(body: IndexBody, { start, end }: EntryCut): Promise<IndexEntry | 'odd' | undefined> {
  const text = await body.read(start, end);
  try {
    const found = readEntries(body.format === 'json' ? `[${text}]` : text, body.format);
    return found.length === 1 ? found[0] : 'odd';
  } catch (error) {
    if (error instanceof GoError) return 'odd';
    throw error;
  }
}

/** Throws a GoError where Helm could not read the index. */
async function readAll(body: IndexBody, chart: ChartCut): Promise<IndexEntry[]> {
  const text = await body.read(chart.start, chart.end);
  return readEntries(text, body.format, body.format === 'yaml').filter((entry) => entry !== undefined);
}
