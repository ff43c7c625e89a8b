/**
 * Takes the syntax node of an `inline` map, returns the values as Helm would read them from a values file: YAML 1.1 by
 * Go's rules (`yes` is true, `0777` is 511, a date is text). The rest of a definition is YAML 1.2.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { mergedMaps } from '../../foundation/document/read-documents.ts';
import { setOwn } from '../../foundation/document/set-own.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { resolveScalar } from '../../foundation/yaml/resolve-scalar.ts';

export function inlineValues(node: Node | undefined, document: Document): JsonObject {
  const target = isAlias(node) ? node.resolve(document) : node;
  return isMap(target) ? mapValue(target, document) : {};
}

function jsonValue(node: Node | null | undefined, document: Document): Json {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isMap(target)) return mapValue(target, document);
  if (isSeq(target)) return (target.items as Node[]).map((item) => jsonValue(item, document));
  return isScalar(target) ? scalarValue(target) : null;
}

function mapValue(node: YAMLMap, document: Document): JsonObject {
  const values: JsonObject = {};
  const merged = mergedMaps(node, document);
  for (const map of merged.toReversed())
    for (const [key, value] of Object.entries(mapValue(map, document))) setOwn(values, key, value);
  for (const pair of node.items as Pair<Node, Node | null>[]) {
    if (!isScalar(pair.key)) continue;
    const key = scalarValue(pair.key);
    if (key !== '<<' || merged.length === 0) setOwn(values, String(key), jsonValue(pair.value, document));
  }
  return values;
}

function scalarValue(scalar: Scalar): Json {
  const text = scalar.source ?? String(scalar.value ?? '');
  const plain = scalar.type === 'PLAIN' || scalar.type === undefined;
  if (scalar.tag === 'tag:yaml.org,2002:str' || (!plain && scalar.tag === undefined)) return text;
  const resolved = resolveScalar(text);
  if (resolved === undefined || resolved.type === 'timestamp' || resolved.type === 'merge') return text;
  return resolved.type === 'int' ? Number(resolved.value) : resolved.value;
}
