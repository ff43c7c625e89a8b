/**
 * Decrypts a SOPS file in YAML or JSON where it stands: every encrypted scalar is replaced by its plaintext on one line and
 * the metadata is taken out, so that order, lines and everything in the clear stay as they are. Takes the text and a way
 * to the data key, returns the plaintext, the same with `***` for every secret, and the secrets.
 */
import { Alias, type Document, isAlias, isMap, isScalar, isSeq, type Pair, parseAllDocuments, type Scalar } from 'yaml';
import { fromBytes } from '../base/byte-string.ts';
import { OLD_BOOLEANS, resolveScalar } from '../yaml/resolve-scalar.ts';
import type { Decrypted } from './decrypted.ts';
import { formatYamlScalar } from './format-yaml-scalar.ts';
import { secretError } from './secret-error.ts';
import { formatFixed, isEncryptedComment, parseFloat64, type SopsValue } from './sops-cipher.ts';
import { isSopsMetadata, type PlainTree, readSopsMetadata, type SopsMetadata } from './sops-metadata.ts';
import { type FileValue, type SopsWalk, startSopsWalk } from './sops-walk.ts';

export type SopsLanguage = 'yaml' | 'json';

export interface SopsDocuments {
  readonly text: string;
  readonly language: SopsLanguage;
  readonly documents: readonly Document[];
  readonly metadata: SopsMetadata;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly plain: string;
  readonly shown: string;
}

interface Decrypting {
  readonly source: SopsDocuments;
  readonly walk: SopsWalk;
  readonly edits: Edit[];
  readonly secrets: string[];
  /** What a hostile file may make us walk: aliases of aliases. */
  readonly budget: { left: number };
}

const most = 1_000_000;

/** Undefined where the text holds no SOPS metadata, or is no YAML at all. */
export function readSopsDocuments(text: string, language: SopsLanguage): SopsDocuments | undefined {
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    logLevel: 'silent',
  }) as Document[];
  const [first] = Array.isArray(documents) ? documents : [];
  const tree = plainTree(first?.contents, 0);
  const metadata =
    typeof tree === 'object' && tree !== null && !Array.isArray(tree)
      ? (tree as { [key: string]: PlainTree })['sops']
      : undefined;
  if (!isSopsMetadata(metadata)) return undefined;
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken)
    throw secretError('secret.invalid', `the file is no ${language === 'json' ? 'JSON' : 'YAML'}: ${broken.code}`);
  return { text, language, documents, metadata: readSopsMetadata(metadata) };
}

export function decryptSopsDocuments(source: SopsDocuments, key: Uint8Array): Omit<Decrypted, 'key'> {
  const decrypting: Decrypting = {
    source,
    walk: startSopsWalk(source.metadata, key),
    edits: [],
    secrets: [],
    budget: { left: most },
  };
  for (const document of source.documents) {
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.source === '')) continue;
    if (!isMap(contents)) throw secretError('secret.invalid', 'a document of a SOPS file is no map');
    walkMap(decrypting, document, contents.items as Pair[], []);
    removeMetadata(decrypting, contents.items as Pair[]);
  }
  decrypting.walk.end();
  const edits = decrypting.edits.sort((a, b) => a.from - b.from);
  return {
    plain: edited(source.text, edits, 'plain'),
    shown: edited(source.text, edits, 'shown'),
    secrets: decrypting.secrets,
  };
}

function edited(text: string, edits: readonly Edit[], which: 'plain' | 'shown'): string {
  let result = '';
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.from) + edit[which];
    at = edit.to;
  }
  return result + text.slice(at);
}

function walkMap(decrypting: Decrypting, document: Document, items: readonly Pair[], path: readonly string[]): void {
  const seen = new Set<string>();
  for (const { key, value } of items) {
    const name = isScalar(key) ? String(key.value) : undefined;
    if (name === undefined)
      throw secretError('secret.invalid', `a key below ${path.join('.') || 'the root'} is no string`);
    if (path.length === 0 && name === 'sops') continue;
    if (seen.has(name)) throw secretError('secret.invalid', `the key ${[...path, name].join('.')} occurs twice`);
    seen.add(name);
    walkNode(decrypting, document, value, [...path, name]);
  }
}

function walkNode(decrypting: Decrypting, document: Document, node: unknown, path: readonly string[]): void {
  decrypting.budget.left -= 1;
  if (decrypting.budget.left < 0 || path.length > 1000)
    throw secretError('secret.invalid', 'the file holds too many values');
  if (isAlias(node)) {
    const target = node.resolve(document);
    // Its values are decrypted where they stand; here they count for the MAC.
    if (target !== undefined) walkNode({ ...decrypting, edits: [] }, document, target, path);
  } else if (isMap(node)) walkMap(decrypting, document, node.items as Pair[], path);
  else if (isSeq(node)) walkList(decrypting, document, node.items, path);
  else if (isScalar(node)) walkScalar(decrypting, node, path);
}

/** A comment between the items of a list stands there as an item: in YAML it becomes a comment again, JSON has none. */
function walkList(
  decrypting: Decrypting,
  document: Document,
  items: readonly unknown[],
  path: readonly string[],
): void {
  const comments = items.filter((item) => isScalar(item) && isEncryptedComment(String(item.value)));
  for (const item of items) walkNode(decrypting, document, item, path);
  const { language, text } = decrypting.source;
  if (language === 'yaml') {
    for (const item of comments) {
      const [from, to] = rangeOf(item);
      decrypting.edits.push({ from: text.lastIndexOf('-', from), to, plain: '#', shown: '#' });
    }
    return;
  }
  const last = items.findLastIndex((item) => !comments.includes(item));
  const remove = (from: number, to: number) => decrypting.edits.push({ from, to, plain: '', shown: '' });
  for (const [index, item] of items.slice(0, last).entries())
    if (comments.includes(item)) remove(rangeOf(item)[0], rangeOf(items[index + 1])[0]);
  if (last < items.length - 1)
    remove(last < 0 ? rangeOf(items[0])[0] : rangeOf(items[last])[1], rangeOf(items.at(-1))[1]);
}

