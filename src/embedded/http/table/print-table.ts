/** Takes objects and returns them as a meta.k8s.io/v1 Table: the columns of their type and one row of cells for each. */
import type { JsonObject, KubernetesObject } from '../../../foundation/manifest/object.ts';
import { type PrinterColumn, type ResourceType, versionOf } from '../../resources/resource-type.ts';
import { age } from './age.ts';
import { type Cell, createdAt, nameOf, type RowCells } from './cell.ts';
import { builtinColumns } from './columns.table.ts';
import { configCells } from './config-cells.ts';
import { customCell } from './custom-cell.ts';
import { networkCells } from './network-cells.ts';
import { workloadCells } from './workload-cells.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

export interface TableView {
  readonly type: ResourceType;
  readonly version: string;
  readonly now: number;
}

const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  priority: 0,
};
const ageColumn: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const cells: ReadonlyMap<string, RowCells> = new Map(
  Object.entries({ ...configCells, ...networkCells, ...workloadCells }),
);
const columns: ReadonlyMap<string, readonly Column[]> = new Map(
  builtinColumns
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', list = ''] = line.split(' | ');
      return [name, list.split('; ').map(parseColumn)];
    }),
);

function parseColumn(text: string): Column {
  const [, name = '', type = 'string', format = '', priority = '0'] =
    /^([^:/@]+)(?::([^/@]+))?(?:\/([^@]+))?(?:@(\d))?$/.exec(text) ?? [];
  return { name, type, format, description: '', priority: Number(priority) };
}

function customColumns({ type, version }: TableView): readonly PrinterColumn[] {
  const declared = versionOf(type, version)?.columns ?? [];
  return declared.length === 0 ? [ageColumn] : declared;
}

function columnsOf(view: TableView): readonly Column[] {
  if (!view.type.custom) return columns.get(view.type.name) ?? [nameColumn, { ...nameColumn, name: 'Age', format: '' }];
  const own = customColumns(view).map(({ name, type, format = '', description, priority = 0, jsonPath }) => ({
    name,
    type,
    format,
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority,
  }));
  return [nameColumn, ...own];
}

function cellsOf(object: KubernetesObject, view: TableView): Cell[] {
  const body = object as unknown as JsonObject;
  if (view.type.custom)
    return [nameOf(body), ...customColumns(view).map((column) => customCell(body, column, view.now))];
  const known = cells.get(view.type.name);
  if (known !== undefined) return known(body, view.now);
  return columnsOf(view).map(({ name }) =>
    name === 'Name' ? nameOf(body) : name === 'Age' ? age(createdAt(body), view.now) : '',
  );
}

/** `included`: JSON of what the row carries of its object. */
export function tableRow(object: KubernetesObject, view: TableView, included: string | undefined): string {
  return `{"cells":${JSON.stringify(cellsOf(object, view))}${included === undefined ? ',"object":null' : `,"object":${included}`}}`;
}

export interface TableParts {
  /** JSON of the list's metadata. */
  readonly meta: string;
  readonly headers: boolean;
}

/** Watches send the columns with their first event only. */
export function tableText(view: TableView, { meta, headers }: TableParts, rows: readonly string[]): string {
  const definitions = headers ? JSON.stringify(columnsOf(view)) : 'null';
  return `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":${meta},"columnDefinitions":${definitions},"rows":[${rows.join(',')}]}`;
}
