/** A packed chart (.tgz) of the given entries, names as they are: good ones and hostile ones. Texts give the same bytes at any time. */
import { gzipSync } from 'node:zlib';
import { packTar, type TarEntry } from 'modern-tar';

export async function packChart(entries: readonly TarEntry[] | Readonly<Record<string, string>>): Promise<Buffer> {
  const list = Array.isArray(entries)
    ? (entries as readonly TarEntry[])
    : Object.entries(entries as Record<string, string>).map(([name, body]) => ({
        header: { name, size: Buffer.byteLength(body), mtime: new Date(0) },
        body,
      }));
  return gzipSync(await packTar(list));
}
