/**
 * Parsed templates, kept by the digest of the chart they belong to, so that releases of one chart share them. The caller
 * owns a cache and passes it to each render; without one, a render parses for itself.
 */
import { LRUCache } from 'lru-cache';
import { fromBytes } from '../../foundation/base/byte-string.ts';
import { type NamedFile, parseTwin } from '../../foundation/template/parse-twin.ts';
import { type ParsedFile, parseFile, type TemplateSet } from '../../foundation/template/template-set.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import type { Chart } from '../chart/chart.ts';
import type { ScopedTemplate } from './template-scopes.ts';
import type { SchemaCache } from './values/schema-check.ts';

interface CachedFile {
  readonly data: Uint8Array;
  readonly parsed: ParsedFile;
}

interface ChartTemplates {
  readonly files: Map<string, CachedFile>;
  /** By the text, the file that it was first found in. */
  readonly firsts: Map<string, { readonly name: string; readonly parsed: ParsedFile }>;
  /** Texts given to `tpl`, by the text. */
  readonly texts: LRUCache<string, ParsedFile>;
  readonly schemas: SchemaCache;
}

export type TemplateCache = LRUCache<string, ChartTemplates>;

/** `charts`: how many charts' templates are kept. */
export function newTemplateCache(charts = 100): TemplateCache {
  return new LRUCache({ max: charts });
}

/** What one chart's renders have parsed; Helm 3 and 4 know different functions, so that they share nothing. */
export function templatesOf(cache: TemplateCache | undefined, chart: Chart, compat: Compat): ChartTemplates {
  if (cache === undefined) return newChartTemplates();
  const key = `${compat} ${chart.digest}`;
  let known = cache.get(key);
  if (known === undefined) {
    known = newChartTemplates();
    cache.set(key, known);
  }
  return known;
}

function newChartTemplates(): ChartTemplates {
  // Characters in all; longer texts than that are parsed each time.
  const texts = new LRUCache<string, ParsedFile>({
    max: 500,
    maxSize: 2_000_000,
    sizeCalculation: (_, text) => text.length + 1,
  });
  return { files: new Map(), firsts: new Map(), texts, schemas: new Map() };
}

export function parseTemplate(set: TemplateSet, { name, file }: ScopedTemplate, known: ChartTemplates): ParsedFile {
  const cached = known.files.get(name);
  if (cached !== undefined && sameBytes(cached.data, file.data)) return cached.parsed;
  const parsed = parseOnce(set, { name, text: fromBytes(file.data) }, known);
  known.files.set(name, { data: file.data, parsed });
  return parsed;
}

function parseOnce(set: TemplateSet, file: NamedFile, { firsts }: ChartTemplates): ParsedFile {
  const first = firsts.get(file.text);
  if (first !== undefined) {
    return parseTwin(file, first.parsed, first.name) ?? parseFile(set, file.name, file.text);
  }
  const parsed = parseFile(set, file.name, file.text);
  firsts.set(file.text, { name: file.name, parsed });
  return parsed;
}

/** Two subcharts of one name have templates of one name; which of them counts depends on the values. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && Buffer.compare(a, b) === 0);
}

export function parseText(set: TemplateSet, text: string, known: ChartTemplates): ParsedFile {
  const cached = known.texts.get(text);
  if (cached !== undefined) return cached;
  const parsed = parseFile(set, set.name, text);
  known.texts.set(text, parsed);
  return parsed;
}

export type { ChartTemplates };
