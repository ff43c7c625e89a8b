/**
 * Takes an index file, returns where its entries lie; undefined for one that only the exact reader understands. Reads
 * it once in pieces and keeps none.
 */
import { createReadStream } from 'node:fs';
import { cutJsonEntries } from './cut-json-entries.ts';
import { cutYamlEntries } from './cut-yaml-entries.ts';
import type { Cutter, IndexCuts } from './entry-cuts.ts';

const pieceSize = 256 * 1024;

export async function cutEntries(path: string): Promise<IndexCuts | undefined> {
  let cutter: Cutter | undefined;
  for await (const piece of createReadStream(path, { highWaterMark: pieceSize }) as AsyncIterable<Buffer>) {
    cutter ??= cutterFor(piece);
    cutter?.push(piece);
  }
  return cutter?.end();
}

/** By the first byte that is not blank. */
export function cutterFor(piece: Uint8Array): Cutter {
  const first = piece.find((unit) => unit !== 32 && unit !== 9 && unit !== 10 && unit !== 13);
  return first === 123 ? cutJsonEntries() : cutYamlEntries();
}
