/**
 * Reads the files of a packed chart (.tgz) with Helm's checks: every entry lies below one folder, none climbs out, sizes
 * are bounded. Takes bytes, returns the files in the archive's order; links become the empty files that Helm makes of
 * them, and nothing is ever written to disk.
 */
import { posix } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type ParsedTarEntryWithData, unpackTar } from 'modern-tar';
import { quote } from '../../foundation/template/quote.ts';
import { GoError } from '../../foundation/template/value.ts';
import { chartError } from './chart-error.ts';
import { type BufferedFile, MAX_CHART_SIZE, MAX_FILE_SIZE, withoutByteOrderMark } from './chart-files.ts';

/** Headers and padding beside the files themselves. */
const MAX_ARCHIVE_SIZE = MAX_CHART_SIZE + 32 * 1024 * 1024;

export async function readChartArchive(archive: Uint8Array): Promise<BufferedFile[]> {
  const files: BufferedFile[] = [];
  let size = 0;
  for (const entry of await unpack(archive)) {
    const { name, type = 'file' } = entry.header;
    if (type === 'directory' || type.startsWith('pax-') || name.endsWith('/')) continue;
    const inside = nameInside(name);
    const data = entry.data ?? new Uint8Array();
    size += data.length;
    if (size > MAX_CHART_SIZE) throw tooLarge(`decompressed chart is larger than the maximum size ${MAX_CHART_SIZE}`);
    if (data.length > MAX_FILE_SIZE) {
      throw tooLarge(`decompressed chart file ${quote(name)} is larger than the maximum file size ${MAX_FILE_SIZE}`);
    }
    files.push({ name: inside, data: withoutByteOrderMark(data) });
  }
  if (files.length === 0) throw new GoError('no files in chart archive');
  return files;
}

async function unpack(archive: Uint8Array): Promise<ParsedTarEntryWithData[]> {
  return await unpackTar(gunzip(archive)).catch((cause: unknown) => {
    throw new GoError(`archive/tar: invalid tar header`, { cause });
  });
}

function gunzip(archive: Uint8Array): Uint8Array<ArrayBuffer> {
  try {
    return gunzipSync(archive, { maxOutputLength: MAX_ARCHIVE_SIZE });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(`decompressed chart is larger than the maximum size ${MAX_CHART_SIZE}`);
    throw new GoError(code === 'Z_BUF_ERROR' ? 'unexpected EOF' : 'gzip: invalid header', { cause });
  }
}

/** The name without the archive's one folder. */
function nameInside(name: string): string {
  const delimiter = name.includes('\\') ? '\\' : '/';
  const [first, ...rest] = name.split(delimiter);
  const path = rest.join('/');
  if (path.startsWith('/')) throw new GoError('chart illegally contains absolute paths');
  const clean = posix.normalize(path);
  if (clean === '.') throw new GoError(`chart illegally contains content outside the base directory: ${quote(name)}`);
  if (clean.startsWith('..')) throw new GoError('chart illegally references parent directory');
  if (/^[a-zA-Z]:\//.test(clean)) throw new GoError('chart contains illegally named files');
  if (first === 'Chart.yaml') throw new GoError('chart yaml not in base directory');
  return clean;
}

const tooLarge = (message: string) => chartError('chart.too-large', message);
