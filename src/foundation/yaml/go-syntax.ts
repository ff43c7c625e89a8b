/** Values as Go's `%#v` shows them in error texts of go-yaml. */
import { compareStrings } from '../base/byte-string.ts';
import type { YamlValue } from './decode.ts';
import { formatGeneral } from './format-number.ts';

export function goSyntax(value: YamlValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return quoteGo(value);
  if (typeof value === 'number') return formatGeneral(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(element).join(', ')}}`;
  const entries = [...value].sort(([a], [b]) => compareStrings(a, b));
  return `map[interface {}]interface {}{${entries.map(([key, item]) => `${quoteGo(key)}:${element(item)}`).join(', ')}}`;
}

function element(value: YamlValue): string {
  return value === null ? 'interface {}(nil)' : goSyntax(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** strconv.Quote, for texts of errors: printable as far as JavaScript's character classes tell. */
function quoteGo(text: string): string {
  const body = text.replace(/[\\"]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (char) => {
    const known = ESCAPES[char];
    if (known !== undefined) return known;
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${body}"`;
}
