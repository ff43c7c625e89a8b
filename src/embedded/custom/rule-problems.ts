/** What is wrong with the rules of one place of a CustomResourceDefinition's schema, as the API server tells it at creation. */

import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { type CelType, checkCelTypes, compileCel } from '../../foundation/cel/compile-cel.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { invalidValue, required } from '../validation/field-error.ts';
import { rootSchema } from './check-rules.ts';
import { celName } from './rule-value.ts';

/** `uncorrelated`: the list around it whose elements cannot be told from those before, if any. */
export function ruleProblems(schema: JsonObject, path: string, uncorrelated: string | undefined): FieldError[] {
  const whole = path.endsWith('.openAPIV3Schema') ? rootSchema(schema) : schema;
  return objectsAt(schema, 'x-kubernetes-validations').flatMap((rule, index) => {
    const at = `${path}.x-kubernetes-validations[${index}]`;
    const found = [...textProblems(rule, whole, at), ...expressionProblems(rule, whole, at)];
    if (uncorrelated === undefined || !/\boldSelf\b/.test(String(rule.rule)) || found.length > 0) return found;
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    return [invalidValue(`${at}.rule`, rule.rule, why)];
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

function expressionProblems(rule: JsonObject, schema: JsonObject, at: string): FieldError[] {
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
  if (typeof messageExpression !== 'string' || messageExpression === '' || errors.length > 0) return errors;
  const told = typeOf(messageExpression, schema, rule);
  if ('problem' in told)
    return [wrong('messageExpression', `messageExpression compilation failed: ERROR: ${told.problem}`)];
  return told.type === 'string' || told.type === 'dyn'
    ? []
    : [wrong('messageExpression', 'messageExpression must evaluate to a string')];
}

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
