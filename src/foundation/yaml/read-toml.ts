/**
 * Reads TOML as Helm's `fromToml`, BurntSushi/toml 1.6.0: integers are int64, floats float64, arrays of tables slices of
 * maps. Takes text, returns a map; throws a GoError with BurntSushi's text.
 */
import { quote, quoteRune } from '../template/quote.ts';
import { GoError, type GoMap, type GoSlice, type GoValue } from '../template/value.ts';
import {
  backTo,
  END,
  fail,
  isComment,
  isNewline,
  isWhitespace,
  keyParts,
  next,
  peek,
  scanScalar,
  skip,
  skipComment,
  TomlProblem,
  type TomlScanner,
  type TomlToken,
  tableNameParts,
} from './scan-toml.ts';
import { problem, scalarOf, textOf } from './toml-scalar.ts';
import type { NewTomlTime } from './toml-time.ts';

type Key = readonly string[];

const isStackOverflow = (error: unknown): boolean =>
  error instanceof RangeError && error.message.startsWith('Maximum call stack size');

interface Reader {
  readonly scanner: TomlScanner;
  readonly root: GoMap;
  readonly newTime: NewTomlTime;
  /** The table that what follows belongs to. */
  context: Key;
  currentKey: string;
  /** Where the key at hand begins. */
  line: number;
  readonly implicits: Set<string>;
  readonly arrays: Set<string>;
}

