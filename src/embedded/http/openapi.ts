/** OpenAPI documents of what is served, made from the type table and CRDs' schemas; no descriptions. */
import { createHash } from 'node:crypto';
import { isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import type { ResourceRegistry } from '../resources/resource-registry.ts';
import type { ResourceType, ServedVersion } from '../resources/resource-type.ts';
import { type FieldSchema, type FieldShape, typeNameOf, typeNames, typeSchema } from '../schema/type-schema.ts';

const openapi = '3.0.0';
const info: JsonObject = { title: 'Kubernetes', version: 'v1.36.1' };

function pathOf(group: string, version: string): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

export function openApiV3Index(registry: ResourceRegistry): JsonObject {
  const paths: JsonObject = {};
  for (const { group, versions } of registry.all()) {
    for (const { version } of versions) {
      const path = pathOf(group, version);
      const hash = createHash('sha256').update(`${path} ${registry.generation}`).digest('hex').toUpperCase();
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
    }
  }
  return { paths };
}

export function openApiV3(registry: ResourceRegistry, parts: readonly string[]): JsonObject | undefined {
  const [root, first = '', second = ''] = parts;
  const group = root === 'apis' ? first : '';
  const version = root === 'apis' ? second : first;
  const served = registry.all().flatMap((type) => {
    const found = type.group === group ? type.versions.find((one) => one.version === version) : undefined;
    return found === undefined ? [] : [{ type, served: found }];
  });
  if (served.length === 0) return undefined;
  const schemas: JsonObject = {};
  const paths: JsonObject = {};
  for (const one of served) {
    const reference = addKindSchema(schemas, one.type, one.served);
    Object.assign(paths, pathsOf(one.type, version, reference));
  }
  return { openapi, info, paths, components: { schemas } };
}

export const protobufOpenApi = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/**
 * Swagger 2.0 as gnostic's protobuf, without any kind: kubectl and Helm ask for it before they check an object of a kind that
 * they do not find in v3, and check nothing of one that they do not find here.
 */
export function openApiV2Protobuf(): Buffer {
  const field = (number: number, value: string | Buffer) =>
    Buffer.concat([Buffer.from([number * 8 + 2, value.length]), Buffer.from(value)]);
  const about = Buffer.concat([field(1, String(info.title)), field(2, String(info.version))]);
  return Buffer.concat([field(1, '2.0'), field(2, about), field(8, '')]);
}

/** Swagger 2.0 in JSON. */
export function openApiV2(registry: ResourceRegistry): JsonObject {
  const definitions: JsonObject = {};
  for (const name of typeNames()) addTypeSchema(definitions, name);
  for (const type of registry.all()) for (const served of type.versions) addKindSchema(definitions, type, served);
  const text = JSON.stringify(definitions).replaceAll('#/components/schemas/', '#/definitions/');
  return { swagger: '2.0', info, paths: {}, definitions: JSON.parse(text) as JsonObject };
}

const packages: readonly (readonly [string, string])[] = [
  ['meta.', 'io.k8s.apimachinery.pkg.apis.meta.'],
  ['apiextensions.', 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.'],
  ['apiregistration.', 'io.k8s.kube-aggregator.pkg.apis.apiregistration.'],
];

function fullName(type: string): string {
  for (const [short, long] of packages) if (type.startsWith(short)) return long + type.slice(short.length);
  return `io.k8s.api.${type}`;
}

/** Adds the schema of a kind and of what it refers to; returns its name. */
function addKindSchema(schemas: JsonObject, type: ResourceType, served: ServedVersion): string {
  const gvk = [{ group: type.group, kind: type.kind, version: served.version }];
  if (type.custom) {
    const reversed = type.group.split('.').reverse().join('.');
    const name = `${reversed}.${served.version}.${type.kind}`;
    schemas[name] = { ...customSchema(served.schema), 'x-kubernetes-group-version-kind': gvk };
    addTypeSchema(schemas, 'meta.v1.ObjectMeta');
    return name;
  }
  const name = typeNameOf(type.group, served.version, type.kind) ?? '';
  addTypeSchema(schemas, name);
  const schema = schemas[fullName(name)];
  if (isMap(schema)) {
    schema['x-kubernetes-group-version-kind'] = gvk;
    const properties = isMap(schema.properties) ? schema.properties : {};
    schema.properties = { apiVersion: { type: 'string' }, kind: { type: 'string' }, ...properties };
  }
  return fullName(name);
}

function customSchema(schema: JsonObject | undefined): JsonObject {
  const properties = isMap(schema?.properties) ? schema.properties : {};
  const metadata = { allOf: [{ $ref: reference('meta.v1.ObjectMeta') }] };
  return {
    type: 'object',
    ...schema,
    properties: { ...properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata },
  };
}

function reference(type: string): string {
  return `#/components/schemas/${fullName(type)}`;
}

function addTypeSchema(schemas: JsonObject, name: string): void {
  const type = typeSchema(name);
  if (type === undefined || schemas[fullName(name)] !== undefined) return;
  const properties: JsonObject = {};
  const required: string[] = [];
  schemas[fullName(name)] = {
    type: 'object',
    properties,
    ...(type.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  };
  for (const field of type.fields.values()) {
    properties[field.name] = fieldSchema(schemas, field);
    if (field.required) required.push(field.name);
  }
  if (required.length > 0) (schemas[fullName(name)] as JsonObject).required = required;
}

function fieldSchema(schemas: JsonObject, field: FieldSchema): JsonObject {
  const schema = shapeSchema(schemas, field.shape);
  if (field.shape.shape === 'list') {
    const { keys, set } = field.shape;
    if (keys.length > 0)
      Object.assign(schema, { 'x-kubernetes-list-map-keys': [...keys], 'x-kubernetes-list-type': 'map' });
    else schema['x-kubernetes-list-type'] = set ? 'set' : 'atomic';
  }
  const strategies = [...(field.mergeKey === undefined ? [] : ['merge']), ...(field.retainKeys ? ['retainKeys'] : [])];
  if (strategies.length > 0) schema['x-kubernetes-patch-strategy'] = strategies.join(',');
  if (field.mergeKey !== undefined && field.mergeKey !== '.') schema['x-kubernetes-patch-merge-key'] = field.mergeKey;
  return schema;
}

const scalarSchemas: Readonly<Record<string, JsonObject>> = {
  string: { type: 'string' },
  int: { type: 'integer', format: 'int32' },
  long: { type: 'integer', format: 'int64' },
  float: { type: 'number', format: 'double' },
  bool: { type: 'boolean' },
  bytes: { type: 'string', format: 'byte' },
  quantity: { type: 'string' },
  intOrString: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  time: { type: 'string', format: 'date-time' },
  microTime: { type: 'string', format: 'date-time' },
};

function shapeSchema(schemas: JsonObject, shape: FieldShape): JsonObject {
  switch (shape.shape) {
    case 'any':
      return { type: 'object' };
    case 'scalar':
      return {
        ...scalarSchemas[shape.scalar],
        ...(shape.values === undefined ? {} : { enum: [...shape.values] as Json[] }),
      };
    case 'list':
      return { type: 'array', items: shapeSchema(schemas, shape.of) };
    case 'map':
      return {
        type: 'object',
        additionalProperties: shapeSchema(schemas, shape.of),
        ...(shape.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
      };
    case 'object':
      addTypeSchema(schemas, shape.type);
      return { allOf: [{ $ref: reference(shape.type) }], default: {} };
  }
}

const parameters: Json[] = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
  name,
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
}));
const force: Json = { name: 'force', in: 'query', schema: { type: 'boolean', uniqueItems: true } };

/** As far as clients look: which verbs take which parameters. */
function pathsOf(type: ResourceType, version: string, name: string): JsonObject {
  const gvk = { group: type.group, version, kind: type.kind };
  const root = `/${pathOf(type.group, version)}${type.namespaced ? '/namespaces/{namespace}' : ''}/${type.plural}`;
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
  const operation = (action: string, more: Json[] = []): JsonObject => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
    parameters: more,
    responses: { 200: { description: 'OK', content } },
  });
  return {
    [root]: { get: operation('list'), post: operation('post', parameters) },
    [`${root}/{name}`]: {
      get: operation('get'),
      put: operation('put', parameters),
      patch: operation('patch', [...parameters, force]),
      delete: operation('delete'),
    },
  };
}
