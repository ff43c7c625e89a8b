import { expect, test } from 'vitest';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import type { ClusterErrorCode } from '../../../src/foundation/cluster/cluster-errors.table.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { tryCreates } from '../../../src/pipeline/plan/try-creates.ts';

const named = (name: string, kind = 'ConfigMap', apiVersion = 'v1', more = {}): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'web' },
  ...more,
});
const release = { name: 'shop', namespace: 'web' };

/** What the plan tells of objects that the server answers so. */
async function told(
  code: ClusterErrorCode,
  message: string,
  object = named('a'),
  definitions: KubernetesObject[] = [],
) {
  const client = { apply: () => Promise.reject(clusterError(code, message)) };
  const { signal } = new AbortController();
  const found = await tryCreates({ client, release, rendered: [object], live: new Map(), definitions, signal });
  return [...found.values()];
}

test('only what is not there is tried, as it would be applied', async () => {
  const asked: unknown[] = [];
  const client = {
    apply: async (object: KubernetesObject, options: object) => {
      asked.push([object.metadata.name, object.metadata.annotations, options]);
      return object;
    },
  };
  const { signal } = new AbortController();
  const nameless = { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'p-', namespace: 'web' } };
  const input = { client, release, rendered: [named('a'), named('there'), nameless], definitions: [], signal };
  expect(await tryCreates({ ...input, live: new Map([['/ConfigMap/web/there', {}]]) })).toEqual(new Map());
  const marks = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'web' };
  expect(asked).toEqual([['a', marks, { fieldManager: 'helm', force: true, dryRun: true, signal }]]);
});

test.each<[ClusterErrorCode, string, string[]]>([
  ['cluster.invalid', 'spec.replicas: must not be negative', ['spec.replicas: must not be negative']],
  ['cluster.denied', 'policy says no', ['policy says no']],
  ['cluster.quota-exceeded', 'exceeded quota: q', ['exceeded quota: q']],
  ['cluster.bad-request', 'unknown field', ['unknown field']],
  ['cluster.bad-request', 'admission webhook "w" does not support dry run', []],
  ['cluster.not-found', 'namespaces "web" not found', []],
  ['cluster.forbidden', 'User "ci" cannot patch', []],
  ['cluster.unknown-kind', 'not served', []],
])('a create that is answered %s (%s) is told as %j', async (code, message, expected) => {
  expect(await told(code, message)).toEqual(expected);
});

test('a cluster that does not answer is an error, not a refusal', async () => {
  await expect(told('cluster.unreachable', 'no answer')).rejects.toMatchObject({ code: 'cluster.unreachable' });
});

const definition = named('things.example.com', 'CustomResourceDefinition', 'apiextensions.k8s.io/v1', {
  spec: {
    group: 'example.com',
    names: { kind: 'Thing', plural: 'things' },
    versions: [
      {
        name: 'v1',
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['size', 'port', 'colour'],
                properties: {
                  size: { type: 'integer', minimum: 1, exclusiveMinimum: true },
                  port: { 'x-kubernetes-int-or-string': true },
                  colour: { type: 'string', default: 'red' },
                  owner: { type: 'string', nullable: true },
                  tags: { type: 'object', additionalProperties: { type: 'string' } },
                },
              },
            },
          },
        },
      },
    ],
  },
});

test.each([
  ['fits', { size: 2, port: 'http' }, undefined],
  ['takes an int or a string, null where it may, and defaults', { size: 2, port: 80, owner: null }, undefined],
  ['has what nobody defines', { size: 2, port: 1, more: { x: 1 } }, undefined],
  ['is too small', { size: 1, port: 1 }, /'\/spec\/size'/],
  ['has another type', { size: 'two', port: 1 }, /'\/spec\/size'.*want integer/],
  ['lacks a field', { size: 2 }, /missing property 'port'/],
  ['has null where it may not', { size: 2, port: 1, colour: null }, /'\/spec\/colour'/],
  ['has other values', { size: 2, port: 1, tags: { a: 1 } }, /'\/spec\/tags\/a'/],
])('an object whose kind only comes with the release: %s', async (_, spec, expected) => {
  const object = named('t', 'Thing', 'example.com/v1', { spec });
  const found = await told('cluster.unknown-kind', 'not served', object, [definition]);
  if (expected === undefined) expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringMatching(expected)]);
});

test('nothing is said of a version that the definition does not have, or of a schema that cannot be used', async () => {
  const other = named('t', 'Thing', 'example.com/v2', { spec: {} });
  expect(await told('cluster.unknown-kind', 'not served', other, [definition])).toEqual([]);
  const broken = JSON.parse(JSON.stringify(definition).replace('"type":"integer"', '"type":"number","pattern":"("'));
  const object = named('t', 'Thing', 'example.com/v1', { spec: { size: 2, port: 1 } });
  expect(await told('cluster.unknown-kind', 'not served', object, [broken])).toEqual([]);
});
