/** Values as Go's `%#v` shows them in error texts of go-yaml. */
import { compareStrings } from '../base/byte-string.ts';
import { formatGeneral } from './format-number.ts';
import type { ScalarNode, YamlNode } from './parse.ts';
import { resolveScalar } from './resolve-scalar.ts';

const NIL = 'interface {}(nil)';

/** From the node and not from its value: only it knows the types of keys. */
export function nodeSyntax(node: YamlNode): string {
  const text = element(node);
  return text === NIL ? '<nil>' : text;
}

function element(node: YamlNode): string {
  if (node.kind === 'alias') return element(node.target);
  if (node.kind === 'scalar') return scalar(node);
  if (node.kind === 'sequence') return `[]interface {}{${node.children.map(element).join(', ')}}`;
  const entries = new Map<string, string>();
  for (let i = 0; i < node.children.length; i += 2) {
    entries.set(element(node.children[i] as YamlNode), element(node.children[i + 1] as YamlNode));
  }
  const sorted = [...entries].sort(([a], [b]) => (a === NIL ? -1 : b === NIL ? 1 : compareStrings(a, b)));
  return `map[interface {}]interface {}{${sorted.map(([key, value]) => `${key}:${value}`).join(', ')}}`;
}

function scalar({ implicit, tag, value }: ScalarNode): string {
  if (tag === '') return implicit ? plainScalar(value) : quoteGo(value);
  if (tag.endsWith('binary')) return quoteGo(Buffer.from(value, 'base64').toString());
  return /:(?:int|float|bool|null)$/.test(tag) ? plainScalar(value) : quoteGo(value);
}

function plainScalar(text: string): string {
  const resolved = resolveScalar(text);
  switch (resolved?.type) {
    case 'null':
      return NIL;
    case 'bool':
      return String(resolved.value);
    case 'int':
      return resolved.value < 2n ** 63n ? String(resolved.value) : `0x${resolved.value.toString(16)}`;
    case 'float':
      return formatGeneral(resolved.value);
    default:
      return quoteGo(text);
  }
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
export function quoteGo(text: string): string {
  const body = text.replace(/[\\"]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (char) => {
    const known = ESCAPES[char];
    if (known !== undefined) return known;
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${body}"`;
}
