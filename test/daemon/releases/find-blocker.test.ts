import { describe, expect, test } from 'vitest';
import type { Health } from '../../../src/daemon/control.ts';
import { findBlocker } from '../../../src/daemon/releases/find-blocker.ts';

const definition = (id: string, wave = 0, dependsOn: object[] = []) => {
  const [app = '', environment = ''] = id.split('/');
  return { app, environment, cluster: 'near', settings: { sync: { wave }, dependsOn } };
};
const dependency = (id: string, optional = false) => ({ ...definition(id), optional });

interface Fleet {
  readonly entered?: readonly object[];
  /** In another cluster. */
  readonly elsewhere?: readonly object[];
  readonly expected?: readonly { app: string; environment: string }[];
  readonly health?: Readonly<Record<string, Health>>;
}

function blockerOf(own: object, { entered = [], elsewhere = [], expected = [], health = {} }: Fleet) {
  const entries = new Map(entered.map((one, index) => [String(index), { prepared: { definition: one } }]));
  const named = new Map(expected.map((one) => [`${one.app}/${one.environment}`, one]));
  const model = { release: (id: string) => health[id] && { health: health[id] } };
  const across = {
    expected: named,
    elsewhere: (cluster: string) => (cluster === 'near' ? elsewhere : []).values().map((one) => ({ definition: one })),
  };
  return findBlocker({ model, entries, across } as never, { definition: own } as never);
}

describe('what a release waits for', () => {
  const first = definition('db/prod', 0);
  const late = definition('web/prod', 1);
  test.each<[string, object, Fleet, object | undefined]>([
    [
      'a lower wave that is not healthy',
      late,
      { entered: [late, first], health: { 'db/prod': 'failed' } },
      { id: 'db/prod', message: 'wave 0 comes first' },
    ],
    [
      'a lower wave that is still to come',
      late,
      { expected: [first] },
      { id: 'db/prod', message: 'wave 0 comes first' },
    ],
    [
      'a lower wave in another cluster',
      late,
      { elsewhere: [first], health: { 'db/prod': 'unknown' } },
      { id: 'db/prod', message: 'wave 0 comes first' },
    ],
    ['no lower wave that is healthy', late, { entered: [first], health: { 'db/prod': 'healthy' } }, undefined],
    ['no lower wave of another environment', late, { entered: [definition('db/dev', 0)] }, undefined],
    ['nothing of its own wave', first, { entered: [first, definition('cache/prod', 0), late] }, undefined],
    [
      'a dependency that is not healthy',
      definition('a/prod', 0, [dependency('b/prod')]),
      { health: { 'b/prod': 'progressing' } },
      { id: 'b/prod', message: 'a dependency is not healthy yet' },
    ],
    [
      'a dependency that is still to come, optional or not',
      definition('a/prod', 0, [dependency('b/prod', true)]),
      { expected: [definition('b/prod')] },
      { id: 'b/prod', message: 'a dependency is not healthy yet' },
    ],
    [
      'a dependency that nobody defines',
      definition('a/prod', 0, [dependency('b/prod')]),
      {},
      { id: 'b/prod', message: 'a dependency is not defined' },
    ],
    [
      'no optional dependency that nobody defines',
      definition('a/prod', 0, [dependency('b/prod', true)]),
      {},
      undefined,
    ],
    [
      'no dependency that was rolled back',
      definition('a/prod', 0, [dependency('b/prod')]),
      { health: { 'b/prod': 'rolledBack' } },
      undefined,
    ],
  ])('is %s', (_, own, fleet, expected) => {
    expect(blockerOf(own, fleet)).toEqual(expected);
  });
});
