/**
 * JSON whose integers keep every digit: those between 2^53 and 2^63, which a number would round, are bigints, as they
 * are int64 to Kubernetes. Beyond, Kubernetes too has a float. All other JSON is read and written as JSON.parse and
 * JSON.stringify do.
 */

const mayHoldLarge = /\d{16}/;
const integer = /^-?\d+$/;
const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];

/** Throws a SyntaxError as JSON.parse does. */
export function parseExactJson(text: string): unknown {
  return mayHoldLarge.test(text)
    ? JSON.parse(text, revive as (key: string, value: unknown) => unknown)
    : JSON.parse(text);
}

function revive(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
  return integer.test(source) ? exactInteger(BigInt(source)) : value;
}

/** A number where it holds all digits, or where Kubernetes keeps no more of them. */
export function exactInteger(value: bigint): number | bigint {
  const plain = Number(value);
  return Number.isSafeInteger(plain) || value > most || value < least ? plain : value;
}

/** Ours: TypeScript's library does not know it yet. */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

export function writeExactJson(value: unknown, space?: number): string {
  try {
    return JSON.stringify(value, undefined, space);
  } catch {
    const replace = (_key: string, part: unknown) => (typeof part === 'bigint' ? rawJSON(String(part)) : part);
    return JSON.stringify(value, replace, space);
  }
}
