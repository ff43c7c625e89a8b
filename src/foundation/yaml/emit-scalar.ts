/**
 * Writes one string as go-yaml's emitters do: style by content, folding past column 80, hints of literal blocks. Takes the
 * string, the place and what differs between v2 and v3, returns the text; never the indicator or space before it.
 */
import { byteLength } from '../base/byte-string.ts';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

export interface ScalarPlace {
  /** Where the scalar begins, and the indentation of its further lines. */
  readonly column: number;
  readonly indent: number;
  /** A simple key is never folded and has no line breaks. */
  readonly simpleKey: boolean;
}

export interface ScalarRules {
  /** A space beyond this column is replaced by a line break. */
  readonly width: number;
  /** v3: tabs may stand in literal blocks. */
  readonly tabsInBlocks: boolean;
  /** Whether the string, written plain, is read as something else. */
  readonly isSpecialWord: (text: string) => boolean;
}

interface Analysis {
  readonly multiline: boolean;
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

/** Strings without spaces or anything that may mean something: most keys and names. */
const HARMLESS = /^[A-Za-z_/(][A-Za-z0-9_./+\-=@()~;^$]*$/;
const HARMLESS_ANALYSIS: Analysis = { multiline: false, plain: true, single: true, block: true };

/** Longer keys, in bytes, and those of several lines stand behind a `?`. */
const MAX_SIMPLE_KEY = 128;

export function isSimpleKey(text: string): boolean {
  if (text.length > MAX_SIMPLE_KEY) return false;
  if (HARMLESS.test(text)) return true;
  return !/[\n\r\x85\u2028\u2029]/.test(text) && byteLength(text) <= MAX_SIMPLE_KEY;
}

export function emitScalar(text: string, place: ScalarPlace, rules: ScalarRules): string {
  switch (chooseStyle(text, place.simpleKey, rules)) {
    case 'plain':
      return foldSpaces(text, place, { width: rules.width, quoted: false });
    case 'single':
      return `'${foldSpaces(text, { ...place, column: place.column + 1 }, { width: rules.width, quoted: true })}'`;
    case 'double':
      return `"${doubleQuoted(text, { ...place, column: place.column + 1 }, rules)}"`;
    case 'literal':
      return literalBlock(text, place.indent);
  }
}

function chooseStyle(text: string, simpleKey: boolean, rules: ScalarRules): ScalarStyle {
  const analysis = HARMLESS.test(text) ? HARMLESS_ANALYSIS : analyze(text, rules.tabsInBlocks);
  if (text.includes('\n')) return analysis.block && !simpleKey ? 'literal' : 'double';
  if (rules.isSpecialWord(text) || (simpleKey && analysis.multiline)) return 'double';
  if (analysis.plain) return 'plain';
  return analysis.single ? 'single' : 'double';
}

function isBreak(c: number): boolean {
  return c === 10 || c === 13 || c === 0x85 || c === 0x2028 || c === 0x2029;
}

/** What the emitter writes as it is; of the characters beyond the basic plane none. */
function isPrintable(c: number): boolean {
  return (
    c === 10 || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && (c < 0xd800 || (c >= 0xe000 && c !== 0xfeff && c < 0xfffe)))
  );
}

const isBlankAt = (text: string, at: number): boolean => {
  const c = text.charCodeAt(at);
  return at >= text.length || c === 32 || c === 9;
};

const START_INDICATORS = `#,[]{}&*!|>'"%@\``;

/** Whether indicators forbid a plain scalar in block context. */
function hasIndicator(text: string): boolean {
  if (/^(?:---|\.\.\.)/.test(text)) return true;
  const first = text.charAt(0);
  if (START_INDICATORS.includes(first)) return true;
  if ((first === '?' || first === ':' || first === '-') && isBlankAt(text, 1)) return true;
  return /:(?:[ \t]|$)|[\0 \t\n\r\x85\u2028\u2029]#/.test(text.slice(1)) || /^[\0 \t\n\r\x85\u2028\u2029]#/.test(text);
}

function analyze(text: string, tabsInBlocks: boolean): Analysis {
  if (text === '') return { multiline: false, plain: true, single: true, block: false };
  let multiline = false;
  let special = false;
  let tabs = false;
  let breakSpace = false;
  let spaceBreak = false;
  let previous = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 9 && tabsInBlocks) tabs = true;
    else if (!isPrintable(c)) special = true;
    if (c === 32) {
      if (isBreak(previous)) breakSpace = true;
    } else if (isBreak(c)) {
      multiline = true;
      if (previous === 32) spaceBreak = true;
    }
    previous = c;
  }
  const first = text.charCodeAt(0);
  const edge = first === 32 || previous === 32 || isBreak(first) || isBreak(previous);
  const single = !breakSpace && !spaceBreak && !special && !tabs;
  return {
    multiline,
    plain: single && !edge && !multiline && !hasIndicator(text),
    single,
    block: previous !== 32 && !spaceBreak && !special,
  };
}

