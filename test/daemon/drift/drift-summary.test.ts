import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DriftView, ReleaseView } from '../../../src/daemon/control.ts';
import { startDriftSummary, summarizeDrift } from '../../../src/daemon/drift/drift-summary.ts';
import type { Event } from '../../../src/foundation/events/event.ts';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-20T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

const hour = 3_600_000;
const now = () => new Date();
const drift = (object: string, more: object = {}) =>
  ({ object, severity: 'workload', kind: 'changed', since: Date.now() - hour, ...more }) as unknown as DriftView;
const release = (app: string, ...drifts: DriftView[]) =>
  ({ app, environment: 'prod', drift: drifts }) as unknown as ReleaseView;

test('is told at the times of its cron expression, whatever stands by then', async () => {
  const told: Event[] = [];
  const all = [release('shop', drift('Deployment/shop')), release('db')];
  const summary = startDriftSummary({ cron: '0 6 * * *', releases: () => all, emit: (event) => told.push(event), now });
  await vi.advanceTimersByTimeAsync(17 * hour);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(2 * hour);
  expect(told).toMatchObject([
    { event: 'drift.summary', releases: 1, objects: 1, workload: 1, which: 'shop/prod Deployment/shop' },
  ]);
  all.length = 0;
  await vi.advanceTimersByTimeAsync(24 * hour);
  expect(told.at(-1)).toMatchObject({ event: 'drift.summary', releases: 0, objects: 0 });
  expect(told.length).toBe(2);
  summary[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(48 * hour);
  expect(told.length).toBe(2);
});

test('counts by severity, with the oldest; what is accepted and what others add stands beside that', () => {
  const accepted = drift('ConfigMap/a', { accepted: { by: 'ann', until: '' } });
  const extra = drift('ConfigMap/b', { kind: 'extra', severity: 'metadata' });
  const role = drift('Role/web', { severity: 'security', since: Date.now() - 3 * hour });
  const many = ['a', 'b', 'c', 'd'].map((name) => drift(`Service/${name}`, { severity: 'metadata' }));
  const told = summarizeDrift([release('web', role, accepted, extra), release('shop', ...many), release('db')], now());
  expect(told).toEqual({
    ...{ releases: 2, objects: 5, security: 1, workload: 0, metadata: 4, extra: 1, accepted: 1, age: 3 * hour },
    which: 'web/prod Role/web; shop/prod Service/a Service/b Service/c …',
  });
});

test('names no more than twenty', () => {
  const all = Array.from({ length: 23 }, (_, index) => release(`a${index}`, drift('Service/a')));
  expect(summarizeDrift(all, now()).which).toMatch(/; a19\/prod Service\/a; and 3 more$/);
});
