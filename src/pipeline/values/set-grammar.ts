/**
 * Helm's `--set` grammar: `a.b[0].c=v,x={1,2}`, with `\` as escape. Takes an expression and a map, writes into the map as
 * it reads, quirks included: what stood before a mistake stays written. Throws a GoError with Helm's text. Function names
 * are those of Helm's strvals package.
 */
import { quote, quoteRune } from '../../foundation/template/quote.ts';
import { GoError, type GoMap, type GoSlice, type GoValue, int64 } from '../../foundation/template/value.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { readJsonPrefix } from './json-prefix.ts';
import { endOfInput, type Failure, newRuneReader, Panic, type RuneReader, runesUntil, wrapped } from './rune-reader.ts';

/** Helm's limits. */
const MAX_INDEX = 65_536;
const MAX_NESTED_NAME_LEVEL = 30;

export interface SetOptions {
  readonly compat: Compat;
  /** What a value's text stands for; default: typed as `--set` does. */
  readonly read?: (text: string) => GoValue;
  /** `--set-json`: values are JSON. */
  readonly json?: boolean;
  /** `--set-literal`: everything behind the first `=` is the value, without escapes. */
  readonly literal?: boolean;
}

interface Parser {
  readonly input: RuneReader;
  readonly read: (text: string) => GoValue;
  readonly json: boolean;
  readonly literal: boolean;
}

export function parseSet(expression: string, into: GoMap, options: SetOptions): void {
  const { read = typedValue, json = false, literal = false } = options;
  const parser: Parser = { input: newRuneReader(expression, !literal), read, json, literal };
  for (;;) {
    const failure = key(parser, into, 0);
    if (failure === undefined) continue;
    if (failure === endOfInput || (failure.wrapsEnd && options.compat === 'helm4')) return;
    throw new GoError(failure.message);
  }
}

/** `--set`: true, false, null and integers are typed, everything else is text. */
export function typedValue(text: string): GoValue {
  if (/^true$/iu.test(text)) return true;
  if (/^false$/iu.test(text)) return false;
  if (/^null$/iu.test(text)) return null;
  if (text === '0') return int64(0);
  if (!/^[+-]?\d+$/.test(text) || text.startsWith('0')) return text;
  const value = BigInt(text.replace(/^\+/, ''));
  return value === BigInt.asIntN(64, value) ? int64(value) : text;
}

/** Only the type assertions of Go panic; Helm makes errors of them, one for each level of names. */
function key(p: Parser, data: GoMap, level: number): Failure | undefined {
  try {
    return keyOrPanic(p, data, level);
  } catch (error) {
    if (error instanceof Panic) return { message: `unable to parse key: ${error.message}` };
    throw error;
  }
}

function keyOrPanic(p: Parser, data: GoMap, level: number): Failure | undefined {
  const { text: name, last } = runesUntil(p.input, p.literal ? '=[.' : '=[,.');
  if (last === undefined) return name === '' ? endOfInput : { message: `key ${quote(name)} has no value` };
  if (last === '[') return indexedKey(p, data, name, level);
  if (last === '=')
    return p.json ? jsonValue(p, (value) => set(data, name, value)) : plainValue(p, (value) => set(data, name, value));
  if (last === ',') {
    set(data, name, '');
    return { message: `key ${quote(name)} has no value (cannot end with ,)` };
  }
  if (level + 1 > MAX_NESTED_NAME_LEVEL) {
    return {
      message: `value name nested level is greater than maximum supported nested level of ${MAX_NESTED_NAME_LEVEL}`,
    };
  }
  const inner = data.has(name) ? asMap(data.get(name) ?? null) : new Map<string, GoValue>();
  const failure = key(p, inner, level + 1);
  if (failure === undefined && inner.size === 0) return { message: `key map ${quote(name)} has no value` };
  if (inner.size > 0) set(data, name, inner);
  return failure;
}

function indexedKey(p: Parser, data: GoMap, name: string, level: number): Failure | undefined {
  const index = keyIndex(p);
  if (typeof index !== 'number') return index;
  const list = data.has(name) ? asList(data.get(name) ?? null) : [];
  const item = listItem(p, list, index, level);
  set(data, name, item.list);
  return item.failure;
}

interface Item {
  readonly list: GoSlice;
  readonly failure?: Failure | undefined;
}

