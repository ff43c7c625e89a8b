/**
 * Reads JSON as Go's encoding/json does into an interface{}: numbers are float64, the last of duplicate keys wins, stray
 * surrogates become U+FFFD. Takes text, returns Go values; throws a GoError with Go's text.
 */
import { GoError, type GoMap, type GoSlice, type GoValue } from '../template/value.ts';
import { type ParsedJson, parseJson } from './parse-json.ts';
import { fromJson } from './plain-json.ts';
import { mismatch } from './read-yaml.ts';

/**
 * Texts that JSON.parse may not read: numbers that may be beyond float64, and escapes. V8 13.6 (Node 24.21) mistakes an
 * escaped key for one of an earlier object: `{"\\":1}` makes it read `{"\r":1}` as `{"\\":1}`.
 */
const UNSAFE = /\\|[0-9]{200}|[0-9][eE]\+?[0-9]{3}/;

export function readJson(text: string): GoValue {
  return readAs(text, 'interface {}', (_value): _value is GoValue => true);
}

/** As json.Unmarshal into a map[string]interface{}: null gives an empty map. */
export function readJsonMap(text: string): GoMap {
  return readAs(text, 'map[string]interface {}', isMapOrNull) ?? new Map();
}

/** As json.Unmarshal into a []interface{}: null gives a nil slice. */
export function readJsonList(text: string): GoSlice {
  const list: GoSlice = readAs(text, '[]interface {}', isListOrNull) ?? Object.assign([], { isNil: true });
  return list;
}

const isMapOrNull = (value: GoValue): value is GoMap | null => value === null || value instanceof Map;
const isListOrNull = (value: GoValue): value is GoSlice | null => value === null || Array.isArray(value);

/** A map, and the mistake in spite of which Go fills it: a number beyond float64, which is null then. */
export function readJsonMapPartly(text: string): { map: GoMap; problem: string | undefined } {
  const { value, overflow } = parse(text);
  if (!isMapOrNull(value)) throw new GoError(mismatch(value, 'map[string]interface {}'));
  if (value === null && overflow !== undefined) throw new GoError(mismatch(0, 'map[string]interface {}'));
  return { map: value ?? new Map(), problem: overflow === undefined ? undefined : tooLarge(overflow) };
}

const tooLarge = (digits: string): string => `json: cannot unmarshal number ${digits} into Go value of type float64`;

function readAs<T extends GoValue>(text: string, type: string, fits: (value: GoValue) => value is T): T {
  const { value, overflow } = parse(text);
  if (!fits(value)) throw new GoError(mismatch(value, type));
  if (overflow === undefined) return value;
  throw new GoError(value === null && type !== 'interface {}' ? mismatch(0, type) : tooLarge(overflow));
}

function parse(text: string): ParsedJson {
  try {
    return UNSAFE.test(text) || !text.isWellFormed() ? parseJson(text) : parsePlain(text);
  } catch (error) {
    if (error instanceof RangeError) throw new GoError('exceeded max depth');
    throw error;
  }
}

function parsePlain(text: string): ParsedJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Says why in Go's words.
    return parseJson(text);
  }
  return { value: fromJson(value as never), overflow: undefined };
}
