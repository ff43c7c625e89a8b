/**
 * From a release's value sources to one map, later sources over earlier ones as Helm merges them. Takes the sources and
 * a way to read files, returns the map and the texts it came from; it never looks at the chart's own values.
 */
import { fromBytes } from '../../foundation/base/byte-string.ts';
import { HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import type { Json } from '../../foundation/manifest/object.ts';
import { GoError, type GoMap, type GoValue } from '../../foundation/template/value.ts';
import { copyMap } from '../../foundation/values/copy-value.ts';
import { type Compat, mergeMaps, readValues } from '../../foundation/values/read-values.ts';
import { setText } from '../../foundation/values/set-text.ts';
import { fromJson } from '../../foundation/yaml/plain-json.ts';
import { readJsonMap } from '../../foundation/yaml/read-json.ts';
import type { FilesSource, ObjectSource, TextSource, ValueSource } from '../definitions/release-definition.ts';
import { type DecryptedFile, isDecrypted, noticingKeys, type ReadValueFile } from './decrypted-file.ts';
import { parseObject, readObject } from './object-values.ts';
import { parseSet, type SetOptions } from './set-grammar.ts';
import { valuesError } from './values-error.ts';
import { type RenderedValues, renderValuesTemplate } from './values-template.ts';

/** On a command line there is `--set-literal` too. */
export type MergeSource =
  | Exclude<ValueSource, FilesSource>
  | { readonly type: 'setLiteral'; readonly expression: string; readonly place: Place };

export interface MergeValuesInput {
  readonly sources: readonly MergeSource[];
  readonly readFile: ReadValueFile;
  /** For `{{name}}` in files that are templates. */
  readonly variables: Readonly<Record<string, string>>;
  readonly compat?: Compat;
  /** Without it Secrets and ConfigMaps are left out, and named in `unread`. */
  readonly readObject?: ReadObject | undefined;
}

/** A Secret or ConfigMap of the release's namespace; undefined where there is none. */
export type ReadObject = (source: ObjectSource) => Promise<ValueObject | undefined>;

export interface ValueObject {
  readonly uid: string;
  /** Decoded, by key. */
  readonly data: ReadonlyMap<string, string>;
}

/** One source as it was read, for finding out later what set a key. */
export type ValueLayer = FileLayer | EntryLayer;
export interface FileLayer {
  readonly type: 'file';
  readonly path: string;
  readonly text: string;
  /** The line of the file that each line of the text comes from, where the file is a template. */
  readonly lines?: readonly number[] | undefined;
  /** Nothing of it is ever shown. */
  readonly secret?: boolean | undefined;
  /** Of an encrypted file: the text with `***` for what was encrypted. */
  readonly shown?: string | undefined;
}

export interface EntryLayer {
  readonly type: 'values';
  readonly values: GoMap;
  readonly place: Place;
  /** The same with lists as they have become: an expression may write into one of another layer. */
  readonly whole?: GoMap;
  /** Read from an encrypted file. */
  readonly secret?: boolean | undefined;
}

export interface MergedValues {
  readonly values: GoMap;
  /** Lowest first. */
  readonly layers: readonly ValueLayer[];
  /** What nobody knows but who may read the Secrets and encrypted files: it keys a digest of the values. Undefined without any. */
  readonly key: string | undefined;
  /** Left out, for want of a cluster. */
  readonly unread: readonly ObjectSource[];
}

export async function mergeValues(given: MergeValuesInput): Promise<MergedValues> {
  let values: GoMap = new Map();
  const layers: ValueLayer[] = [];
  const keys = new Set<string>();
  const input = { ...given, readFile: noticingKeys(given.readFile, keys) };
  const unread: ObjectSource[] = [];
  for (const source of input.sources) {
    if (source.type === 'inline') {
      const inline = fromJson(source.values as Json) as GoMap;
      layers.push({ type: 'values', values: inline, place: source.place });
      values = mergeMaps(values, inline);
    } else if (source.type === 'text') {
      const { text, line, place } = source;
      const { secret } = source;
      const lines = text.split('\n').map((_, index) => line + index);
      layers.push({ type: 'file', path: place.file, text, lines, secret });
      values = mergeMaps(values, parseText(source, input.compat ?? 'helm4'));
    } else if (source.type === 'file') {
      const text = await readText(source, input);
      if (text === undefined) continue;
      layers.push({ type: 'file', path: source.path, ...text });
      values = mergeMaps(values, parseFile(text, source, input.compat ?? 'helm4'));
    } else if (source.type === 'secret' || source.type === 'configMap') {
      if (input.readObject === undefined) {
        unread.push(source);
        continue;
      }
      const object = await readObject(source, input.readObject, input.variables['namespace']);
      if (object === undefined) continue;
      const secret = source.type === 'secret';
      if (secret) keys.add(object.uid);
      if (source.sets !== undefined) {
        const expression: SetSource = {
          ...setText(source.sets, object.text),
          place: source.place,
          ...(secret ? { secret } : {}),
        };
        values = await applyExpression(expression, values, input);
        const written = await applyExpression(expression, new Map(), input);
        const whole = wholeLists(written, values);
        layers.push({ type: 'values', values: written, place: source.place, whole, secret });
        continue;
      }
      layers.push({ type: 'file', path: object.path, text: object.text, secret });
      values = mergeMaps(values, parseObject(object, source, input.compat ?? 'helm4'));
    } else {
      let secret = 'secret' in source && source.secret === true;
      const readFile: typeof input.readFile = async (path) => {
        const read = await input.readFile(path);
        secret ||= isDecrypted(read);
        return read;
      };
      values = await applyExpression(source, values, { ...input, readFile });
      const written = await applyExpression(source, new Map(), input);
      layers.push({ type: 'values', values: written, place: source.place, whole: wholeLists(written, values), secret });
    }
  }
  return { values, layers, key: keys.size === 0 ? undefined : [...keys].join(' '), unread };
}

/** Where the text is wrong, in the definition that holds it. */
function parseText({ text, line, place, secret }: TextSource, compat: Compat): GoMap {
  try {
    return readValues(text, compat);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    if (secret) throw valuesError('values.invalid', 'failed to parse the values: it is no YAML map', { place });
    const within = Number(/\bline (\d+)\b/.exec(error.message)?.[1] ?? 1);
    const { excerpt: _, ...at } = { ...place, line: line + within - 1 };
    throw valuesError('values.invalid', `failed to parse the values: ${error.message}`, { place: at });
  }
}

type FileSource = Extract<ValueSource, { type: 'file' }>;
type SetSource = Exclude<MergeSource, { type: 'file' | 'inline' } | TextSource | ObjectSource>;

/** What an expression wrote, with its lists as they are in all the values. */
function wholeLists(written: GoMap, values: GoMap): GoMap {
  const whole: GoMap = new Map();
  for (const [key, value] of written) {
    const now = values.get(key);
    whole.set(key, value instanceof Map && now instanceof Map ? wholeLists(value, now) : (now ?? value));
  }
  return whole;
}

type ReadValues = RenderedValues & Pick<Extract<ValueLayer, { type: 'file' }>, 'secret' | 'shown'>;

/** Undefined: an optional file that is not there. */
async function readText(source: FileSource, input: MergeValuesInput): Promise<ReadValues | undefined> {
  const { path, place } = source;
  try {
    const read = await input.readFile(path);
    if (isDecrypted(read)) return readDecrypted(source, input, read);
    const text = typeof read === 'string' ? read : fromBytes(read);
    return source.template ? renderValuesTemplate({ text, file: path }, input.variables) : { text };
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    if (source.optional) return undefined;
    throw valuesError('values.not-found', `open ${path}: no such file or directory`, {
      place,
      hint: 'paths are relative to the root of the repository; a file that may be absent is written as {file: …, optional: true}',
    });
  }
}

/** An error about it shows no line of it. */
function readDecrypted({ template, path }: FileSource, input: MergeValuesInput, read: DecryptedFile): ReadValues {
  const { plain: text, shown } = read;
  if (!template) return { text, secret: true, shown };
  try {
    return { ...renderValuesTemplate({ text, file: path }, input.variables), secret: true, shown };
  } catch (error) {
    if (!(error instanceof HelmGitopsError)) throw error;
    const { excerpt: _, ...place } = error.place ?? { file: path };
    throw valuesError('values.template', error.message, { place, hint: error.hint });
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

function parseFile({ text, secret }: ReadValues, { path }: FileSource, compat: Compat): GoMap {
  try {
    return readValues(text, compat);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const line = lineOf(error);
    const excerpt = secret ? {} : { excerpt: text.split('\n')[line - 1] ?? '' };
    const known = Number.isNaN(line) ? {} : { line, ...excerpt };
    throw valuesError('values.invalid', `failed to parse ${path}: ${error.message}`, {
      place: { file: path, ...known },
      hint: /cannot unmarshal \w+ into/.test(error.message)
        ? 'values are a map of keys, as in replicaCount: 2'
        : undefined,
    });
  }
}

/** NaN: it is not about one line. Of a mistake in the first Go's reader does not name it. */
function lineOf({ message }: GoError): number {
  const [, digits] = /\bline (\d+)\b/.exec(message) ?? [];
  return digits === undefined && /error converting YAML to JSON: yaml: /.test(message)
    ? 1
    : Number(digits ?? Number.NaN);
}

const flags = {
  set: '--set',
  setString: '--set-string',
  setJson: '--set-json',
  setFile: '--set-file',
  setLiteral: '--set-literal',
} as const;

/** Writes into a copy as deep as the grammar writes: the maps of the layers stay as they were read. */
async function applyExpression(source: SetSource, base: GoMap, input: MergeValuesInput): Promise<GoMap> {
  const { type, expression, place } = source;
  const compat = input.compat ?? 'helm4';
  const failed = `failed parsing ${flags[type]} data`;
  try {
    if (type === 'setJson' && compat === 'helm4' && expression.trim().startsWith('{')) {
      return mergeMaps(base, readJsonMap(expression.trim()));
    }
    const values = copyMap(base);
    parseSet(expression, values, { compat, ...(await setOptions(source, input)) });
    return values;
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    // What the grammar takes for a key may be part of the value.
    if ('secret' in source && source.secret) throw valuesError('values.set', failed, { place });
    const object = type === 'setJson' && compat === 'helm4' && expression.trim().startsWith('{');
    const message =
      type === 'setJson' ? `${failed}${object ? ' JSON:' : ''} ${expression}` : `${failed}: ${error.message}`;
    throw valuesError('values.set', message, { place });
  }
}

async function setOptions(source: SetSource, input: MergeValuesInput): Promise<Omit<SetOptions, 'compat'>> {
  switch (source.type) {
    case 'set':
      return {};
    case 'setString':
      return { read: (text) => text };
    case 'setJson':
      return { json: true };
    case 'setLiteral':
      return { literal: true, read: (text) => text };
    case 'setFile': {
      const files = await readNamedFiles(source, input);
      return { read: (path) => files.get(path) ?? '' };
    }
  }
}

/** The grammar is walked once to learn which files it names, since they are read asynchronously. */
async function readNamedFiles(source: SetSource, input: MergeValuesInput): Promise<Map<string, string>> {
  const paths = new Set<string>();
  const read = (path: string): GoValue => {
    paths.add(path);
    return path;
  };
  parseSet(source.expression, new Map(), { compat: input.compat ?? 'helm4', read });
  const files = new Map<string, string>();
  for (const path of paths) {
    const found = await readText({ type: 'file', path, optional: false, template: false, place: source.place }, input);
    files.set(path, found?.text ?? '');
  }
  return files;
}
