/**
 * Reads flags as Helm's command line does (Go's pflag): `--name value`, `--name=value`, `-nvalue`, flags and operands in
 * any order, `--` ends the flags. Takes arguments and a table, returns values by name; error texts are pflag's.
 */

import type { HelmGitopsError } from '../../foundation/base/errors.ts';
import { quote } from '../../foundation/template/quote.ts';
import { cliError } from './cli-error.ts';

export interface Flag {
  /**
   * - `boolean`: true without a value; `--name=false` takes it back
   * - `text`: the last one counts
   * - `optional`: text, and nothing where no `=` follows
   * - `list`: one item each
   * - `commaList`: items separated by commas, in quotes where they hold some
   */
  readonly kind: 'boolean' | 'text' | 'optional' | 'list' | 'commaList';
  readonly short?: string;
  /** What is wrong with a text; undefined: nothing. */
  readonly check?: ((text: string) => string | undefined) | undefined;
}

export interface ParsedFlags {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
}

type Table = Readonly<Record<string, Flag>>;

interface Reading {
  readonly table: ReadonlyMap<string, Flag>;
  readonly shorts: ReadonlyMap<string, string>;
  readonly rest: string[];
  readonly values: Map<string, string[]>;
}

export function parseFlags(args: readonly string[], table: Table): ParsedFlags {
  const entries = Object.entries(table);
  const reading: Reading = {
    table: new Map(entries),
    shorts: new Map(entries.flatMap(([name, { short }]) => (short === undefined ? [] : [[short, name]]))),
    rest: [...args],
    values: new Map(),
  };
  const operands: string[] = [];
  for (let next = reading.rest.shift(); next !== undefined; next = reading.rest.shift()) {
    if (next === '--') {
      operands.push(...reading.rest.splice(0));
    } else if (next.startsWith('--')) readLong(next, reading);
    else if (next.startsWith('-') && next !== '-') readShort(next, reading);
    else operands.push(next);
  }
  return { values: reading.values, operands };
}

function readLong(argument: string, reading: Reading): void {
  const [, name = '', value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(argument) ?? [];
  if (name === '' || name.startsWith('-')) throw flagError(`bad flag syntax: ${argument}`);
  const flag = reading.table.get(name);
  if (flag === undefined) throw flagError(`unknown flag: --${name}`);
  const given = value ?? (standsAlone(flag) ? undefined : reading.rest.shift());
  if (given === undefined && !standsAlone(flag)) throw flagError(`flag needs an argument: --${name}`);
  set(name, { flag, value: given, shown: shownName(name, flag) }, reading);
}

/** `-gn prod`: letters of flags without a value, and at the end one with. */
function readShort(argument: string, reading: Reading): void {
  for (let letters = argument.slice(1); letters !== ''; ) {
    const letter = letters.charAt(0);
    const name = reading.shorts.get(letter);
    const flag = name === undefined ? undefined : reading.table.get(name);
    if (name === undefined || flag === undefined) {
      throw flagError(`unknown shorthand flag: '${letter}' in -${letters}`);
    }
    const tail = letters.slice(1);
    const assigned = tail.startsWith('=') && tail.length > 1;
    const alone = standsAlone(flag) && !assigned;
    const value = alone ? undefined : assigned ? tail.slice(1) : tail || reading.rest.shift();
    if (value === undefined && !alone) throw flagError(`flag needs an argument: '${letter}' in -${letters}`);
    set(name, { flag, value, shown: shownName(name, flag) }, reading);
    letters = alone ? tail : '';
  }
}

const shownName = (name: string, { short }: Flag): string =>
  short === undefined ? `--${name}` : `-${short}, --${name}`;

const standsAlone = ({ kind }: Flag): boolean => kind === 'boolean' || kind === 'optional';

interface Given {
  readonly flag: Flag;
  /** Undefined: the flag stands alone. */
  readonly value: string | undefined;
  readonly shown: string;
}

function set(name: string, { flag, value, shown }: Given, { values }: Reading): void {
  const wrong = value === undefined ? undefined : flag.check?.(value);
  if (wrong !== undefined) throw flagError(`invalid argument ${quote(value ?? '')} for "${shown}" flag: ${wrong}`);
  if (value === undefined) values.set(name, [flag.kind === 'boolean' ? 'true' : '']);
  else if (flag.kind === 'boolean') values.set(name, [String(readBoolean(value, shown))]);
  else if (flag.kind === 'list') values.set(name, [...(values.get(name) ?? []), value]);
  else if (flag.kind === 'commaList') values.set(name, [...(values.get(name) ?? []), ...splitCommas(value, shown)]);
  else values.set(name, [value]);
}

/** As Go's strconv.ParseBool. */
function readBoolean(text: string, shown: string): boolean {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
  if (/^(?:0|f|F|false|FALSE|False)$/.test(text)) return false;
  throw flagError(
    `invalid argument ${quote(text)} for "${shown}" flag: strconv.ParseBool: parsing ${quote(text)}: invalid syntax`,
  );
}

/** One line of Go's encoding/csv. */
function splitCommas(text: string, shown: string): string[] {
  if (text === '') return [];
  const items: string[] = [];
  for (let at = 0; ; ) {
    const quoted = text[at] === '"';
    const item = quoted ? quotedItem(text, at, shown) : bareItem(text, at, shown);
    items.push(item.text);
    if (item.end >= text.length) return items;
    at = item.end + 1;
  }
}

interface Item {
  readonly text: string;
  readonly end: number;
}

function bareItem(text: string, start: number, shown: string): Item {
  const comma = text.indexOf(',', start);
  const end = comma < 0 ? text.length : comma;
  const mark = text.slice(start, end).indexOf('"');
  if (mark >= 0) throw csvError(text, shown, `${start + mark + 1}: bare " in non-quoted-field`);
  return { text: text.slice(start, end), end };
}

function quotedItem(text: string, start: number, shown: string): Item {
  const inner = /"((?:[^"]|"")*)("?)/y;
  inner.lastIndex = start;
  const [whole = '', content = '', closing = ''] = inner.exec(text) ?? [];
  const end = start + whole.length;
  const ends = end === text.length || text[end] === ',';
  if (closing === '' || !ends) {
    // Upstream counts the closing quote, or what would stand behind the end.
    throw csvError(text, shown, `${closing === '' ? end + 1 : end}: extraneous or missing " in quoted-field`);
  }
  return { text: content.replaceAll('""', '"'), end };
}

const csvError = (text: string, shown: string, problem: string): HelmGitopsError =>
  flagError(`invalid argument ${quote(text)} for "${shown}" flag: parse error on line 1, column ${problem}`);

function flagError(message: string): HelmGitopsError {
  return cliError('cli.flag', message);
}
