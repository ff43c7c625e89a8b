/** JSON as Go's encoding/json writes it: maps sorted by bytes, structs in the order of their fields, HTML escaped. */

/**
 * How Go sees a value: `any` (maps are sorted), a list, or a struct whose fields come in order. A field that is not
 * in the struct is dropped, as Go drops it when it reads.
 */
export type Shape = 'any' | { readonly list: Shape } | { readonly fields: readonly Field[] };

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  /** Written where the value is missing; undefined: `omitempty`, which leaves out `""`, 0, false, `[]` and `{}` too. */
  readonly zero?: string;
}

/** A field that Go leaves out when it is empty. */
export function optional(name: string, shape: Shape = 'any'): Field {
  return { name, shape };
}

/** A field that Go always writes. `zero` is JSON text. */
export function always(name: string, zero: string, shape: Shape = 'any'): Field {
  return { name, shape, zero };
}

export function goJson(value: unknown, shape: Shape = 'any'): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return goString(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) {
    const item = typeof shape === 'object' && 'list' in shape ? shape.list : 'any';
    return `[${value.map((element) => goJson(element, item)).join(',')}]`;
  }
  return typeof shape === 'object' && 'fields' in shape ? struct(value, shape.fields) : map(value);
}

function struct(value: object, fields: readonly Field[]): string {
  const parts: string[] = [];
  for (const { name, shape, zero } of fields) {
    const field: unknown = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    if (zero === undefined ? isEmpty(field) : field === undefined) {
      if (zero !== undefined) parts.push(`"${name}":${zero}`);
    } else parts.push(`"${name}":${goJson(field, shape)}`);
  }
  return `{${parts.join(',')}}`;
}

function map(value: object): string {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  entries.sort(([left], [right]) => compareBytes(left, right));
  return `{${entries.map(([key, entry]) => `${goString(key)}:${goJson(entry)}`).join(',')}}`;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function goString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? '');
}

/** UTF-16 order and byte order differ only where surrogates meet U+E000…U+FFFF. */
function compareBytes(left: string, right: string): number {
  if (/[\ud800-\udfff]/.test(left + right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : left > right ? 1 : 0;
}
