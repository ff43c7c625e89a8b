/**
 * Writes TOML as Helm's `toToml`: BurntSushi/toml 1.6.0, keys sorted, plain values before tables, tables indented. Takes a
 * Go value, returns text with its final newline; throws a GoError, whose text `toToml` returns instead.
 */
import { compareStrings } from '../base/byte-string.ts';
import { GoError, GoInt, GoObject, type GoValue } from '../template/value.ts';
import { formatGeneral } from './format-number.ts';
import { marshalView } from './marshal-view.ts';

type Table = ReadonlyMap<string, GoValue>;

interface TomlWriter {
  out: string;
}

export function writeToml(value: GoValue): string {
  const w: TomlWriter = { out: '' };
  // BurntSushi panics.
  if (value === null) throw new GoError('reflect: call of reflect.Value.Type on zero Value');
  encode(w, [], value);
  return w.out;
}

/** Structs as tables whose fields keep their order and, BurntSushi knowing no json tags, their names. */
function viewOf(value: GoValue): GoValue {
  if (value instanceof GoInt && value.type?.name === 'time.Duration') return value.type.format?.(value) ?? '';
  if (!(value instanceof GoObject)) return value;
  const isText = value.type.name === 'time.Time' || value.type.name.endsWith('semver.Version');
  if (isText) return marshalView(value);
  if (value.type.name === 'complex128') return value;
  return Object.assign(new Map(value.fields), { ordered: [...(value.type.printed?.(value) ?? value.fields).keys()] });
}

type TomlKind = 'none' | 'table' | 'tables' | 'other';

/** `none` is nil, which TOML has no word for: left out of tables, refused in lists. */
function kindOf(given: GoValue): TomlKind {
  const value = viewOf(given);
  if (value === null) return 'none';
  if (value instanceof Map) return value.isNil === true ? 'none' : 'table';
  if (Array.isArray(value)) {
    if (value.isNil === true) return 'none';
    return isTableList(value) ? 'tables' : 'other';
  }
  if (value instanceof GoObject) throw new GoError(`unsupported type: ${value.type.name}`);
  if (typeof value === 'object' && !(value instanceof GoInt) && !(value instanceof Uint8Array)) {
    throw new GoError('unsupported type: func');
  }
  return 'other';
}

function isTableList(list: readonly GoValue[]): boolean {
  let tables = list.length > 0;
  for (const item of list) {
    const kind = kindOf(item);
    if (kind === 'none') throw new GoError('toml: cannot encode array with nil element');
    if (kind !== 'table') tables = false;
  }
  return tables;
}

function encode(w: TomlWriter, key: readonly string[], given: GoValue): void {
  const value = viewOf(given);
  if (value instanceof Map) {
    writeTable(w, key, value);
    return;
  }
  if (Array.isArray(value) && isTableList(value)) {
    writeTableList(w, key, value);
    return;
  }
  if (key.length === 0) {
    if (value instanceof GoObject) throw new GoError(`unsupported type for key '': ${value.type.name}`);
    w.out += element(given);
    return;
  }
  w.out += `${indentOf(key)}${quoteKey(key[key.length - 1] ?? '')} = ${element(given)}`;
  newline(w);
}

function newline(w: TomlWriter): void {
  if (w.out !== '') w.out += '\n';
}

const indentOf = (key: readonly string[]): string => '  '.repeat(key.length - 1);

/** Each level writes all the keys above it: a map within itself would take its time to the end of the stack. */
const MAX_DEPTH = 1000;

function writeTable(w: TomlWriter, key: readonly string[], table: Table): void {
  if (key.length > MAX_DEPTH) throw new RangeError('Maximum call stack size exceeded');
  if (key.length === 1) newline(w);
  if (key.length > 0) {
    w.out += `${indentOf(key)}[${key.map(quoteKey).join('.')}]`;
    newline(w);
  }
  writeEntries(w, key, table);
}

function writeTableList(w: TomlWriter, key: readonly string[], tables: readonly GoValue[]): void {
  if (key.length === 0) throw new GoError('toml: top-level values must be Go maps or structs');
  for (const table of tables) {
    newline(w);
    w.out += `${indentOf(key)}[[${key.map(quoteKey).join('.')}]]`;
    newline(w);
    writeEntries(w, key, viewOf(table) as Table);
  }
}

function writeEntries(w: TomlWriter, key: readonly string[], table: Table): void {
  const [direct, nested] = partition(table);
  for (const [name, value] of [...direct, ...nested]) {
    if (!isNil(value)) encode(w, [...key, name], value);
  }
}

const isNil = (value: GoValue): boolean =>
  value === null || ((Array.isArray(value) || value instanceof Map) && value.isNil === true);

type Entry = readonly [string, GoValue];

/** Tables come last, for what follows them would belong to them. nil is dropped. */
function partition(table: Table): [direct: Entry[], nested: Entry[]] {
  const direct: Entry[] = [];
  const nested: Entry[] = [];
  const entries = [...table];
  if (!('ordered' in table)) entries.sort(([a], [b]) => compareStrings(a, b));
  for (const entry of entries) {
    const kind = kindOf(entry[1]);
    if (kind === 'table' || kind === 'tables') nested.push(entry);
    else direct.push(entry);
  }
  return [direct, nested];
}

function element(given: GoValue): string {
  const value = viewOf(given);
  if (typeof value === 'string' && given instanceof GoObject && given.type.name === 'time.Time')
    return localTime(value, given);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return formatFloat(value);
  if (value instanceof GoInt) return value.value.toString();
  if (value instanceof Uint8Array) return `[${Array.from(value).join(', ')}]`;
  if (Array.isArray(value)) return `[${value.map(element).join(', ')}]`;
  if (value instanceof Map) return inlineTable(value);
  throw new GoError('unexpected type');
}

/** The comma behind a nil entry that was left out stays away only at the end: BurntSushi counts before it skips. */
function inlineTable(table: Table): string {
  const [direct, nested] = partition(table);
  if ('ordered' in table) return inlineStruct(table, table.ordered as readonly string[]);
  const part = (entries: readonly Entry[], trailing: boolean): string =>
    entries
      .map(([key, value], i) => {
        if (isNil(value)) return '';
        const comma = trailing || i !== entries.length - 1 ? ', ' : '';
        return `${quoteKey(key)} = ${element(value)}${comma}`;
      })
      .join('');
  return `{${part(direct, nested.length > 0)}${part(nested, false)}}`;
}

/** By its place among all fields BurntSushi decides whether a comma follows one, so that some lack theirs. */
function inlineStruct(table: Table, order: readonly string[]): string {
  const fields = partition(table)
    .flat()
    .filter(([, value]) => !isNil(value))
    .map(([key, value]) => `${quoteKey(key)} = ${element(value)}${order.indexOf(key) === table.size - 1 ? '' : ', '}`);
  return `{${fields.join('')}}`;
}

/** What was read without a zone is written without one. */
function localTime(rfc3339: string, { inner }: GoObject): string {
  const { location } = inner as { readonly location?: { readonly name?: string } };
  const text = rfc3339.slice(0, -1);
  switch (location?.name) {
    case 'datetime-local':
      return text;
    case 'date-local':
      return text.slice(0, 10);
    case 'time-local':
      return text.slice(11);
  }
  return rfc3339;
}

function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = formatGeneral(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

function quote(text: string): string {
  const body = text.replace(
    /["\\\x00-\x1f\x7f]/g,
    (char) => NAMED[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${body}"`;
}

function quoteKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quote(key);
}
