/**
 * Cuts an index in JSON into its entries, byte by byte. Takes the body piece by piece, returns where each chart's versions
 * lie, or undefined where it is no JSON. It never builds a value but the keys above the entries and the versions.
 */
import {
  type ChartCut,
  type Cutter,
  type EntryCut,
  type IndexCuts,
  mostCharts,
  mostEntries,
  surelyVersion,
} from './entry-cuts.ts';

/** What may come next: in objects a key, a colon, a value, a comma by turns. */
type Expected = 'value' | 'key' | 'keyOrEnd' | 'valueOrEnd' | 'colon' | 'comma' | 'nothing';

interface Cutting {
  readonly charts: Map<string, ChartCut>;
  /** Entries of all of them. */
  entries: number;
  /** `{` and `[` that are open. */
  readonly stack: number[];
  expected: Expected;
  failed: boolean;
  /** Bytes before the piece at hand. */
  base: number;
  token: 'none' | 'string' | 'literal';
  escaped: boolean;
  /** Of the string or literal at hand, where it matters. */
  text: Buffer[];
  /** Bytes that `text` holds: no name or version is longer than `longestText`. */
  size: number;
  /** Whether the string at hand is a key. */
  isKey: boolean;
  /** Keys on the way to here, by depth from 1. */
  readonly keys: string[];
  apiVersion: string | undefined;
  chart: { name: string; start: number; entries: EntryCut[]; odd: boolean } | undefined;
  entry: { start: number; version: string; seen: boolean } | undefined;
}

const longestText = 64 * 1024;
const deepest = 10_000;
const OPEN_MAP = 123;
const CLOSE_MAP = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const QUOTE = 34;
const BACKSLASH = 92;
const literal = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$/;

