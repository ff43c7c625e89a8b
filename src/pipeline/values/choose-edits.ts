/**
 * Takes the values of two environments and the keys that move; returns the edits that give the target the source's values,
 * each in a file that the target alone reads, and the keys for which there is none. It reads and writes nothing.
 */
import type { Place } from '../../foundation/base/errors.ts';
import type { GoMap, GoValue } from '../../foundation/template/value.ts';
import { type EditRefusal, editValue } from '../../foundation/values/edit-value.ts';
import { type Compat, mergeMaps, readValues } from '../../foundation/values/read-values.ts';
import { sameValue } from '../../foundation/values/same-value.ts';
import { type ValuePath, valueAt } from '../../foundation/values/value-places.ts';
import { matchKeys } from './match-keys.ts';
import type { FileLayer, ValueLayer } from './merge-values.ts';
import { changedValues, formatValuePath, isSecretValue, locateInLayer, locateValue } from './provenance.ts';

export interface PromotionInput {
  /** Of the environment that has them. */
  readonly from: { readonly values: GoMap; readonly layers: readonly ValueLayer[] };
  readonly target: { readonly values: GoMap; readonly layers: readonly ValueLayer[] };
  /** `image.tag`, `*.tag`, `image.**`; a table stands for all below it. */
  readonly keys: readonly string[];
  /** Value files that nobody but the target reads. */
  readonly own: ReadonlySet<string>;
  readonly compat: Compat;
}

/**
 * - `shared-file`: what sets it, or would override it, is read by others too
 * - `secret`: the source's value is one, and would be readable in the target's file
 * - `encrypted`, `template`, `inline`: it is set where no edit in place is made
 * - `no-file`: no file is the target's own
 * - `ineffective`: something else overrides the file
 * - `generated`: no file of definitions holds the application as it is
 * - `unnamed`: the application does not name the environment itself
 * - `other-chart`: its chart has no version to be said, or is not the source's
 * - `uncommitted`: what the source runs is no commit
 * - `no-text`: of a file that moves whole: one of the two cannot be read, or is not made of text
 */
export type PromotionObstacle =
  | EditRefusal
  | 'shared-file'
  | 'secret'
  | 'encrypted'
  | 'template'
  | 'inline'
  | 'no-file'
  | 'ineffective'
  | 'generated'
  | 'unnamed'
  | 'other-chart'
  | 'uncommitted'
  | 'no-text';

export interface KeyEdit {
  readonly path: ValuePath;
  readonly before: GoValue | undefined;
  readonly after: GoValue;
  readonly file: string;
  readonly line: number;
  /** The lines that go and come, as in a diff without context. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

export interface HeldKey {
  readonly key: string;
  readonly obstacle: PromotionObstacle;
  /** What sets it now. */
  readonly place: Place | undefined;
  /** What of it is as the obstacle says: `dashboards/prod.json does not exist`. */
  readonly why?: string | undefined;
}

export interface ChosenEdits {
  readonly edits: readonly KeyEdit[];
  /** Whole new texts, by file. */
  readonly files: ReadonlyMap<string, string>;
  readonly held: readonly HeldKey[];
  /** Keys that the source does not set. */
  readonly unset: readonly string[];
  /** The target's, as they will be. */
  readonly layers: readonly ValueLayer[];
}

