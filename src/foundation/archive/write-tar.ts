/**
 * Writes files as a tar archive, byte for byte as Go's archive/tar 1.26 does: USTAR where the name fits, PAX where not.
 * Takes files, returns the archive; it knows no folders, no links and no owners.
 */
import { posix } from 'node:path';
import { BLOCK_SIZE } from './tar-header.ts';

export interface TarFile {
  /** With `/`. */
  readonly name: string;
  readonly data: Uint8Array;
  /** Milliseconds since 1970; seconds are kept. */
  readonly modified: number;
}

const MODE = 0o644;
const NAME_SIZE = 100;
const PREFIX_SIZE = 155;

export function writeTar(files: readonly TarFile[]): Buffer {
  return Buffer.concat([...files.flatMap(blocksOf), Buffer.alloc(2 * BLOCK_SIZE)]);
}

function blocksOf({ name, data, modified }: TarFile): Uint8Array[] {
  const seconds = Math.round(modified / 1000);
  const split = splitName(name);
  const isPax = split === undefined || seconds < 0;
  const { prefix, rest } = isPax || split === undefined ? { prefix: '', rest: asciiOf(name) } : split;
  const header = newHeader({ name: rest, size: data.length, type: '0' });
  writeOctal(header, MODE, [100, 108]);
  writeOctal(header, Math.max(seconds, 0), [136, 148]);
  writeOctal(header, 0, [329, 337]);
  writeOctal(header, 0, [337, 345]);
  header.write(prefix, 345, PREFIX_SIZE, 'latin1');
  seal(header);
  const meta = isPax ? paxBlocks(name, split === undefined, seconds) : [];
  return [...meta, header, data, padding(data.length)];
}

/** At the last slash that leaves both parts short enough; undefined: USTAR cannot hold the name. */
function splitName(name: string): { prefix: string; rest: string } | undefined {
  if (!/^[\x01-\x7f]*$/.test(name)) return undefined;
  if (name.length <= NAME_SIZE) return { prefix: '', rest: name };
  const at = name.slice(0, PREFIX_SIZE + 1).lastIndexOf('/');
  const rest = name.slice(at + 1);
  return at <= 0 || rest.length > NAME_SIZE || rest === '' ? undefined : { prefix: name.slice(0, at), rest };
}

function paxBlocks(name: string, needsPath: boolean, seconds: number): Uint8Array[] {
  const records = [
    ...(seconds < 0 ? [paxRecord('mtime', String(seconds))] : []),
    ...(needsPath ? [paxRecord('path', name)] : []),
  ];
  const data = Buffer.from(records.join(''));
  const shown = posix.join(posix.dirname(name), 'PaxHeaders.0', posix.basename(name));
  const header = newHeader({ name: asciiOf(shown).slice(0, NAME_SIZE), size: data.length, type: 'x' });
  writeOctal(header, 0, [100, 108]);
  writeOctal(header, 0, [136, 148]);
  seal(header);
  return [header, data, padding(data.length)];
}

/** Its length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

const asciiOf = (name: string): string => name.replace(/[^\x01-\x7f]/gu, '');

function newHeader({ name, size, type }: { name: string; size: number; type: string }): Buffer {
  const header = Buffer.alloc(BLOCK_SIZE);
  header.write(name, 0, NAME_SIZE, 'latin1');
  writeOctal(header, 0, [108, 116]);
  writeOctal(header, 0, [116, 124]);
  writeOctal(header, size, [124, 136]);
  header.write(type, 156, 'latin1');
  header.write('ustar\0' + '00', 257, 'latin1');
  return header;
}

function writeOctal(header: Buffer, value: number, [start, end]: readonly [number, number]): void {
  header.write(value.toString(8).padStart(end - start - 1, '0'), start, 'latin1');
}

/** The sum is taken with spaces where it will stand. */
function seal(header: Buffer): void {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

const padding = (length: number): Buffer => Buffer.alloc(-length & (BLOCK_SIZE - 1));
