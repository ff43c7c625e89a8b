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
      return decodeMapping(d, node, new Map(), new Set());
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

function decodeScalar(d: Decoder, node: ScalarNode): YamlValue {
  if (node.tag === '' && !node.implicit) return node.value;
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

type GoMapNode = Map<string, YamlValue>;

/** `seen`: the keys by Go's type and value, since `1` and `"1"` are two keys in YAML and one in JSON. */
function decodeMapping(d: Decoder, node: MappingNode, into: GoMapNode, seen: Set<string>): GoMapNode {
  const { children } = node;
  for (let i = 0; i < children.length; i += 2) {
    const keyNode = children[i] as YamlNode;
    const valueNode = children[i + 1] as YamlNode;
    if (isMerge(keyNode)) {
      mergeInto(d, valueNode, into, seen);
      continue;
    }
    if (keyNode.kind === 'scalar' && keyNode.tag === '') {
      countStep(d);
      const resolved = keyNode.implicit ? resolveScalar(keyNode.value) : undefined;
      if (resolved === undefined || resolved.type === 'timestamp' || resolved.type === 'merge') {
        setKey(d, into, seen, keyNode.value, `s${keyNode.value}`, valueNode);
      } else {
        setTypedKey(d, into, seen, resolved.value, valueNode);
      }
      continue;
    }
    const { typed } = d;
    d.typed = true;
    const key = decode(d, keyNode);
    d.typed = typed;
    if (typeof key === 'object' && key !== null) throw new GoError(`yaml: invalid map key: ${nodeSyntax(keyNode)}`);
    setTypedKey(d, into, seen, key, valueNode);
  }
  return into;
}

function setTypedKey(
  d: Decoder,
  into: GoMapNode,
  seen: Set<string>,
  key: null | boolean | string | number | bigint,
  valueNode: YamlNode,
): void {
  if (key === null || (typeof key === 'bigint' && key >= 2n ** 63n)) {
    decode(d, valueNode);
    const type = key === null ? '%!s(<nil>)' : 'uint64';
    const shown = key === null ? '<nil>' : `0x${key.toString(16)}`;
    d.badKeys.set(into, `unsupported map key of type: ${type}, key: ${shown}, value: ${nodeSyntax(valueNode)}`);
    return;
  }
  const id = `${(typeof key).charAt(0)}${key}`;
  setKey(d, into, seen, typeof key === 'number' ? floatKey(key) : String(key), id, valueNode);
}

function floatKey(key: number): string {
  const text = formatGeneral32(key);
  return text === '+Inf' ? '.inf' : text === '-Inf' ? '-.inf' : text === 'NaN' ? '.nan' : text;
}

function setKey(d: Decoder, into: GoMapNode, seen: Set<string>, key: string, id: string, valueNode: YamlNode): void {
  const value = decode(d, valueNode);
  if (d.strict) {
    if (seen.has(id)) {
      const shown = id.startsWith('s') ? quoteGo(key) : key;
      d.duplicates.push(`line ${valueNode.line + 1}: key ${shown} already set in map`);
      return;
    }
    seen.add(id);
  }
  into.set(key, value);
}

function isMerge(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === '<<' && (node.implicit || node.tag === MERGE_TAG);
}

/** Merged keys overwrite those above the `<<` and give way to those below: go-yaml v2 goes by position alone. */
function mergeInto(d: Decoder, node: YamlNode, into: GoMapNode, seen: Set<string>): void {
  if (node.kind === 'sequence') {
    for (let i = node.children.length - 1; i >= 0; i--) mergeOne(d, node.children[i] as YamlNode, into, seen);
  } else {
    mergeOne(d, node, into, seen);
  }
}

function mergeOne(d: Decoder, node: YamlNode, into: GoMapNode, seen: Set<string>): void {
  const target = node.kind === 'alias' ? node.target : node;
  if (target.kind !== 'mapping') {
    throw new GoError('yaml: map merge requires map or sequence of maps as the value');
  }
  countStep(d);
  if (node.kind === 'alias') {
    expand(d, node, () => {
      countStep(d);
      return decodeMapping(d, target, into, seen);
    });
  } else {
    decodeMapping(d, target, into, seen);
  }
}
