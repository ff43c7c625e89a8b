/** JSON of stored objects, made once per version of an object: kind and apiVersion first, as Go writes them. */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';

const bodies = new WeakMap<KubernetesObject, string>();

/** The object without kind and apiVersion, without its opening brace. */
function body(object: KubernetesObject): string {
  const known = bodies.get(object);
  if (known !== undefined) return known;
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  const text = writeExactJson(rest).slice(1);
  bodies.set(object, text);
  return text;
}

/** As one object, or as an element of a list of custom resources. */
export function serializeObject(object: KubernetesObject): string {
  const head = `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)}`;
  const rest = body(object);
  return rest === '}' ? `${head}}` : `${head},${rest}`;
}

/** As an element of a typed list, which does not repeat kind and apiVersion. */
export function serializeItem(object: KubernetesObject): string {
  return `{${body(object)}`;
}