/** A plain or single-quoted text; the quotes are the caller's. */
function foldSpaces(text: string, place: ScalarPlace, { width, quoted }: { width: number; quoted: boolean }): string {
  const escaped = quoted && text.includes("'");
  const breaks = quoted && /[\u2028\u2029]/.test(text);
  const fits = place.simpleKey || place.column + text.length * (escaped ? 2 : 1) <= width || !text.includes(' ');
  if (fits && !breaks) return escaped ? text.replaceAll("'", "''") : text;
  const newline = `\n${' '.repeat(place.indent)}`;
  let out = '';
  let { column } = place;
  let from = 0;
  let afterSpace = false;
  let afterBreak = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 32) {
      const inside = !quoted || (i > 0 && i < text.length - 1);
      if (!place.simpleKey && !afterSpace && column > width && inside && text.charCodeAt(i + 1) !== 32) {
        out += text.slice(from, i) + newline;
        from = i + 1;
        column = place.indent;
      } else column++;
      afterSpace = true;
    } else if (breaks && isBreak(c)) {
      column = 0;
      afterBreak = true;
    } else {
      if (afterBreak) {
        out += text.slice(from, i) + ' '.repeat(place.indent);
        from = i;
        column = place.indent;
      }
      if (escaped && c === 39) {
        out += `${text.slice(from, i)}'`;
        from = i;
        column++;
      }
      column++;
      afterSpace = false;
      afterBreak = false;
    }
  }
  return out + text.slice(from);
}

const NAMED_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x00, '\\0'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x1b, '\\e'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x85, '\\N'],
  [0xa0, '\\_'],
  [0x2028, '\\L'],
  [0x2029, '\\P'],
]);

function escapePoint(point: number): string {
  const named = NAMED_ESCAPES.get(point);
  if (named !== undefined) return named;
  const digits = point.toString(16).toUpperCase();
  if (point <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  return point <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}

function doubleQuoted(text: string, place: ScalarPlace, rules: ScalarRules): string {
  // go-yaml tests for a byte order mark always at the start of the string, and so escapes everything behind one.
  const escapeAll = text.charCodeAt(0) === 0xfeff;
  const newline = `\n${' '.repeat(place.indent)}`;
  let out = '';
  let { column } = place;
  let from = 0;
  let afterSpace = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (escapeAll || c === 34 || c === 92 || !isPrintable(c) || isBreak(c)) {
      const point = text.codePointAt(i) ?? 0;
      const escaped = escapePoint(point);
      out += text.slice(from, i) + escaped;
      if (point > 0xffff) i++;
      from = i + 1;
      column += escaped.length;
      afterSpace = false;
    } else if (c === 32) {
      const inside = i > 0 && i < text.length - 1;
      if (!place.simpleKey && !afterSpace && column > rules.width && inside) {
        const again = text.charCodeAt(i + 1) === 32;
        out += text.slice(from, i) + newline + (again ? '\\' : '');
        from = i + 1;
        column = place.indent + (again ? 1 : 0);
      } else column++;
      afterSpace = true;
    } else {
      column++;
      afterSpace = false;
    }
  }
  return out + text.slice(from);
}

/** Ends with the text's own last line break, if it has one. */
function literalBlock(text: string, indent: number): string {
  const first = text.charCodeAt(0);
  let header = first === 32 || isBreak(first) ? '|2' : '|';
  if (!isBreak(text.charCodeAt(text.length - 1))) header += '-';
  else if (text.length === 1 || isBreak(text.charCodeAt(text.length - 2))) header += '+';
  const pad = ' '.repeat(indent);
  return `${header}\n${text.replace(/(^|[\n\u2028\u2029])(?![\n\u2028\u2029]|$)/g, `$1${pad}`)}`;
}
