/**
 * `x-kubernetes-validations`: takes a custom object that fits its schema, and the one before it, and returns what its
 * rules in CEL object to. A rule that is broken by what did not change is only warned of.
 */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { type CelProgram, celOptional, compileCel, tooCostly } from '../../foundation/cel/compile-cel.ts';
import { equalJson, getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { type ApiRequest, customSchema } from '../api/api-context.ts';
import type { FieldError } from '../api/status-error.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { ruleValue } from './rule-value.ts';

const validations = 'x-kubernetes-validations';
const variables = { self: 'dyn', oldSelf: 'dyn' } as const;

/** After these the object's fields are not what rules expect. */
const blocking: ReadonlySet<string> = new Set([
  ...['FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany'],
  'FieldValueTypeInvalid',
]);
const unchecked: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** `errors`: what is wrong with the object apart from its rules. */
export function withRules(
  request: ApiRequest,
  errors: readonly FieldError[],
  { object, before }: { object: KubernetesObject; before: KubernetesObject | undefined },
): readonly FieldError[] {
  const { type, version, warn } = request;
  const schema = type.custom ? customSchema(type, version) : undefined;
  if (schema === undefined || !hasRules(schema)) return errors;
  if (errors.some((error) => blocking.has(error.type))) return [...errors, unchecked];
  const run: Run = { found: [], budget: objectBudget };
  const old = before === undefined ? undefined : visibleRoot(before);
  check({ value: visibleRoot(object), schema: rootSchema(schema), old, path: '', unchanged: false }, run);
  for (const { error, ratcheted } of run.found) if (ratcheted) warn?.(`${error.field}: ${error.message}`);
  return [...errors, ...run.found.filter(({ ratcheted }) => !ratcheted).map(({ error }) => error)];
}

/** All rules of one object together may cost this, in units of CEL. */
export const objectBudget = 10_000_000;
export const overBudget =
  'validation failed due to running out of cost budget, no further validation rules will be run';

const known = new WeakMap<JsonObject, boolean>();

function hasRules(schema: JsonObject): boolean {
  const found = known.get(schema) ?? writeExactJson(schema).includes(`"${validations}"`);
  known.set(schema, found);
  return found;
}

/** Of its metadata a root shows the names alone. */
function visibleRoot(object: KubernetesObject): JsonObject {
  const { name, generateName } = object.metadata;
  const metadata = { ...(name === undefined ? {} : { name }), ...(generateName === undefined ? {} : { generateName }) };
  return { ...(object as unknown as JsonObject), metadata };
}

/** With what every object has. */
export function rootSchema(schema: JsonObject): JsonObject {
  const text = { type: 'string' };
  const metadata = { type: 'object', properties: { name: text, generateName: text } };
  return { ...schema, properties: { ...objectAt(schema, 'properties'), apiVersion: text, kind: text, metadata } };
}

interface Finding {
  readonly error: FieldError;
  readonly ratcheted: boolean;
}

interface Run {
  readonly found: Finding[];
  /** Below zero nothing is checked any more. */
  budget: number;
}

interface Place {
  readonly value: Json;
  readonly schema: JsonObject;
  /** What it was, where that can be told. */
  readonly old: Json | undefined;
  readonly path: string;
  /** Of the nearest value around it whose former one is known. */
  readonly unchanged: boolean;
}

function check(place: Place, run: Run): void {
  const { value, schema, old } = place;
  if (value === null || run.budget < 0) return;
  const unchanged = old === undefined ? place.unchanged : equalJson(value, old);
  const rules = objectsAt(schema, validations);
  if (rules.length > 0) {
    const self = ruleValue(value, schema);
    const oldSelf = old === undefined || old === null ? undefined : ruleValue(old, schema);
    for (const rule of rules) {
      const error = broken(rule, place, { self, oldSelf, run });
      const ratcheted = unchanged && !isTransition(rule) && run.budget >= 0;
      if (error !== undefined) run.found.push({ error, ratcheted });
      if (run.budget < 0) return;
    }
  }
  for (const below of placesBelow({ ...place, unchanged })) check(below, run);
}

function* placesBelow({ value, schema, old, path, unchanged }: Place): Iterable<Place> {
  if (Array.isArray(value)) {
    const items = objectAt(schema, 'items');
    if (items === undefined) return;
    for (const [index, one] of value.entries())
      yield { value: one, schema: items, old: formerItem(one, schema, old), path: `${path}[${index}]`, unchanged };
  } else if (isMap(value)) {
    const [properties, additional] = [objectAt(schema, 'properties'), objectAt(schema, 'additionalProperties')];
    for (const [key, one] of Object.entries(value) as [string, Json][]) {
      const property = properties === undefined ? undefined : getOwn(properties, key);
      const former = isMap(old) ? (getOwn(old, key) as Json | undefined) : undefined;
      const named = path === '' ? key : `${path}.${key}`;
      if (isMap(property)) yield { value: one, schema: property as JsonObject, old: former, path: named, unchanged };
      else if (additional !== undefined)
        yield { value: one, schema: additional, old: former, path: `${path}[${key}]`, unchanged };
    }
  }
}

/** Elements of lists are known again by their keys alone. */
function formerItem(item: Json, schema: JsonObject, old: Json | undefined): Json | undefined {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(keys) || !Array.isArray(old) || !isMap(item))
    return undefined;
  return old.find((one) => isMap(one) && keys.every((key) => equalJson(one[String(key)], item[String(key)])));
}

