import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPatch } from '../../../src/foundation/fields/apply.ts';
import {
  difference,
  emptySet,
  type FieldSet,
  hasPath,
  insertPath,
  intersection,
  isEmptySet,
  members,
  union,
} from '../../../src/foundation/fields/field-set.ts';
import { parseFieldsV1, writeFieldsV1 } from '../../../src/foundation/fields/fields-v1.ts';
import { migrateManagers } from '../../../src/foundation/fields/migrate-managers.ts';
import { ownersOf } from '../../../src/foundation/fields/owners.ts';
import { trackUpdate } from '../../../src/foundation/fields/track-update.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';

const now = '2026-01-01T00:00:00Z';
const later = '2026-01-01T00:01:00Z';

function deployment(spec: object, image = 'i:1'): KubernetesObject {
  const template = {
    metadata: { labels: { app: 'x' } },
    spec: { containers: [{ name: 'c', image, ports: [{ containerPort: 80 }] }] },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', namespace: 'n' },
    spec: { selector: { matchLabels: { app: 'x' } }, template, ...spec },
  };
}

const apply = (
  live: KubernetesObject | undefined,
  applied: KubernetesObject,
  manager = 'helm',
  force = false,
  time = now,
) => applyPatch({ live, applied, manager, force, now: time });

describe('server-side apply', () => {
  test('owns what it sets, spelled as Kubernetes spells it', () => {
    const { object } = apply(undefined, deployment({ replicas: 1 }));
    expect(object.metadata.managedFields).toEqual([
      {
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        manager: 'helm',
        operation: 'Apply',
        time: now,
        fieldsV1: {
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': {
              'f:metadata': { 'f:labels': { 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"c"}': {
                    '.': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                  },
                },
              },
            },
          },
        },
      },
    ]);
  });

  test('conflicts name the field and its owner, and leave the object alone', () => {
    const live = trackUpdate({
      before: undefined,
      after: deployment({ replicas: 3 }, 'i:2'),
      manager: 'kubectl-edit',
      operation: 'Update',
      now,
    });
    const { object, conflicts } = apply(live, deployment({ replicas: 1 }));
    expect(object).toBe(live);
    expect(conflicts).toEqual([
      {
        manager: 'kubectl-edit',
        operation: 'Update',
        apiVersion: 'apps/v1',
        subresource: '',
        fields: ['.spec.replicas', '.spec.template.spec.containers[name="c"].image'],
      },
    ]);
  });

  test('force takes the fields over and says so', () => {
    const live = trackUpdate({
      before: undefined,
      after: deployment({ replicas: 3 }),
      manager: 'kubectl-edit',
      operation: 'Update',
      now,
    });
    const { object, conflicts, taken } = apply(live, deployment({ replicas: 1 }), 'helm', true);
    expect([conflicts, taken.map(({ manager, fields }) => [manager, fields])]).toEqual([
      [],
      [['kubectl-edit', ['.spec.replicas']]],
    ]);
    expect((object.spec as { replicas: number }).replicas).toBe(1);
    expect(ownersOf(object, '/spec/replicas').map(({ manager }) => manager)).toEqual(['helm']);
  });

  test('what is no longer applied goes, unless somebody else owns it', () => {
    const first = apply(undefined, { ...deployment({ replicas: 2, minReadySeconds: 5 }) }).object;
    const shared = apply(first, { ...deployment({ minReadySeconds: 5 }) }, 'other').object;
    const second = apply(shared, deployment({})).object;
    expect(second.spec).not.toHaveProperty('replicas');
    expect(second.spec).toHaveProperty('minReadySeconds', 5);
  });

  test('the same once more changes nothing, the time neither', () => {
    const first = apply(undefined, deployment({ replicas: 2 })).object;
    expect(apply(first, deployment({ replicas: 2 }), 'helm', false, later).object).toEqual(first);
  });

  test('an object nobody owned belongs to before-first-apply', () => {
    const live = { ...deployment({ replicas: 2 }), metadata: { name: 'd', namespace: 'n', uid: 'u' } };
    const { object } = apply(live, deployment({ replicas: 2 }));
    expect(object.metadata.managedFields?.map(({ manager }) => manager)).toEqual(['helm', 'before-first-apply']);
  });

  test('a key that occurs twice is refused by name', () => {
    const applied = deployment({});
    const template = {
      spec: {
        containers: [
          {
            name: 'c',
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' },
            ],
          },
        ],
      },
    };
    expect(() => apply(undefined, { ...applied, spec: { template } })).toThrow(
      '.spec.template.spec.containers[name="c"].env: duplicate entries for key [name="A"]',
    );
  });

  test('status is not applied through the object itself', () => {
    const { object } = apply(undefined, { ...deployment({}), status: { replicas: 7 } });
    expect(object).not.toHaveProperty('status');
    expect(JSON.stringify(object.metadata.managedFields)).not.toContain('f:status');
  });

  test('a name such as __proto__ is a name like any other', () => {
    const data = JSON.parse('{"__proto__":"x","constructor":"y"}') as object;
    const applied = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
      data,
    } as unknown as KubernetesObject;
    const { object } = apply(undefined, applied);
    expect(JSON.stringify(object.data)).toBe('{"__proto__":"x","constructor":"y"}');
    const { object: without } = apply(object, { ...applied, data: {} });
    expect(without.data ?? {}).toEqual({});
  });

  const data = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'));
  const steps = fc.array(fc.record({ manager: fc.constantFrom('one', 'two'), force: fc.boolean(), data }), {
    maxLength: 8,
  });

  test('whoever forces gets what he applies, and nobody owns what is not there', () => {
    fc.assert(
      fc.property(steps, (all) => {
        let live: KubernetesObject | undefined;
        for (const step of all) {
          const applied = {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'c', namespace: 'n' },
            data: step.data,
          };
          const { object, conflicts } = apply(live, applied, step.manager, step.force);
          if (conflicts.length === 0) expect(object.data ?? {}).toMatchObject(step.data);
          else expect(step.force).toBe(false);
          live = conflicts.length > 0 ? live : object;
          const owned = (live?.metadata.managedFields ?? []).flatMap(({ fieldsV1 }) => [
            ...members(parseFieldsV1(fieldsV1)),
          ]);
          for (const path of owned)
            if (path.length === 2) expect(live?.data ?? {}).toHaveProperty(path[1]?.slice(2) ?? '');
        }
      }),
    );
  });
});

