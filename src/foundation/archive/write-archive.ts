/** Packs files as a .tar.gz with a header of its own, as Go's compress/gzip writes it. Takes files, returns bytes. */
import { crc32, deflateRawSync } from 'node:zlib';
import { type TarFile, writeTar } from './write-tar.ts';

export interface GzipHeader {
  /** The extra field, without its length. */
  readonly extra: Uint8Array;
  readonly comment: string;
}

const EXTRA = 0x04;
const COMMENT = 0x10;
const UNKNOWN_SYSTEM = 0xff;

export function writeArchive(files: readonly TarFile[], { extra, comment }: GzipHeader): Buffer {
  const tar = writeTar(files);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(extra.length);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(tar), 0);
  trailer.writeUInt32LE(tar.length % 2 ** 32, 4);
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, EXTRA | COMMENT, 0, 0, 0, 0, 0, UNKNOWN_SYSTEM]),
    length,
    extra,
    Buffer.from(`${comment}\0`, 'latin1'),
    deflateRawSync(tar),
    trailer,
  ]);
}
