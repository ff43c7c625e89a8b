/**
 * The entries of a tar archive, one after the other, with PAX and GNU long names applied: which archives are readable,
 * and where one ends, is as in Go's archive/tar 1.26. Takes bytes, yields entries; what they are allowed to be is for
 * the caller to say. Of a sparse file only that it is one.
 */
import { fromBytes } from '../base/byte-string.ts';
import { ArchiveError, badHeader, unexpectedEnd } from './archive-error.ts';
import { type PaxRecords, readPaxRecords } from './pax-records.ts';
import { BLOCK_SIZE, isZero, readHeader, type TarHeader } from './tar-header.ts';

export type TarEntryType = 'file' | 'folder' | 'hard link' | 'symbolic link' | 'device' | 'fifo' | 'sparse' | 'pax';

export interface TarEntry {
  /** As it stands in the archive; a byte that is no UTF-8 is a lone surrogate. */
  readonly name: string;
  readonly type: TarEntryType;
  readonly linkName: string;
  /** As the header tells it: links have a size and no data. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Where the archive lies in memory: not a copy. Throws where it is cut off. */
  data(): Uint8Array;
}

/** Bytes of a header's own data, long names among them. */
const MAX_META_SIZE = 1024 * 1024;

interface Reading {
  readonly archive: Uint8Array;
  at: number;
  pax: PaxRecords;
  longName: string;
  longLink: string;
}

export function* readTar(archive: Uint8Array): Generator<TarEntry, void, undefined> {
  const reading: Reading = { archive, at: 0, pax: new Map(), longName: '', longLink: '' };
  for (let header = next(reading); header !== undefined; header = next(reading)) {
    const start = reading.at;
    if (header.size < 0 && hasData(header.type)) throw badHeader();
    if (takeMeta(reading, header)) continue;
    const entry = header.type === 'g' ? header : merge(reading, header);
    const length = hasData(entry.type) ? entry.size : 0;
    if (length < 0) throw badHeader();
    yield {
      name: entry.name,
      type: typeOf(entry),
      linkName: entry.linkName,
      size: entry.size,
      modified: entry.modified * 1000,
      data: () => slice(archive, start, length),
    };
    skip(reading, length);
    Object.assign(reading, { pax: new Map(), longName: '', longLink: '' });
  }
}

/** Undefined at the end: no more bytes, or two blocks of zeros, or one and no more bytes. */
function next(reading: Reading): TarHeader | undefined {
  const block = takeBlock(reading);
  if (block === undefined) return undefined;
  if (!isZero(block)) return readHeader(block);
  const second = takeBlock(reading);
  if (second === undefined || isZero(second)) return undefined;
  throw badHeader();
}

function takeBlock(reading: Reading): Uint8Array | undefined {
  const { archive, at } = reading;
  if (at >= archive.length) return undefined;
  if (at + BLOCK_SIZE > archive.length) throw unexpectedEnd();
  reading.at += BLOCK_SIZE;
  return archive.subarray(at, at + BLOCK_SIZE);
}

/** True for a header that only tells of the next one. */
function takeMeta(reading: Reading, { type, size }: TarHeader): boolean {
  if (!['x', 'g', 'L', 'K'].includes(type)) return false;
  const { archive, at } = reading;
  const data = slice(archive, at, Math.min(size, MAX_META_SIZE + 1));
  if (size > MAX_META_SIZE) throw new ArchiveError('archive/tar: header field too long');
  if (type === 'g') {
    readPaxRecords(data);
    return false;
  }
  if (type === 'x') reading.pax = readPaxRecords(data);
  else reading[type === 'L' ? 'longName' : 'longLink'] = untilZero(data);
  skip(reading, size);
  return true;
}

const untilZero = (data: Uint8Array): string => {
  const zero = data.indexOf(0);
  return fromBytes(zero < 0 ? data : data.subarray(0, zero));
};

function merge({ pax, longName, longLink }: Reading, header: TarHeader): TarHeader {
  const entry = { ...header };
  entry.name = longName || pax.get('path') || entry.name;
  entry.linkName = longLink || pax.get('linkpath') || entry.linkName;
  const size = pax.get('size') ?? '';
  if (size !== '') entry.size = integer(size);
  for (const key of ['uid', 'gid']) integer(pax.get(key) || '0');
  for (const key of ['atime', 'ctime']) seconds(pax.get(key) || '0');
  const modified = pax.get('mtime') ?? '';
  if (modified !== '') entry.modified = seconds(modified);
  if (entry.type === '\0') entry.type = entry.name.endsWith('/') ? '5' : '0';
  if ([...pax.keys()].some((key) => key.startsWith('GNU.sparse.'))) entry.type = 'S';
  return entry;
}

function integer(text: string): number {
  if (!/^[+-]?\d{1,19}$/.test(text)) throw badHeader();
  const value = Number(text);
  if (Math.abs(value) > 2 ** 63) throw badHeader();
  return value;
}

function seconds(text: string): number {
  const [, whole = '', fraction = ''] = /^([+-]?\d{1,19})(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === '') throw badHeader();
  return Number(`${whole}.${fraction || '0'}`);
}

const hasData = (type: string): boolean => !['1', '2', '3', '4', '5', '6'].includes(type);

/** Go's FileInfo knows a folder by its mode too, whatever its type says. */
function typeOf({ type, mode }: TarHeader): TarEntryType {
  if (type === 'g') return 'pax';
  if (type === 'S') return 'sparse';
  if (type === '5' || (mode & ~0o7777) === 0o40000) return 'folder';
  if (type === '1') return 'hard link';
  if (type === '2') return 'symbolic link';
  if (type === '3' || type === '4') return 'device';
  return type === '6' ? 'fifo' : 'file';
}

function slice(archive: Uint8Array, start: number, length: number): Uint8Array {
  if (start + length > archive.length) throw unexpectedEnd();
  return archive.subarray(start, start + length);
}

/** Data that is cut off is an error, its padding is not. */
function skip(reading: Reading, length: number): void {
  if (reading.at + length > reading.archive.length) throw unexpectedEnd();
  reading.at += Math.ceil(length / BLOCK_SIZE) * BLOCK_SIZE;
}
