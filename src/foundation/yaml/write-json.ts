/**
 * Writes Go values as Go's encoding/json does: map keys sorted bytewise, HTML characters escaped unless asked otherwise,
 * structs by their fields' order. Takes a value, returns text without a final newline; throws a GoError with Go's text.
 */
import { compareStrings } from '../base/byte-string.ts';
import { NIL_BYTES } from '../template/kind.ts';
import { GoError, GoInt, GoObject, type GoValue } from '../template/value.ts';
import { formatGeneral, formatJsonNumber } from './format-number.ts';
import { marshalView } from './marshal-view.ts';

export interface WriteJsonOptions {
  /** `<`, `>` and `&` as escapes: Go's default. */
  readonly escapeHtml?: boolean;
  /** MarshalIndent's indent, for example two spaces; none: on one line. */
  readonly indent?: string;
}

interface JsonWriter {
  readonly escapeHtml: boolean;
  readonly indent: string;
  readonly ancestors: Set<object>;
  depth: number;
}

/** Go looks for cycles only below this depth. */
const CYCLE_DEPTH = 1000;

export function writeJson(value: GoValue, options: WriteJsonOptions = {}): string {
  const writer: JsonWriter = {
    escapeHtml: options.escapeHtml ?? true,
    indent: options.indent ?? '',
    ancestors: new Set(),
    depth: 0,
  };
  try {
    return write(writer, value, '\n');
  } catch (error) {
    if (error instanceof RangeError) throw new GoError('json: unsupported value: nested too deeply');
    throw error;
  }
}

function write(w: JsonWriter, value: GoValue, newline: string): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return quoteJson(value, w.escapeHtml);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw new GoError(`json: unsupported value: ${formatGeneral(value)}`);
      return formatJsonNumber(value);
  }
  if (value instanceof GoInt) return value.value.toString();
  if (value === NIL_BYTES) return 'null';
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  return nested(w, value, () => {
    if (Array.isArray(value)) return value.isNil === true ? 'null' : writeList(w, value, newline);
    if (value instanceof Map) {
      if (value.isNil === true) return 'null';
      const entries = [...value];
      if (entries.length > 1) entries.sort(([a], [b]) => compareStrings(a, b));
      return writeEntries(w, entries, newline);
    }
    if (!(value instanceof GoObject)) throw new GoError(`json: unsupported type: func${value.signature}`);
    const view = marshalView(value);
    return view instanceof GoObject ? writeEntries(w, [...view.fields], newline) : write(w, view, newline);
  });
}

function nested(w: JsonWriter, value: object, body: () => string): string {
  if (++w.depth > CYCLE_DEPTH) {
    if (w.ancestors.has(value)) {
      const type = value instanceof Map ? 'map[string]interface {}' : '[]interface {}';
      throw new GoError(`json: unsupported value: encountered a cycle via ${type}`);
    }
    w.ancestors.add(value);
  }
  const text = body();
  if (w.depth-- > CYCLE_DEPTH) w.ancestors.delete(value);
  return text;
}

function writeList(w: JsonWriter, list: readonly GoValue[], newline: string): string {
  if (list.length === 0) return '[]';
  const inner = w.indent === '' ? '' : newline + w.indent;
  let text = '[';
  for (let i = 0; i < list.length; i++) {
    text += (i > 0 ? ',' : '') + inner + write(w, list[i] as GoValue, inner);
  }
  return `${text}${w.indent === '' ? '' : newline}]`;
}

function writeEntries(w: JsonWriter, entries: readonly (readonly [string, GoValue])[], newline: string): string {
  if (entries.length === 0) return '{}';
  const inner = w.indent === '' ? '' : newline + w.indent;
  const colon = w.indent === '' ? ':' : ': ';
  let text = '{';
  let first = true;
  for (const [key, value] of entries) {
    text += (first ? '' : ',') + inner + quoteJson(key, w.escapeHtml) + colon + write(w, value, inner);
    first = false;
  }
  return `${text}${w.indent === '' ? '' : newline}}`;
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;
const ESCAPED = /["\\\x00-\x1f\u2028\u2029\ud800-\udfff]/g;
const ESCAPED_HTML = /["\\\x00-\x1f<>&\u2028\u2029\ud800-\udfff]/g;

/** A JSON string in Go's spelling; what is no UTF-8 becomes `\ufffd`. */
export function quoteJson(text: string, escapeHtml: boolean): string {
  if (PLAIN.test(text)) return `"${text}"`;
  const wellFormed = text.isWellFormed();
  const body = text.replace(escapeHtml ? ESCAPED_HTML : ESCAPED, (char, at: number) => {
    const short = SHORT[char];
    if (short !== undefined) return short;
    const code = char.charCodeAt(0);
    if (code >= 0xd800 && code <= 0xdfff) return wellFormed || isPaired(text, at) ? char : '\\ufffd';
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${body}"`;
}

function isPaired(text: string, at: number): boolean {
  const isHigh = text.charCodeAt(at) < 0xdc00;
  const other = text.charCodeAt(isHigh ? at + 1 : at - 1) & 0xfc00;
  return other === (isHigh ? 0xdc00 : 0xd800);
}