function isTransition(rule: JsonObject): boolean {
  return /\boldSelf\b/.test(String(rule.rule));
}

type Compiled = CelProgram | { readonly problem: string };
const programs = new WeakMap<JsonObject, Map<string, Compiled>>();

function compiled(rule: JsonObject, field: 'rule' | 'messageExpression'): Compiled | undefined {
  const text = rule[field];
  if (typeof text !== 'string' || text === '') return undefined;
  const own = programs.get(rule) ?? new Map<string, Compiled>();
  programs.set(rule, own);
  const program = own.get(field) ?? compileCel(text, variables);
  own.set(field, program);
  return program;
}

interface Values {
  readonly self: unknown;
  readonly oldSelf: unknown;
  readonly run: Run;
}

function broken(rule: JsonObject, place: Place, { self, oldSelf, run }: Values): FieldError | undefined {
  const optional = rule.optionalOldSelf === true;
  if (isTransition(rule) && !optional && oldSelf === undefined) return undefined;
  const program = compiled(rule, 'rule');
  if (program === undefined || 'problem' in program) return undefined;
  const values = { self, oldSelf: optional ? celOptional(oldSelf) : oldSelf };
  const outcome = program.run(values);
  const shown = `${JSON.stringify(String(place.schema.type ?? ''))}: `;
  const unmet = (message: string, at: JsonObject = {}): FieldError =>
    errorOf(at, place, { shown, reason: 'FieldValueInvalid', message });
  const text = String(rule.rule).trim();
  const told = String(rule.message ?? '').trim() || text;
  run.budget -= outcome.cost;
  if (run.budget < 0) return unmet(overBudget);
  if ('value' in outcome && outcome.value === true) return undefined;
  if ('problem' in outcome) {
    if (outcome.problem !== tooCostly) return unmet(`${outcome.problem} evaluating rule: ${told}`);
    run.budget = -1;
    const why = `no further validation rules will be run due to call cost exceeds limit for rule: ${told}`;
    return unmet(`'${tooCostly}': ${why}`);
  }
  const own = toldBy(rule, values, run);
  if (run.budget < 0) return unmet(own, rule);
  const message = own || String(rule.message ?? '').trim() || `failed rule: ${text}`;
  const scalar = typeof place.value !== 'object';
  const reason = String(rule.reason ?? 'FieldValueInvalid');
  return errorOf(rule, place, { shown: scalar ? `${writeExactJson(place.value)}: ` : '', reason, message });
}

function toldBy(rule: JsonObject, values: Readonly<Record<string, unknown>>, run: Run): string {
  const program = compiled(rule, 'messageExpression');
  if (program === undefined || 'problem' in program) return '';
  const outcome = program.run(values);
  run.budget -= outcome.cost;
  if (run.budget < 0)
    return 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run';
  if ('problem' in outcome && outcome.problem === tooCostly) {
    run.budget = -1;
    const expression = JSON.stringify(rule.messageExpression);
    return `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${expression}`;
  }
  const text = 'value' in outcome && typeof outcome.value === 'string' ? outcome.value.trim() : '';
  return text.includes('\n') ? '' : text;
}

function errorOf(
  { fieldPath }: JsonObject,
  { path }: Place,
  { shown, reason, message }: { shown: string; reason: string; message: string },
): FieldError {
  const below = typeof fieldPath === 'string' ? fieldPath : '';
  const field = (path === '' ? below.replace(/^\./, '') : `${path}${below}`) || '<nil>';
  if (reason === 'FieldValueForbidden') return { type: reason, field, message: `Forbidden: ${message}` };
  if (reason === 'FieldValueRequired') return { type: reason, field, message: `Required value: ${message}` };
  if (reason === 'FieldValueDuplicate')
    return { type: reason, field, message: `Duplicate value${shown === '' ? '' : `: ${shown.slice(0, -2)}`}` };
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${shown}${message}` };
}
