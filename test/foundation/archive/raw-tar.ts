/** Tar archives made by hand, field by field: what no program writes, and what programs of long ago wrote. */
import { gzipSync } from 'node:zlib';

export interface RawEntry {
  readonly name: string | Uint8Array;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly linkName?: string;
  /** Where it differs from the body's. */
  readonly size?: number | string;
  readonly mode?: string;
  readonly prefix?: string;
  readonly magic?: string;
  readonly checksum?: string;
}

export function rawEntry(entry: RawEntry): Buffer {
  const { name, type = '0', body = '', linkName = '', mode = '0000644', prefix = '', magic = 'ustar\x0000' } = entry;
  const data = Buffer.from(body as string);
  const size = entry.size ?? data.length;
  const header = Buffer.alloc(512);
  Buffer.from(name as string).copy(header, 0, 0, 100);
  header.write(mode, 100, 'latin1');
  header.write('0000000', 108, 'latin1');
  header.write('0000000', 116, 'latin1');
  header.write(typeof size === 'string' ? size : size.toString(8).padStart(11, '0'), 124, 12, 'latin1');
  header.write('14000000000', 136, 'latin1');
  header.write(type, 156, 'latin1');
  header.write(linkName, 157, 100, 'latin1');
  header.write(magic, 257, 'latin1');
  if (prefix !== '') header.write(prefix, 345, 155, 'latin1');
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(entry.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, data, Buffer.alloc(-data.length & 511)]);
}

export const tarEnd = Buffer.alloc(1024);

export const rawTar = (entries: readonly RawEntry[]): Buffer => Buffer.concat([...entries.map(rawEntry), tarEnd]);

export const rawArchive = (entries: readonly RawEntry[]): Buffer => gzipSync(rawTar(entries));

/** A PAX header for what follows it. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): RawEntry {
  const body = Object.entries(records)
    .map(([key, value]) => {
      const rest = Buffer.byteLength(` ${key}=${value}\n`);
      const length = [1, 2, 3, 4, 5, 6].map((digits) => rest + digits).find((sum) => rest + String(sum).length === sum);
      return `${length} ${key}=${value}\n`;
    })
    .join('');
  return { name: 'PaxHeaders.0/x', type, body };
}

export const longName = (name: string, type = 'L'): RawEntry => ({
  name: '././@LongLink',
  type,
  body: `${name}\0`,
  magic: 'ustar  \0',
});

export const chartFile: RawEntry = { name: 'shop/Chart.yaml', body: 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' };
