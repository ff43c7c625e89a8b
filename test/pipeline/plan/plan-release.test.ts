import { describe, expect, test } from 'vitest';
import { type KubernetesObject, keyId, objectKey } from '../../../src/foundation/manifest/object.ts';
import { withOwnership } from '../../../src/pipeline/plan/ownership.ts';
import { countChanges, isEmptyPlan } from '../../../src/pipeline/plan/plan.ts';
import { type LiveObject, type PlanInput, planRelease } from '../../../src/pipeline/plan/plan-release.ts';

const release = { name: 'shop', namespace: 'web' };

function object(kind: string, fields: object = {}, metadata: object = {}): KubernetesObject {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
  return { apiVersion, kind, metadata: { name: 'x', namespace: 'web', ...metadata }, ...fields };
}

const config = (color: string) => object('ConfigMap', { data: { color } });
const keep = { annotations: { 'helm.sh/resource-policy': ' Keep ' } };

/** As the API server has it: marked as the release's, with what it adds by itself. */
function stored(rendered: KubernetesObject): KubernetesObject {
  const owned = withOwnership(rendered, release);
  return {
    ...owned,
    metadata: { ...owned.metadata, uid: 'u', resourceVersion: '7', generation: 2 },
    status: { ok: true },
  };
}

interface Given {
  recorded?: KubernetesObject;
  rendered?: KubernetesObject;
  live?: LiveObject;
  prune?: PlanInput['prune'];
  takeOwnership?: boolean;
}

function plan({ recorded, rendered, live, prune = true, takeOwnership = false }: Given) {
  const known = rendered ?? recorded;
  return planRelease({
    release,
    recorded: recorded ? [recorded] : [],
    rendered: rendered ? [rendered] : [],
    manifest: '',
    hooks: [],
    crds: [],
    live: new Map(live && known ? [[keyId(objectKey(known)), live]] : []),
    prune,
    takeOwnership,
  });
}

const red = config('red');
const blue = config('blue');
const green = config('green');
const foreign = { ...stored(red), metadata: { ...red.metadata } };
const color = (before: string, after: string) => ({ pointer: '/data/color', before, after });

