import { expect, test } from 'vitest';
import type { DriftView } from '../../../src/daemon/control.ts';
import { createReleaseDrifts } from '../../../src/daemon/drift/release-drift.ts';
import type { Event } from '../../../src/foundation/events/event.ts';
import type { ReleaseDrift } from '../../../src/pipeline/plan/release-drift.ts';
import { definition } from '../../pipeline/release-scene.ts';

const foreign: ReleaseDrift = {
  field: '/version',
  recorded: '3 deployed',
  live: '4 deployed 2026-11-20T12:00:00Z: Rollback to 1',
  manager: 'helm',
  at: '2026-11-20T12:00:00Z',
};

function scene() {
  const events: Event[] = [];
  const shown = new Map<string, readonly DriftView[]>();
  let minutes = 1;
  const drifts = createReleaseDrifts({
    emit: (event) => void events.push(event),
    now: () => new Date(Date.parse('2026-11-20T12:00:00Z') + minutes * 60_000),
    show: (id, views) => void shown.set(id, views),
  });
  return {
    drifts,
    told: () => events.splice(0).map((event) => event),
    later: (by: number) => {
      minutes += by;
    },
    shown: () => shown.get('shop/dev')?.map(({ object, kind }) => `${object} ${kind}`),
  };
}

test('what another hand made is told once, again hourly, and when it is over', () => {
  const { drifts, told, later, shown } = scene();
  drifts.look(definition, foreign, false);
  drifts.look(definition, foreign, false);
  expect(told()).toEqual([
    expect.objectContaining({ event: 'drift.found', object: 'Release/shop', kind: 'release', action: 'report' }),
  ]);
  expect(shown()).toEqual(['Release/shop release']);
  later(61);
  drifts.look(definition, foreign, false);
  expect(told()).toHaveLength(1);
  drifts.look(definition, undefined, false);
  drifts.look(definition, undefined, false);
  expect(told()).toEqual([expect.objectContaining({ event: 'drift.resolved', age: 62 * 60_000 })]);
  expect(shown()).toEqual([]);
});

test('what git says again is told as a correction', () => {
  const { drifts, told } = scene();
  drifts.look(definition, foreign, true);
  drifts.deployed(definition);
  drifts.deployed(definition);
  expect(told()).toEqual([
    expect.objectContaining({ event: 'drift.found', action: 'correct', in: 0 }),
    expect.objectContaining({ event: 'drift.corrected', object: 'Release/shop' }),
  ]);
});

test('it stands beside the drift of objects', () => {
  const { drifts, shown } = scene();
  const object = { object: 'ConfigMap/x', kind: 'changed' } as unknown as DriftView;
  drifts.objects('shop/dev', [object]);
  drifts.look(definition, foreign, false);
  expect(shown()).toEqual(['Release/shop release', 'ConfigMap/x changed']);
  expect(drifts.of('shop/dev')).toMatchObject({ object: 'Release/shop', kind: 'release', severity: 'workload' });
  drifts.objects('shop/dev', []);
  expect(shown()).toEqual(['Release/shop release']);
  drifts.forget('shop/dev');
  expect(drifts.of('shop/dev')).toBeUndefined();
  drifts.objects('shop/dev', [object]);
  expect(shown()).toEqual(['ConfigMap/x changed']);
});
