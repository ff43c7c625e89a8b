/**
 * Validates a value against a JSON schema (drafts 4 to 2020-12) in the order, and with the sentences, of the library
 * that Helm uses. Takes a document and a value, returns what does not fit; throws a SchemaFault where the schema itself
 * cannot be used.
 */
import type { GoMap, GoValue } from '../template/value.ts';
import { checkFormat } from './check-format.ts';
import { checkArray } from './check-array.ts';
import { checkNumber, checkString } from './check-scalar.ts';
import { checkObject } from './check-object.ts';
import { type Resource, resolveReference, type SchemaDocument } from './schema-document.ts';
import { displayValue, type SchemaProblem } from './schema-error.ts';
import { asNumber, sameValue } from './same-value.ts';

/** Which parts of a value no keyword has looked at so far; undefined where nobody asks. */
export interface Unevaluated {
  readonly props: Set<string> | undefined;
  readonly items: Set<number> | undefined;
}

export interface Check {
  readonly document: SchemaDocument;
  readonly resource: Resource;
  readonly schema: GoMap;
  readonly value: GoValue;
  readonly at: readonly string[];
  readonly unevaluated: Unevaluated;
  readonly problems: SchemaProblem[];
  readonly scope: Scope;
}

/** The way of schemas to here, for cycles and dynamic references. */
interface Scope {
  readonly schema: GoValue;
  readonly resource: Resource;
  /** Scopes of one value share it. */
  readonly depth: number;
  readonly parent: Scope | undefined;
}

export interface Result {
  readonly problem: SchemaProblem | undefined;
  readonly unevaluated: Unevaluated;
}

const NOTHING: Unevaluated = { props: undefined, items: undefined };

export function validateSchema(document: SchemaDocument, value: GoValue): SchemaProblem | undefined {
  const { root } = document;
  const resource = root instanceof Map ? document.owners.get(root) : undefined;
  const first = resource ?? [...document.resources.values()][0]!;
  const scope: Scope = { schema: root, resource: first, depth: 0, parent: undefined };
  return validate(document, { schema: root, value, at: [], scope, asked: false }).problem;
}

interface Question {
  readonly schema: GoValue;
  readonly value: GoValue;
  readonly at: readonly string[];
  readonly scope: Scope;
  /** The caller wants to know what was not evaluated. */
  readonly asked: boolean;
}

function validate(document: SchemaDocument, { schema, value, at, scope, asked }: Question): Result {
  if (!(schema instanceof Map)) {
    const problem = schema === false ? { at, message: 'false schema', causes: [] } : undefined;
    return { problem, unevaluated: everything(value, asked) };
  }
  if (isCycle(scope)) return { problem: { at, message: 'the schema refers to itself', causes: [] }, unevaluated: NOTHING };
  const { resource } = scope;
  const unevaluated = unevaluatedAtFirst(schema, value, { asked, resource });
  const check: Check = { document, resource, schema, value, at, unevaluated, problems: [], scope };
  const problem = firstProblem(check);
  if (problem !== undefined) return { problem, unevaluated };
  if (resource.draft < 2019 && typeof schema.get('$ref') === 'string') {
    return { problem: checkReference(check, '$ref'), unevaluated };
  }
  checkRest(check);
  const { problems } = check;
  if (problems.length < 2) return { problem: problems[0], unevaluated };
  return { problem: { at, message: 'validation failed', causes: problems, kind: 'group' }, unevaluated };
}

function isCycle({ schema, depth, parent }: Scope): boolean {
  for (let at = parent; at !== undefined && at.depth === depth; at = at.parent) if (at.schema === schema) return true;
  return false;
}

function everything(value: GoValue, asked: boolean): Unevaluated {
  if (!asked) return NOTHING;
  return {
    props: value instanceof Map ? new Set(value.keys()) : undefined,
    items: Array.isArray(value) ? new Set(value.keys()) : undefined,
  };
}

function unevaluatedAtFirst(schema: GoMap, value: GoValue, { asked, resource }: { asked: boolean; resource: Resource }): Unevaluated {
  if (resource.draft < 2019) return NOTHING;
  const props = value instanceof Map && (asked || schema.has('unevaluatedProperties')) && !schema.has('additionalProperties');
  const items = Array.isArray(value) && (asked || schema.has('unevaluatedItems'));
  return {
    props: props ? new Set((value as GoMap).keys()) : undefined,
    items: items ? new Set([...value.keys()].slice(itemsEvaluated(schema, value, resource))) : undefined,
  };
}

