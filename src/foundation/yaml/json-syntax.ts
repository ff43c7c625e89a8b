/** Finds why a text is no JSON and says so in encoding/json's words. Only for texts that JSON.parse refused. */

interface Cursor {
  readonly text: string;
  at: number;
}

const END = 'unexpected end of JSON input';
const MAX_DEPTH = 10_000;

export function jsonSyntaxProblem(text: string): string | undefined {
  const c: Cursor = { text, at: 0 };
  return value(c, 'looking for beginning of value', 0) ?? trailing(c);
}

function trailing(c: Cursor): string | undefined {
  blanks(c);
  return c.at < c.text.length ? unexpected(c, 'after top-level value') : undefined;
}

function blanks(c: Cursor): void {
  while (/[ \t\r\n]/.test(c.text.charAt(c.at))) c.at++;
}

function unexpected(c: Cursor, where: string): string {
  if (c.at >= c.text.length) return END;
  return `invalid character ${quoteCharacter(c.text.charCodeAt(c.at), c.text.codePointAt(c.at) ?? 0)} ${where}`;
}

/** Go quotes the byte, so of a character beyond ASCII the first byte as if it were Latin-1. */
function quoteCharacter(unit: number, point: number): string {
  if (unit === 39) return `'\\''`;
  if (unit === 34) return `'"'`;
  const named: Readonly<Record<number, string>> = {
    7: '\\a',
    8: '\\b',
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
    92: '\\\\',
  };
  const name = named[unit];
  if (name !== undefined) return `'${name}'`;
  if (point < 0x20 || point === 0x7f) return `'\\x${point.toString(16).padStart(2, '0')}'`;
  if (point < 0x80) return `'${String.fromCharCode(point)}'`;
  const byte = unit >= 0xdc80 && unit <= 0xdcff ? unit - 0xdc00 : (Buffer.from(String.fromCodePoint(point))[0] ?? 0);
  return byte < 0xa0 || byte === 0xad ? `'\\u${byte.toString(16).padStart(4, '0')}'` : `'${String.fromCharCode(byte)}'`;
}

function value(c: Cursor, where: string, depth: number): string | undefined {
  blanks(c);
  const char = c.text.charAt(c.at);
  if (char === '{' || char === '[') {
    if (depth >= MAX_DEPTH) return 'exceeded max depth';
    c.at++;
    return char === '{' ? object(c, depth + 1) : array(c, depth + 1);
  }
  if (char === '"') return string(c);
  if (char === '-' || (char >= '0' && char <= '9')) return number(c);
  const word = { t: 'true', f: 'false', n: 'null' }[char];
  return word === undefined ? unexpected(c, where) : literal(c, word);
}

function literal(c: Cursor, word: string): string | undefined {
  for (let i = 0; i < word.length; i++, c.at++) {
    if (c.text.charAt(c.at) !== word.charAt(i)) {
      return unexpected(c, `in literal ${word} (expecting '${word.charAt(i)}')`);
    }
  }
  return undefined;
}

function number(c: Cursor): string | undefined {
  const digits = (): boolean => {
    const from = c.at;
    while (/[0-9]/.test(c.text.charAt(c.at))) c.at++;
    return c.at > from;
  };
  if (c.text.charAt(c.at) === '-') c.at++;
  if (c.text.charAt(c.at) === '0') c.at++;
  else if (!digits()) return unexpected(c, 'in numeric literal');
  if (c.text.charAt(c.at) === '.') {
    c.at++;
    if (!digits()) return unexpected(c, 'after decimal point in numeric literal');
  }
  if (/[eE]/.test(c.text.charAt(c.at))) {
    c.at++;
    if (/[-+]/.test(c.text.charAt(c.at))) c.at++;
    if (!digits()) return unexpected(c, 'in exponent of numeric literal');
  }
  return undefined;
}

function string(c: Cursor): string | undefined {
  for (c.at++; ; c.at++) {
    const char = c.text.charAt(c.at);
    if (char === '') return END;
    if (char === '"') {
      c.at++;
      return undefined;
    }
    if (char < ' ') return unexpected(c, 'in string literal');
    if (char !== '\\') continue;
    c.at++;
    const escaped = c.text.charAt(c.at);
    if (escaped === 'u') {
      for (let i = 0; i < 4; i++) {
        c.at++;
        if (!/^[0-9a-fA-F]$/.test(c.text.charAt(c.at))) return unexpected(c, 'in \\u hexadecimal character escape');
      }
    } else if (escaped === '' || !'bfnrt\\/"'.includes(escaped)) {
      return unexpected(c, 'in string escape code');
    }
  }
}

function object(c: Cursor, depth: number): string | undefined {
  blanks(c);
  if (c.text.charAt(c.at) === '}') {
    c.at++;
    return undefined;
  }
  for (;;) {
    blanks(c);
    if (c.text.charAt(c.at) !== '"') return unexpected(c, 'looking for beginning of object key string');
    const key = string(c);
    if (key !== undefined) return key;
    blanks(c);
    if (c.text.charAt(c.at) !== ':') return unexpected(c, 'after object key');
    c.at++;
    const problem = value(c, 'looking for beginning of value', depth);
    if (problem !== undefined) return problem;
    blanks(c);
    const next = c.text.charAt(c.at);
    if (next !== ',' && next !== '}') return unexpected(c, 'after object key:value pair');
    c.at++;
    if (next === '}') return undefined;
  }
}

function array(c: Cursor, depth: number): string | undefined {
  blanks(c);
  if (c.text.charAt(c.at) === ']') {
    c.at++;
    return undefined;
  }
  for (;;) {
    const problem = value(c, 'looking for beginning of value', depth);
    if (problem !== undefined) return problem;
    blanks(c);
    const next = c.text.charAt(c.at);
    if (next !== ',' && next !== ']') return unexpected(c, 'after array element');
    c.at++;
    if (next === ']') return undefined;
  }
}
