import { describe, expect, test } from 'vitest';
import { createReadModel } from '../../src/daemon/read-model.ts';
import type { Event } from '../../src/foundation/events/event.ts';
import { prepared } from '../pipeline/release-scene.ts';

const fields = { op: 'o', app: 'shop', environment: 'dev', cluster: 'c', namespace: 'n', release: 'shop' };
const time = new Date('2026-11-20T12:00:00Z');

function scene() {
  let clock = 1000;
  const model = createReadModel({
    now: () => {
      clock += 1;
      return new Date(clock);
    },
    history: async () => [],
  });
  model.define(prepared());
  return { model, view: () => model.releases()[0] };
}

describe('what people see', () => {
  test('a release is there from its definition on, unknown until something happens', () => {
    const { view } = scene();
    expect(view()).toMatchObject({
      app: 'shop',
      environment: 'dev',
      release: 'shop',
      chart: 'shop-1.0.0',
      health: 'unknown',
    });
  });

  test.each<[Event, object]>([
    [
      { event: 'release.started', ...fields, version: 2, trigger: 'revision' },
      { health: 'progressing', version: 2 },
    ],
    [
      { event: 'release.deployed', ...fields, version: 2, chart: 'c', commit: 'abc', duration: 1, trigger: 'revision' },
      { health: 'healthy', version: 2, commit: 'abc', message: undefined },
    ],
    [
      { event: 'release.failed', ...fields, reason: 'r', message: 'm' },
      { health: 'failed', message: 'm' },
    ],
    [
      { event: 'chart.failed', ...fields, reason: 'r', message: 'm' },
      { health: 'failed', message: 'm' },
    ],
    [
      { event: 'release.blocked', ...fields, reason: 'r', message: 'm' },
      { health: 'blocked', message: 'm' },
    ],
    [
      { event: 'release.unhealthy', ...fields, object: 'o', message: 'm' },
      { health: 'failed', message: 'm' },
    ],
    [
      { event: 'rollback.started', ...fields, from: 2, to: 1, reason: 'r' },
      { health: 'progressing', message: 'r' },
    ],
    [
      { event: 'rollback.done', ...fields, from: 2, to: 1, version: 3, duration: 1 },
      { health: 'rolledBack', version: 3 },
    ],
    [{ event: 'rollback.failed', ...fields, from: 2, to: 1, message: 'm' }, { health: 'failed' }],
    [
      { event: 'release.unchanged', ...fields, version: 2 },
      { health: 'unknown', version: undefined },
    ],
  ])('$event shows', (event, expected) => {
    const { model, view } = scene();
    model.sink(event, time);
    expect(view()).toMatchObject(expected);
  });

  test('a deploy clears the message of the failure before it; `since` moves with the health alone', () => {
    const { model, view } = scene();
    model.sink({ event: 'release.failed', ...fields, reason: 'r', message: 'm' }, time);
    const failedSince = view()?.since;
    model.sink({ event: 'release.failed', ...fields, reason: 'r', message: 'again' }, time);
    expect(view()).toMatchObject({ message: 'again', since: failedSince });
    model.set('shop/dev', { health: 'healthy', message: undefined });
    expect(view()?.message).toBeUndefined();
    expect(view()?.since).toBeGreaterThan(failedSince ?? 0);
  });

  test('a new definition keeps what is known; a forgotten release is gone, and events for it do no harm', () => {
    const { model, view } = scene();
    model.set('shop/dev', { health: 'healthy', version: 4 });
    model.define(prepared('d2'));
    expect(view()).toMatchObject({ health: 'healthy', version: 4 });
    model.forget('shop/dev');
    model.sink({ event: 'release.unhealthy', ...fields, object: 'o', message: 'm' }, time);
    expect(model.releases()).toEqual([]);
  });

  test('the last 500 events are kept, numbered, and given on', () => {
    const { model } = scene();
    const heard: number[] = [];
    const leave = model.subscribe(({ number }) => heard.push(number));
    for (let count = 0; count < 501; count += 1) model.sink({ event: 'cluster.recovered', cluster: 'c' }, time);
    leave();
    model.sink({ event: 'cluster.recovered', cluster: 'c' }, time);
    expect([model.events().length, model.events()[0]?.number, model.events(500).length, heard.length]).toEqual([
      500, 3, 2, 501,
    ]);
  });

  test('it is ready when the first pass is done; a history of an unknown release is empty', async () => {
    const { model } = scene();
    expect(model.ready).toBe(false);
    model.markReady();
    expect([model.ready, await model.history('nobody', 'dev')]).toEqual([true, []]);
  });
});

test('what does not come by events is masked here', async () => {
  const mask = (text: string) => text.replaceAll('hunter22', '***');
  const description = 'failed: hunter22';
  const history = async () => [{ info: { description } }] as never;
  const model = createReadModel({ now: () => time, history, mask });
  model.define(prepared());
  const id = `${fields.app}/${fields.environment}`;
  model.set(id, { message: 'is hunter22' });
  const drift = {
    id: 'd',
    object: 'Deployment/x',
    field: '/a',
    recorded: 'hunter22',
    live: 'no hunter22',
    fields: 1,
    manager: 'm',
  };
  model.setDrift(id, [{ ...drift, severity: 'workload', kind: 'changed', since: 0 }]);
  model.setRepository({ name: 'r', revision: undefined, problems: 0, error: 'hunter22' });
  const told = [model.releases(), model.repositories(), await model.history(fields.app, fields.environment)];
  expect(JSON.stringify(told)).not.toContain('hunter22');
  expect(model.releases()[0]).toMatchObject({ message: 'is ***', drift: [{ recorded: '***', live: 'no ***' }] });
});
