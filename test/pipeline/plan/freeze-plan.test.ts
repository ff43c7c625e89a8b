import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { keyId, objectKey } from '../../../src/foundation/manifest/object.ts';
import { type FreezeInput, freezePlan } from '../../../src/pipeline/plan/freeze-plan.ts';
import { movedSince } from '../../../src/pipeline/plan/moved-since.ts';
import type { Change, Plan } from '../../../src/pipeline/plan/plan.ts';

const object = (kind: string, name: string, more: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'web', uid: `uid-${name}`, resourceVersion: '7' },
  ...more,
});

function change(operation: Change['operation'], wanted: KubernetesObject, more: Partial<Change> = {}): Change {
  const live = operation === 'create' ? undefined : wanted;
  return { key: objectKey(wanted), operation, object: wanted, live, fields: [], drift: [], reason: undefined, ...more };
}

const replicas = (before: number, after: number) =>
  change('update', object('Deployment', 'shop', { spec: { replicas: after } }), {
    fields: [{ pointer: '/spec/replicas', before, after }],
  });

const hookOf = (name: string, manifest = 'kind: Job') => ({
  ...{ name, kind: 'Job', path: `${name}.yaml`, manifest, events: ['pre-upgrade'], weight: 0 },
});

function frozen(changes: readonly Change[], more: Partial<FreezeInput> = {}, plan: Partial<Plan> = {}) {
  return freezePlan({
    plan: { changes, crds: [], hooks: [], manifest: '', ...plan },
    inputs: 'v1:sha256:a',
    revision: '3f2a1c9',
    commit: { author: 'Ann', subject: 'Raise' },
    chart: 'shop-1.0.0',
    base: 4,
    changed: ['values/prod.yaml:1 replicas 3→5'],
    chance: { fields: new Map(), hooks: new Set() },
    mask: (text) => text,
    ...more,
  });
}

describe('what moves a plan', () => {
  const secret = (value: string, resourceVersion = '7') => {
    const one = object('Secret', 'key', { data: { password: value } });
    return { ...one, metadata: { ...one.metadata, resourceVersion } };
  };
  const gone = (more: object, metadata: object = {}) => {
    const one = object('ConfigMap', 'old', more);
    return change('delete', one, { live: { ...one, metadata: { ...one.metadata, ...metadata } } });
  };
  const quota = (used: string, most = '4') =>
    `pods "a" is forbidden: exceeded quota: team, requested: cpu=2,memory=1Gi, used: ${used}, limited: cpu=${most}`;
  const twice = object('ConfigMap', 'x', { data: { a: '1' } });
  const other = { ...twice, metadata: { ...twice.metadata, uid: 'another' } };
  const cases: [string, ReturnType<typeof frozen>, ReturnType<typeof frozen>, readonly string[]][] = [
    ['nothing', frozen([replicas(3, 5)]), frozen([replicas(3, 5)]), []],
    [
      'not another commit with the same inputs, nor a line that moved',
      frozen([replicas(3, 5)]),
      frozen([replicas(3, 5)], { revision: 'ffff', commit: undefined, changed: ['values/prod.yaml:9 replicas 3→5'] }),
      [],
    ],
    [
      'a field of the live object',
      frozen([replicas(3, 5)]),
      frozen([replicas(4, 5)]),
      ['Deployment/shop /spec/replicas 3→5, now 4→5'],
    ],
    [
      'another value, with its line',
      frozen([replicas(3, 5)]),
      frozen([replicas(3, 6)], {
        inputs: 'v1:sha256:b',
        changed: ['values/prod.yaml:1 replicas 3→6'],
        revision: '8d01b77',
      }),
      ['git said 3f2a1c9, now 8d01b77: values/prod.yaml:1 replicas 3→6', 'Deployment/shop /spec/replicas 3→5, now 3→6'],
    ],
    [
      'another version of the chart',
      frozen([]),
      frozen([], { inputs: 'v1:sha256:b', chart: 'shop-1.1.0', changed: ['values/prod.yaml:1 replicas 3→5'] }),
      ['git said 3f2a1c9, now 3f2a1c9: chart shop-1.0.0→shop-1.1.0'],
    ],
    [
      "another hand's revision",
      frozen([]),
      frozen([], { base: 5 }),
      ['it was to follow revision 4 of Helm, now revision 5'],
    ],
    [
      'an object that is gone',
      frozen([replicas(3, 5)]),
      frozen([change('create', object('Deployment', 'shop', { spec: { replicas: 5 } }))]),
      ['Deployment/shop: update, now create'],
    ],
    [
      'one that is as it shall be by now',
      frozen([replicas(3, 5)]),
      frozen([change('unchanged', twice)]),
      ['Deployment/shop: update, now nothing to do'],
    ],
    [
      'what a lookup gave for a new object',
      frozen([change('create', twice)]),
      frozen([change('create', { ...twice, data: { a: '2' } } as KubernetesObject)]),
      ['ConfigMap/x is rendered otherwise'],
    ],
    [
      'another object in the place of one that is updated',
      frozen([change('update', twice)]),
      frozen([change('update', twice, { live: other })]),
      ['ConfigMap/x has been changed, or another one stands in its place'],
    ],
    [
      'what one that is deleted holds',
      frozen([gone({ data: { a: '1' } })]),
      frozen([gone({ data: { a: '2' } })]),
      ['ConfigMap/old has been changed, or another one stands in its place'],
    ],
    [
      'not its status, nor its version',
      frozen([gone({ data: {} })]),
      frozen([gone({ data: {}, status: { ready: true } }, { resourceVersion: '9', generation: 3 })]),
      [],
    ],
    [
      'a Secret that somebody wrote, whatever he wrote',
      frozen([change('update', secret('a'))]),
      frozen([change('update', secret('a'), { live: secret('a', '8') })]),
      ['Secret/key has been changed, or another one stands in its place'],
    ],
    [
      'not what others use of a quota',
      frozen([change('create', object('Pod', 'a'), { reason: quota('cpu=3,memory=2Gi') })]),
      frozen([change('create', object('Pod', 'a'), { reason: quota('cpu=4,memory=2Gi') })]),
      [],
    ],
    [
      'but what a quota allows',
      frozen([change('create', object('Pod', 'a'), { reason: quota('cpu=3', '4') })]),
      frozen([change('create', object('Pod', 'a'), { reason: quota('cpu=3', '3') })]),
      [`Pod/a: ${quota('cpu=3', '3')}`],
    ],
    [
      'a hook',
      frozen([], {}, { hooks: [hookOf('migrate')] }),
      frozen([], {}, { hooks: [hookOf('seed')] }),
      ['hook Job/seed (pre-upgrade) is new', 'hook Job/migrate (pre-upgrade) is gone'],
    ],
    [
      'what a hook does',
      frozen([], {}, { hooks: [hookOf('migrate')] }),
      frozen([], {}, { hooks: [hookOf('migrate', 'kind: Job # more')] }),
      ['something that the plan does not list (hooks, crds/, or one object of many)'],
    ],
  ];
  test.each(cases)('%s', (_title, approved, now, moved) => {
    expect(movedSince(approved, now)).toEqual(moved);
    expect(approved.id === now.id).toBe(moved.length === 0);
  });
});

