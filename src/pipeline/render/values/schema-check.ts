/**
 * Checks coalesced values against the values.schema.json of a chart and of the charts below it, in Helm's wording
 * (helm.md §3.5). Takes the chart and its values, returns what does not fit, '' for nothing; fetches no schema.
 */
import { fromBytes } from '../../../foundation/base/byte-string.ts';
import { readSchema, type SchemaDocument } from '../../../foundation/json-schema/schema-document.ts';
import { formatProblems, SchemaFault } from '../../../foundation/json-schema/schema-error.ts';
import { validateSchema } from '../../../foundation/json-schema/validate-schema.ts';
import { typeName } from '../../../foundation/template/kind.ts';
import { GoError, type GoMap } from '../../../foundation/template/value.ts';
import type { Warn } from '../../../foundation/values/helm-warning.ts';
import type { ScopedChart } from './scoped-chart.ts';

/** Schemas that were read before, by their bytes; kept by the caller. */
export type SchemaCache = Map<Uint8Array, SchemaDocument>;

export interface SchemaCheck {
  readonly known: SchemaCache;
  readonly warn?: Warn | undefined;
}

export function checkSchemas(chart: ScopedChart, values: GoMap, check: SchemaCheck = { known: new Map() }): string {
  const { schema } = chart.chart;
  let text = schema === undefined ? '' : checkSchema(chart.metadata.name, schema, { ...check, values });
  for (const child of chart.dependencies) {
    const { name } = child.metadata;
    const below = values.get(name) ?? null;
    if (below instanceof Map) text += checkSchemas(child, below, check);
    else if (below !== null)
      text += `${name}:\ninvalid type for values: expected object (map), got ${typeName(below)}\n`;
  }
  return text;
}

function checkSchema(name: string, schema: Uint8Array, { values, known }: SchemaCheck & { values: GoMap }): string {
  try {
    const document = known.get(schema) ?? readSchema(fromBytes(schema));
    known.set(schema, document);
    const problem = validateSchema(document, values);
    return problem === undefined ? '' : `${name}:\n${formatProblems(problem)}`;
  } catch (error) {
    if (error instanceof SchemaFault || error instanceof GoError)
      return `${name}:\n${error.message.replace('unexpected end of JSON input', 'unexpected EOF')}`;
    throw error;
  }
}
