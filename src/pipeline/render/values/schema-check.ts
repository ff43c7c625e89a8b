/**
 * Checks coalesced values against the values.schema.json of a chart and of the charts below it, in Helm's wording
 * (helm.md §3.5). Takes the chart and its values, returns what does not fit, '' for nothing; fetches no schema.
 */
import { fromBytes } from '../../../foundation/base/byte-string.ts';
import { type Metaschemas, readSchema } from '../../../foundation/json-schema/read-schema.ts';
import type { SchemaDocument } from '../../../foundation/json-schema/schema-document.ts';
import { formatProblems, SchemaFault } from '../../../foundation/json-schema/schema-error.ts';
import { validateSchema } from '../../../foundation/json-schema/validate-schema.ts';
import { typeName } from '../../../foundation/template/kind.ts';
import { GoError, type GoMap } from '../../../foundation/template/value.ts';
import type { HelmWarning, Warn } from '../../../foundation/values/helm-warning.ts';
import type { ScopedChart } from './scoped-chart.ts';

/** Schemas that were read before, by their bytes; kept by the caller. */
export type SchemaCache = Map<Uint8Array, SchemaDocument>;

export interface SchemaCheck {
  readonly known?: SchemaCache;
  readonly warn?: Warn | undefined;
}

interface Checking {
  readonly known: SchemaCache;
  readonly warn: Warn | undefined;
  readonly drafts: Metaschemas;
  /** Of each is told once. */
  readonly urns: Set<string>;
}

export function checkSchemas(chart: ScopedChart, values: GoMap, { known = new Map(), warn }: SchemaCheck = {}): string {
  return checkChart(chart, values, { known, warn, drafts: new Map(), urns: new Set() });
}

function checkChart(chart: ScopedChart, values: GoMap, checking: Checking): string {
  const { schema } = chart.chart;
  const problems = schema === undefined ? '' : checkSchema(schema, values, checking);
  let text = problems === '' ? '' : `${chart.metadata.name}:\n${problems}`;
  for (const child of chart.dependencies) {
    const { name } = child.metadata;
    const below = values.get(name) ?? null;
    if (below instanceof Map) text += checkChart(child, below, checking);
    else if (below !== null)
      text += `${name}:\ninvalid type for values: expected object (map), got ${typeName(below)}\n`;
  }
  return text;
}

function checkSchema(schema: Uint8Array, values: GoMap, { known, warn, drafts, urns }: Checking): string {
  try {
    const document = known.get(schema) ?? readSchema(fromBytes(schema), { drafts, urn: (name) => tellOnce(name) });
    known.set(schema, document);
    for (const urn of document.urns) tellOnce(urn);
    const problem = validateSchema(document, values);
    return problem === undefined ? '' : formatProblems(problem);
  } catch (error) {
    if (error instanceof SchemaFault || error instanceof GoError) return error.message;
    throw error;
  }

  function tellOnce(urn: string): void {
    if (!urns.has(urn)) warn?.(unresolved(urn));
    urns.add(urn);
  }
}

const unresolved = (urn: string): HelmWarning => ({
  level: 'WARN',
  message: 'unresolved URN reference ignored; using permissive schema',
  attributes: [['urn', urn]],
  helm3: `jsonschema.go:192: WARNING: unresolved URN reference ignored; using permissive schema: ${urn}`,
});
