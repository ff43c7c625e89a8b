/**
 * All templates of a chart and its dependencies, each with the values it sees, in the order in which Helm parses and
 * renders them (helm.md §1.7). Takes the chart and its values, returns the list; executes nothing.
 */
import { posix } from 'node:path';
import { compareStrings } from '../../foundation/base/byte-string.ts';
import type { GoMap, GoValue } from '../../foundation/template/value.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import type { ChartFile } from '../chart/chart.ts';
import { chartObject } from './chart-object.ts';
import { filesObject } from './files-object.ts';
import { chartFullPath, type ScopedChart } from './values/scoped-chart.ts';
import type { ValuesOf } from './values-object.ts';

export interface ScopedTemplate {
  /** `shop/charts/database/templates/x.yaml` */
  readonly name: string;
  readonly file: ChartFile;
  /** One map for all templates of a chart, of Helm's Values type: `.Template` is put into it when a file's turn comes. */
  readonly scope: GoMap;
  readonly basePath: string;
}

export interface TopScope {
  readonly values: GoMap;
  readonly release: GoValue;
  readonly capabilities: GoValue;
  readonly compat: Compat;
  readonly valuesOf: ValuesOf;
}

export function listTemplates(chart: ScopedChart, top: TopScope): ScopedTemplate[] {
  const templates = new Map<string, ScopedTemplate>();
  addTemplates(chart, top.values, { top, templates });
  return [...templates.values()]
    .map(withDepth)
    .sort(deepestFirst)
    .map(({ template }) => template);
}

interface Collecting {
  readonly top: TopScope;
  readonly templates: Map<string, ScopedTemplate>;
}

/** `values`: the chart's own table, or undefined where its name leads to none. */
function addTemplates(chart: ScopedChart, values: GoMap | undefined, into: Collecting): GoMap {
  const { top, templates } = into;
  const subcharts: GoMap = new Map();
  const own = values ?? new Map();
  const scope: GoMap = new Map<string, GoValue>([
    ['Chart', chartObject(chart, top.compat)],
    ['Files', filesObject(chart.chart.files, top.compat)],
    ['Release', top.release],
    ['Capabilities', top.capabilities],
    ['Values', top.valuesOf(own)],
    ['Subcharts', subcharts],
  ]);
  for (const child of chart.dependencies) {
    subcharts.set(child.metadata.name, addTemplates(child, tableOf(own, child.metadata.name), into));
  }
  const typed = top.valuesOf(scope);
  const path = chartFullPath(chart);
  const basePath = posix.join(path, 'templates');
  const isLibrary = chart.metadata.type?.toLowerCase() === 'library';
  for (const file of chart.chart.templates) {
    if (isLibrary && !posix.basename(file.name).startsWith('_')) continue;
    const name = posix.join(path, file.name);
    templates.set(name, { name, file, scope: typed, basePath });
  }
  // The parent's .Subcharts holds it as a plain map.
  return scope;
}

/** A dot in a chart's name makes it a path, which Helm then does not find. */
function tableOf(values: GoMap, name: string): GoMap | undefined {
  let table: GoMap = values;
  for (const step of name.split('.')) {
    const next = table.get(step);
    if (!(next instanceof Map)) return undefined;
    table = next;
  }
  return table;
}

function withDepth(template: ScopedTemplate): { template: ScopedTemplate; depth: number } {
  return { template, depth: template.name.split('/').length };
}

/** The reverse of (number of slashes, then name). */
function deepestFirst(a: ReturnType<typeof withDepth>, b: ReturnType<typeof withDepth>): number {
  return b.depth - a.depth || compareStrings(b.template.name, a.template.name);
}
