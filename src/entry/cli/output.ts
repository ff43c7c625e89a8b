/** How answers are printed: tables for people, JSON and YAML for programs. */

import { stringify } from 'yaml';
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import type { OutputFormat } from './output-format.ts';

export interface Listing<Row> {
  readonly rows: readonly Row[];
  readonly columns: readonly (readonly [title: string, cell: (row: Row) => string | number | undefined])[];
  /** Printed instead of an empty table. */
  readonly empty: string;
}

/** A cell of several lines would tear its table apart. */
const oneLine = (text: string): string => (/[\n\r\t]/.test(text) ? JSON.stringify(text) : text);

export function formatListing<Row>(format: OutputFormat, { rows, columns, empty }: Listing<Row>): string {
  if (format === 'json') return `${writeExactJson(rows, 2)}\n`;
  if (format === 'yaml') return stringify(rows);
  if (rows.length === 0) return `${empty}\n`;
  const lines = [
    columns.map(([title]) => title.toUpperCase()),
    ...rows.map((row) => columns.map(([, cell]) => oneLine(String(cell(row) ?? '')))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}
