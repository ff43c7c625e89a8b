/** The JSON value at the beginning of a text, as Go's json.Decoder takes one from a stream. */
import { GoError, type GoValue } from '../../foundation/template/value.ts';
import { readJson } from '../../foundation/yaml/read-json.ts';

/** `length` is how much of the text the value took, blanks before it included. */
export function readJsonPrefix(text: string): { value: GoValue; length: number } {
  const start = text.length - text.trimStart().length;
  const length = valueEnd(text, start);
  return { value: readJson(text.slice(start, length)), length };
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== '{' && first !== '[') {
    const scalar = /^(?:true|false|null|-?\d[\d.eE+-]*)/.exec(text.slice(start));
    if (scalar === null) throw new GoError('invalid character looking for beginning of value');
    return start + scalar[0].length;
  }
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = stringEnd(text, at) - 1;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return at + 1;
  }
  throw new GoError('unexpected EOF');
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  throw new GoError('unexpected EOF');
}