const rows: [sentence: string, given: Given, expected: object][] = [
  ['new and not there: created', { rendered: red }, { operation: 'create', fields: [], drift: [] }],
  ['recorded but gone: created again', { recorded: red, rendered: red }, { operation: 'create' }],
  [
    'recorded, rendered and live alike: unchanged',
    { recorded: red, rendered: red, live: { object: stored(red), wouldBe: stored(red) } },
    { operation: 'unchanged', fields: [], drift: [] },
  ],
  [
    'rendered differently: updated',
    { recorded: red, rendered: blue, live: { object: stored(red) } },
    { operation: 'update', fields: [color('red', 'blue')], drift: [] },
  ],
  [
    'drifted where the change leaves it alone: repaired, and the drift told',
    { recorded: red, rendered: red, live: { object: stored(green), wouldBe: stored(red) } },
    { operation: 'update', fields: [color('green', 'red')], drift: [color('red', 'green')] },
  ],
  [
    'drifted and changed: the drift that is overwritten is told',
    { recorded: red, rendered: blue, live: { object: stored(green) } },
    { operation: 'update', fields: [color('red', 'blue')], drift: [color('red', 'green')] },
  ],
  [
    'what the server or somebody else added is no drift',
    {
      recorded: red,
      rendered: blue,
      live: { object: { ...stored(red), data: { color: 'red', extra: 'x' }, immutable: false } },
    },
    { operation: 'update', drift: [] },
  ],
  [
    'there, not recorded, but marked as the release’s: adopted',
    { rendered: blue, live: { object: stored(red), wouldBe: stored(blue) } },
    { operation: 'adopt', fields: [color('red', 'blue')] },
  ],
  [
    'there and somebody else’s: refused in Helm’s words',
    { rendered: red, live: { object: foreign } },
    {
      operation: 'refused',
      reason:
        'invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"; annotation validation error: missing key "meta.helm.sh/release-name": must be set to "shop"; annotation validation error: missing key "meta.helm.sh/release-namespace": must be set to "web"',
    },
  ],
  [
    'somebody else’s, but to be taken: adopted',
    { rendered: red, live: { object: foreign }, takeOwnership: true },
    { operation: 'adopt', reason: undefined },
  ],
  [
    'a field that cannot change: replacement refused, with the server’s reason',
    { recorded: red, rendered: blue, live: { object: stored(red), refusal: 'field is immutable' } },
    { operation: 'replacementRefused', reason: 'field is immutable', fields: [color('red', 'blue')] },
  ],
  ['no longer rendered: deleted', { recorded: red, live: { object: stored(red) } }, { operation: 'delete' }],
  ...['Prune=false', 'Replace=true, Prune=false', 'Prune=confirm'].map((options): (typeof rows)[number] => [
    `no longer rendered, of the sync options ${options}`,
    {
      recorded: object('ConfigMap', {}, { annotations: { 'argocd.argoproj.io/sync-options': options } }),
      live: { object: stored(red) },
      prune: 'all',
    },
    { operation: 'keep', reason: `argocd.argoproj.io/sync-options: ${options.replace('Replace=true, ', '')}` },
  ]),
  ['no longer rendered and gone', { recorded: red }, { operation: 'keep', reason: 'it is gone already' }],
  [
    'no longer rendered, pruning off: kept',
    { recorded: red, live: { object: stored(red) }, prune: false },
    { operation: 'keep', reason: 'sync.prune is false' },
  ],
  [
    'no longer rendered and taken by something else meanwhile: kept',
    { recorded: red, live: { object: foreign } },
    { operation: 'keep', reason: 'it belongs to something else by now' },
  ],
  [
    'a recorded resource policy keeps it',
    { recorded: object('ConfigMap', {}, keep), live: { object: stored(red) } },
    { operation: 'keep', reason: 'helm.sh/resource-policy: keep' },
  ],
  [
    'a live resource policy keeps it, even from prune: all',
    { recorded: red, live: { object: stored(object('ConfigMap', {}, keep)) }, prune: 'all' },
    { operation: 'keep', reason: 'helm.sh/resource-policy: keep' },
  ],
  [
    'another resource policy does not',
    {
      recorded: object('ConfigMap', {}, { annotations: { 'helm.sh/resource-policy': 'delete' } }),
      live: { object: stored(red) },
    },
    { operation: 'delete' },
  ],
  ...['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim'].flatMap((kind): typeof rows => [
    [
      `a ${kind} stays on upgrades`,
      { recorded: object(kind), live: { object: stored(object(kind)) } },
      { operation: 'keep', reason: `a ${kind} stays unless sync.prune is all` },
    ],
    [
      `a ${kind} goes with prune: all`,
      { recorded: object(kind), live: { object: stored(object(kind)) }, prune: 'all' },
      { operation: 'delete' },
    ],
  ]),
];

describe('what a deploy does to one object', () => {
  test.each(rows)('%s', (_sentence, given, expected) => {
    expect(plan(given).changes).toEqual([expect.objectContaining(expected)]);
  });

  test('what is sent carries Helm’s marks; what is deleted is as it was recorded', () => {
    const [sent] = plan({ rendered: red }).changes;
    expect(sent?.object.metadata).toMatchObject({
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'web' },
    });
    const [removed] = plan({ recorded: red, live: { object: stored(red) } }).changes;
    expect(removed?.object).toBe(red);
  });

  test('another version of a kind is the same object', () => {
    const beta = { ...object('Deployment'), apiVersion: 'apps/v1beta1' };
    const { changes } = plan({ recorded: beta, rendered: object('Deployment'), live: { object: stored(beta) } });
    expect(changes).toHaveLength(1);
  });

  test('rendered objects come in their order, removed ones after them', () => {
    const named = (name: string) => object('ConfigMap', {}, { name });
    const { changes } = planRelease({
      release,
      recorded: ['a', 'b', 'c'].map(named),
      rendered: ['d', 'c'].map(named),
      manifest: 'm',
      hooks: [],
      crds: [],
      live: new Map(),
      prune: true,
      takeOwnership: false,
    });
    expect(changes.map(({ key, operation }) => `${operation} ${key.name}`)).toEqual([
      'create d',
      'create c',
      'keep a',
      'keep b',
    ]);
  });
});

