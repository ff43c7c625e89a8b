/**
 * Reads JSON as Go's encoding/json does into an interface{}: numbers are float64, the last of duplicate keys wins, stray
 * surrogates become U+FFFD. Takes text, returns Go values; throws a GoError with Go's text.
 */
import { GoError, type GoMap, type GoSlice, type GoValue } from '../template/value.ts';
import { jsonSyntaxProblem } from './json-syntax.ts';
import { fromJson } from './plain-json.ts';
import { mismatch } from './read-yaml.ts';

/** Only such numbers can be beyond a float64. */
const MAYBE_HUGE = /[0-9]{200}|[0-9][eE]\+?[0-9]{3}/;

export function readJson(text: string): GoValue {
  let value: unknown;
  try {
    value = JSON.parse(text, MAYBE_HUGE.test(text) ? checkNumber : undefined);
  } catch (error) {
    if (error instanceof GoError) throw error;
    throw new GoError(jsonSyntaxProblem(text) ?? 'unexpected end of JSON input');
  }
  const clean = text.isWellFormed() && !/\\u[dD][89a-fA-F]/.test(text);
  return fromJson(clean ? (value as never) : wellFormed(value));
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

function checkNumber(_key: string, value: unknown, context?: { source: string }): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new GoError(`json: cannot unmarshal number ${context?.source ?? ''} into Go value of type float64`);
  }
  return value;
}

function wellFormed(value: unknown): never {
  if (typeof value === 'string') return value.toWellFormed() as never;
  if (Array.isArray(value)) return value.map(wellFormed) as never;
  if (typeof value !== 'object' || value === null) return value as never;
  const entries = Object.entries(value).map(([key, item]) => [key.toWellFormed(), wellFormed(item)]);
  return Object.fromEntries(entries) as never;
}
