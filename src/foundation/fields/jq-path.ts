/**
 * A small part of jq's paths, enough to name places in objects: `.spec.containers[].image`, `.metadata.labels["a.b"]`,
 * `.items[0]`, `.spec.containers[] | select(.name == "main") | .image`. It reads, it never computes.
 */
import { getOwn, isMap } from './json-value.ts';
import { valueAt, writePointer } from './pointer.ts';

type Step =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'each' }
  | { readonly type: 'select'; readonly path: readonly Step[]; readonly equals: unknown };

export type JqPath = readonly Step[];

const longest = 1000;
const select = /^select\(\s*(\.[^=()]+?)\s*==\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)\s*\)$/;
const token = /^(?:\.?\["((?:[^"\\]|\\.)*)"\]|\.([A-Za-z_][\w-]*)|\.?\[(\d+)\]|\.?\[\])/;

/** Undefined where it is none. */
export function parseJqPath(text: string): JqPath | undefined {
  if (text.length > longest) return undefined;
  const steps: Step[] = [];
  for (const part of text.split('|').map((one) => one.trim())) {
    const selected = select.exec(part);
    const found = selected ? selection(selected) : plainSteps(part);
    if (found === undefined) return undefined;
    steps.push(...found);
  }
  return steps.length === 0 ? undefined : steps;
}

function selection([, path = '', literal = '']: RegExpExecArray): Step[] | undefined {
  const steps = plainSteps(path);
  return steps && [{ type: 'select', path: steps, equals: JSON.parse(literal) as unknown }];
}

function plainSteps(text: string): Step[] | undefined {
  const steps: Step[] = [];
  let rest = text;
  while (rest !== '') {
    const found = token.exec(rest);
    if (!found) return undefined;
    const [whole, quoted, name, index] = found;
    if (quoted !== undefined) steps.push({ type: 'key', key: unquoted(quoted) });
    else if (name !== undefined) steps.push({ type: 'key', key: name });
    else if (index !== undefined) steps.push({ type: 'index', index: Number(index) });
    else steps.push({ type: 'each' });
    rest = rest.slice(whole.length);
  }
  return steps.length === 0 ? undefined : steps;
}

function unquoted(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

/** JSON pointers to all that the path names in the value. A key at its end need not be there. */
export function expandJqPath(path: JqPath, value: unknown): string[] {
  return expand(path, value, []).map(writePointer);
}

type Place = readonly (string | number)[];

function expand(path: JqPath, value: unknown, place: Place): Place[] {
  const [step, ...rest] = path;
  if (step === undefined) return [place];
  if (step.type === 'select') {
    const matches = pointersIn(step.path, value).some((pointer) => valueAt(value, pointer) === step.equals);
    return matches ? expand(rest, value, place) : [];
  }
  if (step.type === 'each') {
    if (Array.isArray(value)) return value.flatMap((item, index) => expand(rest, item, [...place, index]));
    return isMap(value) ? Object.keys(value).flatMap((key) => expand(rest, getOwn(value, key), [...place, key])) : [];
  }
  if (step.type === 'index') return Array.isArray(value) ? expand(rest, value[step.index], [...place, step.index]) : [];
  if (isMap(value)) return expand(rest, getOwn(value, step.key), [...place, step.key]);
  return [];
}

const pointersIn = (path: readonly Step[], value: unknown) => expand(path, value, []).map(writePointer);
