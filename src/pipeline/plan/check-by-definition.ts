/**
 * Takes CustomResourceDefinitions and an object, returns what the schema of its kind says against it; undefined where none of
 * them defines its kind. The structural schemas of apiextensions.k8s.io/v1 are read as JSON schemas of draft 4, which they come
 * from; rules in CEL and formats are left to the server.
 */
import { readSchema } from '../../foundation/json-schema/read-schema.ts';
import { formatProblems, SchemaFault } from '../../foundation/json-schema/schema-error.ts';
import { validateSchema } from '../../foundation/json-schema/validate-schema.ts';
import {
  groupVersionKind,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from '../../foundation/manifest/object.ts';
import { fromApi } from '../../foundation/yaml/plain-json.ts';

export function checkByDefinition(
  definitions: readonly KubernetesObject[],
  object: KubernetesObject,
): string | undefined {
  const schema = schemaOf(definitions, object);
  if (schema === undefined) return undefined;
  try {
    const document = readSchema(JSON.stringify({ $schema: draft4, ...(toJsonSchema(schema) as JsonObject) }));
    const problem = validateSchema(document, fromApi(object as unknown as Json));
    return problem && `its CustomResourceDefinition refuses it: ${oneLine(formatProblems(problem))}`;
  } catch (error) {
    // The server says so of the definition.
    if (error instanceof SchemaFault) return undefined;
    throw error;
  }
}

const draft4 = 'http://json-schema.org/draft-04/schema';

const oneLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/^- /, ''))
    .filter((line) => line !== '')
    .join('; ');

interface Definition {
  readonly group?: string;
  readonly names?: { readonly kind?: string };
  readonly versions?: readonly { readonly name?: string; readonly schema?: { readonly openAPIV3Schema?: Json } }[];
}

function schemaOf(definitions: readonly KubernetesObject[], object: KubernetesObject): Json | undefined {
  const { group, version, kind } = groupVersionKind(object);
  const specs = definitions.map(({ spec }) => (spec ?? {}) as Definition);
  const found = specs.find((spec) => spec.group === group && spec.names?.kind === kind);
  return found?.versions?.find(({ name }) => name === version)?.schema?.openAPIV3Schema;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords that mean the same in both. */
const kept = [
  ...['type', 'enum', 'required', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'multipleOf'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'],
];

function toJsonSchema(schema: Json): Json {
  if (!isObject(schema)) return {};
  const { properties, items, additionalProperties, not } = schema;
  const plain: Record<string, Json> = {};
  for (const name of kept) if (schema[name] !== undefined) plain[name] = schema[name];
  if (schema['x-kubernetes-int-or-string'] === true) plain['type'] = ['integer', 'string'];
  if (isObject(properties)) {
    plain['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [name, toJsonSchema(one as Json)]),
    );
    // Defaults are filled in before anything is asked for.
    const given = (name: Json) =>
      isObject(properties[String(name)] as Json) && (properties[String(name)] as JsonObject)['default'] !== undefined;
    if (Array.isArray(plain['required'])) plain['required'] = plain['required'].filter((name) => !given(name));
    if (Array.isArray(plain['required']) && plain['required'].length === 0) delete plain['required'];
  }
  if (isObject(items)) plain['items'] = toJsonSchema(items);
  if (isObject(additionalProperties)) plain['additionalProperties'] = toJsonSchema(additionalProperties);
  if (isObject(not)) plain['not'] = toJsonSchema(not);
  for (const name of ['allOf', 'anyOf', 'oneOf']) {
    const all = schema[name];
    if (Array.isArray(all) && all.length > 0) plain[name] = all.map(toJsonSchema);
  }
  return schema['nullable'] === true ? { anyOf: [{ type: 'null' }, plain] } : plain;
}
