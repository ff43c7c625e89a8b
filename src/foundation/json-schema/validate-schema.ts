/**
 * Validates a value against a JSON schema (drafts 4 to 2020-12) in the order, and with the sentences, of the library
 * that Helm uses. Takes a document and a value, returns what does not fit; throws a SchemaFault where the schema itself
 * cannot be used.
 */
import { quote as quoteGo } from '../template/quote.ts';
import type { GoMap, GoValue } from '../template/value.ts';
import { asNumber } from '../values/same-value.ts';
import { addMessage, addProblem, type Check, type Unevaluated } from './check.ts';
import { checkArray } from './check-array.ts';
import { checkObject } from './check-object.ts';
import { checkNumber, checkString } from './check-scalar.ts';
import { firstProblem } from './check-value.ts';
import { type Resource, resolveReference, type SchemaDocument } from './schema-document.ts';
import type { SchemaProblem } from './schema-error.ts';
import { formatLocation } from './schema-url.ts';

/** The way of schemas to here, for cycles and dynamic references. */
interface Scope {
  readonly schema: GoValue;
  readonly resource: Resource;
  /** Scopes of one value share it. */
  readonly depth: number;
  readonly parent: Scope | undefined;
  /** Of the reference that led here. */
  readonly keyword?: string | undefined;
}

interface Result {
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
  const entered = sameSchemaAbove(scope);
  if (entered !== undefined) {
    const message = cycleMessage(document, schema, [scope, entered]);
    return { problem: { at, message, causes: [] }, unevaluated: NOTHING };
  }
  const { resource } = scope;
  const unevaluated = unevaluatedAtFirst(schema, value, { asked, resource });
  const check = newCheck(document, { schema, value, at, scope, unevaluated });
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

/** An outer scope of the same value and schema. */
function sameSchemaAbove({ schema, depth, parent }: Scope): Scope | undefined {
  let at = parent;
  while (at !== undefined && at.depth === depth && at.schema !== schema) at = at.parent;
  return at?.depth === depth ? at : undefined;
}

function cycleMessage(document: SchemaDocument, schema: GoMap, [again, first]: readonly [Scope, Scope]): string {
  const place = formatLocation(first.resource.document, document.pointers.get(schema) ?? '');
  const [one, two] = [keywordPath(document, again), keywordPath(document, first)];
  return `both ${one} and ${two} resolve to ${quoteGo(place)} causing reference cycle`;
}

function keywordPath({ pointers }: SchemaDocument, scope: Scope): string {
  let path = '';
  const pointerOf = ({ schema }: Scope): string => (schema instanceof Map ? (pointers.get(schema) ?? '') : '');
  for (let at = scope; at.parent !== undefined; at = at.parent) {
    path = (at.keyword === undefined ? pointerOf(at).slice(pointerOf(at.parent).length) : `/${at.keyword}`) + path;
  }
  return path;
}

function everything(value: GoValue, asked: boolean): Unevaluated {
  if (!asked) return NOTHING;
  return {
    props: value instanceof Map ? new Set(value.keys()) : undefined,
    items: Array.isArray(value) ? new Set(value.keys()) : undefined,
  };
}

function unevaluatedAtFirst(
  schema: GoMap,
  value: GoValue,
  { asked, resource }: { asked: boolean; resource: Resource },
): Unevaluated {
  if (resource.draft < 2019) return NOTHING;
  const props =
    value instanceof Map && (asked || schema.has('unevaluatedProperties')) && !schema.has('additionalProperties');
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

function checkRest(check: ScopedCheck): void {
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
    for (const name of [...props].sort()) addProblem(check, check.validateBelow(properties, value.get(name)!, name));
    props.clear();
  }
  const rest = schema.get('unevaluatedItems');
  if (rest !== undefined && items !== undefined && Array.isArray(value)) {
    for (const index of items) addProblem(check, check.validateBelow(rest, value[index]!, String(index)));
    items.clear();
  }
}

function checkReference(
  check: ScopedCheck,
  keyword: '$ref' | '$recursiveRef' | '$dynamicRef',
): SchemaProblem | undefined {
  const reference = check.schema.get(keyword);
  if (typeof reference !== 'string') return undefined;
  const target = dynamicTarget(check, keyword, resolveReference(check.document, check.resource, reference));
  const problem = check.validateSelf(target, keyword);
  if (problem === undefined) return undefined;
  const causes = problem.kind === 'group' ? problem.causes : [problem];
  return { at: check.at, message: 'validation failed', causes, kind: 'reference' };
}

/** The outermost schema on the way here that takes the place of the target. */
function dynamicTarget({ scope, schema }: ScopedCheck, keyword: string, target: GoValue): GoValue {
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
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent)
    found = at.resource.dynamicAnchors.get(name) ?? found;
  return found;
}

