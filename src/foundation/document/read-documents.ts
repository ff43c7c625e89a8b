/**
 * Takes a YAML text, returns its documents as plain data in which every field knows its line and column. Reads YAML
 * 1.2 (`on` is a name, not true) for files of our own; charts' values have their own reader. Never throws for a bad
 * text: each document holds its problems.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  parseDocument,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';
import type { Place } from '../base/errors.ts';
import type { Problem } from '../base/problem.ts';
import { setOwn } from './set-own.ts';

export type Path = readonly PropertyKey[];

/** `spec.values[0].file` */
export function formatPath(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

export interface ReadDocument {
  /** Undefined for an empty document, and where the text has problems. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** Of the value at a path, or of the key itself; of the nearest parent where there is no such path. */
  place(path: Path, part?: 'key' | 'value'): Place;
  /** The syntax node at a path, its aliases followed. */
  node(path: Path): Node | undefined;
  readonly document: Document;
}

export interface ReadOptions {
  readonly file: string;
  /** The code of problems of syntax. */
  readonly code: string;
}

/** More nodes than this come of aliases that multiply. */
const nodeLimit = 200_000;
const depthLimit = 100;
const tooDeep = 'the document is nested too deeply';

export function readDocuments(text: string, options: ReadOptions): ReadDocument[] {
  const lines = new LineCounter();
  const source: Source = { text, lines, ...options };
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter: lines,
      version: '1.2',
      uniqueKeys: true,
      prettyErrors: false,
    });
    if (!Array.isArray(parsed)) return [];
    return (parsed as Document.Parsed[]).map((document) => new PositionedDocument(document, source));
  } catch (error) {
    // The library descends by calling itself; what it cannot hold is nothing that a person wrote.
    if (error instanceof RangeError) return [unreadable(source)];
    throw error;
  }
}

function unreadable({ file, code }: ReadOptions): ReadDocument {
  const place = { file, line: 1, column: 1 };
  const problems = [{ code, message: tooDeep, place }];
  const document = parseDocument('') as Document.Parsed;
  return { data: undefined, problems, place: () => place, node: () => undefined, document };
}

interface Source extends ReadOptions {
  readonly text: string;
  readonly lines: LineCounter;
}

class PositionedDocument implements ReadDocument {
  readonly data: unknown;
  readonly problems: readonly Problem[];
  readonly document: Document.Parsed;
  readonly #source: Source;

