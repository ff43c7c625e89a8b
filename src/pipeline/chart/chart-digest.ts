/** The digest of a chart's content: equal for equal charts, wherever they lie and however they are packed. */
import { createHash, type Hash } from 'node:crypto';
import { compareStrings } from '../../foundation/base/byte-string.ts';
import type { GoValue } from '../../foundation/template/value.ts';
import { writeJson } from '../../foundation/yaml/write-json.ts';
import type { Chart, ChartFile } from './chart.ts';

export function digestChart(chart: Omit<Chart, 'digest'>): string {
  const hash = createHash('sha256');
  addText(hash, JSON.stringify(chart.metadata));
  addText(hash, JSON.stringify(chart.lock ?? null));
  addText(hash, writeJson(chart.values as GoValue));
  addBytes(hash, chart.schema ?? new Uint8Array());
  addFiles(hash, chart.templates);
  addFiles(hash, chart.files);
  addText(hash, chart.dependencies.map((dependency) => dependency.digest).join());
  return `sha256:${hash.digest('hex')}`;
}

/** An archive's order differs from a folder's, which is no difference of content. */
function addFiles(hash: Hash, files: readonly ChartFile[]): void {
  const sorted = files.toSorted((a, b) => compareStrings(a.name, b.name));
  addText(hash, String(sorted.length));
  for (const { name, data } of sorted) {
    addText(hash, name);
    addBytes(hash, data);
  }
}

function addText(hash: Hash, text: string): void {
  addBytes(hash, Buffer.from(text));
}

/** The length goes first, so that no two lists of parts hash alike. */
function addBytes(hash: Hash, data: Uint8Array): void {
  hash.update(`${data.length}:`);
  hash.update(data);
}
