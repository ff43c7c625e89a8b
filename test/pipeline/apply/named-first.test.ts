import { expect, test } from 'vitest';
import { type KubernetesObject, objectKey } from '../../../src/foundation/manifest/object.ts';
import { namedFirst } from '../../../src/pipeline/apply/named-first.ts';
import type { Change } from '../../../src/pipeline/plan/plan.ts';

type Row = readonly [string, Readonly<Record<string, unknown>>?];

/** `GROUP/Kind/name`, without a group one of `a.io`; `NAMESPACE:` before it. */
function change([label, spec = {}]: Row): Change {
  const [, namespace = 'web', group = 'a.io', kind = '', name = ''] =
    /^(?:(.*):)?(?:([^/]*)\/)?([^/]+)\/([^/]+)$/.exec(label) ?? [];
  const object: KubernetesObject = {
    apiVersion: group === '' ? 'v1' : `${group}/v1`,
    kind,
    metadata: { name, ...(namespace === '-' ? {} : { namespace }), annotations: { own: 'Issuer/late' } },
    spec,
  };
  return {
    key: objectKey(object),
    operation: 'create',
    object,
    live: undefined,
    fields: [],
    drift: [],
    reason: undefined,
  };
}

const cases: readonly [string, readonly Row[], string][] = [
  ['nothing to write', [], ''],
  [
    'kinds that Helm lists stay in its order, whoever names whom',
    [
      ['/ServiceAccount/s', { secrets: [{ kind: 'Secret', name: 'x' }] }],
      ['/Secret/x'],
      ['apps/Deployment/w', { runtimeClassName: 'fast' }],
      ['-:node.k8s.io/RuntimeClass/fast'],
    ],
    's | x | w | fast',
  ],
  ['others by their kinds', [['A/a'], ['A/b'], ['B/c']], 'a b | c'],
  ['by kind and name', [['Certificate/c', { issuerRef: { kind: 'Issuer', name: 'i' } }], ['Issuer/i']], 'i | c'],
  ['by the name of the field', [['A/a', { issuerRef: { name: 'i' } }], ['Issuer/i']], 'i | a'],
  ['by a list of them', [['A/a', { poolRefs: [{ name: 'x' }, { name: 'y' }] }], ['Pool/x'], ['Pool/y']], 'x y | a'],
  ['by a plain name', [['A/a', { gatewayClassName: 'g' }], ['-:GatewayClass/g']], 'g | a'],
  ['within one kind', [['A/a', { parent: { kind: 'A', name: 'b' } }], ['A/b'], ['A/c']], 'b c | a'],
  [
    'in chains',
    [['A/a', { bRef: { name: 'b' } }], ['B/b', { cRef: { name: 'c' } }], ['C/c'], ['D/d']],
    'c | d | b | a',
  ],
  [
    'a circle stays as it is',
    [
      ['A/a', { bRef: { name: 'b' } }],
      ['B/b', { aRef: { name: 'a' } }],
    ],
    'b | a',
  ],
  ['itself', [['A/a', { aRef: { name: 'a' } }], ['B/b']], 'a | b'],
  ['another group is not meant', [['A/a', { ref: { kind: 'B', name: 'b', group: 'b.io' } }], ['B/b']], 'a | b'],
  ['the same group is', [['A/a', { ref: { kind: 'B', name: 'b', apiVersion: 'a.io/v7' } }], ['B/b']], 'b | a'],
  ['another namespace is not meant', [['A/a', { bRef: { name: 'b' } }], ['other:B/b']], 'a | b'],
  ['one that it says is', [['A/a', { bRef: { name: 'b', namespace: 'other' } }], ['other:B/b']], 'b | a'],
];

test.each(cases)('%s', (_name, rows, expected) => {
  const groups = namedFirst(rows.map(change));
  expect(groups.map((group) => group.map(({ key }) => key.name).join(' ')).join(' | ')).toBe(expected);
});
