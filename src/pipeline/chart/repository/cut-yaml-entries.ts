/**
 * Cuts an index.yaml into its entries, line by line. Takes the body piece by piece, returns where each chart's versions
 * lie, or undefined where block-style YAML as Helm and its kin write it ends. It never reads a value but the version.
 */
import { GoError } from '../../../foundation/template/value.ts';
import { readYamlTyped } from '../../../foundation/yaml/read-yaml.ts';
import { resolveScalar } from '../../../foundation/yaml/resolve-scalar.ts';
import {
  type ChartCut,
  type Cutter,
  type EntryCut,
  type IndexCuts,
  mostCharts,
  mostEntries,
  surelyVersion,
} from './entry-cuts.ts';
import { type LineScan, newLineScan, scanLine } from './scan-line.ts';

interface OpenEntry {
  readonly start: number;
  /** Of its keys; −1: not seen yet. */
  column: number;
  version: string;
  seen: boolean;
}

interface OpenChart {
  readonly name: string;
  readonly start: number;
  readonly entries: EntryCut[];
  /** Column of the dashes; −1: none seen yet. */
  dash: number;
  odd: boolean;
}

interface Cutting {
  readonly line: LineScan;
  readonly charts: Map<string, ChartCut>;
  /** Entries of all of them. */
  entries: number;
  carry: Buffer;
  /** Bytes before `carry`. */
  base: number;
  failed: boolean;
  /** The document has begun; it has ended. */
  begun: boolean;
  done: boolean;
  readonly top: Set<string>;
  section: 'entries' | 'apiVersion' | 'other';
  apiVersion: string | undefined;
  /** Column of the charts' names; −1: none seen yet. */
  names: number;
  chart: OpenChart | undefined;
  entry: OpenEntry | undefined;
}

/** Longer lines than this no index has that was written line by line. */
const longestLine = 1024 * 1024;
/** What YAML 1.1 takes for line ends beside LF and CRLF. */
const otherBreaks = ['\u0085', '\u2028', '\u2029'].map((char) => Buffer.from(char));

export function cutYamlEntries(): Cutter {
  const c: Cutting = {
    line: newLineScan(),
    charts: new Map(),
    entries: 0,
    carry: Buffer.alloc(0),
    base: 0,
    failed: false,
    begun: false,
    done: false,
    top: new Set(),
    section: 'other',
    apiVersion: undefined,
    names: -1,
    chart: undefined,
    entry: undefined,
  };
  return { push: (bytes) => push(c, bytes), end: () => end(c) };
}

function push(c: Cutting, bytes: Uint8Array): void {
  if (c.failed || c.done) return;
  const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const window = c.carry.length === 0 ? piece : Buffer.concat([c.carry, piece]);
  const whole = window.lastIndexOf(10) + 1;
  cutLines(c, window, whole);
  c.carry = Buffer.from(window.subarray(whole));
  c.base += whole;
  if (c.carry.length > longestLine) c.failed = true;
}

function end(c: Cutting): IndexCuts | undefined {
  if (!c.failed && !c.done && c.carry.length > 0) {
    const rest = Buffer.concat([c.carry, Buffer.from('\n')]);
    cutLines(c, rest, rest.length);
    c.base += c.carry.length;
  }
  if (c.failed || c.line.mode === 'double' || c.line.mode === 'single') return undefined;
  closeChart(c, c.base);
  return { format: 'yaml', apiVersion: c.apiVersion, charts: [...c.charts.values()] };
}

function cutLines(c: Cutting, b: Buffer, whole: number): void {
  // UTF-16, or a mark that it is UTF-8.
  if (c.base === 0 && (b[0] === 0xef || b[0]! >= 0xfe)) c.failed = true;
  if (!hasPlainBreaks(b, whole)) c.failed = true;
  let from = 0;
  while (from < whole && !c.failed && !c.done) {
    const next = b.indexOf(10, from);
    const to = next > from && b[next - 1] === 13 ? next - 1 : next;
    cutLine(c, b, [from, to]);
    if (c.done) c.base += from - whole;
    if (c.section === 'apiVersion' && !c.failed && !c.done) {
      c.apiVersion = `${c.apiVersion ?? ''}${b.toString('utf8', from, next + 1)}`;
      if (c.apiVersion.length > longestLine) c.failed = true;
    }
    from = next + 1;
  }
}

function hasPlainBreaks(b: Buffer, whole: number): boolean {
  const window = b.subarray(0, whole);
  if (otherBreaks.some((one) => window.includes(one))) return false;
  for (let at = window.indexOf(13); at >= 0; at = window.indexOf(13, at + 1)) {
    if (window[at + 1] !== 10) return false;
  }
  return true;
}

function cutLine(c: Cutting, b: Buffer, [from, to]: readonly [number, number]): void {
  const { line } = c;
  switch (scanLine(line, b, [from, to])) {
    case 'inside':
      return;
    case 'odd':
      c.failed = true;
      return;
    case 'start':
    case 'stop':
      if (c.begun) {
        closeChart(c, c.base + from);
        c.done = true;
      } else if (b[from] === 46) c.failed = true;
      // A second `---` would begin a document of its own.
      c.begun = true;
      return;
    case 'scalar':
      if (c.section === 'entries' && !(c.entry !== undefined && c.entry.column < line.column)) markOdd(c);
      return;
    case 'content':
      c.begun = true;
      cutContent(c, b, from);
  }
}

