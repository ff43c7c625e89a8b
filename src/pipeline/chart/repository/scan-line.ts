/**
 * Finds what a line of block-style YAML is about (its dash, its key, where its value begins) and follows scalars over
 * lines, so that no text inside one is taken for structure. Takes bytes, returns a verdict; everything rare (anchors,
 * tags, tabs, flow over several lines) is `odd`, and never guessed at.
 */

/** `inside`: nothing but blanks, a comment or more of a scalar. `scalar`: a text on a line of its own, as a value. */
export type LineKind = 'inside' | 'content' | 'scalar' | 'start' | 'stop' | 'odd';

export interface LineScan {
  mode: 'structure' | 'block' | 'double' | 'single';
  /** Lines indented deeper continue the scalar that is open; −1: none is. */
  beyond: number;
  /** The column of the last key or dash that has no value yet. */
  open: number;
  /** Of the last line of content. Columns count from 0; −1: there is none. */
  dash: number;
  dashes: number;
  column: number;
  keyStart: number;
  keyEnd: number;
  valueStart: number;
  valueEnd: number;
}

export function newLineScan(): LineScan {
  return {
    mode: 'structure',
    beyond: -1,
    open: -1,
    dash: -1,
    dashes: 0,
    column: -1,
    keyStart: -1,
    keyEnd: -1,
    valueStart: -1,
    valueEnd: -1,
  };
}

const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const DASH = 45;
const DOT = 46;
const COLON = 58;
const BACKSLASH = 92;
const FOLDED = 62;
const LITERAL = 124;

/** Neither may begin a plain scalar: `! % & * , @ ] ` }` and the backquote. */
const odd = new Set([...'!%&*,@]`}'].map((char) => char.charCodeAt(0)));
/** go-yaml takes no longer key than this. */
const longestKey = 1024;

/** The line from `from` to `to`, without its end. */
export function scanLine(s: LineScan, b: Uint8Array, [from, to]: readonly [number, number]): LineKind {
  if (s.mode === 'double' || s.mode === 'single') return continueQuoted(s, b, [from, to]);
  let at = from;
  while (at < to && b[at] === SPACE) at++;
  const indent = at - from;
  if (at === to) return 'inside';
  if (s.beyond >= 0 && indent > s.beyond) {
    // Within a plain scalar a comment ends it, and nothing can continue it then.
    if (s.mode === 'structure' && b[at] === HASH) s.beyond = -1;
    return 'inside';
  }
  s.mode = 'structure';
  s.beyond = -1;
  if (b[at] === HASH) return 'inside';
  if (b[at] === TAB) return restIsBlank(b, at, to) ? 'inside' : 'odd';
  const marker = indent === 0 ? markerAt(b, at, to) : undefined;
  return marker ?? scanStructure(s, b, { from, at, to });
}

/** `---` begins the document, which must not go on behind it; `...` and a second `---` end it. */
function markerAt(b: Uint8Array, at: number, to: number): LineKind | undefined {
  const c = b[at];
  if ((c !== DASH && c !== DOT) || b[at + 1] !== c || b[at + 2] !== c || to - at < 3) return undefined;
  if (at + 3 < to && b[at + 3] !== SPACE && b[at + 3] !== TAB) return undefined;
  if (!restIsBlank(b, at + 3, to)) return 'odd';
  return c === DASH ? 'start' : 'stop';
}

interface Span {
  readonly from: number;
  readonly at: number;
  readonly to: number;
}

function scanStructure(s: LineScan, b: Uint8Array, span: Span): LineKind {
  const { from, to } = span;
  let { at } = span;
  s.dash = -1;
  s.dashes = 0;
  s.keyStart = -1;
  s.valueStart = -1;
  while (b[at] === DASH && (at + 1 === to || b[at + 1] === SPACE)) {
    if (s.dashes === 0) s.dash = at - from;
    s.dashes++;
    s.open = at - from;
    at++;
    while (at < to && b[at] === SPACE) at++;
    if (at === to || b[at] === HASH) return 'content';
  }
  s.column = at - from;
  const keyEnd = endOfKey(b, at, to);
  if (keyEnd === oddly) return 'odd';
  if (keyEnd === -1) {
    if (s.open < 0 || s.open >= s.column) return 'odd';
    return scanValue(s, b, { from: s.open, at, to }) ? (s.dashes > 0 ? 'content' : 'scalar') : 'odd';
  }
  s.keyStart = at;
  s.keyEnd = keyEnd;
  s.open = s.column;
  at = b[keyEnd] === COLON ? keyEnd + 1 : b.indexOf(COLON, keyEnd) + 1;
  while (at < to && b[at] === SPACE) at++;
  if (at === to || b[at] === HASH) return 'content';
  return scanValue(s, b, { from: s.column, at, to }) ? 'content' : 'odd';
}

const oddly = -2;

