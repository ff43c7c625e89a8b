import { describe, expect, test } from 'vitest';
import { builtInShape } from '../../../src/foundation/fields/merge-keys.table.ts';
import { fieldShape, itemShape, type Shape } from '../../../src/foundation/fields/shape.ts';
import { realServer } from './real-server.ts';

const kubeconfig = process.env.KUBECONFIG_REAL;

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly [extension: `x-${string}`]: unknown;
}

describe.skipIf(!kubeconfig)('the table of merge keys (needs KUBECONFIG_REAL)', () => {
  test('says of every built-in field what the API server declares', async () => {
    const { body } = await realServer(kubeconfig ?? '')({ method: 'GET', path: '/openapi/v2' });
    const definitions = (body as unknown as { definitions: Record<string, Schema> }).definitions;
    const wrong: string[] = [];
    const seen = new Set<string>();
    for (const [name, schema] of Object.entries(definitions)) {
      // Custom kinds stand in the same document.
      if (!name.startsWith('io.k8s.')) continue;
      for (const gvk of (schema['x-kubernetes-group-version-kind'] ?? []) as {
        group: string;
        version: string;
        kind: string;
      }[]) {
        if (!hasMetadata(schema, definitions)) continue;
        const shape = builtInShape(gvk);
        if (shape === undefined) seen.add(`${gvk.group}/${gvk.kind}`);
        walk(schema, shape ?? {}, { definitions, path: `${gvk.kind}`, wrong, depth: 0 });
      }
    }
    expect(wrong).toEqual([]);
    // Kinds whose every field follows the rule need no row; these are the ones without.
    expect([...seen].filter((kind) => kind.endsWith('List'))).toEqual([]);
  });
});

function hasMetadata(schema: Schema, definitions: Record<string, Schema>): boolean {
  const metadata = schema.properties?.metadata;
  return metadata !== undefined && resolve(metadata, definitions).properties?.managedFields !== undefined;
}

function resolve(schema: Schema, definitions: Record<string, Schema>): Schema {
  if (schema.$ref === undefined) return schema;
  return { ...definitions[schema.$ref.replace('#/definitions/', '')], ...schema };
}

interface Walk {
  readonly definitions: Record<string, Schema>;
  readonly path: string;
  readonly wrong: string[];
  readonly depth: number;
}

function walk(found: Schema, shape: Shape, { definitions, path, wrong, depth }: Walk): void {
  const schema = resolve(found, definitions);
  if (depth > 14 || path.endsWith('.managedFields')) return;
  const isAtomic = schema['x-kubernetes-map-type'] === 'atomic';
  if (schema.type === 'array') {
    const declared = describeList(schema);
    const ours = describeShape(shape);
    if (declared !== ours) wrong.push(`${path}: declared ${declared}, ours ${ours}`);
    if (shape.list !== undefined && schema.items)
      walk(schema.items, itemShape(shape), { definitions, path: `${path}[]`, wrong, depth: depth + 1 });
    return;
  }
  const isMap = schema.properties !== undefined || schema.additionalProperties !== undefined;
  if (isMap && isAtomic !== (shape.atomic === true))
    wrong.push(`${path}: map atomic ${isAtomic}, ours ${shape.atomic === true}`);
  if (isAtomic) return;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (schema.properties !== undefined && path.split('.').filter((part) => part === key).length > 2) continue;
    walk(property, fieldShape(shape, key), { definitions, path: `${path}.${key}`, wrong, depth: depth + 1 });
  }
  if (schema.additionalProperties)
    walk(schema.additionalProperties, fieldShape(shape, '*'), {
      definitions,
      path: `${path}.*`,
      wrong,
      depth: depth + 1,
    });
}

function describeList(schema: Schema): string {
  const type = schema['x-kubernetes-list-type'] ?? 'atomic';
  const keys = (schema['x-kubernetes-list-map-keys'] as string[] | undefined)?.join('+');
  const strategy = String(schema['x-kubernetes-patch-strategy'] ?? '');
  const key = schema['x-kubernetes-patch-merge-key'];
  const merge = strategy.includes('merge') ? ` merge ${key ?? 'values'}` : '';
  return `${type}${keys === undefined ? '' : `(${keys})`}${merge}`;
}

function describeShape({ list, strategic }: Shape): string {
  const type = list === undefined ? 'atomic' : list === 'set' ? 'set' : `map(${list.keys.join('+')})`;
  if (strategic?.key !== undefined) return `${type} merge ${strategic.key}`;
  return strategic?.primitive ? `${type} merge values` : type;
}