export function cutJsonEntries(): Cutter {
  const c: Cutting = {
    charts: new Map(),
    entries: 0,
    stack: [],
    expected: 'value',
    failed: false,
    base: 0,
    token: 'none',
    escaped: false,
    text: [],
    size: 0,
    isKey: false,
    keys: [],
    apiVersion: undefined,
    chart: undefined,
    entry: undefined,
  };
  return {
    push: (bytes) => push(c, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    end: () => end(c),
  };
}

function end(c: Cutting): IndexCuts | undefined {
  if (c.failed || c.token !== 'none' || c.expected !== 'nothing' || c.stack.length > 0) return undefined;
  return { format: 'json', apiVersion: c.apiVersion, charts: [...c.charts.values()] };
}

function push(c: Cutting, b: Buffer): void {
  let at = 0;
  while (at < b.length && !c.failed) {
    if (c.token === 'string') at = takeString(c, b, at);
    else if (c.token === 'literal') at = takeLiteral(c, b, at);
    else {
      const unit = b[at] as number;
      if (unit === 32 || unit === 10 || unit === 13 || unit === 9) at++;
      else at = takeToken(c, unit, at);
    }
  }
  c.base += b.length;
}

/** Of all texts only the keys down to an entry's, its version and that of the index. */
function isKept(c: Cutting): boolean {
  const depth = c.stack.length;
  if (depth > 4) return false;
  return c.isKey || depth < 4 || c.keys[3] === 'version';
}

function keep(c: Cutting, bytes: Buffer): void {
  if (!isKept(c)) return;
  c.size += bytes.length;
  // A description, say: no name, no version.
  if (c.size > longestText) c.text = [];
  else c.text.push(Buffer.from(bytes));
}

function takeString(c: Cutting, b: Buffer, from: number): number {
  for (let at = from; at < b.length; at++) {
    const unit = b[at] as number;
    if (c.escaped) c.escaped = false;
    else if (unit === BACKSLASH) c.escaped = true;
    else if (unit < 32) {
      c.failed = true;
      return at;
    } else if (unit === QUOTE) {
      keep(c, b.subarray(from, at));
      c.token = 'none';
      endString(c, c.base + at + 1);
      return at + 1;
    }
  }
  keep(c, b.subarray(from));
  return b.length;
}

function takeLiteral(c: Cutting, b: Buffer, from: number): number {
  let at = from;
  while (at < b.length && isLiteral(b[at] as number)) at++;
  c.text.push(Buffer.from(b.subarray(from, at)));
  c.size += at - from;
  if (c.size > longestText) c.failed = true;
  if (at === b.length) return at;
  c.token = 'none';
  if (!literal.test(Buffer.concat(c.text).toString('latin1'))) c.failed = true;
  endValue(c, c.base + at);
  return at;
}

const isLiteral = (unit: number): boolean =>
  (unit >= 48 && unit <= 57) ||
  (unit >= 97 && unit <= 122) ||
  (unit >= 65 && unit <= 90) ||
  unit === 43 ||
  unit === 45 ||
  unit === 46;

function takeToken(c: Cutting, unit: number, at: number): number {
  const position = c.base + at;
  if (unit === QUOTE) beginString(c, position);
  else if (unit === OPEN_MAP || unit === OPEN_LIST) open(c, unit, position);
  else if (unit === CLOSE_MAP || unit === CLOSE_LIST) close(c, unit, position);
  else if (unit === 58 && c.expected === 'colon') c.expected = 'value';
  else if (unit === 44 && c.expected === 'comma') c.expected = c.stack.at(-1) === OPEN_MAP ? 'key' : 'value';
  else if (isLiteral(unit) && beginValue(c, position)) {
    // A number is no chart and no entry.
    markOdd(c);
    if (isApiVersion(c)) c.failed = true;
    c.token = 'literal';
    c.text = [];
    c.size = 0;
    return at;
  } else c.failed = true;
  return at + 1;
}

function beginString(c: Cutting, position: number): void {
  c.isKey = c.expected === 'key' || c.expected === 'keyOrEnd';
  if (!c.isKey) {
    if (!beginValue(c, position)) {
      c.failed = true;
      return;
    }
    markOdd(c);
  }
  c.token = 'string';
  c.text = [];
  c.size = 0;
}

/** False where no value may stand. */
function beginValue(c: Cutting, position: number): boolean {
  const depth = c.stack.length;
  if (c.expected !== 'value' && c.expected !== 'valueOrEnd') return false;
  if (depth === 0) return true;
  if (c.keys[0] === 'entries' && depth === 2) {
    c.chart = { name: c.keys[1] ?? '', start: position, entries: [], odd: false };
  }
  if (isInEntries(c) && depth === 3) c.entry = { start: position, version: '', seen: false };
  return true;
}

const isApiVersion = (c: Cutting): boolean => c.stack.length === 1 && c.keys[0] === 'apiVersion';

const isInEntries = (c: Cutting): boolean => c.chart !== undefined && c.stack[2] === OPEN_LIST;

/** The value that begins is a text or a number: of a chart's list, of an entry, of the whole it cannot be. */
function markOdd(c: Cutting): void {
  const depth = c.stack.length;
  if (depth === 0 || (depth === 1 && c.keys[0] === 'entries')) c.failed = true;
  else if (c.chart !== undefined && (depth === 2 || (depth === 3 && isInEntries(c)))) c.chart.odd = true;
}

function open(c: Cutting, unit: number, position: number): void {
  const depth = c.stack.length;
  if (!beginValue(c, position) || depth >= deepest || isApiVersion(c)) {
    c.failed = true;
    return;
  }
  const list = unit === OPEN_LIST;
  if (list && (depth === 0 || (depth === 1 && c.keys[0] === 'entries'))) c.failed = true;
  if (c.chart !== undefined && ((depth === 2 && !list) || (depth === 3 && isInEntries(c) && list))) c.chart.odd = true;
  c.stack.push(unit);
  c.keys.length = Math.min(c.keys.length, depth);
  c.expected = list ? 'valueOrEnd' : 'keyOrEnd';
}

function close(c: Cutting, unit: number, position: number): void {
  const opened = c.stack.at(-1);
  const fits = unit === CLOSE_MAP ? opened === OPEN_MAP : opened === OPEN_LIST;
  const ends = c.expected === 'comma' || c.expected === (unit === CLOSE_MAP ? 'keyOrEnd' : 'valueOrEnd');
  if (!fits || !ends) {
    c.failed = true;
    return;
  }
  const { chart, entry } = c;
  if (c.stack.length === 4 && entry !== undefined && chart !== undefined && isInEntries(c)) {
    chart.entries.push({ version: entry.version, start: entry.start, end: position + 1 });
    if (++c.entries > mostEntries) c.failed = true;
    c.entry = undefined;
  }
  c.stack.pop();
  endValue(c, position + 1);
}

function endValue(c: Cutting, stop: number): void {
  c.expected = c.stack.length === 0 ? 'nothing' : 'comma';
  const { chart } = c;
  if (c.stack.length !== 2 || chart === undefined) return;
  // As Go has it, the last of two with one name counts.
  c.charts.delete(chart.name);
  c.charts.set(chart.name, { ...chart, end: stop });
  if (c.charts.size > mostCharts) c.failed = true;
  c.chart = undefined;
}

function endString(c: Cutting, stop: number): void {
  const depth = c.stack.length;
  const text = isKept(c) && c.size <= longestText ? readText(c) : undefined;
  if (c.isKey) {
    c.expected = 'colon';
    if (depth <= 4) beginKey(c, depth, text);
    return;
  }
  if (isApiVersion(c)) c.apiVersion = `apiVersion: ${JSON.stringify(text ?? '')}\n`;
  if (depth === 4 && c.entry !== undefined && c.stack[3] === OPEN_MAP && c.keys[3] === 'version') {
    if (c.entry.seen && c.chart !== undefined) c.chart.odd = true;
    c.entry.seen = true;
    if (text !== undefined && surelyVersion.test(text)) c.entry.version = text;
  }
  endValue(c, stop);
}

function beginKey(c: Cutting, depth: number, text: string | undefined): void {
  const top = depth === 1 && text !== undefined && /^(entries|apiversion)$/i.test(text);
  if (text === undefined || (top && text !== 'entries' && text !== 'apiVersion')) c.failed = true;
  // A second list of entries would be added to the first.
  if (top && text === 'entries' && c.charts.size > 0) c.failed = true;
  c.keys[depth - 1] = text ?? '';
  c.keys.length = depth;
}

function readText(c: Cutting): string | undefined {
  const written = Buffer.concat(c.text).toString('utf8');
  if (!written.includes('\\')) return written;
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    return undefined;
  }
}
