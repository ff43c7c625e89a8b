/** The built-in types' fields, read from the table on first use of each type. */
import { builtinTypes } from './builtin-types.table.ts';

export type ScalarName =
  | 'string'
  | 'int'
  | 'long'
  | 'float'
  | 'bool'
  | 'bytes'
  | 'quantity'
  | 'intOrString'
  | 'time'
  | 'microTime';

export type FieldShape =
  | { readonly shape: 'scalar'; readonly scalar: ScalarName; readonly values?: readonly string[] }
  | { readonly shape: 'any' }
  | { readonly shape: 'map'; readonly of: FieldShape; readonly atomic: boolean }
  | { readonly shape: 'list'; readonly of: FieldShape; readonly keys: readonly string[]; readonly set: boolean }
  | { readonly shape: 'object'; readonly type: string; readonly atomic: boolean };

export interface FieldSchema {
  readonly name: string;
  readonly shape: FieldShape;
  readonly required: boolean;
  /** Go's encoder leaves the zero value out. */
  readonly omitZero: boolean;
  /** Go's encoder writes the zero value where nothing was given. */
  readonly writeZero: boolean;
  /** Strategic merge: the key, `.` for merging by value. */
  readonly mergeKey: string | undefined;
  readonly retainKeys: boolean;
  /** In protobuf: `2.5` is field 5 of what field 2 holds. `''` where it has none. */
  readonly number: string;
}

export interface TypeSchema {
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly atomic: boolean;
}

const scalars: ReadonlySet<string> = new Set<ScalarName>([
  'string',
  'int',
  'long',
  'float',
  'bool',
  'bytes',
  'quantity',
  'intOrString',
  'time',
  'microTime',
]);

const lines: ReadonlyMap<string, string> = new Map(
  builtinTypes
    .trim()
    .split('\n')
    .map((line) => [line.slice(0, line.search(/[% ]|$/)), line]),
);
const parsed = new Map<string, TypeSchema>();

export function typeNames(): string[] {
  return [...lines.keys()];
}

/** `apps.v1.DeploymentSpec`; undefined where there is no such type. */
export function typeSchema(name: string): TypeSchema | undefined {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const line = lines.get(name);
  if (line === undefined) return undefined;
  const schema = parseLine(name, line);
  parsed.set(name, schema);
  return schema;
}

/** The type's name for an object of this group, version and kind; undefined where it is not built in. */
export function typeNameOf(group: string, version: string, kind: string): string | undefined {
  const name = `${group === '' ? 'core' : group.split('.')[0]}.${version}.${kind}`;
  return lines.has(name) ? name : undefined;
}

function parseLine(name: string, line: string): TypeSchema {
  const [head = '', ...fields] = line.split(' ');
  const scope = name.slice(0, name.lastIndexOf('.'));
  return {
    name,
    atomic: head.endsWith('%'),
    fields: new Map(fields.filter((text) => text !== '').map((text) => [fieldName(text), parseField(text, scope)])),
  };
}

const fieldPattern = /^([^:!?+#]+)(!?)([?+]?)(?:#([\d.]+))?:(.*)$/;

function fieldName(text: string): string {
  return fieldPattern.exec(text)?.[1] ?? text;
}

function parseField(text: string, scope: string): FieldSchema {
  const [, name = '', required, zero, number = '', type = 'any'] = fieldPattern.exec(text) ?? [];
  const [shape = '', strategy = ''] = type.split('~');
  return {
    name,
    shape: parseShape(shape, scope),
    required: required === '!',
    omitZero: zero === '?',
    writeZero: zero === '+',
    mergeKey: strategy.replace('^', '') || undefined,
    retainKeys: strategy.includes('^'),
    number,
  };
}

function parseShape(text: string, scope: string): FieldShape {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    const keys = text.slice(1, end);
    const of = parseShape(text.slice(end + 1), scope);
    return { shape: 'list', of, keys: keys === '' || keys === '=' ? [] : keys.split('+'), set: keys === '=' };
  }
  const atomic = text.endsWith('%');
  const bare = atomic ? text.slice(0, -1) : text;
  if (bare.startsWith('{}')) return { shape: 'map', of: parseShape(bare.slice(2), scope), atomic };
  if (bare.startsWith('"')) return { shape: 'scalar', scalar: 'string', values: bare.slice(1, -1).split('|') };
  if (bare === 'any') return { shape: 'any' };
  if (scalars.has(bare)) return { shape: 'scalar', scalar: bare as ScalarName };
  return { shape: 'object', type: bare.includes('.') ? bare : `${scope}.${bare}`, atomic };
}
