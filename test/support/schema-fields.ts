/** Fields of a schema by their paths, for the documents: `repositories[].name`, `environments.NAME.revision`. */
import { z } from 'zod';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

export interface SchemaField {
  readonly path: string;
  /** JSON Schema of it. */
  readonly node: Node;
}

/** What lies below a path of `skip` is described elsewhere. */
export function schemaFields(schema: z.ZodType, skip: readonly string[] = []): SchemaField[] {
  const found = fieldsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node, '', new Set(skip));
  return [...new Map(found.map((field) => [field.path, field])).values()];
}

function fieldsOf(node: Node, path: string, skip: ReadonlySet<string>): SchemaField[] {
  if (path !== '' && skip.has(path)) return [];
  const { properties = {}, additionalProperties, items, anyOf = [], oneOf = [] } = node;
  const named = Object.entries(properties).flatMap(([name, child]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [{ path: at, node: child }, ...fieldsOf(child, at, skip)];
  });
  return [
    ...named,
    ...(typeof additionalProperties === 'object' ? fieldsOf(additionalProperties, `${path}.NAME`, skip) : []),
    ...(items === undefined ? [] : fieldsOf(items, `${path}[]`, skip)),
    ...[...anyOf, ...oneOf].flatMap((child) => fieldsOf(child, path, skip)),
  ];
}