export function readToml(given: string, newTime: NewTomlTime): GoMap {
  const text = given.replace(/^\ufeff/, '');
  if (Buffer.from(text.slice(0, 6)).subarray(0, 6).includes(0)) {
    throw new GoError('toml: line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8');
  }
  const r: Reader = {
    scanner: { text, pos: 0, atEnd: false },
    root: new Map(),
    newTime,
    context: [],
    currentKey: '',
    line: 1,
    implicits: new Set(),
    arrays: new Set(),
  };
  try {
    readTop(r);
  } catch (error) {
    if (isStackOverflow(error)) throw new GoError('toml: nested too deeply');
    if (!(error instanceof TomlProblem)) throw error;
    const last = r.currentKey === '' ? shown(r.context) : [shown(r.context), r.currentKey].filter(Boolean).join('.');
    const at = last === '' ? '' : ` (last key ${quote(last)})`;
    throw new GoError(`toml: line ${error.line}${at}: ${error.message}`);
  }
  return r.root;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

/** A key as it is written: quoted where it has to be. */
function shown(key: Key): string {
  return key.map((part) => (/^[A-Za-z0-9_-]+$/.test(part) ? part : `"${escaped(part)}"`)).join('.');
}

const escaped = (part: string): string =>
  part.replace(
    /["\\\x00-\x1f\x7f]/g,
    (char) => ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function readTop(r: Reader): void {
  const s = r.scanner;
  for (;;) {
    const { pos } = s;
    const rune = next(s);
    if (rune === END) return;
    if (isWhitespace(rune) || isNewline(rune)) continue;
    if (isComment(rune)) skipComment(s);
    else if (rune === 91) {
      readHeader(r);
      endLine(s);
    } else {
      backTo(s, pos);
      readEntry(r);
      endLine(s);
    }
  }
}

/** Behind a header or an entry: nothing but a comment. */
function endLine(s: TomlScanner): void {
  for (;;) {
    const rune = next(s);
    if (isWhitespace(rune)) continue;
    if (isComment(rune)) skipComment(s);
    if (isComment(rune) || isNewline(rune) || rune === END) return;
    const got = quoteRune(rune);
    fail(s, `expected a top-level item to end with a newline, comment, or EOF, but got ${got} instead`);
  }
}

function readHeader(r: Reader): void {
  const s = r.scanner;
  const isArray = peek(s) === 91;
  if (isArray) next(s);
  const key = readKey(r, tableNameParts(s));
  if (isArray) {
    const rune = next(s);
    if (rune !== 93) fail(s, `expected end of table array name delimiter ']', but got ${quoteRune(rune)} instead`);
  }
  addContext(r, key, isArray);
}

function readKey(r: Reader, parts: Iterable<TomlToken>): string[] {
  const key: string[] = [];
  for (const part of parts) {
    if (key.length === 0) r.line = part.line;
    key.push(textOf(part));
  }
  return key;
}

function readEntry(r: Reader): void {
  const outer = r.context;
  const key = readKey(r, keyParts(r.scanner));
  enterKey(r, key);
  const { value, isArray } = readValue(r, false);
  setValue(r, r.currentKey, value);
  setType(r, isArray);
  r.context = outer;
  r.currentKey = '';
}

/** `a.b.c`: a and b become tables. */
function enterKey(r: Reader, key: Key): void {
  r.currentKey = key.at(-1)!;
  for (const part of key.slice(0, -1)) {
    const context = [...r.context, part];
    r.implicits.add(shown(context));
    addContext(r, context, false);
  }
}

function setType(r: Reader, isArray: boolean): void {
  const name = shown([...r.context, r.currentKey]);
  if (isArray) r.arrays.add(name);
  else r.arrays.delete(name);
}

// Values

interface Read {
  readonly value: GoValue;
  readonly isArray: boolean;
}

function readValue(r: Reader, inArray: boolean): Read {
  const s = r.scanner;
  skip(s, isWhitespace);
  const rune = peek(s);
  if (rune === 91) {
    next(s);
    return { value: readArray(r), isArray: true };
  }
  if (rune === 123) {
    next(s);
    return { value: readInlineTable(r, inArray), isArray: false };
  }
  return { value: scalarOf(scanScalar(s), r.newTime), isArray: false };
}

/** What separates items; a comment is read past. */
function skipBetween(s: TomlScanner): number {
  for (;;) {
    const rune = next(s);
    if (isComment(rune)) skipComment(s);
    else if (!isWhitespace(rune) && !isNewline(rune)) return rune;
  }
}

const orEnd = (rune: number): string => (rune === END ? 'end of file' : `'${String.fromCodePoint(rune)}'`);

function readArray(r: Reader): GoSlice {
  const s = r.scanner;
  setType(r, true);
  const items: GoSlice = [];
  for (;;) {
    const rune = skipBetween(s);
    if (rune === 93) return items;
    if (rune === 44) fail(s, 'unexpected comma');
    backTo(s, rune === END ? s.pos : s.pos - String.fromCodePoint(rune).length);
    items.push(readValue(r, true).value);
    const behind = skipBetween(s);
    if (behind === 93) return items;
    if (behind !== 44) fail(s, `expected a comma (',') or array terminator (']'), but got ${orEnd(behind)}`);
  }
}

/** What it holds is set in the context too, where later keys that clash with it are noticed. */
function readInlineTable(r: Reader, inArray: boolean): GoMap {
  const s = r.scanner;
  const [outerContext, outerKey] = [r.context, r.currentKey];
  const context = [...outerContext, outerKey];
  const table: GoMap = new Map();
  r.context = context;
  r.currentKey = '';
  r.implicits.add(shown(context));
  addContext(r, context, inArray);
  for (;;) {
    const rune = skipBetween(s);
    if (rune === 125) break;
    if (rune === 44) fail(s, 'unexpected comma');
    backTo(s, rune === END ? s.pos : s.pos - String.fromCodePoint(rune).length);
    readInlineEntry(r, table);
    r.context = context;
    const behind = skipBetween(s);
    if (behind === 125) break;
    if (behind !== 44) fail(s, `expected a comma or an inline table terminator '}', but got ${orEnd(behind)} instead`);
  }
  r.context = outerContext;
  r.currentKey = outerKey;
  return table;
}

function readInlineEntry(r: Reader, table: GoMap): void {
  const key = readKey(r, keyParts(r.scanner));
  enterKey(r, key);
  const { value, isArray } = readValue(r, false);
  setValue(r, r.currentKey, value);
  setType(r, isArray);
  let target = table;
  for (const part of key.slice(0, -1)) {
    const known = target.get(part) ?? new Map();
    if (!(known instanceof Map)) throw new TomlProblem(r.line, `${quote(shown(r.context))} is not a table`);
    target.set(part, known);
    target = known;
  }
  target.set(r.currentKey, value);
}

// Tables

const isTables = (value: GoValue | undefined): value is GoSlice =>
  Array.isArray(value) && (value as GoSlice).elementType === 'map[string]interface {}';

/** The table behind a key that leads to one. */
function tableIn(value: GoValue | undefined): GoMap | undefined {
  if (isTables(value)) return value.at(-1) as GoMap | undefined;
  return value instanceof Map ? value : undefined;
}

/** Makes the tables that lead to the key, and the one it names; an array of tables gets another. */
function addContext(r: Reader, key: Key, array: boolean): void {
  let table: GoMap = r.root;
  const path: string[] = [];
  for (const part of key.slice(0, -1)) {
    path.push(part);
    if (!table.has(part)) {
      r.implicits.add(shown(path));
      table.set(part, new Map());
    }
    const inner = tableIn(table.get(part));
    if (inner === undefined) throw new TomlProblem(r.line, `Key '${shown(path)}' was already created as a hash.`);
    table = inner;
  }
  r.context = path;
  const last = key.at(-1)!;
  if (array) addToArray(r, table, key);
  else setValue(r, last, new Map());
  r.context = [...path, last];
}

function addToArray(r: Reader, table: GoMap, key: Key): void {
  const last = key.at(-1)!;
  const known = table.get(last);
  if (isTables(known)) known.push(new Map());
  else if (known !== undefined) {
    problem(r.line, `Key '${shown(key)}' was already created and cannot be used as an array.`);
  } else {
    const tables: GoSlice = [new Map()];
    tables.elementType = 'map[string]interface {}';
    table.set(last, tables);
  }
}

/** A key that was only implied may be defined once: then what it holds stays. */
function setValue(r: Reader, key: string, value: GoValue): void {
  let table: GoMap = r.root;
  const path: string[] = [];
  for (const part of r.context) {
    path.push(part);
    const inner = tableIn(table.get(part));
    if (inner === undefined) throw new TomlProblem(r.line, `Key '${shown(path)}' has already been defined.`);
    table = inner;
  }
  const name = shown([...path, key]);
  if (!table.has(key)) {
    table.set(key, value);
    return;
  }
  if (!r.implicits.has(name)) problem(r.line, `Key '${name}' has already been defined.`);
  r.implicits.delete(name);
  if (r.arrays.has(name)) table.set(key, value);
}
