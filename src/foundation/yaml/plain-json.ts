/** Go values and plain JSON data, from one to the other; keys such as `__proto__` stay keys. */
import { exactInteger } from '../base/exact-json.ts';
import type { Json } from '../manifest/object.ts';
import { GoInt, GoObject, type GoSlice, type GoValue } from '../template/value.ts';
import type { YamlValue } from './decode.ts';
import { marshalView } from './marshal-view.ts';

/** Integers that a number would round are bigints, other numbers plain, bytes base64, structs objects of their fields; functions are left out. */
export function toJson(value: GoValue | YamlValue): Json {
  if (typeof value === 'bigint') return exactInteger(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof GoInt) return exactInteger(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return (value as GoSlice).isNil === true ? null : value.map(toJson);
  if (value instanceof Map) return toObject(value);
  if (!(value instanceof GoObject)) return null;
  const view = marshalView(value);
  return view instanceof GoObject ? toObject(view.fields) : toJson(view);
}

function toObject(fields: ReadonlyMap<string, GoValue | YamlValue>): Json {
  const object: { [key: string]: Json } = {};
  for (const [key, value] of fields) setOwn(object, key, toJson(value));
  return object;
}

/** Plain assignment to `__proto__` would set the prototype. */
function setOwn(object: { [key: string]: Json }, key: string, value: Json): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Every number is a float64, as behind Go's encoding/json. */
export function fromJson(json: Json): GoValue {
  return convert(json, (value) => (typeof value === 'bigint' ? new GoInt('int64', value) : value));
}

/** Integers are int64, as in what Kubernetes' client answers. */
export function fromApi(json: Json): GoValue {
  return convert(json, (value) => {
    return typeof value === 'bigint' || Number.isSafeInteger(value) ? new GoInt('int64', BigInt(value)) : value;
  });
}

function convert(json: Json, number: (value: number | bigint) => GoValue): GoValue {
  if (typeof json === 'number' || typeof json === 'bigint') return number(json);
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) {
    const list: GoSlice = new Array(json.length);
    for (let i = 0; i < json.length; i++) list[i] = convert(json[i] as Json, number);
    return list;
  }
  const map = new Map<string, GoValue>();
  for (const key of Object.keys(json)) {
    const value = json[key];
    if (value !== undefined) map.set(key, convert(value, number));
  }
  return map;
}