function cutContent(c: Cutting, b: Buffer, from: number): void {
  const { dash, column, keyStart } = c.line;
  const at = dash >= 0 ? dash : column;
  if (at > 0 && c.top.size === 0) c.failed = true;
  else if (at === 0) beginSection(c, b, from);
  else if (c.section !== 'entries') return;
  else if (dash < 0 && (c.names === -1 || column <= c.names)) beginChart(c, b, from);
  else if (c.chart === undefined) c.failed = true;
  else if (dash >= 0 && (c.chart.dash === -1 || dash <= c.chart.dash)) beginEntry(c, b, from);
  else if (dash < 0 && keyStart >= 0) readKey(c, b);
}

/** Without blanks as YAML knows them: JavaScript's trim takes more. */
function textOf(b: Buffer, start: number, stop: number): string {
  return b.toString('utf8', start, stop).replace(/[ \t]+$/, '');
}

function beginSection(c: Cutting, b: Buffer, from: number): void {
  const { dash, keyStart, keyEnd, valueStart, valueEnd } = c.line;
  // A list may stand below its key in the same column, but not that of the entries.
  if (dash >= 0 && c.section === 'other' && c.top.size > 0) return;
  const name = keyStart < 0 || dash >= 0 ? undefined : textOf(b, keyStart, keyEnd);
  const known = name === 'entries' || name === 'apiVersion';
  const misspelt = name !== undefined && !known && /^["']|^(entries|apiversion)$/i.test(name);
  const none = name === 'entries' && valueStart >= 0 && textOf(b, valueStart, valueEnd) === '{}';
  if (name === undefined || misspelt || c.top.has(name) || (name === 'entries' && valueStart >= 0 && !none)) {
    c.failed = true;
    return;
  }
  closeChart(c, c.base + from);
  c.top.add(name);
  c.section = known && !none ? name : 'other';
}

function beginChart(c: Cutting, b: Buffer, from: number): void {
  const { column, keyStart, keyEnd, valueStart, valueEnd } = c.line;
  if (c.names === -1) c.names = column;
  const name = keyStart < 0 || column !== c.names ? undefined : readName(b.toString('utf8', keyStart, keyEnd));
  closeChart(c, c.base + from);
  if (name === undefined || c.charts.has(name) || c.charts.size >= mostCharts) {
    c.failed = true;
    return;
  }
  c.chart = { name, start: c.base + from, entries: [], dash: -1, odd: false };
  if (valueStart >= 0 && textOf(b, valueStart, valueEnd) !== '[]') c.chart.odd = true;
}

/** As YAML resolves it: `1.10` is the name 1.1. */
function readName(written: string): string | undefined {
  if (/^[A-Za-z][A-Za-z0-9-]*$/.test(written) && resolveScalar(written) === undefined) return written;
  try {
    const map = readYamlTyped(`${written}: 0\n`);
    return map instanceof Map && map.size === 1 ? map.keys().next().value : undefined;
  } catch (error) {
    if (error instanceof GoError) return undefined;
    throw error;
  }
}

function beginEntry(c: Cutting, b: Buffer, from: number): void {
  const { chart, line } = c;
  if (chart === undefined || (chart.dash >= 0 && line.dash < chart.dash) || line.dash < c.names) {
    c.failed = true;
    return;
  }
  closeEntry(c, c.base + from);
  chart.dash = line.dash;
  c.entry = { start: c.base + from, column: -1, version: '', seen: false };
  const empty = line.keyStart < 0 && line.valueStart < 0;
  if (line.dashes > 1 || (line.keyStart < 0 && !empty)) chart.odd = true;
  else if (!empty) readKey(c, b);
}

function readKey(c: Cutting, b: Buffer): void {
  const { entry, line, chart } = c;
  if (entry === undefined) {
    markOdd(c);
    return;
  }
  if (entry.column === -1) entry.column = line.column;
  if (line.column < entry.column) markOdd(c);
  if (line.column !== entry.column || chart === undefined) return;
  const { keyStart, keyEnd, valueStart, valueEnd } = line;
  const quoted = b[keyStart] === 34 || b[keyStart] === 39;
  // 7: `version`, read only where it can be one.
  if (!quoted && (keyEnd - keyStart !== 7 || b.toString('latin1', keyStart, keyEnd) !== 'version')) return;
  if (quoted && !/^.version.$/.test(b.toString('latin1', keyStart, keyEnd))) return;
  if (entry.seen) chart.odd = true;
  entry.seen = true;
  if (valueStart < 0) return;
  const text = textOf(b, valueStart, valueEnd).replace(/^"([^"\\]*)"$|^'([^']*)'$/, '$1$2');
  if (surelyVersion.test(text)) entry.version = text;
}

function markOdd(c: Cutting): void {
  if (c.chart === undefined) c.failed = true;
  else c.chart.odd = true;
}

function closeEntry(c: Cutting, stop: number): void {
  const { entry, chart } = c;
  if (entry === undefined || chart === undefined) return;
  chart.entries.push({ version: entry.version, start: entry.start, end: stop });
  if (++c.entries > mostEntries) c.failed = true;
  // A dash with nothing behind it.
  if (entry.column === -1) chart.odd = true;
  c.entry = undefined;
}

function closeChart(c: Cutting, stop: number): void {
  const { chart } = c;
  if (chart === undefined) return;
  closeEntry(c, stop);
  const { name, start, entries, odd } = chart;
  c.charts.set(name, { name, start, end: stop, entries, odd });
  c.chart = undefined;
}
