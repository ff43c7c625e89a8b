/** Archives with a chart in them and what is strange about each. Those without `message` load, in Helm too. */
import { gzipSync } from 'node:zlib';
import { chartFile, longName, pax, type RawEntry, rawArchive, rawEntry, rawTar, tarEnd } from './raw-tar.ts';

export interface ArchiveCase {
  readonly what: string;
  readonly archive: () => Uint8Array;
  readonly message?: string;
  /** What Helm does: it says the same (the default), loads what we refuse, or says it in other words. */
  readonly helm?: 'same' | 'loads' | 'other words';
}

const MEGABYTE = 1024 * 1024;
const inside =
  (...entries: RawEntry[]): (() => Uint8Array) =>
  () =>
    rawArchive([chartFile, ...entries]);
const valid = () => rawArchive([chartFile, { name: 'shop/values.yaml', body: 'a: 1\n' }]);
const long = `shop/${'deep/'.repeat(40)}x.txt`;

export const archiveCases: readonly ArchiveCase[] = [
  { what: 'a plain chart', archive: valid },
  { what: 'folders are passed over', archive: inside({ name: 'shop/templates/', type: '5' }) },
  { what: 'an old folder without a type', archive: inside({ name: 'shop/templates/', type: '\0' }) },
  { what: 'a folder by its mode alone', archive: inside({ name: 'shop/templates', mode: '0040755' }) },
  { what: 'a file with a slash at its end', archive: inside({ name: 'shop/x/', body: 'x' }) },
  { what: 'a long name by PAX', archive: inside(pax({ path: long }), { name: 'short', body: 'x' }) },
  { what: 'a long name by GNU', archive: inside(longName(long), { name: 'short', body: 'x', magic: 'ustar  \0' }) },
  { what: 'a name in two parts', archive: inside({ name: 'x.txt', prefix: 'shop/deep', body: 'x' }) },
  { what: 'a V7 header', archive: inside({ name: 'shop/x.txt', magic: '', body: 'x' }) },
  { what: 'a global PAX header', archive: inside(pax({ comment: 'c0ffee' }, 'g')) },
  { what: 'a size in base 256', archive: inside({ name: 'shop/x', size: '\x80\0\0\0\0\0\0\0\0\0\0\x01', body: 'x' }) },
  { what: 'a size by PAX', archive: inside(pax({ size: '3' }), { name: 'shop/x', size: 0, body: 'xyz' }) },
  { what: 'a link inside becomes an empty file', archive: inside({ name: 'shop/x', type: '2', linkName: 'y' }) },
  { what: 'a hard link inside', archive: inside({ name: 'shop/x', type: '1', linkName: 'shop/Chart.yaml' }) },
  { what: 'a type nobody knows', archive: inside({ name: 'shop/x', type: 'Q', body: 'x' }) },
  { what: "Windows' slashes", archive: inside({ name: 'shop\\templates\\x.yaml', body: 'x: 1' }) },
  { what: 'packed from within', archive: () => rawArchive([{ ...chartFile, name: './Chart.yaml' }]) },
  { what: 'two members', archive: () => Buffer.concat([gzipSync(rawEntry(chartFile)), gzipSync(tarEnd)]) },
  {
    what: 'bytes behind the end',
    archive: () => gzipSync(Buffer.concat([rawTar([chartFile]), Buffer.from('garbage')])),
  },
  { what: 'no end', archive: () => gzipSync(rawEntry(chartFile)) },
  { what: 'the last padding missing', archive: () => gzipSync(rawEntry(chartFile).subarray(0, 560)) },
  { what: 'one block of zeros', archive: () => gzipSync(Buffer.concat([rawEntry(chartFile), Buffer.alloc(512)])) },
  {
    what: 'two charts of one name in charts/',
    archive: inside(
      { ...chartFile, name: 'shop/charts/a/Chart.yaml' },
      { ...chartFile, name: 'shop/charts/a/Chart.yaml' },
    ),
  },

  {
    what: 'climbing out',
    archive: inside({ name: 'shop/../../evil' }),
    message: 'chart illegally references parent directory',
  },
  {
    what: 'climbing out by PAX',
    archive: inside(pax({ path: 'shop/../../evil' }), { name: 'x' }),
    message: 'chart illegally references parent directory',
  },
  {
    what: 'climbing out by GNU',
    archive: inside(longName('shop/../../evil'), { name: 'x' }),
    message: 'chart illegally references parent directory',
  },
  {
    what: 'climbing out with a prefix',
    archive: inside({ name: '../evil', prefix: 'shop/..' }),
    message: 'chart illegally references parent directory',
  },
  {
    what: "climbing out by Windows' slashes",
    archive: inside({ name: 'shop\\..\\..\\evil' }),
    message: 'chart illegally references parent directory',
  },
  {
    what: 'an absolute path inside',
    archive: inside({ name: 'shop//etc/passwd' }),
    message: 'chart illegally contains absolute paths',
  },
  {
    what: 'a drive inside',
    archive: inside({ name: 'shop/C:/evil' }),
    message: 'chart contains illegally named files',
  },
  {
    what: 'a file beside the folder',
    archive: inside({ name: 'evil' }),
    message: 'chart illegally contains content outside the base directory: "evil"',
  },
  {
    what: 'Chart.yaml as a folder',
    archive: inside({ name: 'Chart.yaml/x' }),
    message: 'chart yaml not in base directory',
  },
  { what: 'an empty archive', archive: () => rawArchive([]), message: 'no files in chart archive' },
  {
    what: 'a file of 5 MiB and one byte',
    archive: inside({ name: 'shop/big', body: Buffer.alloc(5 * MEGABYTE + 1) }),
    message: 'decompressed chart file "shop/big" is larger than the maximum file size 5242880',
  },
  {
    what: 'a size that is a lie',
    archive: inside({ name: 'shop/big', size: 5 * MEGABYTE + 1 }),
    message: 'decompressed chart file "shop/big" is larger than the maximum file size 5242880',
  },
  {
    what: 'a size of terabytes',
    archive: inside({ name: 'shop/big', size: '\x80\0\0\0\0\0\x7f\xff\xff\xff\xff\xff' }),
    message: 'decompressed chart is larger than the maximum size 104857600',
  },
  {
    what: 'a hundred megabytes in parts',
    archive: () =>
      rawArchive([
        chartFile,
        ...Array.from({ length: 26 }, (_, n) => ({ name: `shop/${n}`, body: Buffer.alloc(4 * MEGABYTE) })),
      ]),
    message: 'decompressed chart is larger than the maximum size 104857600',
  },
  {
    what: 'a link with a size',
    archive: inside({ name: 'shop/x', type: '2', linkName: 'y', size: 3 }),
    message: 'decompressed chart is larger than the maximum size 104857600',
  },
  {
    what: 'a negative size',
    archive: inside({ name: 'shop/x', size: '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' }),
    message: 'archive/tar: invalid tar header',
  },
  {
    what: 'a number that is none',
    archive: inside({ name: 'shop/x', size: '0000000000x' }),
    message: 'archive/tar: invalid tar header',
  },
  {
    what: 'a wrong sum',
    archive: inside({ name: 'shop/x', checksum: '000001\0 ' }),
    message: 'archive/tar: invalid tar header',
  },
  {
    what: 'a broken PAX record',
    archive: inside({ name: 'x', type: 'x', body: '99 path=x\n' }, { name: 'shop/x' }),
    message: 'archive/tar: invalid tar header',
  },
  {
    what: 'a NUL in a PAX name',
    archive: inside(pax({ path: 'shop/a\0b' }), { name: 'shop/x' }),
    message: 'archive/tar: invalid tar header',
  },
  {
    what: 'a PAX header of megabytes',
    archive: inside({ name: 'x', type: 'x', body: Buffer.alloc(MEGABYTE + 1, 'x') }),
    message: 'archive/tar: header field too long',
  },
  {
    what: 'a block behind one block of zeros',
    archive: () => gzipSync(Buffer.concat([rawEntry(chartFile), Buffer.alloc(512), rawEntry(chartFile)])),
    message: 'archive/tar: invalid tar header',
  },
  { what: 'no tar', archive: () => gzipSync('no tar'), message: 'unexpected EOF' },
  {
    what: 'a long text instead of a tar',
    archive: () => gzipSync('no tar at all '.repeat(100)),
    message: 'archive/tar: invalid tar header',
  },
  {
    what: 'cut off in a header',
    archive: () => gzipSync(rawTar([chartFile]).subarray(0, 300)),
    message: 'unexpected EOF',
  },
  {
    what: 'cut off in a file',
    archive: () => gzipSync(rawTar([chartFile]).subarray(0, 530)),
    message: 'unexpected EOF',
  },
  { what: 'cut off while packed', archive: () => valid().subarray(0, 60), message: 'unexpected EOF' },
  {
    what: 'an unknown compression',
    archive: () => Buffer.from([0x1f, 0x8b, 7, ...Array(20).fill(0)]),
    message: 'gzip: invalid header',
    helm: 'other words',
  },
  {
    what: 'damaged while packed',
    archive: () => damaged(valid()),
    message: 'flate: corrupt input: invalid stored block lengths',
    helm: 'other words',
  },

  {
    what: 'bytes behind the archive',
    archive: () => Buffer.concat([valid(), Buffer.from('garbage')]),
    message: 'gzip: invalid header',
    helm: 'loads',
  },
  {
    what: 'a wrong checksum at the end',
    archive: () => wrongSum(valid()),
    message: 'gzip: invalid checksum',
    helm: 'loads',
  },
  {
    what: 'a link out',
    archive: inside({ name: 'shop/x', type: '2', linkName: '../../etc/passwd' }),
    message: `the archive's entry "shop/x" is a symbolic link that leads out of the archive`,
    helm: 'loads',
  },
  {
    what: 'a link to an absolute path',
    archive: inside({ name: 'shop/x', type: '2', linkName: '/etc/passwd' }),
    message: `the archive's entry "shop/x" is a symbolic link that leads out of the archive`,
    helm: 'loads',
  },
  {
    what: 'a hard link out',
    archive: inside({ name: 'shop/x', type: '1', linkName: '/etc/passwd' }),
    message: `the archive's entry "shop/x" is a hard link that leads out of the archive`,
    helm: 'loads',
  },
  {
    what: 'a device',
    archive: inside({ name: 'shop/x', type: '3' }),
    message: `the archive's entry "shop/x" is a device`,
    helm: 'loads',
  },
  {
    what: 'a pipe',
    archive: inside({ name: 'shop/x', type: '6' }),
    message: `the archive's entry "shop/x" is a fifo`,
    helm: 'loads',
  },
  {
    what: 'a sparse file of PAX',
    archive: inside(pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '4' }), {
      name: 'shop/x',
      body: '0\n'.padEnd(512, '\0'),
    }),
    message: `the archive's entry "shop/x" is a sparse file`,
    helm: 'loads',
  },
  {
    what: 'a sparse file of GNU',
    archive: inside({ name: 'shop/x', type: 'S', magic: 'ustar  \0' }),
    message: `the archive's entry "shop/x" is a sparse file`,
    helm: 'loads',
  },
  {
    what: 'an absolute name',
    archive: inside({ name: '/etc/passwd' }),
    message: `the archive's entry "/etc/passwd" is an absolute name`,
    helm: 'loads',
  },
  {
    what: 'a name on a drive',
    archive: inside({ name: 'C:\\evil' }),
    message: `the archive's entry "C:\\\\evil" is an absolute name`,
    helm: 'loads',
  },
  {
    what: 'a name beside the folder',
    archive: inside({ name: '../evil' }),
    message: `the archive's entry "../evil" lies outside the archive's folder`,
    helm: 'loads',
  },
  {
    what: 'a name that is no UTF-8',
    archive: inside({ name: Buffer.from([0x73, 0x2f, 0xff, 0x78]) }),
    message: `the archive's entry "s/\\udcffx" has a name that is not UTF-8`,
    helm: 'loads',
  },
  {
    what: 'a name twice',
    archive: inside({ name: 'shop/x' }, { name: 'shop/./x' }),
    message: 'chart archive contains "shop/./x" twice',
    helm: 'loads',
  },
  {
    what: 'too many entries',
    archive: () => rawArchive([chartFile, ...Array.from({ length: 10_000 }, (_, n) => ({ name: `shop/${n}` }))]),
    message: `the archive's entry "shop/9999" is one entry too many: no more than 10000 are read`,
    helm: 'loads',
  },
  {
    what: 'zeros without end',
    archive: () => gzipSync(Buffer.concat([rawTar([chartFile]), Buffer.alloc(140 * MEGABYTE)])),
    message: 'decompressed chart is larger than the maximum size 104857600',
    helm: 'loads',
  },
];

/** A stored block whose two lengths contradict each other. */
const damaged = (archive: Uint8Array): Uint8Array =>
  Buffer.concat([archive.subarray(0, 10), Buffer.from([0x00, 1, 2, 3, 4]), archive.subarray(15)]);

function wrongSum(archive: Uint8Array): Uint8Array {
  const copy = Buffer.from(archive);
  copy.writeUInt32LE(0xdeadbeef, copy.length - 8);
  return copy;
}
