/** Archives from a number: charts with hostile entries, and good ones with bytes changed, cut, doubled or swapped. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import { chartFile, longName, pax, type RawEntry, rawArchive, rawEntry, rawTar } from './raw-tar.ts';

/** Mulberry32: the same numbers for the same seed, anywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Dice {
  readonly next: () => number;
  readonly below: (limit: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
}

function diceOf(next: () => number): Dice {
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, pick: (from) => from[below(from.length)] as (typeof from)[number] };
}

const PARTS = [
  'shop',
  '..',
  '.',
  '',
  'templates',
  'charts',
  'C:',
  'x.yaml',
  'Chart.yaml',
  'values.yaml',
  'ä',
  '...',
  '..x',
];
const ODD = ['\0', '\n', '\ud800', '\u202e', '%2e%2e', '~', '__proto__', 'CON', ' ', 'a'.repeat(300)];
const TYPES = ['0', '\0', '1', '2', '3', '4', '5', '6', '7', 'S', 'L', 'K', 'x', 'g', 'Q', 'V', '\xff'];
const SIZES = [
  0,
  1,
  511,
  512,
  513,
  2 ** 33 - 1,
  '\x80\0\0\0\0\0\0\0\0\0\x02\0',
  '\xff'.repeat(12),
  'abc',
  '',
  '-1',
  '77777777777',
];
const PAX_KEYS = [
  'path',
  'linkpath',
  'size',
  'mtime',
  'uid',
  'GNU.sparse.major',
  'GNU.sparse.map',
  '__proto__',
  'comment',
];

export function hostileArchive(seed: number): Uint8Array {
  const dice = diceOf(randomFrom(seed));
  const kind = dice.below(10);
  if (kind < 4) return gzipSync(Buffer.from(rawTar(hostileEntries(dice))), { level: 1 });
  if (kind < 7) return gzipSync(mutate(dice, rawTar(goodEntries(dice))), { level: 1 });
  if (kind < 9) return mutate(dice, rawArchive(goodEntries(dice)));
  return oddlyPacked(dice);
}

function name(dice: Dice): string {
  const parts = Array.from({ length: 1 + dice.below(5) }, () =>
    dice.below(12) === 0 ? dice.pick(ODD) : dice.pick(PARTS),
  );
  if (dice.below(2) === 0) parts.unshift('shop');
  return parts.join(dice.below(8) === 0 ? '\\' : '/');
}

function hostileEntries(dice: Dice): RawEntry[] {
  const count = dice.below(8);
  return [chartFile, ...Array.from({ length: count }, () => hostileEntry(dice)).flat()];
}

function hostileEntry(dice: Dice): RawEntry[] {
  const body = Buffer.alloc(dice.pick([0, 1, 40, 600, 5000]), dice.pick(['x', 'a: 1\n', '\0', '\xff']));
  const entry: RawEntry = {
    name: name(dice),
    type: dice.below(2) === 0 ? '0' : dice.pick(TYPES),
    body,
    ...(dice.below(4) === 0 ? { size: dice.pick(SIZES) } : {}),
    ...(dice.below(4) === 0 ? { linkName: name(dice) } : {}),
    ...(dice.below(6) === 0 ? { prefix: name(dice) } : {}),
    ...(dice.below(6) === 0 ? { magic: dice.pick(['', 'ustar  \0', 'ustar\x0000', 'garbage']) } : {}),
    ...(dice.below(10) === 0 ? { mode: dice.pick(['0040755', '0120777', 'xxxxxxx', '\xff']) } : {}),
    ...(dice.below(20) === 0 ? { checksum: '0000000\0' } : {}),
  };
  const before = dice.below(6);
  if (before === 0) return [pax({ [dice.pick(PAX_KEYS)]: dice.pick([name(dice), '-5', '99', '1e9', '']) }), entry];
  if (before === 1) return [longName(name(dice), dice.pick(['L', 'K'])), entry];
  return [entry];
}

/** A nested archive among them: what is inside is read too. */
function goodEntries(dice: Dice): RawEntry[] {
  const nested = rawArchive([{ ...chartFile, name: 'sub/Chart.yaml' }]);
  return [
    chartFile,
    { name: 'shop/values.yaml', body: 'a: 1\nb: [x, y]\n' },
    pax({ path: `shop/${'long/'.repeat(1 + dice.below(40))}x` }),
    { name: 'x', body: Buffer.alloc(dice.below(2000), 'text ') },
    longName('shop/templates/gnu.yaml'),
    { name: 'y', body: 'x: {{ .Values.a }}\n', magic: 'ustar  \0' },
    { name: 'shop/link', type: '2', linkName: 'values.yaml' },
    { name: 'shop/charts/sub-1.0.0.tgz', body: nested },
  ];
}

function mutate(dice: Dice, bytes: Uint8Array): Buffer {
  let result: Buffer = Buffer.from(bytes);
  for (let left = 1 + dice.below(6); left > 0 && result.length > 0; left--) result = mutateOnce(dice, result);
  return result;
}

function mutateOnce(dice: Dice, bytes: Buffer): Buffer {
  const at = dice.below(bytes.length);
  const length = dice.below(Math.min(1024, bytes.length - at)) + 1;
  const piece = bytes.subarray(at, at + length);
  switch (dice.below(6)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 3:
      piece.fill(dice.below(256));
      return bytes;
    default:
      bytes[at] = dice.below(256);
      return bytes;
  }
}

/** Gzip headers with fields, members without an end, deflate that expands much, several members. */
function oddlyPacked(dice: Dice): Buffer {
  const tar = rawTar(goodEntries(dice));
  const flags = dice.below(256);
  const odd = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]),
    deflateRawSync(tar),
    Buffer.alloc(8),
  ]);
  switch (dice.below(4)) {
    case 0:
      return odd;
    case 1:
      return Buffer.concat([gzipSync(rawEntry(chartFile)), mutate(dice, gzipSync(tar))]);
    case 2:
      return gzipSync(
        Buffer.concat([rawEntry(chartFile), Buffer.alloc(dice.below(4 * 1024 * 1024), dice.below(256))]),
        { level: 1 },
      );
    default:
      return gzipSync(gzipSync(tar));
  }
}