/** Behind the key that begins at `at`; −1: no key, so a scalar; `oddly`: not for us. */
function endOfKey(b: Uint8Array, at: number, to: number): number {
  const c = b[at];
  if (c === QUOTE || c === APOSTROPHE) {
    const end = endOfQuoted(b, at + 1, { to, quote: c });
    if (end < 0) return -1;
    let next = end;
    while (next < to && b[next] === SPACE) next++;
    if (next === to || b[next] !== COLON) return -1;
    return next + 1 < to && b[next + 1] !== SPACE ? oddly : end;
  }
  // A flow collection, which could be a key too: the check behind it finds that out.
  if (c === 91 || c === 123 || c === LITERAL || c === FOLDED) return -1;
  if (c === undefined || odd.has(c) || (c === 63 && (at + 1 === to || b[at + 1] === SPACE))) return oddly;
  for (let i = at; i < to; i++) {
    if (b[i] === COLON && (i + 1 === to || b[i + 1] === SPACE)) return i - at > longestKey || i === at ? oddly : i;
    if (b[i] === COLON && b[i + 1] === TAB) return oddly;
    if (b[i] === HASH && b[i - 1] === SPACE) return -1;
  }
  return -1;
}

/** `from` is the column that further lines of the value must be indented beyond. */
function scanValue(s: LineScan, b: Uint8Array, { from: parent, at, to }: Span): boolean {
  const c = b[at] as number;
  s.valueStart = at;
  s.valueEnd = to;
  if (c === QUOTE || c === APOSTROPHE) {
    const end = endOfQuoted(b, at + 1, { to, quote: c });
    if (end >= 0) {
      s.valueEnd = end;
      return restIsBlank(b, end, to);
    }
    s.mode = c === QUOTE ? 'double' : 'single';
    return true;
  }
  if (c === LITERAL || c === FOLDED) {
    let i = at + 1;
    while (i < to && (b[i] === 43 || b[i] === DASH || (b[i]! >= 48 && b[i]! <= 57))) i++;
    s.mode = 'block';
    s.beyond = parent;
    return restIsBlank(b, i, to);
  }
  if (c === 91 || c === 123) {
    const end = endOfFlow(b, at, to);
    return end >= 0 && restIsBlank(b, end, to);
  }
  const indicator = c === DASH || c === 63 || c === COLON;
  if (odd.has(c) || c === TAB || (indicator && (at + 1 === to || b[at + 1] === SPACE))) return false;
  for (let i = at + 1; i < to; i++) {
    // Not a scalar, or one that the exact reader must refuse.
    if (b[i] === COLON && (i + 1 === to || b[i + 1] === SPACE)) return false;
    if (b[i] === HASH && (b[i - 1] === SPACE || b[i - 1] === TAB)) {
      s.valueEnd = i;
      return true;
    }
  }
  s.beyond = parent;
  return true;
}

function continueQuoted(s: LineScan, b: Uint8Array, [from, to]: readonly [number, number]): LineKind {
  if (markerAt(b, from, to) !== undefined) return 'odd';
  const end = endOfQuoted(b, from, { to, quote: s.mode === 'double' ? QUOTE : APOSTROPHE });
  if (end < 0) return 'inside';
  s.mode = 'structure';
  return restIsBlank(b, end, to) ? 'inside' : 'odd';
}

/** Behind the closing quote; −1: it is not on this line. */
function endOfQuoted(b: Uint8Array, at: number, { to, quote }: { to: number; quote: number }): number {
  for (let i = at; i < to; i++) {
    if (b[i] === BACKSLASH && quote === QUOTE) i++;
    else if (b[i] === quote) {
      if (quote === QUOTE || b[i + 1] !== APOSTROPHE || i + 1 >= to) return i + 1;
      i++;
    }
  }
  return -1;
}

/** Behind the last bracket; −1: it is not on this line, or something in it is not for us. */
function endOfFlow(b: Uint8Array, at: number, to: number): number {
  let depth = 0;
  let tokenBegins = true;
  for (let i = at; i < to; i++) {
    const c = b[i] as number;
    if (c === 91 || c === 123) depth++;
    else if (c === 93 || c === 125) {
      if (--depth === 0) return i + 1;
    } else if (tokenBegins && (c === QUOTE || c === APOSTROPHE)) {
      const end = endOfQuoted(b, i + 1, { to, quote: c });
      if (end < 0) return -1;
      i = end - 1;
    } else if (c === TAB || (c === HASH && b[i - 1] === SPACE) || (tokenBegins && (c === 38 || c === 42 || c === 33))) {
      return -1;
    }
    // `a:'b'` is one word, `"a":'b'` a key and its value: too fine for here.
    if (c === COLON && (b[i + 1] === QUOTE || b[i + 1] === APOSTROPHE)) return -1;
    if (c !== SPACE) tokenBegins = c === 91 || c === 123 || c === 44 || c === COLON;
  }
  return -1;
}

/** Nothing follows but blanks and a comment. */
function restIsBlank(b: Uint8Array, at: number, to: number): boolean {
  for (let i = at; i < to; i++) {
    if (b[i] === HASH) return i > 0 && (b[i - 1] === SPACE || b[i - 1] === TAB);
    if (b[i] !== SPACE && b[i] !== TAB) return false;
  }
  return true;
}