function walkScalar({ source, walk, edits, secrets }: Decrypting, node: Scalar, path: readonly string[]): void {
  const value = walk.take(source.language === 'json' ? jsonValue(node) : yamlValue(node), path);
  if (value === undefined) return;
  const [from = 0, to = 0] = node.range ?? [];
  const text = value.bytes.toString('utf8');
  if (value.type === 'comment') return;
  if (text === '' && to > from && value.type === 'str') return;
  const plain = source.language === 'json' ? formatJsonScalar(value) : formatYamlScalar(value);
  const lines = source.text.slice(from, to);
  // Of a block scalar the line ends stay, so that everything below keeps its line.
  const padding = lines.replace(/[^\n]/g, '');
  edits.push({ from, to, plain: plain + padding, shown: `"***"${padding}` });
  if (value.type !== 'bool') secrets.push(text);
}

function formatJsonScalar({ type, bytes }: SopsValue): string {
  const text = bytes.toString('utf8');
  // A file of any bytes is one string here.
  if (type === 'str' || type === 'time') return JSON.stringify(fromBytes(bytes));
  if (type !== 'float') return text;
  const number = Number(text);
  if (!Number.isFinite(number)) throw secretError('secret.invalid', 'JSON cannot hold an infinite number');
  return JSON.stringify(number);
}

/** What SOPS (go-yaml v3) takes a scalar for. */
function yamlValue(node: Scalar): FileValue {
  const text = String(node.value ?? '');
  const tag = node.tag ?? '';
  if (tag === '!!binary' || tag.endsWith(':binary'))
    return { type: 'string', text: Buffer.from(text, 'base64').toString('latin1') };
  const isPlain = node.type === 'PLAIN' && (tag === '' || !/str$/.test(tag));
  const resolved = isPlain && !OLD_BOOLEANS.has(text) ? resolveScalar(text) : undefined;
  switch (resolved?.type) {
    case 'null':
      return { type: 'null' };
    case 'bool':
      return { type: 'other', mac: resolved.value ? 'True' : 'False' };
    case 'int':
      return { type: 'other', mac: String(resolved.value) };
    case 'float':
      return { type: 'other', mac: formatFixed(resolved.value) };
    case 'timestamp':
      return { type: 'other', mac: goTime(resolved.value) };
    default:
      return { type: 'string', text };
  }
}

function jsonValue(node: Scalar): FileValue {
  const text = String(node.value ?? '');
  if (node.type !== 'PLAIN') return { type: 'string', text };
  if (text === 'null' || text === '') return { type: 'null' };
  if (text === 'true' || text === 'false') return { type: 'other', mac: text === 'true' ? 'True' : 'False' };
  const integer = /^-?\d+$/.test(text) ? BigInt(text) : undefined;
  if (integer !== undefined && BigInt.asIntN(64, integer) === integer) return { type: 'other', mac: String(integer) };
  const float = parseFloat64(text);
  if (float === undefined) throw secretError('secret.invalid', 'the file is no JSON');
  return { type: 'other', mac: formatFixed(float) };
}

/** A YAML time as Go prints it: RFC 3339, a fraction without zeros at its end. */
function goTime(text: string): string {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|\s+)(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?\s*(Z|[-+]\d{2}:?\d{2})?)?$/.exec(
      text,
    );
  if (!match) return text;
  const [, year, month = '', day = '', hour = '0', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const digits = fraction.replace(/0+$/, '');
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const offset = /^[-+]00:?00$/.test(zone) ? 'Z' : zone;
  return `${date}T${hour.padStart(2, '0')}:${minute}:${second}${digits === '' ? '' : `.${digits}`}${offset}`;
}

/** In block style with its lines, within braces with its comma. */
function removeMetadata({ source, edits }: Decrypting, items: readonly Pair[]): void {
  const { text } = source;
  const index = items.findIndex(({ key }) => isScalar(key) && key.value === 'sops');
  const pair = items[index];
  if (pair === undefined) return;
  const from = rangeOf(pair.key)[0];
  const to = rangeOf(pair.value)[1];
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const before = items[index - 1];
  const after = items[index + 1];
  if (lineStart === from && source.language === 'yaml') {
    const newline = text.indexOf('\n', to - 1);
    const end = newline < 0 ? text.length : newline + 1;
    // What follows keeps its lines; at the end nothing is left, as with sops.
    const lines = /\S/.test(text.slice(end)) ? text.slice(from, end).replace(/[^\n]/g, '') : '';
    edits.push({ from, to: end, plain: lines, shown: lines });
  } else if (before !== undefined) edits.push({ from: rangeOf(before.value)[1], to, plain: '', shown: '' });
  else edits.push({ from, to: after === undefined ? to : rangeOf(after.key)[0], plain: '', shown: '' });
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = (node as { range?: readonly number[] } | null)?.range;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

/** The first document as plain data; an alias stands for nothing, since metadata has none. */
function plainTree(node: unknown, depth: number): PlainTree {
  if (depth > 20 || node instanceof Alias) return null;
  if (isScalar(node)) return String(node.value ?? '');
  if (isSeq(node)) return node.items.map((item) => plainTree(item, depth + 1));
  if (!isMap(node)) return null;
  return Object.fromEntries(
    (node.items as Pair[]).flatMap(({ key, value }) =>
      isScalar(key) && (depth > 0 || key.value === 'sops') ? [[String(key.value), plainTree(value, depth + 1)]] : [],
    ),
  );
}