function itemsEvaluated(schema: GoMap, value: readonly GoValue[], { draft }: Resource): number {
  const items = schema.get('items');
  if (draft === 2020) {
    const prefix = schema.get('prefixItems');
    return items === undefined ? (Array.isArray(prefix) ? prefix.length : 0) : value.length;
  }
  if (!Array.isArray(items)) return items === undefined ? 0 : value.length;
  return schema.has('additionalItems') ? value.length : items.length;
}

/** Keywords of which the first to fail ends the check. */
function firstProblem(check: Check): SchemaProblem | undefined {
  const { schema, value, at, resource } = check;
  const fail = (message: string): SchemaProblem => ({ at, message, causes: [] });
  const ignoresSiblings = resource.draft < 2019 && schema.has('$ref');
  if (ignoresSiblings) return undefined;
  const types = typesOf(schema.get('type'));
  const type = typeOf(value);
  const isInteger = type === 'number' && Number.isInteger(asNumber(value));
  if (types.length > 0 && !types.includes(type) && !(isInteger && types.includes('integer'))) {
    return fail(`got ${type}, want ${types.join(' or ')}`);
  }
  const constant = schema.get('const');
  if (constant !== undefined && resource.draft >= 6 && !sameValue(value, constant)) {
    return fail(isPrimitive(constant) ? `value must be ${displayValue(constant)}` : "'const' failed");
  }
  const allowed = schema.get('enum');
  if (Array.isArray(allowed) && !allowed.some((item) => sameValue(value, item))) return fail(enumMessage(allowed));
  const format = schema.get('format');
  const wrong = resource.draft < 2019 && typeof format === 'string' ? checkFormat(format, value) : undefined;
  return wrong === undefined ? undefined : fail(`${displayValue(value)} is not valid ${format as string}: ${wrong}`);
}

const TYPE_ORDER = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

function typesOf(type: GoValue | undefined): string[] {
  const given: readonly GoValue[] = Array.isArray(type) ? type : type === undefined ? [] : [type];
  return TYPE_ORDER.filter((name) => given.includes(name));
}

export function typeOf(value: GoValue): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'string') return typeof value;
  if (asNumber(value) !== undefined) return 'number';
  return Array.isArray(value) ? 'array' : 'object';
}

const isPrimitive = (value: GoValue): boolean => !Array.isArray(value) && !(value instanceof Map);

function enumMessage(allowed: readonly GoValue[]): string {
  if (!allowed.every(isPrimitive)) return "'enum' failed";
  const shown = allowed.map(displayValue);
  return shown.length === 1 ? `value must be ${shown[0]}` : `value must be one of ${shown.join(', ')}`;
}

function checkRest(check: Check): void {
  const { schema, value, resource } = check;
  if (resource.draft >= 2019) addProblem(check, checkReference(check, '$ref'));
  if (value instanceof Map) checkObject(check, value);
  else if (Array.isArray(value)) checkArray(check, value);
  else if (typeof value === 'string') checkString(check, value);
  else if (asNumber(value) !== undefined) checkNumber(check, asNumber(value)!);
  if (resource.draft === 2019) addProblem(check, checkReference(check, '$recursiveRef'));
  if (resource.draft === 2020) addProblem(check, checkReference(check, '$dynamicRef'));
  checkConditions(check);
  if (resource.draft < 2019) return;
  const { props, items } = check.unevaluated;
  const properties = schema.get('unevaluatedProperties');
  if (properties !== undefined && props !== undefined && value instanceof Map) {
    for (const name of [...props].sort()) addProblem(check, validateBelow(check, properties, [value.get(name)!, name]));
    props.clear();
  }
  const rest = schema.get('unevaluatedItems');
  if (rest !== undefined && items !== undefined && Array.isArray(value)) {
    for (const index of items) addProblem(check, validateBelow(check, rest, [value[index]!, String(index)]));
    items.clear();
  }
}

export function addProblem({ problems }: Check, problem: SchemaProblem | undefined): void {
  if (problem !== undefined) problems.push(problem);
}

export function addMessage({ problems, at }: Check, message: string, causes: readonly SchemaProblem[] = []): void {
  problems.push({ at, message, causes });
}

function checkReference(check: Check, keyword: '$ref' | '$recursiveRef' | '$dynamicRef'): SchemaProblem | undefined {
  const reference = check.schema.get(keyword);
  if (typeof reference !== 'string') return undefined;
  const target = dynamicTarget(check, keyword, resolveReference(check.document, check.resource, reference));
  const problem = validateSelf(check, target);
  if (problem === undefined) return undefined;
  const causes = problem.kind === 'group' ? problem.causes : [problem];
  return { at: check.at, message: 'validation failed', causes, kind: 'reference' };
}

