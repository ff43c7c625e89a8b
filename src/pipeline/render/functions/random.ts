/** Functions whose results are chance, all drawn from the sources' bytes; every call is reported to them. */
import { fromRunes, runesOf } from '../../../foundation/base/byte-string.ts';
import { GoError, type GoFunction, type GoInt, int } from '../../../foundation/template/value.ts';
import type { RenderSources } from '../sources.ts';
import { encodeBase64 } from './encoding.ts';
import { goFunction } from './go-function.ts';

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ASCII = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i));
/** More than this Go could not hold either. */
const MAX_COUNT = 64 * 1024 * 1024;

export function randomFunctions(sources: RenderSources): readonly GoFunction[] {
  const text = (name: string, alphabet: string): GoFunction =>
    goFunction(name, '(int) string', (count: GoInt) => {
      sources.onRandom?.(name);
      return randomText(sources, alphabet, Number(count.value));
    });
  return [
    text('randAlphaNum', DIGITS + LETTERS),
    text('randAlpha', LETTERS),
    text('randNumeric', DIGITS),
    text('randAscii', ASCII),
    goFunction('randBytes', '(int) (string, error)', (count: GoInt) => {
      sources.onRandom?.('randBytes');
      if (count.value < 0n || count.value > BigInt(MAX_COUNT)) {
        throw new GoError('runtime error: makeslice: len out of range');
      }
      return encodeBase64(sources.randomBytes(Number(count.value)));
    }),
    goFunction('randInt', '(int, int) int', (low: GoInt, high: GoInt) => {
      sources.onRandom?.('randInt');
      const span = BigInt.asIntN(64, high.value - low.value);
      if (span <= 0n) throw new GoError('invalid argument to Intn');
      return int(BigInt.asIntN(64, randomBelow(sources, span) + low.value));
    }),
    goFunction('shuffle', '(string) string', (input: string) => {
      sources.onRandom?.('shuffle');
      return shuffle(sources, input);
    }),
    goFunction('uuidv4', '() string', () => {
      sources.onRandom?.('uuidv4');
      return uuid(sources.randomBytes(16));
    }),
  ];
}

/** Without bias: bytes beyond the last whole multiple of the alphabet are drawn again. Less than one: empty. */
function randomText(sources: RenderSources, alphabet: string, count: number): string {
  if (count > MAX_COUNT) throw new GoError('runtime error: makeslice: len out of range');
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < count) {
    for (const byte of sources.randomBytes(count - text.length + 8)) {
      if (byte < limit && text.length < count) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** Evenly distributed in 0…bound−1. */
export function randomBelow(sources: RenderSources, bound: bigint): bigint {
  const bits = (bound - 1n).toString(2).length;
  const size = Math.ceil(bits / 8);
  for (;;) {
    const drawn = BigInt(`0x0${Buffer.from(sources.randomBytes(size)).toString('hex')}`) & ((1n << BigInt(bits)) - 1n);
    if (drawn < bound) return drawn;
  }
}

function shuffle(sources: RenderSources, text: string): string {
  const runes = runesOf(text);
  for (let i = runes.length - 1; i > 0; i--) {
    const other = Number(randomBelow(sources, BigInt(i + 1)));
    [runes[i], runes[other]] = [runes[other]!, runes[i]!];
  }
  return fromRunes(runes);
}

function uuid(bytes: Uint8Array): string {
  const id = Buffer.from(bytes);
  id[6] = (id[6]! & 0x0f) | 0x40;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
