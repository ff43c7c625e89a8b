/**
 * The entries of a packed archive (.tar.gz) that may have been made to do harm: bounded in bytes and entries, and of
 * devices, links that lead out, names that do and names that are no text none passes. Takes bytes, yields entries in the
 * archive's order, folders and PAX headers left out; nothing is ever written to disk.
 */
import { posix } from 'node:path';
import { ArchiveError, type ArchiveFault } from './archive-error.ts';
import { gunzip } from './gunzip.ts';
import { readTar, type TarEntry } from './read-tar.ts';

export interface ArchiveLimits {
  /** What the archive may unpack to, headers and padding included. */
  readonly bytes: number;
  readonly entries: number;
  /** May refuse an entry first, in words of its own. */
  readonly check?: (entry: TarEntry) => void;
}

export async function* readArchive(archive: Uint8Array, limits: ArchiveLimits): AsyncGenerator<TarEntry, void> {
  const { data, failure } = await gunzip(archive, limits.bytes);
  let entries = 0;
  const all = readTar(data);
  for (;;) {
    const result = orFailure(() => all.next(), failure);
    if (result.done) break;
    const entry = result.value;
    entries += 1;
    if (entries > limits.entries) {
      throw refused(entry, `${shown(entry)} is one entry too many: no more than ${limits.entries} are read`, {
        tooLarge: true,
      });
    }
    if (entry.type === 'folder' || entry.type === 'pax') continue;
    limits.check?.(entry);
    checkEntry(entry);
    yield { ...entry, data: () => orFailure(() => entry.data(), failure) };
  }
  if (failure !== undefined) throw failure;
}

/** Where the bytes end too early, the reason is why they do. */
function orFailure<T>(read: () => T, failure: ArchiveError | undefined): T {
  try {
    return read();
  } catch (error) {
    const isCut = error instanceof ArchiveError && error.message === 'unexpected EOF';
    throw isCut ? (failure ?? error) : error;
  }
}

function checkEntry(entry: TarEntry): void {
  const { name, type } = entry;
  if (!name.isWellFormed()) throw refused(entry, `${shown(entry)} has a name that is not UTF-8`);
  const path = slashes(name);
  if (path.startsWith('/') || /^[a-zA-Z]:/.test(path)) throw refused(entry, `${shown(entry)} is an absolute name`);
  if (path.split('/', 1)[0] === '..') throw refused(entry, `${shown(entry)} lies outside the archive's folder`);
  if (type === 'device' || type === 'fifo') throw refused(entry, `${shown(entry)} is a ${type}`);
  if (type === 'sparse') throw refused(entry, `${shown(entry)} is a sparse file`);
  if ((type === 'symbolic link' || type === 'hard link') && leadsOut(entry)) {
    throw refused(entry, `${shown(entry)} is a ${type} that leads out of the archive`);
  }
}

/** A hard link names an entry of the archive, a symbolic one starts from where it lies. */
function leadsOut({ name, type, linkName }: TarEntry): boolean {
  const target = slashes(linkName);
  if (target.startsWith('/') || /^[a-zA-Z]:/.test(target)) return true;
  const from = type === 'hard link' ? '' : posix.dirname(slashes(name));
  return posix.normalize(`${from}/${target}`.replace(/^\/+/, '')).split('/', 1)[0] === '..';
}

const slashes = (name: string): string => name.replaceAll('\\', '/');

const shown = ({ name }: TarEntry): string => JSON.stringify(name);

const refused = (entry: TarEntry, message: string, fault: ArchiveFault = {}): ArchiveError =>
  new ArchiveError(`the archive's entry ${message}`, { entry: entry.name, ...fault });