/** The outermost schema on the way here that takes the place of the target. */
function dynamicTarget({ scope, schema }: Check, keyword: string, target: GoValue): GoValue {
  if (keyword === '$ref' || !(target instanceof Map)) return target;
  let found: GoValue = target;
  if (keyword === '$recursiveRef') {
    if (target.get('$recursiveAnchor') !== true) return target;
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const { root } = at.resource;
      if (root instanceof Map && root.get('$recursiveAnchor') === true) found = root;
    }
    return found;
  }
  const name = /#([^/].*)$/.exec(schema.get('$dynamicRef') as string)?.[1];
  if (name === undefined || target.get('$dynamicAnchor') !== name) return target;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) found = at.resource.dynamicAnchors.get(name) ?? found;
  return found;
}

function checkConditions(check: Check): void {
  const { schema, resource } = check;
  const not = schema.get('not');
  if (not !== undefined && validateSelf(check, not) === undefined) addMessage(check, "'not' failed");
  const all = problemsOf(check, schema.get('allOf'));
  if (all.length > 0) addMessage(check, "'allOf' failed", all);
  checkAnyOf(check, schema.get('anyOf'));
  checkOneOf(check, schema.get('oneOf'));
  const condition = resource.draft >= 7 ? schema.get('if') : undefined;
  if (condition === undefined) return;
  const branch = schema.get(validateSelf(check, condition) === undefined ? 'then' : 'else');
  if (branch !== undefined) addProblem(check, validateSelf(check, branch));
}

function problemsOf(check: Check, schemas: GoValue | undefined): SchemaProblem[] {
  if (!Array.isArray(schemas)) return [];
  return schemas.map((schema) => validateSelf(check, schema)).filter((problem) => problem !== undefined);
}

function checkAnyOf(check: Check, schemas: GoValue | undefined): void {
  if (!Array.isArray(schemas) || schemas.length === 0) return;
  const problems: SchemaProblem[] = [];
  const { props, items } = check.unevaluated;
  let matched = false;
  for (const schema of schemas) {
    const problem = validateSelf(check, schema);
    if (problem !== undefined) problems.push(problem);
    else matched = true;
    if (matched && (props?.size ?? 0) === 0 && (items?.size ?? 0) === 0) return;
  }
  if (!matched) addMessage(check, "'anyOf' failed", problems);
}

function checkOneOf(check: Check, schemas: GoValue | undefined): void {
  if (!Array.isArray(schemas) || schemas.length === 0) return;
  const problems: SchemaProblem[] = [];
  let matched = -1;
  for (const [index, schema] of schemas.entries()) {
    const problem = validateSelf(check, schema);
    if (problem !== undefined) {
      problems.push(problem);
    } else if (matched < 0) {
      matched = index;
    } else {
      addMessage(check, `'oneOf' failed, subschemas ${matched}, ${index} matched`);
      return;
    }
  }
  if (matched < 0) addMessage(check, "'oneOf' failed, none matched", problems);
}

/** The same value against another schema; what that one has evaluated counts here too. */
export function validateSelf(check: Check, schema: GoValue): SchemaProblem | undefined {
  const { document, value, at, scope, unevaluated } = check;
  const { props, items } = unevaluated;
  const asked = (props?.size ?? 0) > 0 || (items?.size ?? 0) > 0;
  const result = validate(document, { schema, value, at, scope: childScope(check, schema, scope.depth), asked });
  if (result.problem !== undefined || !asked) return result.problem;
  for (const name of props ?? []) if (result.unevaluated.props?.has(name) !== true) props?.delete(name);
  for (const index of items ?? []) if (result.unevaluated.items?.has(index) !== true) items?.delete(index);
  return undefined;
}

/** A property or an item against a schema of its own. */
export function validateBelow(check: Check, schema: GoValue, [value, step]: readonly [GoValue, string]): SchemaProblem | undefined {
  const { document, at, scope } = check;
  const inner = childScope(check, schema, scope.depth + 1);
  return validate(document, { schema, value, at: [...at, step], scope: inner, asked: false }).problem;
}

function childScope({ document, resource, scope }: Check, schema: GoValue, depth: number): Scope {
  const owner = schema instanceof Map ? (document.owners.get(schema) ?? resource) : resource;
  return { schema, resource: owner, depth, parent: scope };
}
