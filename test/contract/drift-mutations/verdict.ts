/**
 * What a mutation ought to be called, told from what a live object was before and after it, and from what the manifest
 * states. It knows neither dry runs nor managedFields, and shares no code with what it judges.
 */
import { isDeepStrictEqual } from 'node:util';

export type Value = unknown;
type Json = Record<string, unknown>;

export interface Verdict {
  readonly changed: boolean;
  readonly extra: boolean;
  /** Places of the manifest whose live value moved. */
  readonly places: readonly string[];
}

/** What elements of a list are told apart by, after Kubernetes' API reference; every other list is one value. */
const keysByList: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  parts: ['name'],
  secrets: ['name'],
};

/** Maps that are one value. */
const wholeMaps =
  /^(selector|labelSelector|podSelector|namespaceSelector|nodeSelector|scaleTargetRef|roleRef|configMapKeyRef|secretKeyRef|fieldRef)$/;

function listKeys(path: readonly string[], kind: string): readonly string[] | undefined {
  const name = path.at(-1) ?? '';
  if (name === 'imagePullSecrets' && kind !== 'ServiceAccount') return ['name'];
  if (name === 'ports' && kind === 'Service') return ['port', 'protocol'];
  if (name === 'ports' && path.some((step) => step.startsWith('container'))) return ['containerPort', 'protocol'];
  return Object.hasOwn(keysByList, name) ? keysByList[name] : undefined;
}

const isMap = (value: Value): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function elementName(item: Json, keys: readonly string[]): string {
  return `[${keys.map((key) => String(item[key] ?? (key === 'protocol' ? 'TCP' : ''))).join(',')}]`;
}

/** Every place that cannot be taken apart, with its value. An empty map counts as a place of its own. */
function places(value: Value, kind: string, path: readonly string[] = []): Map<string, Value> {
  const found = new Map<string, Value>();
  const add = (step: string, item: Value) => {
    for (const [place, leaf] of places(item, kind, [...path, step])) found.set(place, leaf);
  };
  const keys = Array.isArray(value) ? listKeys(path, kind) : undefined;
  if (isMap(value) && Object.keys(value).length > 0 && !wholeMaps.test(path.at(-1) ?? '')) {
    for (const [key, item] of Object.entries(value)) if (item !== null) add(key, item);
  } else if (Array.isArray(value) && keys && value.length > 0) {
    for (const item of value) add(elementName(item as Json, keys), item);
  } else if (path.length > 0 && value !== undefined) found.set(path.join('\u0000'), value);
  return found;
}

/** Names, versions and times, and what no chart and no person is asked about. */
const unspoken =
  /^(apiVersion|kind|status(\u0000|$)|metadata\u0000(name|namespace|uid|resourceVersion|generation|creationTimestamp|managedFields|finalizers|ownerReferences)(\u0000|$)|metadata\u0000annotations\u0000deployment\.kubernetes\.io\/)/;

function spoken(object: Value, kind: string): Map<string, Value> {
  return new Map([...places(object, kind)].filter(([place]) => !unspoken.test(place)));
}

/** `stated`: the manifest's object, with Helm's marks, its `stringData` as `data`. */
export function expectedVerdict({ stated, before, after }: { stated: Json; before: Json; after: Json }): Verdict {
  const kind = String(stated['kind']);
  const own = spoken(stated, kind);
  const was = spoken(before, kind);
  const is = spoken(after, kind);
  const isThere = (all: Map<string, Value>, place: string) =>
    all.has(place) || [...all.keys()].some((one) => one.startsWith(`${place}\u0000`));
  const moved = [...own].filter(([place, value]) => {
    // An empty map says that there is one; what is in it is others' to say.
    if (isMap(value) && Object.keys(value).length === 0) return isThere(was, place) && !isThere(is, place);
    return !isDeepStrictEqual(was.get(place), is.get(place));
  });
  const covered = (place: string) =>
    own.has(place) || [...own.keys()].some((one) => coversAll(own.get(one)) && place.startsWith(`${one}\u0000`));
  const added = [...is].filter(([place, value]) => !covered(place) && !isDeepStrictEqual(was.get(place), value));
  return {
    changed: moved.length > 0,
    extra: added.some(([, value]) => !isEmpty(value)),
    places: moved.map(([place]) => place.replaceAll('\u0000', '/')),
  };
}

const isEmpty = (value: Value) =>
  (isMap(value) && Object.keys(value).length === 0) || (Array.isArray(value) && value.length === 0);

/** A list or map that is one value leaves no room inside. */
const coversAll = (value: Value) => !(isMap(value) && Object.keys(value).length === 0);