function listItem(p: Parser, list: GoSlice, index: number, level: number): Item {
  if (index < 0) return { list, failure: { message: `negative ${index} index not allowed` } };
  const { text, last } = runesUntil(p.input, '[.=');
  if (text !== '') {
    const runes = [...text].map((char) => quoteRune(char.codePointAt(0) ?? 0));
    return { list, failure: { message: `unexpected data at end of array index: [${runes.join(' ')}]` } };
  }
  if (last === undefined) return { list, failure: endOfInput };
  if (last === '=') return itemValue(p, list, index);
  if (last === '[') return itemOfItem(p, list, index, level);
  let inner: GoMap = new Map();
  if (list.length > index) {
    const known = list[index];
    if (known instanceof Map) inner = known;
    else list[index] = inner;
  }
  const failure = key(p, inner, level);
  return failure === undefined ? setIndex(list, index, inner) : { list, failure };
}

function itemValue(p: Parser, list: GoSlice, index: number): Item {
  let item: Item = { list };
  const assign = (value: GoValue): void => {
    item = setIndex(list, index, value);
  };
  const failure = p.json ? jsonValue(p, assign) : plainValue(p, assign);
  if (item.failure !== undefined) return item;
  return failure === undefined || failure === endOfInput ? item : { list: item.list, failure };
}

function itemOfItem(p: Parser, list: GoSlice, index: number, level: number): Item {
  const next = keyIndex(p);
  if (typeof next !== 'number') return { list, failure: next };
  const known = list[index] ?? null;
  const inner = listItem(p, known === null ? [] : asList(known), next, level);
  return inner.failure === undefined ? setIndex(list, index, inner.list) : { list, failure: inner.failure };
}

function keyIndex(p: Parser): number | Failure {
  const { text, last } = runesUntil(p.input, ']');
  if (last === undefined) return wrapped('error parsing index', endOfInput);
  if (/^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= Number.MAX_SAFE_INTEGER) return Number(text);
  const reason = /^[+-]?\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  return { message: `error parsing index: strconv.Atoi: parsing ${quote(text)}: ${reason}` };
}

function plainValue(p: Parser, assign: (value: GoValue) => void): Failure | undefined {
  if (p.literal) {
    assign(runesUntil(p.input, '').text);
    return undefined;
  }
  if (p.input.at >= p.input.runes.length) {
    assign('');
    return endOfInput;
  }
  if (p.input.runes[p.input.at] === '{') return listValue(p, assign);
  assign(p.read(runesUntil(p.input, ',').text));
  return undefined;
}

function listValue(p: Parser, assign: (value: GoValue) => void): Failure | undefined {
  p.input.at += 1;
  const list: GoSlice = [];
  for (;;) {
    const { text, last } = runesUntil(p.input, ',}');
    if (last === undefined) return { message: "list must terminate with '}'" };
    list.push(p.read(text));
    if (last === ',') continue;
    if (p.input.runes[p.input.at] === ',') p.input.at += 1;
    assign(list);
    return undefined;
  }
}

function jsonValue(p: Parser, assign: (value: GoValue) => void): Failure | undefined {
  if (emptyValue(p)) {
    assign(null);
    return undefined;
  }
  const rest = p.input.runes.slice(p.input.at).join('');
  const { value, length } = readJsonPrefix(rest);
  assign(value);
  p.input.at += [...rest.slice(0, length)].length;
  emptyValue(p);
  return undefined;
}

/** Skips blanks; true when nothing but a comma or the end follows, the comma skipped too. */
function emptyValue(p: Parser): boolean {
  for (;;) {
    const char = p.input.runes[p.input.at];
    if (char === undefined) return true;
    if (char !== ',' && char.trim() !== '') return false;
    p.input.at += 1;
    if (char === ',') return true;
  }
}

function set(data: GoMap, name: string, value: GoValue): void {
  if (name !== '') data.set(name, value);
}

/** A longer list is a new one, as in Go; an existing place is written in place. */
function setIndex(list: GoSlice, index: number, value: GoValue): Item {
  if (index > MAX_INDEX) {
    return {
      list,
      failure: { message: `index of ${index} is greater than maximum supported index of ${MAX_INDEX}` },
    };
  }
  const long = list.length > index ? list : [...list, ...new Array<null>(index + 1 - list.length).fill(null)];
  long[index] = value;
  return { list: long };
}

function asMap(value: GoValue): GoMap {
  if (value instanceof Map) return value;
  throw new Panic(`interface conversion: interface {} is ${dynamicType(value)}, not map[string]interface {}`);
}

function asList(value: GoValue): GoSlice {
  if (Array.isArray(value)) return value;
  throw new Panic(`interface conversion: interface {} is ${dynamicType(value)}, not []interface {}`);
}

function dynamicType(value: GoValue): string {
  if (value === null) return 'nil';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float64';
  if (Array.isArray(value)) return '[]interface {}';
  return value instanceof Map ? 'map[string]interface {}' : 'int64';
}
