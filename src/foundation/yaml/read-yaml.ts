/**
 * Reads YAML as Helm and Kubernetes do: sigs.k8s.io/yaml 1.6.0 over go-yaml v2.4.3, so YAML 1.1 words and integers, the
 * last of duplicate keys, every number a float64, only the first document. Takes text, returns Go values; throws a
 * GoError with Go's text. It never executes tags and never indexes plain objects with the document's keys.
 */
import { GoError, type GoMap, type GoSlice, type GoValue } from '../template/value.ts';
import { type DecodeOptions, decodeDocument, type YamlValue } from './decode.ts';
import { findBadInput, inputError } from './input-error.ts';
import { newStream, parseDocument, type YamlNode, type YamlStream } from './parse.ts';
import { readBlock } from './read-block.ts';

export interface ReadYamlOptions {
  /** Refuse duplicate keys, as Go's UnmarshalStrict. */
  readonly strict?: boolean;
}

/** null for an empty text or one of comments only. */
export function readYaml(text: string, options: ReadYamlOptions = {}): GoValue {
  return readFirst(text, { typed: false, strict: options.strict ?? false }) as GoValue;
}

/** As `readYaml`, but integers are bigint and floats number, which reading into a Go string field depends on. */
export function readYamlTyped(text: string, options: ReadYamlOptions = {}): YamlValue {
  return readFirst(text, { typed: true, strict: options.strict ?? false });
}

/** As `yaml.Unmarshal` into a map[string]interface{}: null gives an empty map, anything else but a map is an error. */
export function readYamlMap(text: string, options: ReadYamlOptions = {}): GoMap {
  const value = readYaml(text, options);
  if (value === null) return new Map();
  if (value instanceof Map) return value;
  throw new GoError(`error unmarshaling JSON: while decoding JSON: ${mismatch(value, 'map[string]interface {}')}`);
}

/** As `yaml.Unmarshal` into a []interface{}. */
export function readYamlList(text: string, options: ReadYamlOptions = {}): GoSlice {
  const value = readYaml(text, options);
  if (value === null) return [];
  if (Array.isArray(value)) return value;
  throw new GoError(`error unmarshaling JSON: while decoding JSON: ${mismatch(value, '[]interface {}')}`);
}

/** encoding/json's text for a value that does not fit a Go type. */
export function mismatch(value: unknown, type: string): string {
  return `json: cannot unmarshal ${jsonKind(value)} into Go value of type ${type}`;
}

export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' || typeof value === 'bigint' ? 'number' : 'object';
}

function readFirst(text: string, options: DecodeOptions): YamlValue {
  const root = readBlock(text) ?? nextDocument(newStream(text), text, findBadInput(text));
  return root === undefined ? null : guarded(() => decodeDocument(root, options));
}

function nextDocument(stream: YamlStream, text: string, bad: number): YamlNode | undefined {
  return guarded(() => {
    let root: YamlNode | undefined;
    try {
      root = parseDocument(stream);
    } catch (error) {
      throw inputError(text, bad, stream.scanner.pos) ?? error;
    }
    const problem = inputError(text, bad, stream.scanner.pos);
    if (problem !== undefined) throw problem;
    return root;
  });
}

/** Nesting deeper than the stack is refused as Go refuses more than 10,000 levels. */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new GoError(prefixed('yaml: exceeded max depth of 10000'));
    if (error instanceof GoError) throw new GoError(prefixed(error.message));
    throw error;
  }
}

const PREFIX = 'error converting YAML to JSON: ';
const prefixed = (message: string): string => (message.startsWith(PREFIX) ? message : PREFIX + message);
