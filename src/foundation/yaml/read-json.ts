/**
 * Reads JSON as Go's encoding/json does into an interface{}: numbers are float64, the last of duplicate keys wins, stray
 * surrogates become U+FFFD. Takes text, returns Go values; throws a GoError with Go's text.
 */
import { GoError, type GoMap, type GoSlice, type GoValue } from '../template/value.ts';
import { parseJson } from './parse-json.ts';
import { fromJson } from './plain-json.ts';
import { mismatch } from './read-yaml.ts';

/**
 * Texts that JSON.parse may not read: numbers that may be beyond float64, and escapes. V8 13.6 (Node 24.21) mistakes an
 * escaped key for one of an earlier object: `{"\\":1}` makes it read `{"\r":1}` as `{"\\":1}`.
 */
const UNSAFE = /\\|[0-9]{200}|[0-9][eE]\+?[0-9]{3}/;

export function readJson(text: string): GoValue {
  try {
    return UNSAFE.test(text) || !text.isWellFormed() ? parseJson(text) : parsePlain(text);
  } catch (error) {
    if (error instanceof RangeError) throw new GoError('exceeded max depth');
    throw error;
  }
}

function parsePlain(text: string): GoValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Says why in Go's words.
    return parseJson(text);
  }
  return fromJson(value as never);
}

/** As json.Unmarshal into a map[string]interface{}: null gives an empty map. */
export function readJsonMap(text: string): GoMap {
  const value = readJson(text);
  if (value === null) return new Map();
  if (value instanceof Map) return value;
  throw new GoError(mismatch(value, 'map[string]interface {}'));
}

/** As json.Unmarshal into a []interface{}. */
export function readJsonList(text: string): GoSlice {
  const value = readJson(text);
  if (value === null) return [];
  if (Array.isArray(value)) return value;
  throw new GoError(mismatch(value, '[]interface {}'));
}