function checkConditions(check: Check): void {
  const { schema, resource } = check;
  const not = schema.get('not');
  if (not !== undefined && check.validateSelf(not) === undefined) addMessage(check, "'not' failed");
  const all = problemsOf(check, schema.get('allOf'));
  if (all.length > 0) addMessage(check, "'allOf' failed", all);
  checkAnyOf(check, schema.get('anyOf'));
  checkOneOf(check, schema.get('oneOf'));
  const condition = resource.draft >= 7 ? schema.get('if') : undefined;
  if (condition === undefined) return;
  const branch = schema.get(check.validateSelf(condition) === undefined ? 'then' : 'else');
  if (branch !== undefined) addProblem(check, check.validateSelf(branch));
}

function problemsOf(check: Check, schemas: GoValue | undefined): SchemaProblem[] {
  if (!Array.isArray(schemas)) return [];
  return schemas.map((schema) => check.validateSelf(schema)).filter((problem) => problem !== undefined);
}

function checkAnyOf(check: Check, schemas: GoValue | undefined): void {
  if (!Array.isArray(schemas) || schemas.length === 0) return;
  const problems: SchemaProblem[] = [];
  const { props, items } = check.unevaluated;
  let matched = false;
  for (const schema of schemas) {
    const problem = check.validateSelf(schema);
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
    const problem = check.validateSelf(schema);
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

type ScopedCheck = Check & { readonly scope: Scope };

function newCheck(
  document: SchemaDocument,
  given: { schema: GoMap; value: GoValue; at: readonly string[]; scope: Scope; unevaluated: Unevaluated },
): ScopedCheck {
  const { value, at, scope, unevaluated } = given;
  const { resource } = scope;
  const child = (schema: GoValue, depth: number, keyword?: string): Scope => {
    const owner = schema instanceof Map ? (document.owners.get(schema) ?? resource) : resource;
    return { schema, resource: owner, depth, parent: scope, keyword };
  };
  return {
    ...given,
    document,
    resource,
    problems: [],
    validateSelf: (schema, keyword) => {
      const inner = child(schema, scope.depth, keyword);
      return validateSelf(document, { schema, value, at, scope: inner, asked: false }, unevaluated);
    },
    validateBelow: (schema, below, step) =>
      validate(document, {
        schema,
        value: below,
        at: [...at, step],
        scope: child(schema, scope.depth + 1),
        asked: false,
      }).problem,
  };
}

/** What the other schema has evaluated counts for this one too. */
function validateSelf(
  document: SchemaDocument,
  question: Question,
  { props, items }: Unevaluated,
): SchemaProblem | undefined {
  const asked = (props?.size ?? 0) > 0 || (items?.size ?? 0) > 0;
  const result = validate(document, { ...question, asked });
  if (result.problem !== undefined || !asked) return result.problem;
  for (const name of props ?? []) if (result.unevaluated.props?.has(name) !== true) props?.delete(name);
  for (const index of items ?? []) if (result.unevaluated.items?.has(index) !== true) items?.delete(index);
  return undefined;
}