  constructor(document: Document.Parsed, source: Source) {
    this.document = document;
    this.#source = source;
    const problems = tellingErrors(document.errors).map((error) => this.#syntaxProblem(error));
    const converter: Converter = {
      document,
      left: nodeLimit,
      depth: 0,
      fail: (node, message, hint) => {
        problems.push({ code: source.code, message, place: placeAt(source, offsetOf(node)), hint });
      },
    };
    const data = problems.length > 0 ? undefined : plainData(document.contents, converter);
    this.data = problems.length > 0 ? undefined : data;
    this.problems = problems;
  }

  #syntaxProblem(error: YAMLParseError): Problem {
    const [message = error.message] = error.message.split('\n');
    const place = placeAt(this.#source, error.pos[0]);
    const hint = place.excerpt?.includes('{{') ? quoteHint : undefined;
    const key = error.code === 'DUPLICATE_KEY' ? keyAt(place) : undefined;
    const told = key === undefined ? lowerFirst(message) : `the key ${key} is given twice`;
    return { code: this.#source.code, message: told, place, hint };
  }

  place(path: Path, part: 'key' | 'value' = 'value'): Place {
    let node: Node | null | undefined = this.document.contents;
    let offset = offsetOf(node) ?? 0;
    for (const [index, step] of path.entries()) {
      const found = stepInto(node, step, this.document);
      if (found === undefined) break;
      node = found.value;
      const wanted = index === path.length - 1 && part === 'key' ? found.key : (found.value ?? found.key);
      offset = offsetOf(wanted) ?? offsetOf(found.key) ?? offset;
    }
    return placeAt(this.#source, offset);
  }

  node(path: Path): Node | undefined {
    let node: Node | null | undefined = this.document.contents;
    for (const step of path) node = stepInto(node, step, this.document)?.value;
    return follow(node, this.document) ?? undefined;
  }
}

/** After the first error of syntax the rest follows from it; a key given twice is an error of its own. */
function tellingErrors(errors: readonly YAMLParseError[]): YAMLParseError[] {
  const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  return errors.filter((error) => error === first || error.code === 'DUPLICATE_KEY');
}

function keyAt({ excerpt = '', column = 1 }: Place): string | undefined {
  return /^["']?[\w./-]+["']?(?=\s*:)/.exec(excerpt.slice(column - 1))?.[0];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function placeAt(source: Source, offset = 0): Place {
  const { line, col } = source.lines.linePos(Math.min(offset, source.text.length));
  const start = source.lines.lineStarts[line - 1] ?? 0;
  const end = source.text.indexOf('\n', start);
  const excerpt = withoutPassword(source.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, ''));
  return { file: source.file, line: Math.max(1, line), column: Math.max(1, col), excerpt };
}

/** A password in a URL, struck out without moving what follows it. */
function withoutPassword(line: string): string {
  return line.replace(
    /(:\/\/[^\s/@:]*:)([^\s/@]+)(?=@)/g,
    (_, before: string, secret: string) => before + '*'.repeat(secret.length),
  );
}

function follow(node: Node | null | undefined, document: Document): Node | null | undefined {
  return isAlias(node) ? (node as Alias).resolve(document) : node;
}

interface Step {
  readonly key: Node | undefined;
  readonly value: Node | null | undefined;
}

function stepInto(parent: Node | null | undefined, step: PropertyKey, document: Document): Step | undefined {
  const node = follow(parent, document);
  if (isSeq(node)) {
    const item = typeof step === 'number' ? (node.items[step] as Node | undefined) : undefined;
    return item === undefined ? undefined : { key: item, value: item };
  }
  if (!isMap(node)) return undefined;
  for (const pair of node.items as Pair<Node, Node | null>[])
    if (keyText(pair.key) === String(step)) return { key: pair.key, value: pair.value };
  for (const merged of mergedMaps(node, document)) {
    const found = stepInto(merged, step, document);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The text of a key as data has it; undefined for keys that are lists or maps. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

/** What `<<` brings into a map; its own keys and earlier ones win. */
export function mergedMaps(map: YAMLMap, document: Document): YAMLMap[] {
  const maps: YAMLMap[] = [];
  for (const pair of map.items as Pair<Node, Node | null>[]) {
    if (keyText(pair.key) !== '<<' || (isScalar(pair.key) && pair.key.type !== 'PLAIN')) continue;
    const value = follow(pair.value, document);
    for (const candidate of isSeq(value) ? (value.items as Node[]) : [value]) {
      const target = follow(candidate, document);
      if (isMap(target) && !isWithin(map, target)) maps.push(target);
    }
  }
  return maps;
}

/** A map that merges what holds it has no end. */
function isWithin(inner: Node, outer: Node): boolean {
  const [start = 0, , end = 0] = outer.range ?? [];
  const at = offsetOf(inner) ?? 0;
  return start <= at && at < end;
}

interface Converter {
  readonly document: Document;
  left: number;
  depth: number;
  fail(node: unknown, message: string, hint?: string): void;
}

const quoteHint = 'quote a value that holds {{';

function plainData(node: Node | null | undefined, converter: Converter): unknown {
  if (converter.left-- < 0) {
    if (converter.left === -2) converter.fail(node, 'the document is too large, or its aliases multiply');
    return undefined;
  }
  if (converter.depth >= depthLimit) return void converter.fail(node, tooDeep);
  converter.depth++;
  const data = plainNode(node, converter);
  converter.depth--;
  return data;
}

function plainNode(node: Node | null | undefined, converter: Converter): unknown {
  if (node === null || node === undefined) return null;
  if (isAlias(node)) return plainAlias(node, converter);
  if (isScalar(node)) return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  if (isSeq(node)) return (node.items as Node[]).map((item) => plainData(item, converter));
  return isMap(node) ? plainMap(node, converter) : undefined;
}

function plainAlias(node: Alias, converter: Converter): unknown {
  const target = node.resolve(converter.document);
  if (target === undefined) return void converter.fail(node, `there is no anchor &${node.source}`);
  const offset = offsetOf(node) ?? 0;
  if ((target.range?.[0] ?? 0) <= offset && offset < (target.range?.[1] ?? 0))
    return void converter.fail(node, `the anchor &${node.source} holds itself`);
  return plainData(target, converter);
}

function plainMap(node: YAMLMap, converter: Converter): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  const merged = mergedMaps(node, converter.document);
  for (const map of merged.toReversed()) {
    const defaults = plainData(map, converter);
    if (typeof defaults === 'object' && defaults !== null)
      for (const [key, value] of Object.entries(defaults)) setOwn(data, key, value);
  }
  for (const pair of node.items as Pair<Node, Node | null>[]) {
    const key = keyText(pair.key);
    if (key === undefined) converter.fail(pair.key, 'a key must be text', isMap(pair.key) ? quoteHint : undefined);
    else if (key !== '<<' || merged.length === 0) setOwn(data, key, plainData(pair.value, converter));
  }
  return data;
}
