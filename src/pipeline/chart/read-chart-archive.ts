/**
 * Reads the files of a packed chart (.tgz) with Helm's checks: every entry lies below one folder, none climbs out, sizes
 * are bounded, also of all archives within archives together. Takes bytes, returns the files in the archive's order;
 * links become the empty files that Helm makes of them, and nothing is ever written to disk.
 */
import { posix } from 'node:path';
import { ArchiveError } from '../../foundation/archive/archive-error.ts';
import { readArchive } from '../../foundation/archive/read-archive.ts';
import type { TarEntry } from '../../foundation/archive/read-tar.ts';
import { quote } from '../../foundation/template/quote.ts';
import { GoError } from '../../foundation/template/value.ts';
import { type BufferedFile, MAX_CHART_SIZE, MAX_FILE_SIZE, withoutByteOrderMark } from './chart-files.ts';

/** Headers and padding beside the files themselves. */
const MAX_ARCHIVE_SIZE = MAX_CHART_SIZE + 32 * 1024 * 1024;
const MAX_ENTRIES = 10_000;

/** What a chart and the archives in its charts/ may still unpack to: Helm has no such limit, and an archive can hold itself. */
export interface ArchiveBudget {
  bytes: number;
  archives: number;
}

export const newArchiveBudget = (): ArchiveBudget => ({ bytes: 4 * MAX_CHART_SIZE, archives: 1000 });

export async function readChartArchive(
  archive: Uint8Array,
  budget: ArchiveBudget = newArchiveBudget(),
): Promise<BufferedFile[]> {
  budget.archives -= 1;
  if (budget.archives < 0) throw tooLarge('the chart holds too many archives within archives');
  const reading: Reading = { files: [], names: new Set(), left: MAX_CHART_SIZE };
  try {
    const check = (entry: TarEntry) => checkAsHelm(entry, reading.left);
    for await (const entry of readArchive(archive, { bytes: MAX_ARCHIVE_SIZE, entries: MAX_ENTRIES, check })) {
      budget.bytes -= take(reading, entry);
      if (budget.bytes < 0) throw tooLarge('the archives within the chart unpack to too much', entry.name);
    }
  } catch (error) {
    // The one limit that Helm has too, met before an entry could be blamed.
    if (error instanceof ArchiveError && error.tooLarge && error.entry === undefined) throw chartTooLarge();
    throw error;
  }
  if (reading.files.length === 0) throw new GoError('no files in chart archive');
  return reading.files;
}

interface Reading {
  readonly files: BufferedFile[];
  readonly names: Set<string>;
  left: number;
}

/** In Helm's order, before anything that only we refuse. */
function checkAsHelm({ name, type, size }: TarEntry, left: number): void {
  nameInside(name);
  if (size > left) throw chartTooLarge(name);
  if (size > MAX_FILE_SIZE) {
    throw tooLarge(
      `decompressed chart file ${quote(name)} is larger than the maximum file size ${MAX_FILE_SIZE}`,
      name,
    );
  }
  // A link's size is taken at its word, though it has no data.
  if (size > 0 && type !== 'file' && type !== 'sparse') throw chartTooLarge(name);
}

/** Returns how many bytes it took. */
function take(reading: Reading, entry: TarEntry): number {
  const { name, modified } = entry;
  const inside = nameInside(name);
  const data = entry.data();
  reading.left -= data.length;
  if (reading.left <= 0) throw chartTooLarge(name);
  // Of two charts of one name in charts/, helm package itself writes both.
  if (reading.names.has(inside) && !inside.startsWith('charts/')) {
    throw new ArchiveError(`chart archive contains ${quote(name)} twice`, { entry: name });
  }
  reading.names.add(inside);
  reading.files.push({ name: inside, data: withoutByteOrderMark(data), modified });
  return data.length;
}

/** The name without the archive's one folder. */
function nameInside(name: string): string {
  const delimiter = name.includes('\\') ? '\\' : '/';
  const [first, ...rest] = name.split(delimiter);
  const path = rest.join('/');
  const refuse = (message: string) => new ArchiveError(message, { entry: name });
  if (path.startsWith('/')) throw refuse('chart illegally contains absolute paths');
  const clean = posix.normalize(path).replace(/(?<=.)\/$/, '');
  if (clean === '.') throw refuse(`chart illegally contains content outside the base directory: ${quote(name)}`);
  if (clean.startsWith('..')) throw refuse('chart illegally references parent directory');
  if (/^[a-zA-Z]:\//.test(clean)) throw refuse('chart contains illegally named files');
  if (first === 'Chart.yaml') throw refuse('chart yaml not in base directory');
  return clean;
}

const chartTooLarge = (entry?: string): ArchiveError =>
  tooLarge(`decompressed chart is larger than the maximum size ${MAX_CHART_SIZE}`, entry);

const tooLarge = (message: string, entry?: string): ArchiveError =>
  new ArchiveError(message, { entry, tooLarge: true });
