/** Reads an archive and says what is wrong with how that went: a bug of ours, or a file that lies outside the chart. */
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { GoError } from '../../../src/foundation/template/value.ts';
import { assembleChart } from '../../../src/pipeline/chart/assemble-chart.ts';
import type { BufferedFile } from '../../../src/pipeline/chart/chart-files.ts';
import { readChartArchive } from '../../../src/pipeline/chart/read-chart-archive.ts';

export interface Verdict {
  readonly loaded: boolean;
  /** Undefined: all is well. */
  readonly bug: string | undefined;
}

export async function judgeArchive(archive: Uint8Array): Promise<Verdict> {
  try {
    const files = await readChartArchive(archive);
    const bug = files.map(escapes).find((found) => found !== undefined);
    await assembleChart(files, 'helm4');
    return { loaded: true, bug };
  } catch (error) {
    const refused = error instanceof GoError || (error instanceof HelmGitopsError && error.fault === 'user');
    return { loaded: false, bug: refused ? undefined : String((error as Error).stack ?? error) };
  }
}

function escapes({ name, data }: BufferedFile): string | undefined {
  if (name === '' || name.startsWith('/') || name.split('/').includes('..')) return `the file ${JSON.stringify(name)}`;
  if (!name.isWellFormed() || name.includes('\0') || /^[a-zA-Z]:\//.test(name))
    return `the name ${JSON.stringify(name)}`;
  return data.length > 5 * 1024 * 1024 ? `${data.length} bytes of ${JSON.stringify(name)}` : undefined;
}
