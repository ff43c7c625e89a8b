/** Takes a source of Flux, returns what of it is refused and what is told. Pure. */
import { checkFields, type FieldsChecked, fieldTable } from '../check-fields.ts';
import { dropNulls } from '../drop-nulls.ts';
import { type FluxObject, groupOf, shownName } from './flux-object.ts';
import { sourceTables } from './source-fields.table.ts';

const tables = new Map(Object.entries(sourceTables).map(([kind, fields]) => [kind, fieldTable(fields)]));

/** Undefined of what is no source. */
export function checkSource(object: FluxObject): FieldsChecked | undefined {
  const table = tables.get(object.kind);
  if (table === undefined || groupOf(object.apiVersion) !== 'source.toolkit.fluxcd.io') return undefined;
  const label = `${object.kind} ${shownName(object)}`;
  return checkFields(dropNulls(object.data, ['values']), { table, document: object, label });
}
