/** Rules of CustomResourceDefinitions: names, versions, and schemas that give every field a type. */
import { equalJson, isMap } from '../../foundation/fields/json-value.ts';
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { occurrences, type SchemaCost, totalProblems } from '../custom/rule-costs.ts';
import { type RulePlace, ruleProblems } from '../custom/rule-problems.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { invalidValue, notSupported, required } from './field-error.ts';

export function checkDefinition(object: JsonObject, before: JsonObject = {}): FieldError[] {
  const spec = objectAt(object, 'spec') ?? {};
  const { name } = (objectAt(object, 'metadata') ?? {}) as { name?: string };
  const versions = objectsAt(spec, 'versions');
  const errors: FieldError[] = [];
  if (name !== `${String(objectAt(spec, 'names')?.plural)}.${String(spec.group)}`)
    errors.push(invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group'));
  if (spec.scope !== 'Namespaced' && spec.scope !== 'Cluster')
    errors.push(notSupported('spec.scope', spec.scope ?? '', ['Cluster', 'Namespaced']));
  for (const [index, version] of versions.entries()) {
    const schema = objectAt(objectAt(version, 'schema'), 'openAPIV3Schema');
    if (schema === undefined) errors.push(required(`spec.versions[${index}].schema.openAPIV3Schema`));
    // Where all versions share a schema, its errors are told of the one that they share.
    else {
      const path =
        versions.length === 1 ? 'spec.validation.openAPIV3Schema' : `spec.versions[${index}].schema.openAPIV3Schema`;
      const all: SchemaCost = { total: 0, dearest: [], isKept: isUnchanged(version, before) };
      errors.push(...checkSchema({ schema, path, uncorrelated: undefined, times: 1, all }));
      errors.push(...totalProblems(all, path));
    }
  }
  if (versions.filter((version) => version.storage === true).length !== 1)
    errors.push(
      invalidValue(
        'spec.versions',
        versions.map((version) => version.name ?? ''),
        'must have exactly one version marked as storage version',
      ),
    );
  if (!versions.some((version) => version.storage === true))
    errors.push(invalidValue('status.storedVersions', null, 'must have at least one stored version'));
  const plural = objectAt(spec, 'names')?.plural;
  if (typeof plural === 'string' && !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(plural))
    errors.push(invalidValue('spec.names.plural', plural, dns1035Message));
  return errors;
}

/** What was let in once stays so while nothing of the version's schema changes, whatever is thought of its rules by now. */
function isUnchanged(version: JsonObject, before: JsonObject): boolean {
  const versions = objectsAt(objectAt(before, 'spec') ?? {}, 'versions');
  const known = versions.find(({ name }) => name === version.name);
  return known !== undefined && equalJson(known.schema, version.schema);
}

const dns1035Message =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const schemaTypes = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** A structural schema gives every field a type. */
function checkSchema(place: RulePlace): FieldError[] {
  const { schema, path, uncorrelated } = place;
  const errors: FieldError[] = [];
  const free = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (typeof schema.type === 'string' && schema.type !== '') {
    if (!schemaTypes.includes(schema.type)) return [notSupported(`${path}.type`, schema.type, schemaTypes)];
  } else if (!free)
    errors.push(
      required(
        `${path}.type`,
        `must not be empty for specified ${/\]$/.test(path) ? 'object fields' : path.endsWith('.items') ? 'array items' : 'object fields'}`,
      ),
    );
  errors.push(...ruleProblems(place));
  const factor = occurrences(schema);
  const times = place.times === undefined || factor === undefined ? undefined : place.times * factor;
  const properties = objectAt(schema, 'properties') ?? {};
  for (const [name, property] of Object.entries(properties))
    if (isMap(property))
      errors.push(...checkSchema({ ...place, schema: property, path: `${path}.properties[${name}]`, times }));
  const items = objectAt(schema, 'items');
  if (items !== undefined) {
    const list = uncorrelated ?? (schema['x-kubernetes-list-type'] === 'map' ? undefined : path);
    errors.push(...checkSchema({ ...place, schema: items, path: `${path}.items`, uncorrelated: list, times }));
  }
  const additional = objectAt(schema, 'additionalProperties');
  if (additional !== undefined)
    errors.push(...checkSchema({ ...place, schema: additional, path: `${path}.additionalProperties`, times }));
  return errors;
}