describe('Secrets in a plan', () => {
  const lastApplied = (text: string) => ({
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': text },
  });
  const secret = (fields: object, metadata: object = {}) => object('Secret', fields, metadata);
  const pairs: [string, KubernetesObject, KubernetesObject][] = [
    ['data', secret({ data: { p: 'aHVudGVyMg==' } }), secret({ data: { p: 'aHVudGVyMw==' } })],
    ['stringData', secret({ stringData: { p: 'hunter2' } }), secret({ stringData: { p: 'hunter3' } })],
    ['all data gone', secret({ data: { p: 'aHVudGVyMg==' } }), secret({})],
    ['all data new', secret({}), secret({ stringData: { p: 'hunter3' } })],
    ['a key that is new', secret({ data: {} }), secret({ data: { 'a/b~c': 'aHVudGVyMw==' } })],
    ['kubectl’s copy', secret({}, lastApplied('{"p":"hunter2"}')), secret({}, lastApplied('{"p":"hunter3"}'))],
    ['kubectl’s copy, gone', secret({}, lastApplied('{"p":"hunter2"}')), secret({})],
  ];

  test.each(pairs)('never show a value: %s', (_sentence, before, after) => {
    const dryRun = plan({
      recorded: before,
      rendered: after,
      live: { object: stored(before), wouldBe: stored(after) },
    });
    const noDryRun = plan({ recorded: before, rendered: after, live: { object: stored(before) } });
    const drifted = plan({
      recorded: before,
      rendered: before,
      live: { object: stored(after), wouldBe: stored(before) },
    });
    const refused = plan({ recorded: before, rendered: after, live: { object: stored(before), refusal: 'no' } });
    for (const { changes } of [dryRun, noDryRun, drifted, refused]) {
      const shown = JSON.stringify(changes.map(({ fields, drift }) => [fields, drift]));
      expect(shown).not.toMatch(/hunter|aHVudGVy/);
      expect(changes[0]?.fields.length).toBeGreaterThan(0);
    }
  });

  test('other fields of a Secret are shown', () => {
    const [change] = plan({
      recorded: secret({ type: 'Opaque' }),
      rendered: secret({ type: 'tls' }),
      live: { object: stored(secret({ type: 'Opaque' })) },
    }).changes;
    expect(change?.fields).toEqual([{ pointer: '/type', before: 'Opaque', after: 'tls' }]);
  });
});

describe('a plan as a whole', () => {
  test('counts what it does', () => {
    const changes = ['create', 'update', 'adopt', 'replacementRefused', 'delete', 'keep', 'unchanged', 'refused'].map(
      (operation) => ({ ...plan({ rendered: red }).changes[0], operation }),
    );
    const whole = { ...plan({}), changes } as ReturnType<typeof plan>;
    expect(countChanges(whole)).toEqual({ create: 1, update: 3, delete: 1, unchanged: 1 });
    expect(isEmptyPlan(whole)).toBe(false);
  });

  test('is empty when all is unchanged or kept', () => {
    const unchanged = plan({ recorded: red, rendered: red, live: { object: stored(red), wouldBe: stored(red) } });
    expect([
      isEmptyPlan(plan({ recorded: red })),
      isEmptyPlan(unchanged),
      isEmptyPlan(plan({ rendered: red })),
    ]).toEqual([true, true, false]);
  });
});
