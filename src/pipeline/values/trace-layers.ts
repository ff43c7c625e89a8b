/**
 * The layers of a release's values merged once more, so that each leaf knows its line and what it lies over. Takes what
 * `mergeValues` returned; reads nothing. Chart defaults come beneath later (render/values/trace-chart-values.ts).
 */
import { GoError, type GoMap, type GoValue } from '../../foundation/template/value.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { readValues } from '../../foundation/values/read-values.ts';
import {
  type Origin,
  originOf,
  originsOf,
  over,
  overOrigins,
  tableOrigin,
  traceTree,
  type ValueOrigins,
} from '../../foundation/values/traced-value.ts';
import { type Locate, type ValuePath, valuePlaces } from '../../foundation/values/value-places.ts';
import type { ValueLayer } from './merge-values.ts';
import { isSecretValue, locateInValues } from './provenance.ts';

/** A null of the layers: it deletes what lies beneath, or stays as it is. */
export interface TracedNull {
  readonly path: ValuePath;
  readonly origins: readonly Origin[];
}

export interface TracedLayers {
  readonly values: GoMap;
  readonly nulls: readonly TracedNull[];
  /** Where a layer has a key, the highest first. */
  readonly locate: Locate;
}

export function traceLayers(layers: readonly ValueLayer[], compat: Compat): TracedLayers {
  const nulls = new Map<string, TracedNull>();
  const locates: Locate[] = [];
  let values: GoMap = new Map();
  for (const layer of layers) {
    const from = originsOfLayer(layer);
    locates.unshift(layer.type === 'file' ? from.locate : (path) => locateInValues(layer, path));
    const tree = traceTree(layer.type === 'file' ? readText(layer.text, compat) : (layer.whole ?? layer.values), from);
    values = merge(values, tree, { from, nulls, path: [] });
  }
  const locate: Locate = (path) => {
    for (const one of locates) {
      const place = one(path);
      if (place !== undefined) return place;
    }
    return undefined;
  };
  return { values, nulls: [...nulls.values()], locate };
}

function originsOfLayer(layer: ValueLayer): ValueOrigins {
  const hides = layer.secret === true ? (path: ValuePath) => isSecretValue([layer], path) : undefined;
  if (layer.type === 'values') return { locate: () => layer.place, place: layer.place, hides };
  const { path: file, text, lines, secret } = layer;
  return { locate: valuePlaces({ file, text, lines, secret }), place: { file }, hides };
}

/** It was read before. */
function readText(text: string, compat: Compat): GoMap {
  try {
    return readValues(text, compat);
  } catch (error) {
    if (error instanceof GoError) return new Map();
    throw error;
  }
}

interface Merging {
  readonly from: ValueOrigins;
  /** By path, as JSON. */
  readonly nulls: Map<string, TracedNull>;
  readonly path: ValuePath;
}

/** As `mergeMaps`. */
function merge(base: GoMap, tree: GoMap, merging: Merging): GoMap {
  const merged: GoMap = new Map(base);
  for (const [key, value] of tree) {
    const inner = { ...merging, path: [...merging.path, key] };
    merged.set(key, lay(merged.get(key), value, inner));
  }
  return merged;
}

function lay(below: GoValue | undefined, value: GoValue, merging: Merging): GoValue {
  const { from, nulls, path } = merging;
  if (value instanceof Map && below instanceof Map) return merge(below, value, merging);
  const deleted = below === null ? (nulls.get(JSON.stringify(path))?.origins ?? []) : [];
  forgetNulls(nulls, path);
  if (value === null) {
    const table = below instanceof Map ? tableOrigin(below) : undefined;
    const beneath = table === undefined ? (originsOf(below) ?? deleted) : [table];
    nulls.set(JSON.stringify(path), { path, origins: [originOf(null, from, path), ...beneath] });
    return null;
  }
  const winner = value instanceof Map ? merge(new Map(), value, merging) : value;
  return below === undefined || below === null ? overOrigins(winner, deleted) : over(winner, below);
}

/** Of what is replaced, and below it. */
function forgetNulls(nulls: Map<string, TracedNull>, path: ValuePath): void {
  for (const [key, known] of nulls) if (path.every((step, index) => known.path[index] === step)) nulls.delete(key);
}
