/**
 * Turns a YAML document's nodes into the value that sigs.k8s.io/yaml makes of them: YAML → Go value → JSON. Takes the
 * root, returns plain data with every map a Map and every alias a copy of its own. It never keeps a node.
 */
import { compareStrings, fromBytes } from '../base/byte-string.ts';
import { GoError } from '../template/value.ts';
import { formatGeneral32 } from './format-number.ts';
import { nodeSyntax, quoteGo } from './go-syntax.ts';
import type { AliasNode, MappingNode, ScalarNode, YamlNode } from './parse.ts';
import { type Resolved, resolveScalar } from './resolve-scalar.ts';

/** A bigint is an integer, a number a float, as the YAML text had it. */
export type YamlValue = null | boolean | string | number | bigint | YamlValue[] | Map<string, YamlValue>;

export interface DecodeOptions {
  /** Integers as bigint; else every number is a float64, as behind JSON. */
  readonly typed: boolean;
  /** Refuse duplicate keys. */
  readonly strict: boolean;
}

interface Decoder {
  /** Set also while a key is read, whose kind of number decides its text. */
  typed: boolean;
  readonly strict: boolean;
  count: number;
  aliasCount: number;
  aliasDepth: number;
  readonly expanding: Set<AliasNode>;
  readonly duplicates: string[];
  /** Maps with a key that JSON cannot hold, and what Go says of it. */
  readonly badKeys: Map<YamlValue, string>;
  nonFinite: boolean;
}

const LONG_TAG = 'tag:yaml.org,2002:';
const MERGE_TAG = `${LONG_TAG}merge`;
const BINARY_TAG = `${LONG_TAG}binary`;

export function decodeDocument(root: YamlNode, options: DecodeOptions): YamlValue {
  const d: Decoder = {
    typed: options.typed,
    strict: options.strict,
    count: 1,
    aliasCount: 0,
    aliasDepth: 0,
    expanding: new Set(),
    duplicates: [],
    badKeys: new Map(),
    nonFinite: false,
  };
  const value = decode(d, root);
  if (d.duplicates.length > 0) throw new GoError(`yaml: unmarshal errors:\n  ${d.duplicates.join('\n  ')}`);
  if (d.badKeys.size > 0 || d.nonFinite) {
    const problem = findBadKey(value, d.badKeys) ?? findNonFinite(value);
    if (problem !== undefined) throw new GoError(problem);
  }
  return value;
}

// On the way to JSON only what is still there counts: a later duplicate key may have replaced it.

