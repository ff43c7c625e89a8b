/** Go values and plain JSON data, from one to the other; keys such as `__proto__` stay keys. */
import type { Json } from '../manifest/object.ts';
import { GoInt, GoObject, type GoSlice, type GoValue } from '../template/value.ts';
import { marshalView } from './marshal-view.ts';

/** Numbers become plain numbers, bytes base64, structs objects of their fields; functions are left out. */
export function toJson(value: GoValue): Json {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof GoInt) return Number(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.isNil === true ? null : value.map(toJson);
  if (value instanceof Map) return toObject(value);
  if (!(value instanceof GoObject)) return null;
  const view = marshalView(value);
  return view instanceof GoObject ? toObject(view.fields) : toJson(view);
}

function toObject(fields: ReadonlyMap<string, GoValue>): Json {
  const object: { [key: string]: Json } = {};
  for (const [key, value] of fields) setOwn(object, key, toJson(value));
  return object;
}

/** Plain assignment to `__proto__` would set the prototype. */
function setOwn(object: { [key: string]: Json }, key: string, value: Json): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

export function fromJson(json: Json): GoValue {
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) {
    const list: GoSlice = new Array(json.length);
    for (let i = 0; i < json.length; i++) list[i] = fromJson(json[i] as Json);
    return list;
  }
  const map = new Map<string, GoValue>();
  for (const key of Object.keys(json)) {
    const value = json[key];
    if (value !== undefined) map.set(key, fromJson(value));
  }
  return map;
}
