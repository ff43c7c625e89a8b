/** What rules of a schema would cost at most, and the refusal of those that would cost too much, as the API server tells it at creation. */
import { capped } from '../../foundation/cel/call-costs.ts';
import { estimateCel } from '../../foundation/cel/compile-cel.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { forbiddenField } from '../validation/field-error.ts';
import { mostBytes, ruleShape, type SizedShape } from './rule-shape.ts';

/** Of one expression. */
const mostOfOne = 10_000_000;
/** Of all rules of a definition's version. */
const mostOfAll = 100_000_000;

/** What the rules of one schema cost together; `dearest` is told when that is too much. */
export interface SchemaCost {
  total: number;
  dearest: readonly { readonly field: string; readonly cost: number }[];
  /** No single one of them is refused: the schema was let in before. */
  readonly isKept: boolean;
}

/** What is known of the values that a schema describes. */
export interface RuleSizes {
  readonly shape: SizedShape | undefined;
  /** How many of them there are at most. */
  readonly often: number;
}

/** `times`: how many there are at most as the schemas around it say; undefined where nothing limits it. */
export function ruleSizes(schema: JsonObject, times: number | undefined, isRoot: boolean): RuleSizes {
  const shape = ruleShape(schema, isRoot);
  return { shape, often: times ?? Math.floor(mostBytes / ((shape?.least ?? 0) + 1)) };
}

/** `field`: where the expression lies, which ends with `rule` or `messageExpression`. */
export function costProblems(
  text: string,
  field: string,
  { sizes, all }: { sizes: RuleSizes; all: SchemaCost },
): FieldError[] {
  const { shape, often } = sizes;
  if (shape === undefined) return [];
  const isRule = field.endsWith('.rule');
  const cost = capped(estimateCel(text, shape) * (isRule ? often : 1));
  all.total = capped(all.total + cost);
  if (cost >= mostOfAll / 100)
    all.dearest = [...all.dearest, { field, cost }].sort((one, other) => other.cost - one.cost).slice(0, 4);
  const name = `estimated ${isRule ? 'rule' : 'messageExpression'} cost`;
  return cost > mostOfOne && !all.isKept ? [tooDear(field, name, { cost, most: mostOfOne })] : [];
}

export function totalProblems({ total, dearest }: SchemaCost, path: string): FieldError[] {
  if (total <= mostOfAll) return [];
  const message = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
  return [
    ...dearest.map(({ field }) => forbiddenField(field, message)),
    tooDear(path, 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', {
      cost: total,
      most: mostOfAll,
    }),
  ];
}

function tooDear(field: string, name: string, { cost, most }: { cost: number; most: number }): FieldError {
  const factor = cost / most;
  const shown = factor > 100 ? 'more than 100' : factor < 1.5 ? factor.toFixed(6) : factor.toFixed(1);
  const advice =
    'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared';
  return forbiddenField(field, `${name} exceeds budget by factor of ${shown}x (${advice})`);
}

/** How often a schema's parts occur for each time that it does itself; undefined without a limit. */
export function occurrences(schema: JsonObject): number | undefined {
  const most = (name: string): number | undefined => {
    const value = getOwn(schema, name) as Json | undefined;
    return typeof value === 'number' ? Math.max(value, 0) : undefined;
  };
  if (schema.type === 'array') return most('maxItems');
  return schema.type === 'object' && isMap(schema.additionalProperties) ? most('maxProperties') : 1;
}
