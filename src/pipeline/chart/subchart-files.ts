/**
 * The charts below a chart's charts/: which they are and of which files each is made, archives unpacked. Takes the
 * chart's files, returns theirs, names relative to each; throws GoErrors with Helm's texts. It reads nothing from disk.
 */
import { compareStrings } from '../../foundation/base/byte-string.ts';
import { GoError } from '../../foundation/template/value.ts';
import type { BufferedFile } from './chart-files.ts';
import { type ArchiveBudget, readChartArchive } from './read-chart-archive.ts';

export interface Subchart {
  /** The folder's name, or the archive's. */
  readonly name: string;
  /** As in charts/; `subchartFiles` makes them relative to the subchart. */
  readonly files: readonly BufferedFile[];
}

export const isSubchartFile = (name: string): boolean => name.startsWith('charts/') && !name.endsWith('.prov');

/** By name, where Helm's order is that of a Go map: random. */
export function listSubcharts(files: readonly BufferedFile[]): Subchart[] {
  const subcharts = new Map<string, BufferedFile[]>();
  for (const file of files) {
    if (!isSubchartFile(file.name)) continue;
    const inner = { ...file, name: file.name.slice('charts/'.length) };
    const folder = inner.name.split('/', 1)[0] as string;
    const known = subcharts.get(folder);
    if (known === undefined) subcharts.set(folder, [inner]);
    else known.push(inner);
  }
  return [...subcharts]
    .filter(([name]) => !name.startsWith('_') && !name.startsWith('.'))
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([name, inner]) => ({ name, files: inner }));
}

/** What lies directly in charts/ without being a chart is left out. */
export async function subchartFiles(
  { name, files }: Subchart,
  parent: string,
  budget: ArchiveBudget,
): Promise<BufferedFile[]> {
  if (!name.endsWith('.tgz')) {
    return files
      .filter((file) => file.name.includes('/'))
      .map((file) => ({ ...file, name: file.name.slice(file.name.indexOf('/') + 1) }));
  }
  const [archive] = files;
  if (archive === undefined || archive.name !== name) {
    throw new GoError(`error unpacking subchart tar in ${parent}: expected ${name}, got ${archive?.name ?? ''}`);
  }
  return await readChartArchive(archive.data, budget);
}
