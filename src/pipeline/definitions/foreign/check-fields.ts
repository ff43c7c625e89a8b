/**
 * Takes a document and the table of its kind's fields, returns what of it is refused and what is told, each field once:
 * also fields that the table does not know. Pure.
 */
import type { Problem } from '../../../foundation/base/problem.ts';
import { formatPath, type Path, type ReadDocument } from '../../../foundation/document/read-documents.ts';
import { suggestName } from '../../../foundation/document/suggest-name.ts';
import type { ForeignField } from './foreign-field.ts';

export interface FieldsChecked {
  readonly refused: readonly Problem[];
  readonly notices: readonly Problem[];
}

export interface FieldTable {
  readonly rows: ReadonlyMap<string, ForeignField>;
  /** Paths that lead to rows, with the names that stand below each. */
  readonly inner: ReadonlyMap<string, readonly string[]>;
}

export function fieldTable(fields: readonly ForeignField[]): FieldTable {
  const inner = new Map<string, string[]>();
  for (const { field } of fields) {
    const steps = field.split('.');
    for (const [index, step] of steps.entries()) {
      const parent = steps.slice(0, index).join('.');
      const names = inner.get(parent) ?? [];
      inner.set(parent, names);
      const name = step.replace(/(\[\])+$/, '');
      if (!names.includes(name)) names.push(name);
    }
  }
  return { rows: new Map(fields.map((row) => [row.field, row])), inner };
}

interface Walk {
  readonly table: FieldTable;
  readonly document: Pick<ReadDocument, 'place'>;
  readonly label: string;
  readonly refused: Problem[];
  readonly notices: Problem[];
  readonly said: Set<string>;
}

/** `label` names the application in what is told: `application shop`. */
export function checkFields(
  data: unknown,
  { table, document, label }: Pick<Walk, 'table' | 'document' | 'label'>,
): FieldsChecked {
  const walk: Walk = { table, document, label, refused: [], notices: [], said: new Set() };
  visit(data, { path: [], pattern: '' }, walk);
  return { refused: walk.refused, notices: walk.notices };
}

interface At {
  readonly path: Path;
  readonly pattern: string;
}

function visit(value: unknown, at: At, walk: Walk): void {
  if (value === null || value === undefined) return;
  const row = walk.table.rows.get(at.pattern);
  if (row !== undefined) {
    if (row.verdict === 'refused' || row.told) tell(row, value, at, walk);
    if (row.whole || row.verdict === 'refused') return;
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      visit(item, { path: [...at.path, index], pattern: `${at.pattern}[]` }, walk);
    return;
  }
  if (typeof value !== 'object') return;
  const names = walk.table.inner.get(at.pattern);
  if (names === undefined) return;
  for (const [name, inner] of Object.entries(value)) visitField(name, inner, { at, names }, walk);
}

function visitField(
  name: string,
  value: unknown,
  { at, names }: { readonly at: At; readonly names: readonly string[] },
  walk: Walk,
): void {
  const path = [...at.path, name];
  const below = (step: string) => (at.pattern === '' ? step : `${at.pattern}.${step}`);
  const step = names.includes(name) ? name : names.includes('NAME') ? 'NAME' : undefined;
  if (step !== undefined) visit(value, { path, pattern: below(step) }, walk);
  if (step !== undefined || value === null) return;
  const near = suggestName(name, names);
  walk.notices.push({
    code: 'definition.unsupported',
    message: `${walk.label}: ${formatPath(path)} is no field that is known, and not looked at`,
    place: walk.document.place(path, 'key'),
    hint: near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`,
  });
}

function tell(row: ForeignField, value: unknown, { path }: At, walk: Walk): void {
  const excepted = row.except?.some((one) => JSON.stringify(one) === JSON.stringify(value));
  if (excepted || (Array.isArray(value) && value.length === 0)) return;
  const shown = formatPath(path);
  if (walk.said.has(shown)) return;
  walk.said.add(shown);
  const is = row.verdict === 'refused' ? 'is not supported' : 'is not honoured as written';
  const problem: Problem = {
    code: 'definition.unsupported',
    message: `${walk.label}: ${shown} ${is}: ${row.how}`,
    place: walk.document.place(path, 'key'),
  };
  (row.verdict === 'refused' ? walk.refused : walk.notices).push(problem);
}
