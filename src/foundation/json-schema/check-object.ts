/** Keywords that look at the properties of an object. Names are sorted, where Go's order is random. */
import { matchRegexp } from '../base/regexp.ts';
import type { GoMap, GoValue } from '../template/value.ts';
import { addMessage, addProblem, type Check } from './check.ts';
import { patternOf } from './schema-document.ts';
import { formatCount, joinQuoted, quote } from './schema-error.ts';

export function checkObject(check: Check, object: GoMap): void {
  const { schema, resource } = check;
  checkSize(check, object);
  const missing = missingOf(object, schema.get('required'));
  if (missing.length > 0)
    addMessage(check, `missing ${missing.length === 1 ? 'property' : 'properties'} ${joinQuoted(missing)}`);
  for (const [name, rule] of entriesOf(schema.get('dependencies')))
    if (object.has(name)) checkDependency(check, object, [name, rule]);
  checkProperties(check, object);
  if (resource.draft === 4) return;
  checkNames(check, object);
  if (resource.draft < 2019) return;
  for (const [name, rule] of entriesOf(schema.get('dependentSchemas'))) {
    if (object.has(name)) addProblem(check, check.validateSelf(rule));
  }
  for (const [name, rule] of entriesOf(schema.get('dependentRequired'))) {
    if (object.has(name) && Array.isArray(rule)) checkDependency(check, object, [name, rule]);
  }
}

function checkSize(check: Check, { size }: GoMap): void {
  const [least, most] = [check.schema.get('minProperties'), check.schema.get('maxProperties')];
  if (typeof least === 'number' && size < least)
    addMessage(check, `minProperties: got ${formatCount(size)}, want ${formatCount(least)}`);
  if (typeof most === 'number' && size > most)
    addMessage(check, `maxProperties: got ${formatCount(size)}, want ${formatCount(most)}`);
}

const entriesOf = (rules: GoValue | undefined): [string, GoValue][] =>
  rules instanceof Map ? [...rules].sort(([a], [b]) => (a < b ? -1 : 1)) : [];

function missingOf(object: GoMap, names: GoValue | undefined): string[] {
  if (!Array.isArray(names)) return [];
  return names.filter((name): name is string => typeof name === 'string' && !object.has(name));
}

function checkDependency(check: Check, object: GoMap, [name, rule]: readonly [string, GoValue]): void {
  if (!Array.isArray(rule)) {
    addProblem(check, check.validateSelf(rule));
    return;
  }
  const missing = missingOf(object, rule);
  if (missing.length > 0) addMessage(check, `properties ${joinQuoted(missing)} required, if ${quote(name)} exists`);
}

function checkProperties(check: Check, object: GoMap): void {
  const { schema, document, unevaluated } = check;
  const properties = schema.get('properties');
  const patterns = entriesOf(schema.get('patternProperties'));
  const additional = schema.get('additionalProperties');
  const refused: string[] = [];
  for (const name of [...object.keys()].sort()) {
    const value = object.get(name)!;
    const rules = patterns
      .filter(([pattern]) => matchRegexp(patternOf(document, pattern), name))
      .map(([, rule]) => rule);
    const own = properties instanceof Map ? properties.get(name) : undefined;
    if (own !== undefined) rules.unshift(own);
    if (rules.length === 0 && additional !== undefined) {
      if (additional === false) refused.push(name);
      else rules.push(additional);
    }
    for (const rule of rules) addProblem(check, check.validateBelow(rule, value, name));
    if (rules.length > 0 || additional !== undefined) unevaluated.props?.delete(name);
  }
  if (refused.length > 0) addMessage(check, `additional properties ${joinQuoted(refused)} not allowed`);
}

/** The name stands for itself, so that the place of the problem is the root. */
function checkNames(check: Check, object: GoMap): void {
  const rule = check.schema.get('propertyNames');
  if (rule === undefined) return;
  for (const name of [...object.keys()].sort()) {
    const problem = check.validateBelow(rule, name, '');
    if (problem === undefined) continue;
    const causes = problem.kind === 'group' ? problem.causes : [problem];
    const atRoot = causes.map((cause) => ({ ...cause, at: [] }));
    check.problems.push({ at: [], message: `invalid propertyName ${quote(name)}`, causes: atRoot });
  }
}
