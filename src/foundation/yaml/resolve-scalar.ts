/**
 * What an untagged plain scalar means to go-yaml v2: YAML 1.1 booleans, Go's integer literals, no sexagesimal. Takes the
 * text, returns its type and value, or undefined where it is just a string. It never looks at quotes.
 */
export type Resolved =
  | { readonly type: 'null'; readonly value: null }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'timestamp'; readonly value: string }
  | { readonly type: 'merge'; readonly value: string };

const WORDS: ReadonlyMap<string, Resolved> = new Map(
  (
    [
      [{ type: 'bool', value: true }, 'y Y yes Yes YES true True TRUE on On ON'],
      [{ type: 'bool', value: false }, 'n N no No NO false False FALSE off Off OFF'],
      [{ type: 'null', value: null }, '~ null Null NULL '],
      [{ type: 'float', value: Number.NaN }, '.nan .NaN .NAN'],
      [{ type: 'float', value: Number.POSITIVE_INFINITY }, '.inf .Inf .INF +.inf +.Inf +.INF'],
      [{ type: 'float', value: Number.NEGATIVE_INFINITY }, '-.inf -.Inf -.INF'],
      [{ type: 'merge', value: '<<' }, '<<'],
    ] as [Resolved, string][]
  ).flatMap(([resolved, words]) => words.split(' ').map((word): [string, Resolved] => [word, resolved])),
);

/** go-yaml v3 no longer takes these for booleans, but still quotes them. */
export const OLD_BOOLEANS: ReadonlySet<string> = new Set(
  'y Y yes Yes YES on On ON n N no No NO off Off OFF'.split(' '),
);

const SMALL_INTEGER = /^-?(?:0|[1-9][0-9]{0,14})$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const DOT_FLOAT = /^\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?$/;

const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

/** `timestamps`: false where an explicit tag asks for something else. */
export function resolveScalar(text: string, timestamps = true): Resolved | undefined {
  if (text === '') return WORDS.get('');
  const c = text.charCodeAt(0);
  // Digits and signs
  if ((c >= 48 && c <= 57) || c === 43 || c === 45) return WORDS.get(text) ?? resolveNumber(text, timestamps);
  if (c === 46) {
    const word = WORDS.get(text);
    if (word !== undefined || !DOT_FLOAT.test(text)) return word;
    return finite(Number(text.replaceAll('_', '')));
  }
  // `<<` is no word of Go's: its hint table does not know the character.
  if (text.length > 5 || c === 60) return undefined;
  return WORDS.get(text);
}

function finite(value: number): Resolved | undefined {
  return Number.isFinite(value) ? { type: 'float', value } : undefined;
}

function resolveNumber(text: string, timestamps: boolean): Resolved | undefined {
  if (SMALL_INTEGER.test(text)) return { type: 'int', value: BigInt(text) };
  if (timestamps && isTimestamp(text)) return { type: 'timestamp', value: text };
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const integer = plain.includes('.') ? undefined : parseGoInteger(plain);
  if (integer !== undefined) return { type: 'int', value: integer };
  if (FLOAT.test(plain)) {
    const float = finite(Number(plain));
    if (float !== undefined) return float;
  }
  // Go tries again behind the prefix, and so takes a sign there.
  if (plain.startsWith('0b') && /^0b[-+][01]+$/.test(plain)) {
    const magnitude = BigInt(`0b${plain.slice(3)}`);
    const value = plain[2] === '-' ? -magnitude : magnitude;
    return value <= MAX_INT64 && value >= -MAX_INT64 - 1n ? { type: 'int', value } : undefined;
  }
  return undefined;
}

const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]*)|([1-9][0-9]*))$/;

/** strconv.ParseInt(text, 0, 64), else ParseUint without a sign. */
function parseGoInteger(text: string): bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, binary, octal, oldOctal, decimal] = match;
  let magnitude: bigint;
  if (decimal !== undefined) magnitude = BigInt(decimal);
  else if (hex !== undefined) magnitude = BigInt(`0x${hex}`);
  else if (binary !== undefined) magnitude = BigInt(`0b${binary}`);
  else magnitude = BigInt(`0o${octal ?? (oldOctal || '0')}`);
  if (sign === '-') return magnitude <= MAX_INT64 + 1n ? -magnitude : undefined;
  return magnitude <= (sign === '+' ? MAX_INT64 : MAX_UINT64) ? magnitude : undefined;
}

const TIMESTAMP =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[-+]([0-9]{2}):([0-9]{2}))| +([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?)?$/;

/** Whether Go's time.Parse takes the text in one of the four layouts that go-yaml knows. */
function isTimestamp(text: string): boolean {
  if (text.charCodeAt(4) !== 45) return false;
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const part = (index: number): number => Number(match[index] ?? 0);
  const year = part(1);
  const month = part(2);
  const day = part(3);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(month, year)) return false;
  const hour = Math.max(part(4), part(9));
  const minute = Math.max(part(5), part(10));
  const second = Math.max(part(6), part(11));
  return hour < 24 && minute < 60 && second < 60 && part(7) <= 24 && part(8) <= 60;
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