test('a file that somebody has edited is not what was saved', () => {
  const saved = frozen([replicas(3, 5)]);
  const [first] = saved.objects;
  if (first === undefined) throw new Error('nothing is planned');
  const edited = { ...saved, objects: [{ ...first, fields: [{ field: '/spec/replicas', before: '3', after: '4' }] }] };
  expect(movedSince(edited, saved)).toEqual(['Deployment/shop /spec/replicas 3→4, now 3→5']);
  expect(movedSince({ ...saved, objects: [] }, saved)).not.toEqual([]);
});

test('what chance gives is no part of it', () => {
  const at = (stamp: string) => {
    const wanted = object('Deployment', 'shop', { spec: { template: { stamp } } });
    return [change('update', wanted, { fields: [{ pointer: '/spec/template/stamp', before: 'x', after: stamp }] })];
  };
  const [plain] = at('1');
  if (plain === undefined) throw new Error('there is no change');
  const chance = { fields: new Map([[keyId(plain.key), ['/spec/template/stamp']]]), hooks: new Set(['seed']) };
  const hooks = (text: string) => ({ hooks: [hookOf('seed', text)] });
  expect(movedSince(frozen(at('1'), { chance }, hooks('a')), frozen(at('2'), { chance }, hooks('b')))).toEqual([]);
  expect(frozen(at('1'), { chance }).objects[0]?.fields).toEqual([
    { field: '/spec/template/stamp', before: 'x', after: '(by chance)' },
  ]);
  expect(movedSince(frozen(at('1')), frozen(at('2')))).not.toEqual([]);
});

describe('what it holds', () => {
  test('no value of a Secret, and nothing by which one could be tried out', () => {
    const secret = (value: string) => change('create', object('Secret', 'key', { data: { password: value } }));
    const [one, two] = [frozen([secret('hunter2')]), frozen([secret('swordfish')])];
    expect(JSON.stringify(one)).not.toContain('hunter2');
    expect(one).toEqual(two);
    const mask = (text: string) => text.replaceAll(/hunter2|swordfish/g, '***');
    const hook = (value: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: {name: seed}\nstringData: {pin: "${value}"}\n`;
    const seed = (pin: string) => ({ hooks: [{ ...hookOf('seed', hook(pin)), kind: 'Secret' }] });
    expect(frozen([], {}, seed('4711'))).toEqual(frozen([], {}, seed('0815')));
    const plain = (value: string) => change('create', object('ConfigMap', 'x', { data: { url: `db://${value}` } }));
    expect(frozen([plain('hunter2')], { mask })).toEqual(frozen([plain('swordfish')], { mask }));
  });

  test('is bounded, the worst first, and what is left out still decides', () => {
    const fields = Array.from({ length: 50 }, (_, at) => ({
      pointer: `/data/${at}`,
      before: 'x'.repeat(500),
      after: 'y',
    }));
    const many = Array.from({ length: 1000 }, (_, at) => change('update', object('ConfigMap', `x-${at}`), { fields }));
    const all = frozen([...many, change('delete', object('ConfigMap', 'old'))]);
    expect(Buffer.byteLength(JSON.stringify(all))).toBeLessThan(50_000);
    expect(all.objects[0]).toMatchObject({ object: 'ConfigMap/old', operation: 'delete' });
    expect(all.objects.length + (all.more ?? 0)).toBe(1001);
    const last = change('update', object('ConfigMap', 'x-999', { data: { a: 'other' } }), { fields });
    expect(movedSince(all, frozen([...many.slice(0, -1), last, change('delete', object('ConfigMap', 'old'))]))).toEqual(
      ['something that the plan does not list (hooks, crds/, or one object of many)'],
    );
  });
});