describe('an update', () => {
  test('takes from others what it changes and keeps the rest', () => {
    const live = apply(undefined, deployment({ replicas: 1 })).object;
    const after = { ...live, spec: { ...(live.spec as object), replicas: 5 } };
    const tracked = trackUpdate({ before: live, after, manager: 'kubectl-edit', operation: 'Update', now: later });
    expect(ownersOf(tracked, '/spec/replicas').map(({ manager }) => manager)).toEqual(['kubectl-edit']);
    expect(ownersOf(tracked, '/spec/template/spec/containers/0/image').map(({ manager }) => manager)).toEqual(['helm']);
  });

  test('that changes nothing leaves managedFields as they are', () => {
    const live = apply(undefined, deployment({ replicas: 1 })).object;
    const { managedFields: _, ...metadata } = live.metadata;
    expect(
      trackUpdate({ before: live, after: { ...live, metadata }, manager: 'x', operation: 'Update', now: later }),
    ).toEqual(live);
  });

  test('with managedFields [{}] forgets all owners', () => {
    const live = apply(undefined, deployment({ replicas: 1 })).object;
    const after = { ...live, metadata: { ...live.metadata, managedFields: [{}] } };
    expect(
      trackUpdate({ before: live, after, manager: 'x', operation: 'Update', now: later }).metadata,
    ).not.toHaveProperty('managedFields');
  });

  test('the eleventh manager makes the oldest share one entry', () => {
    let live = trackUpdate({
      before: undefined,
      after: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { k0: '0' } } as KubernetesObject,
      manager: 'm0',
      operation: 'Update',
      now,
    });
    for (let index = 1; index <= 12; index += 1) {
      const after = { ...live, data: { ...(live.data as object), [`k${index}`]: '1' } };
      live = trackUpdate({
        before: live,
        after,
        manager: `m${index}`,
        operation: 'Update',
        now: `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`,
      });
    }
    const managers = live.metadata.managedFields?.map(({ manager }) => manager) ?? [];
    expect(managers).toHaveLength(10);
    expect(ownersOf(live, '/data/k1').map(({ manager }) => manager)).toEqual(['ancient-changes']);
  });
});

describe('owners of a place', () => {
  const object = apply(undefined, deployment({ replicas: 1 })).object;
  test.each([
    ['/spec/selector/matchLabels/app', ['helm']],
    ['/spec/template/spec/containers/0/ports/0/protocol', []],
    ['/spec/template/spec/containers/0', ['helm']],
    ['/spec/paused', []],
    ['/spec/template/spec/containers/1', []],
    ['', ['helm']],
  ])('%j is owned by %j', (pointer, managers) => {
    expect(ownersOf(object, pointer).map(({ manager }) => manager)).toEqual(managers);
  });
});

