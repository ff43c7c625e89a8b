/** The order in which go-yaml writes map keys: numbers within keys by value, letters behind everything else. */

// The classes of Unicode take a quarter of a millisecond each to make; most keys are ASCII.
const isLetter = (char: string): boolean => (char <= '\x7f' ? /[A-Za-z]/.test(char) : /\p{L}/u.test(char));
const isDigit = (char: string): boolean => (char <= '\x7f' ? /[0-9]/.test(char) : /\p{Nd}/u.test(char));

/** Two keys of letters, `-`, `.`, `/`, `_` only compare as most keys of Kubernetes do. */
export type KeyOrder = (a: string, b: string) => number;

export const compareKeysV2: KeyOrder = (a, b) => compareKeys(a, b, false);

/** v3 puts a letter that follows digits before what is none: `a1b` before `a1-b`. */
export const compareKeysV3: KeyOrder = (a, b) => compareKeys(a, b, true);

function compareKeys(a: string, b: string, afterDigits: boolean): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  // Never between the halves of a surrogate pair.
  if ((a.charCodeAt(at) & 0xfc00) === 0xdc00 && at > 0 && (a.charCodeAt(at - 1) & 0xfc00) === 0xd800) at--;
  const x = String.fromCodePoint(a.codePointAt(at) ?? 0);
  const y = String.fromCodePoint(b.codePointAt(at) ?? 0);
  const byPoint = (a.codePointAt(at) ?? 0) - (b.codePointAt(at) ?? 0);
  const xLetter = isLetter(x);
  const yLetter = isLetter(y);
  if (xLetter && yLetter) return byPoint;
  if (xLetter || yLetter) {
    const before = runeBefore(a, at);
    const digits = afterDigits && before !== '' && isDigit(before);
    return xLetter === digits ? -1 : 1;
  }
  return compareDigits(a, b, at) || byPoint;
}

function runeBefore(text: string, at: number): string {
  if (at === 0) return '';
  const isLow = (text.charCodeAt(at - 1) & 0xfc00) === 0xdc00;
  return text.slice(isLow ? at - 2 : at - 1, at);
}

/** The runs of digits that begin at `at`, by value and then by length. Go's int64 wraps around, so does this. */
function compareDigits(a: string, b: string, at: number): number {
  const start = (a[at] === '0' || b[at] === '0') && hasNonZeroRunBefore(a, at) ? 1n : 0n;
  const x = readDigits(a, at, start);
  const y = readDigits(b, at, start);
  if (x.value !== y.value) return x.value < y.value ? -1 : 1;
  return x.count - y.count;
}

function hasNonZeroRunBefore(text: string, at: number): boolean {
  for (let i = at; i > 0; ) {
    const rune = runeBefore(text, i);
    if (!isDigit(rune)) return false;
    if (rune !== '0') return true;
    i -= rune.length;
  }
  return false;
}

function readDigits(text: string, at: number, start: bigint): { value: bigint; count: number } {
  let value = start;
  let count = 0;
  for (let i = at; i < text.length; count++) {
    const point = text.codePointAt(i) ?? 0;
    const char = String.fromCodePoint(point);
    if (!isDigit(char)) break;
    value = BigInt.asIntN(64, value * 10n + BigInt(point - 48));
    i += char.length;
  }
  return { value, count };
}
