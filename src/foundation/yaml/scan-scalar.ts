/**
 * Scalars of the YAML scanner: plain, quoted and block ones, folded and chomped as go-yaml v2 does. Takes the scanner at
 * the scalar's first character and returns its token, the scanner moved behind it. It never decides what a scalar means.
 */
import {
  atDocumentIndicator,
  isBlankZ,
  isBreak,
  readLine,
  SCALAR,
  type Scanner,
  type SimpleKey,
  scannerError,
  skipLine,
  type Token,
} from './token.ts';

/** A break between two lines of text becomes a space, further ones stay. */
function fold(leadingBreak: string, trailingBreaks: string): string {
  if (leadingBreak === '\n') return trailingBreaks === '' ? ' ' : trailingBreaks;
  return leadingBreak + trailingBreaks;
}

function isFlowIndicator(c: number): boolean {
  return c === 44 || c === 63 || c === 91 || c === 93 || c === 123 || c === 125;
}

export function scanPlainScalar(s: Scanner, key: SimpleKey | undefined): Token {
  const { text, line } = s;
  const indent = s.indent + 1;
  const flow = s.flowLevel > 0;
  let value = '';
  let from = s.pos;
  let to = s.pos;
  let leadingBreak = '';
  let trailingBreaks = '';
  let leadingBlanks = false;
  for (;;) {
    if (atDocumentIndicator(s)) break;
    let pos = s.pos;
    let c = text.charCodeAt(pos);
    if (c === 35) break;
    while (!isBlankZ(c)) {
      if (c === 58 ? isBlankZ(text.charCodeAt(pos + 1)) : flow && isFlowIndicator(c)) break;
      c = text.charCodeAt(++pos);
    }
    if (pos > s.pos) {
      if (leadingBlanks) {
        value += text.slice(from, to) + fold(leadingBreak, trailingBreaks);
        from = s.pos;
        leadingBreak = '';
        trailingBreaks = '';
        leadingBlanks = false;
      }
      to = pos;
      s.pos = pos;
    }
    if (!(c === 32 || c === 9 || isBreak(c))) break;
    for (; c === 32 || c === 9 || isBreak(c); c = text.charCodeAt(s.pos)) {
      if (c === 32 || c === 9) {
        if (c === 9 && leadingBlanks && s.pos - s.lineStart < indent) {
          throw scannerError(s, line, 'found a tab character that violates indentation');
        }
        s.pos++;
      } else if (leadingBlanks) {
        trailingBreaks += readLine(s);
      } else {
        leadingBreak = readLine(s);
        leadingBlanks = true;
      }
    }
    if (!flow && s.pos - s.lineStart < indent) break;
  }
  if (leadingBlanks) s.simpleKeyAllowed = true;
  const tail = text.slice(from, to);
  return { type: SCALAR, line, value: value === '' ? tail : value + tail, suffix: '', plain: true, key };
}

/** `quote` is 34 or 39. */
export function scanFlowScalar(s: Scanner, key: SimpleKey | undefined, quote: number): Token {
  const { text, line } = s;
  const start = s.pos + 1;
  for (let pos = start; ; pos++) {
    const c = text.charCodeAt(pos);
    if (c === quote) {
      if (quote === 39 && text.charCodeAt(pos + 1) === 39) break;
      s.pos = pos + 1;
      return { type: SCALAR, line, value: text.slice(start, pos), suffix: '', plain: false, key };
    }
    if (c === 0 || c === 92 || isBreak(c)) break;
  }
  s.pos = start;
  return { type: SCALAR, line, value: scanQuoted(s, line, quote), suffix: '', plain: false, key };
}

function scanQuoted(s: Scanner, startLine: number, quote: number): string {
  const { text } = s;
  let value = '';
  for (;;) {
    if (atDocumentIndicator(s)) throw scannerError(s, startLine, 'found unexpected document indicator');
    if (text.charCodeAt(s.pos) === 0) throw scannerError(s, startLine, 'found unexpected end of stream');
    let from = s.pos;
    let leadingBlanks = false;
    let c = text.charCodeAt(s.pos);
    for (; !isBlankZ(c); c = text.charCodeAt(s.pos)) {
      if (c === quote) {
        if (quote === 34 || text.charCodeAt(s.pos + 1) !== 39) break;
        value += text.slice(from, s.pos + 1);
        s.pos += 2;
        from = s.pos;
      } else if (c === 92 && quote === 34) {
        value += text.slice(from, s.pos);
        if (isBreak(text.charCodeAt(s.pos + 1))) {
          s.pos++;
          skipLine(s);
          from = s.pos;
          leadingBlanks = true;
          break;
        }
        value += scanEscape(s, startLine);
        from = s.pos;
      } else {
        s.pos++;
      }
    }
    value += text.slice(from, s.pos);
    if (text.charCodeAt(s.pos) === quote) break;
    value += scanQuotedBlanks(s, leadingBlanks);
  }
  s.pos++;
  return value;
}

