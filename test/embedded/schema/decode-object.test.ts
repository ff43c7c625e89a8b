import { describe, expect, test } from 'vitest';
import { decodeObject } from '../../../src/embedded/schema/decode-object.ts';
import { typeNames, typeSchema } from '../../../src/embedded/schema/type-schema.ts';

const deployment = typeSchema('apps.v1.Deployment')!;
const podSpec = (spec: object) => ({ kind: 'Deployment', spec: { template: { spec } } }) as never;

describe('decoding as Go types', () => {
  test('every type that a field names is in the table', () => {
    const missing = new Set<string>();
    for (const name of typeNames()) {
      for (const { shape } of typeSchema(name)!.fields.values()) {
        let inner = shape;
        while (inner.shape === 'list' || inner.shape === 'map') inner = inner.of;
        if (inner.shape === 'object' && typeSchema(inner.type) === undefined) missing.add(`${name} → ${inner.type}`);
      }
    }
    expect([...missing]).toEqual([]);
  });

  test('names unknown fields in the order of the input, with list indices', () => {
    const { unknown } = decodeObject(
      { spec: { a: 1, template: { spec: { containers: [{ name: 'x' }, { imagee: 1 }] } } } } as never,
      deployment,
    );
    expect(unknown).toEqual(['spec.a', 'spec.template.spec.containers[1].imagee']);
  });

  test('leaves zero values out where Go does, keeps them behind pointers', () => {
    const { value } = decodeObject(
      podSpec({ hostNetwork: false, automountServiceAccountToken: false, containers: [] }),
      deployment,
    );
    expect(value).toMatchObject({ spec: { template: { spec: { automountServiceAccountToken: false } } } });
    expect((value as never as { spec: { template: { spec: object } } }).spec.template.spec).not.toHaveProperty(
      'hostNetwork',
    );
  });

  test('writes structs that Go always writes', () => {
    const { value } = decodeObject(podSpec({ containers: [{ name: 'a' }] }), deployment);
    expect(value).toMatchObject({
      spec: { strategy: {}, template: { spec: { containers: [{ name: 'a', resources: {} }] } } },
      status: {},
    });
  });

  test('brings quantities and times into canonical form', () => {
    const { value } = decodeObject(
      {
        metadata: { creationTimestamp: '2026-01-01T01:00:00+01:00' },
        spec: {
          template: { spec: { containers: [{ name: 'a', resources: { limits: { cpu: '1000m', memory: 1024 } } }] } },
        },
      } as never,
      deployment,
    );
    expect(value).toMatchObject({
      metadata: { creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { template: { spec: { containers: [{ resources: { limits: { cpu: '1', memory: '1024' } } }] } } },
    });
  });

  test.each([
    [
      { spec: { replicas: 'x' } },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { spec: { template: { spec: { containers: [{ name: 1 }] } } } },
      'json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.name of type string',
    ],
    [
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
  ])('refuses %j as Go does', (input, message) => {
    expect(() => decodeObject(input as never, deployment)).toThrow(message);
  });

  test('never changes its input', () => {
    const input = podSpec({ containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] });
    const copy = structuredClone(input);
    decodeObject(input, deployment);
    expect(input).toEqual(copy);
  });
});