function findBadKey(value: YamlValue, badKeys: Decoder['badKeys']): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = badKeys.get(value);
  if (found !== undefined) return found;
  for (const item of value.values()) {
    const problem = findBadKey(item, badKeys);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function findNonFinite(value: YamlValue): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return `json: unsupported value: ${formatGeneral32(value)}`;
  if (typeof value !== 'object' || value === null) return undefined;
  const items = Array.isArray(value)
    ? value
    : [...value].sort(([a], [b]) => compareStrings(a, b)).map(([, item]) => item);
  for (const item of items) {
    const problem = findNonFinite(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function decode(d: Decoder, node: YamlNode): YamlValue {
  countStep(d);
  switch (node.kind) {
    case 'scalar':
      return decodeScalar(d, node);
    case 'mapping':
      return decodeMapping(d, node, newTarget(d));
    case 'sequence': {
      const { children } = node;
      const list: YamlValue[] = new Array(children.length);
      for (let i = 0; i < children.length; i++) list[i] = decode(d, children[i] as YamlNode);
      return list;
    }
    case 'alias':
      return expand(d, node, () => decode(d, node.target));
  }
}

/** go-yaml's defence against documents that are mostly aliases: 99 % up to 400,000 values, falling to 10 % at 4,000,000. */
function countStep(d: Decoder): void {
  d.count++;
  if (d.aliasDepth > 0) d.aliasCount++;
  if (d.aliasCount <= 100 || d.count <= 1000) return;
  const share = Math.min(Math.max((d.count - 400_000) / 3_600_000, 0), 1);
  if (d.aliasCount / d.count > 0.99 - 0.89 * share) {
    throw new GoError('yaml: document contains excessive aliasing');
  }
}

function expand<T>(d: Decoder, node: AliasNode, decodeTarget: () => T): T {
  if (d.expanding.has(node)) throw new GoError(`yaml: anchor '${node.name}' value contains itself`);
  d.expanding.add(node);
  d.aliasDepth++;
  const value = decodeTarget();
  d.aliasDepth--;
  d.expanding.delete(node);
  return value;
}

// Scalars

const SMALL_INTEGER = /^[1-9][0-9]{0,14}$/;

/** Most scalars: a look at two characters tells that they are no number, and too long for a boolean. */
function isWord(text: string): boolean {
  if (text.length < 6) return false;
  const c = text.charCodeAt(0);
  return c > 57 || (c < 48 && c !== 43 && c !== 45 && c !== 46);
}

function decodeScalar(d: Decoder, node: ScalarNode): YamlValue {
  if (node.tag === '') {
    if (!node.implicit || isWord(node.value)) return node.value;
    if (!d.typed && SMALL_INTEGER.test(node.value)) return Number(node.value);
  }
  const resolved = node.tag === '' ? resolveScalar(node.value) : resolveTagged(node);
  if (resolved === undefined) return node.tag === BINARY_TAG ? decodeBinary(node.value) : node.value;
  if (resolved.type === 'int') return d.typed ? resolved.value : Number(resolved.value);
  if (resolved.type === 'float' && !Number.isFinite(resolved.value)) d.nonFinite = true;
  return resolved.value;
}

const TAG_TYPES: ReadonlyMap<string, Resolved['type']> = new Map([
  [`${LONG_TAG}bool`, 'bool'],
  [`${LONG_TAG}int`, 'int'],
  [`${LONG_TAG}float`, 'float'],
  [`${LONG_TAG}null`, 'null'],
  [`${LONG_TAG}timestamp`, 'timestamp'],
]);

/** Undefined: a string. */
function resolveTagged(node: ScalarNode): Resolved | undefined {
  const wanted = TAG_TYPES.get(node.tag);
  if (wanted === undefined) return undefined;
  const resolved = resolveScalar(node.value, wanted === 'timestamp');
  if (resolved?.type === wanted) return resolved;
  if (wanted === 'float' && resolved?.type === 'int' && resolved.value < 2n ** 63n) {
    return { type: 'float', value: Number(resolved.value) };
  }
  const found = resolved?.type ?? 'str';
  throw new GoError(`yaml: cannot decode !!${found} \`${node.value}\` as a !!${wanted}`);
}

/** A string of bytes; those that are no UTF-8 do not survive JSON. */
function decodeBinary(text: string): string {
  const packed = text.replace(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw new GoError('yaml: !!binary value contains invalid base64 data');
  }
  return fromBytes(Buffer.from(packed, 'base64')).toWellFormed();
}

// Maps

interface MapTarget {
  readonly map: Map<string, YamlValue>;
  /** Where duplicates are refused: the keys by Go's type and value, since `1` and `"1"` are two keys in YAML. */
  readonly seen: Set<string> | undefined;
}

function newTarget(d: Decoder): MapTarget {
  return { map: new Map(), seen: d.strict ? new Set() : undefined };
}

function decodeMapping(d: Decoder, node: MappingNode, target: MapTarget): Map<string, YamlValue> {
  const { children } = node;
  for (let i = 0; i < children.length; i += 2) {
    const key = children[i] as YamlNode;
    const value = children[i + 1] as YamlNode;
    if (key.kind === 'scalar' && key.tag === '' && (!key.implicit || isWord(key.value))) {
      countStep(d);
      setKey(d, target, { text: key.value, type: 'string', value });
    } else if (isMerge(key)) {
      mergeInto(d, value, target);
    } else {
      setTypedKey(d, target, { key: decodeKey(d, key), value });
    }
  }
  return target.map;
}

/** Typed, since a float and an integer become different texts. */
function decodeKey(d: Decoder, node: YamlNode): Scalar {
  const { typed } = d;
  d.typed = true;
  const key = decode(d, node);
  d.typed = typed;
  if (typeof key === 'object' && key !== null) throw new GoError(`yaml: invalid map key: ${nodeSyntax(node)}`);
  return key;
}

type Scalar = null | boolean | string | number | bigint;

function setTypedKey(d: Decoder, target: MapTarget, entry: { key: Scalar; value: YamlNode }): void {
  const { key, value } = entry;
  if (key === null || (typeof key === 'bigint' && key >= 2n ** 63n)) {
    decode(d, value);
    const type = key === null ? '%!s(<nil>)' : 'uint64';
    const shown = key === null ? '<nil>' : `0x${key.toString(16)}`;
    d.badKeys.set(target.map, `unsupported map key of type: ${type}, key: ${shown}, value: ${nodeSyntax(value)}`);
    return;
  }
  setKey(d, target, { text: typeof key === 'number' ? floatKey(key) : String(key), type: typeof key, value });
}

function floatKey(key: number): string {
  const text = formatGeneral32(key);
  return text === '+Inf' ? '.inf' : text === '-Inf' ? '-.inf' : text === 'NaN' ? '.nan' : text;
}

function setKey(d: Decoder, target: MapTarget, entry: { text: string; type: string; value: YamlNode }): void {
  const { text, type } = entry;
  const value = decode(d, entry.value);
  if (target.seen !== undefined) {
    const id = `${type} ${text}`;
    if (target.seen.has(id)) {
      const shown = type === 'string' ? quoteGo(text) : text;
      d.duplicates.push(`line ${entry.value.line + 1}: key ${shown} already set in map`);
      return;
    }
    target.seen.add(id);
  }
  target.map.set(text, value);
}

function isMerge(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === '<<' && (node.implicit || node.tag === MERGE_TAG);
}

/** Merged keys overwrite those above the `<<` and give way to those below: go-yaml v2 goes by position alone. */
function mergeInto(d: Decoder, node: YamlNode, target: MapTarget): void {
  if (node.kind === 'sequence') {
    for (let i = node.children.length - 1; i >= 0; i--) mergeOne(d, node.children[i] as YamlNode, target);
  } else {
    mergeOne(d, node, target);
  }
}

function mergeOne(d: Decoder, node: YamlNode, target: MapTarget): void {
  const source = node.kind === 'alias' ? node.target : node;
  if (source.kind !== 'mapping') {
    throw new GoError('yaml: map merge requires map or sequence of maps as the value');
  }
  countStep(d);
  if (node.kind !== 'alias') {
    decodeMapping(d, source, target);
    return;
  }
  expand(d, node, () => {
    countStep(d);
    return decodeMapping(d, source, target);
  });
}