/** The blanks and breaks between two words of a quoted scalar, folded. */
function scanQuotedBlanks(s: Scanner, leading: boolean): string {
  let leadingBlanks = leading;
  let leadingBreak = '';
  let trailingBreaks = '';
  const from = s.pos;
  let c = s.text.charCodeAt(s.pos);
  for (; c === 32 || c === 9 || isBreak(c); c = s.text.charCodeAt(s.pos)) {
    if (c === 32 || c === 9) s.pos++;
    else if (leadingBlanks) trailingBreaks += readLine(s);
    else {
      leadingBreak = readLine(s);
      leadingBlanks = true;
    }
  }
  return leadingBlanks ? fold(leadingBreak, trailingBreaks) : s.text.slice(from, s.pos);
}

const ESCAPES: ReadonlyMap<number, string> = new Map(
  Object.entries({
    '0': '\0',
    a: '\x07',
    b: '\b',
    t: '\t',
    '\t': '\t',
    n: '\n',
    v: '\v',
    f: '\f',
    r: '\r',
    e: '\x1b',
    ' ': ' ',
    '"': '"',
    "'": "'",
    '\\': '\\',
    N: '\x85',
    _: '\xa0',
    L: '\u2028',
    P: '\u2029',
  }).map(([letter, value]) => [letter.charCodeAt(0), value]),
);

const ESCAPE_LENGTHS: ReadonlyMap<number, number> = new Map([
  [120, 2],
  [117, 4],
  [85, 8],
]);

function scanEscape(s: Scanner, startLine: number): string {
  const letter = s.text.charCodeAt(s.pos + 1);
  const simple = ESCAPES.get(letter);
  if (simple !== undefined) {
    s.pos += 2;
    return simple;
  }
  const length = ESCAPE_LENGTHS.get(letter);
  if (length === undefined) throw scannerError(s, startLine, 'found unknown escape character');
  s.pos += 2;
  const digits = s.text.slice(s.pos, s.pos + length);
  if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length < length) {
    throw scannerError(s, startLine, 'did not find expected hexdecimal number');
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw scannerError(s, startLine, 'found invalid Unicode character escape code');
  }
  s.pos += length;
  return String.fromCodePoint(code);
}

interface BlockHeader {
  /** 1 keeps all trailing breaks, 0 one, −1 none. */
  chomping: number;
  /** 0: to be detected. */
  increment: number;
}

export function scanBlockScalar(s: Scanner, literal: boolean): Token {
  const { text, line } = s;
  s.pos++;
  const { chomping, increment } = scanBlockHeader(s, line);
  const wanted = increment > 0 ? Math.max(s.indent, 0) + increment : 0;
  const first = scanBlockBreaks(s, wanted, line);
  const { indent } = first;
  let trailingBreaks = first.breaks;
  let leadingBreak = '';
  let leadingBlank = false;
  let value = '';
  while (s.pos - s.lineStart === indent && text.charCodeAt(s.pos) !== 0) {
    let c = text.charCodeAt(s.pos);
    const blank = c === 32 || c === 9;
    if (!literal && !leadingBlank && !blank && leadingBreak === '\n') {
      if (trailingBreaks === '') value += ' ';
    } else {
      value += leadingBreak;
    }
    value += trailingBreaks;
    leadingBlank = blank;
    const from = s.pos;
    let pos = from;
    while (!(isBreak(c) || c === 0)) c = text.charCodeAt(++pos);
    s.pos = pos;
    value += text.slice(from, pos);
    leadingBreak = readLine(s);
    trailingBreaks = scanBlockBreaks(s, indent, line).breaks;
  }
  if (chomping !== -1) value += leadingBreak;
  if (chomping === 1) value += trailingBreaks;
  return { type: SCALAR, line, value, suffix: '', plain: false, key: undefined };
}

function scanBlockHeader(s: Scanner, startLine: number): BlockHeader {
  const header: BlockHeader = { chomping: 0, increment: 0 };
  const at = (): number => s.text.charCodeAt(s.pos);
  const chomp = (): boolean => {
    if (at() !== 43 && at() !== 45) return false;
    header.chomping = at() === 43 ? 1 : -1;
    s.pos++;
    return true;
  };
  const digit = (): boolean => {
    if (at() < 48 || at() > 57) return false;
    if (at() === 48) throw scannerError(s, startLine, 'found an indentation indicator equal to 0');
    header.increment = at() - 48;
    s.pos++;
    return true;
  };
  if (chomp()) digit();
  else if (digit()) chomp();
  while (at() === 32 || at() === 9) s.pos++;
  if (at() === 35) while (!(isBreak(at()) || at() === 0)) s.pos++;
  if (isBreak(at())) skipLine(s);
  else if (at() !== 0) throw scannerError(s, startLine, 'did not find expected comment or line break');
  return header;
}

/** Skips indentation and empty lines; `indent` 0 detects the indentation from the deepest of them. */
function scanBlockBreaks(s: Scanner, indent: number, startLine: number): { indent: number; breaks: string } {
  const { text } = s;
  let breaks = '';
  let deepest = 0;
  for (;;) {
    while ((indent === 0 || s.pos - s.lineStart < indent) && text.charCodeAt(s.pos) === 32) s.pos++;
    const column = s.pos - s.lineStart;
    if (column > deepest) deepest = column;
    const c = text.charCodeAt(s.pos);
    if (c === 9 && (indent === 0 || column < indent)) {
      throw scannerError(s, startLine, 'found a tab character where an indentation space is expected');
    }
    if (!isBreak(c)) break;
    breaks += readLine(s);
  }
  return { indent: indent === 0 ? Math.max(deepest, s.indent + 1, 1) : indent, breaks };
}
