/** What is wrong with the rules of one place of a CustomResourceDefinition's schema, as the API server tells it at creation. */

import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { type CelType, checkCelTypes, compileCel } from '../../foundation/cel/compile-cel.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { invalidValue, required } from '../validation/field-error.ts';
import { rootSchema } from './check-rules.ts';
import { costProblems, ruleSizes, type SchemaCost } from './rule-costs.ts';
import { celName } from './rule-value.ts';

export interface RulePlace {
  readonly schema: JsonObject;
  readonly path: string;
  /** The list around it whose elements cannot be told from those before, if any. */
  readonly uncorrelated: string | undefined;
  /** How many values the schemas around it allow; undefined where nothing limits them. */
  readonly times: number | undefined;
  /** What all rules cost so far. */
  readonly all: SchemaCost;
}

export function ruleProblems({ schema, path, uncorrelated, times, all }: RulePlace): FieldError[] {
  const rules = objectsAt(schema, 'x-kubernetes-validations');
  if (rules.length === 0) return [];
  const isRoot = path.endsWith('.openAPIV3Schema');
  const whole = isRoot ? rootSchema(schema) : schema;
  const sizes = ruleSizes(schema, times, isRoot);
  return rules.flatMap((rule, index) => {
    const at = `${path}.x-kubernetes-validations[${index}]`;
    const cost = (text: string, field: string) => costProblems(text, field, { sizes, all });
    const found = [...textProblems(rule, whole, at), ...expressionProblems(rule, at, { schema: whole, cost })];
    if (uncorrelated === undefined || !/\boldSelf\b/.test(String(rule.rule)) || !understood(found)) return found;
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    return [...found, invalidValue(`${at}.rule`, rule.rule, why)];
  });
}

function textProblems({ message, fieldPath }: JsonObject, schema: JsonObject, at: string): FieldError[] {
  const errors: FieldError[] = [];
  if (typeof message === 'string' && message !== '') {
    if (message.trim() === '') errors.push(invalidValue(`${at}.message`, message, 'must be non-empty if specified'));
    else if (/[\n\r]/.test(message.trim()))
      errors.push(invalidValue(`${at}.message`, message, 'must not contain line breaks'));
  }
  const path = typeof fieldPath === 'string' ? /^\.(\w+)$/.exec(fieldPath)?.[1] : undefined;
  const properties = objectAt(schema, 'properties');
  // Deeper paths are taken as they are.
  if (path !== undefined && properties !== undefined && getOwn(properties, path) === undefined)
    errors.push(invalidValue(`${at}.fieldPath`, fieldPath, 'must be a valid path'));
  return errors;
}

interface Compiling {
  readonly schema: JsonObject;
  readonly cost: (text: string, field: string) => FieldError[];
}

function expressionProblems(rule: JsonObject, at: string, { schema, cost }: Compiling): FieldError[] {
  const { rule: text, messageExpression } = rule;
  if (typeof text !== 'string' || text.trim() === '') return [required(`${at}.rule`, 'rule is not specified')];
  const shown = shownRule(rule);
  const wrong = (field: string, why: string): FieldError => ({
    type: 'FieldValueInvalid',
    field: `${at}.${field}`,
    message: `Invalid value: ${shown}: ${why}`,
  });
  const type = typeOf(text, schema, rule);
  const errors: FieldError[] = [];
  if ('problem' in type) errors.push(wrong('rule', `compilation failed: ERROR: ${type.problem}`));
  else if (type.type !== 'bool' && type.type !== 'dyn')
    errors.push(wrong('rule', 'cel expression must evaluate to a bool'));
  else errors.push(...cost(text, `${at}.rule`));
  if (typeof messageExpression !== 'string' || messageExpression === '' || !understood(errors)) return errors;
  const told = typeOf(messageExpression, schema, rule);
  if ('problem' in told)
    return [...errors, wrong('messageExpression', `messageExpression compilation failed: ERROR: ${told.problem}`)];
  return told.type === 'string' || told.type === 'dyn'
    ? [...errors, ...cost(messageExpression, `${at}.messageExpression`)]
    : [...errors, wrong('messageExpression', 'messageExpression must evaluate to a string')];
}

/** What costs too much is understood all the same. */
const understood = (errors: readonly FieldError[]): boolean =>
  errors.every(({ type }) => type === 'FieldValueForbidden');

/** As Go prints it. */
function shownRule({ rule, message, messageExpression, reason, fieldPath, optionalOldSelf }: JsonObject): string {
  const shown = {
    Rule: rule ?? '',
    Message: message ?? '',
    MessageExpression: messageExpression ?? '',
    Reason: reason ?? null,
    FieldPath: fieldPath ?? '',
    OptionalOldSelf: optionalOldSelf ?? null,
  };
  return writeExactJson(shown).replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
}

function typeOf(text: string, schema: JsonObject, { optionalOldSelf }: JsonObject) {
  const program = compileCel(text, { self: 'dyn', oldSelf: 'dyn' });
  if ('problem' in program) return program;
  const self = celType(schema);
  return checkCelTypes(text, { self, oldSelf: optionalOldSelf === true ? 'dyn' : self });
}

const texts: Readonly<Record<string, CelType>> = {
  'date-time': 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  byte: 'bytes',
};
const scalars: Readonly<Record<string, CelType>> = { integer: 'int', number: 'double', boolean: 'bool' };

function celType(schema: Json | undefined): CelType {
  if (!isMap(schema) || schema.nullable === true || schema['x-kubernetes-int-or-string'] === true) return 'dyn';
  const { type, format, properties, additionalProperties } = schema;
  const open =
    schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-embedded-resource'] === true;
  if (type === 'string') return texts[String(format)] ?? 'string';
  if (type === 'array') return { list: celType(schema.items) };
  if (type !== 'object') return scalars[String(type)] ?? 'dyn';
  if (open) return 'dyn';
  if (isMap(additionalProperties)) return { map: celType(additionalProperties as Json) };
  if (!isMap(properties)) return 'dyn';
  const fields = Object.entries(properties).map(([name, one]) => [celName(name), celType(one as Json)] as const);
  return { fields: Object.fromEntries(fields) };
}
