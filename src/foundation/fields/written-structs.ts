/**
 * Takes an object and its shape, returns it with the Go structs and lists that Kubernetes writes even when they are
 * empty. Ownership depends on it: what is there from the start is not set by who fills it. Never changes its input.
 */
import { definedKeys, getOwn, isMap, setOwn } from './json-value.ts';
import { fieldShape, itemShape, type Shape } from './shape.ts';

export function fillWrittenStructs(value: unknown, shape: Shape): unknown {
  if (Array.isArray(value)) {
    return shape.items === undefined ? value : value.map((item) => fillWrittenStructs(item, itemShape(shape)));
  }
  if (!isMap(value) || (shape.fields === undefined && shape.values === undefined)) return value;
  const filled = {};
  for (const key of definedKeys(value))
    setOwn(filled, key, fillWrittenStructs(getOwn(value, key), fieldShape(shape, key)));
  for (const [key, field] of Object.entries(shape.fields ?? {})) {
    const missing = getOwn(filled, key) === undefined || getOwn(filled, key) === null;
    if (missing && field.always) setOwn(filled, key, fillWrittenStructs({}, field));
    else if (missing && field.nil) setOwn(filled, key, null);
  }
  return filled;
}