export function chooseEdits(input: PromotionInput): ChosenEdits {
  const { from, target, keys, compat } = input;
  const { paths, unset } = matchKeys(from.values, keys);
  const edits: KeyEdit[] = [];
  const held: HeldKey[] = [];
  let layers = target.layers;
  for (const { path, before, after } of paths.flatMap((path) => changesAt(path, from.values, target.values))) {
    if (isSecretValue(from.layers, path)) {
      held.push({ key: formatValuePath(path), obstacle: 'secret', place: locateValue(from.layers, path) });
      continue;
    }
    const chosen = chooseLayer({ ...input, target: { ...target, layers } }, path);
    if ('obstacle' in chosen) {
      held.push({ key: formatValuePath(path), ...chosen });
      continue;
    }
    const { layer } = chosen;
    const edited = editValue({ text: layer.text, path, value: after, compat });
    const hold = (obstacle: PromotionObstacle) =>
      held.push({ key: formatValuePath(path), obstacle, place: locateInLayer(layer, path) ?? { file: layer.path } });
    if ('refused' in edited) {
      hold(edited.refused);
      continue;
    }
    const changed = layers.map((one) => (one === layer ? { ...layer, text: edited.text } : one));
    if (!sameValue(valueAt(mergeLayers(changed, compat), path) ?? null, after)) {
      hold('ineffective');
      continue;
    }
    layers = changed;
    edits.push({ path, before, after, file: layer.path, line: edited.line, ...changedLines(layer.text, edited.text) });
  }
  const files = new Map(
    layers
      .filter(isFile)
      .flatMap((layer): [string, string][] => (target.layers.includes(layer) ? [] : [[layer.path, layer.text]])),
  );
  return { edits, files, held, unset, layers };
}

export const mergeLayers = (layers: readonly ValueLayer[], compat: Compat): GoMap =>
  layers.reduce<GoMap>(
    (below, layer) =>
      mergeMaps(below, layer.type === 'file' ? readValues(layer.text, compat) : (layer.whole ?? layer.values)),
    new Map(),
  );

interface WantedValue {
  readonly path: ValuePath;
  readonly before: GoValue | undefined;
  readonly after: GoValue;
}

/** Item by item where both sides have a list of the same length. */
function changesAt(path: ValuePath, from: GoMap, to: GoMap): WantedValue[] {
  const [before, after] = [valueAt(to, path), valueAt(from, path)];
  if (after === undefined) return [];
  const wrapped = (value: GoValue | undefined): GoMap => new Map(value === undefined ? [] : [['it', value]]);
  return changedValues(wrapped(before), wrapped(after)).flatMap((change) =>
    change.after === undefined ? [] : [{ ...change, after: change.after, path: [...path, ...change.path.slice(1)] }],
  );
}

/** The file that sets the key, if it is the target's own; else the most specific own file above what sets it. */
function chooseLayer(
  { target: { layers }, own }: PromotionInput,
  path: ValuePath,
): { readonly layer: FileLayer } | { readonly obstacle: PromotionObstacle; readonly place: Place | undefined } {
  const isOwn = (layer: ValueLayer): layer is FileLayer =>
    isFile(layer) && own.has(layer.path) && layer.secret !== true && layer.lines === undefined;
  const winner = layers.findLastIndex((layer) => locateInLayer(layer, path) !== undefined);
  const setter = layers[winner];
  if (setter !== undefined && isOwn(setter)) return { layer: setter };
  if (setter !== undefined && isSecretValue(layers, path))
    return { obstacle: 'encrypted', place: locateInLayer(setter, path) };
  const above = layers.slice(winner + 1).filter(isOwn);
  // Where its neighbours are, as far down as there are any.
  for (let depth = path.length - 1; depth > 0; depth--) {
    const beside = above.findLast((layer) => locateInLayer(layer, path.slice(0, depth)) !== undefined);
    if (beside !== undefined) return { layer: beside };
  }
  const last = above.at(-1);
  if (last !== undefined) return { layer: last };
  if (setter === undefined) return { obstacle: 'no-file', place: undefined };
  return { obstacle: obstacleOf(setter), place: locateInLayer(setter, path) };
}

export function obstacleOf(setter: ValueLayer): PromotionObstacle {
  if (setter.secret === true) return 'encrypted';
  if (setter.type === 'values') return 'inline';
  return setter.lines === undefined ? 'shared-file' : 'template';
}

const isFile = (layer: ValueLayer): layer is FileLayer => layer.type === 'file';

export function changedLines(before: string, after: string): Pick<KeyEdit, 'removed' | 'added'> {
  const [old, fresh] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  let head = 0;
  while (head < old.length && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, fresh.length) - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  return { removed: old.slice(head, old.length - tail), added: fresh.slice(head, fresh.length - tail) };
}