describe('migration to server-side apply', () => {
  test('makes the updates of client-side managers one apply of helm', () => {
    const live = trackUpdate({
      before: undefined,
      after: deployment({ replicas: 1 }),
      manager: 'helm',
      operation: 'Update',
      now,
    });
    const edited = trackUpdate({
      before: live,
      after: { ...live, spec: { ...(live.spec as object), replicas: 2 } },
      manager: 'kubectl-client-side-apply',
      operation: 'Update',
      now: later,
    });
    const migrated = migrateManagers(edited.metadata.managedFields);
    expect(migrated?.map(({ manager, operation }) => [manager, operation])).toEqual([['helm', 'Apply']]);
    const object = { ...edited, metadata: { ...edited.metadata, managedFields: migrated } } as KubernetesObject;
    expect(ownersOf(object, '/spec/replicas').map(({ manager }) => manager)).toEqual(['helm']);
    expect(migrateManagers(migrated)).toBeUndefined();
  });

  test('takes over what another program applied, and keeps what was applied before it', () => {
    const entry = (manager: string, field: string, operation: 'Apply' | 'Update' = 'Apply') => ({
      ...{ manager, operation, apiVersion: 'v1', fieldsType: 'FieldsV1' as const },
      fieldsV1: { 'f:data': { [field]: {} } },
    });
    const from = ['helm', 'flux'];
    expect(migrateManagers([entry('flux', 'f:a')], { from })).toEqual([entry('helm', 'f:a')]);
    expect(migrateManagers([entry('helm', 'f:b'), entry('flux', 'f:a'), entry('kubectl', 'f:c')], { from })).toEqual([
      { ...entry('helm', ''), fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } },
      entry('kubectl', 'f:c'),
    ]);
    expect(migrateManagers([entry('helm', 'f:b')], { from })).toBeUndefined();
  });

  test('leaves out the annotation of kubectl apply and other managers', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', a: 'b' };
    const object = { ...deployment({}), metadata: { name: 'd', annotations } };
    const live = trackUpdate({
      before: undefined,
      after: object,
      manager: 'kubectl-client-side-apply',
      operation: 'Update',
      now,
    });
    const migrated = migrateManagers(live.metadata.managedFields);
    expect(JSON.stringify(migrated)).toContain('f:annotations');
    expect(JSON.stringify(migrated)).not.toContain('last-applied');
    expect(migrateManagers([{ manager: 'kubectl-edit', operation: 'Update' }])).toBeUndefined();
  });
});

const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:"t"', 'i:0', 'f:__proto__');
const fieldSet = fc.array(fc.array(element, { minLength: 1, maxLength: 4 }), { maxLength: 12 }).map((paths) => {
  const set = emptySet();
  for (const path of paths) insertPath(set, path);
  return set;
});
const list = (set: FieldSet) => [...members(set)].map((path) => path.join(' '));

describe('sets of fields', () => {
  test('are written and read without loss', () => {
    fc.assert(
      fc.property(fieldSet, (set) => {
        const written = JSON.stringify(writeFieldsV1(set));
        expect(list(parseFieldsV1(JSON.parse(written)))).toEqual(list(set));
      }),
    );
  });

  test('follow the laws of sets', () => {
    fc.assert(
      fc.property(fieldSet, fieldSet, (left, right) => {
        expect(list(union(left, right)).sort()).toEqual([...new Set([...list(left), ...list(right)])].sort());
        expect(list(intersection(left, right)).sort()).toEqual(
          list(left)
            .filter((path) => list(right).includes(path))
            .sort(),
        );
        expect(list(difference(left, right)).sort()).toEqual(
          list(left)
            .filter((path) => !list(right).includes(path))
            .sort(),
        );
        expect(isEmptySet(difference(left, left))).toBe(true);
        for (const path of members(left)) expect(hasPath(union(right, left), path)).toBe(true);
      }),
    );
  });

  test('read foreign spellings as the one they mean', () => {
    const odd = parseFieldsV1({ 'k:{"protocol":"TCP", "containerPort":80}': {}, 'x:nonsense': {}, 'k:[': {} });
    expect(list(odd)).toEqual(['k:{"containerPort":80,"protocol":"TCP"}']);
  });
});
