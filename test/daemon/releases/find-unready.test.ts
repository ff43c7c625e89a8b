import { describe, expect, test } from 'vitest';
import type { Health } from '../../../src/daemon/control.ts';
import { findBlocker } from '../../../src/daemon/releases/find-blocker.ts';
import { findUnready } from '../../../src/daemon/releases/find-unready.ts';

const release = (app: string, ready?: string) => ({
  definition: {
    ...{ app, environment: 'default', namespace: 'web', releaseName: app },
    foreign: { data: { metadata: { name: app, labels: { tier: 'a' } }, spec: { interval: '5m' } } },
    settings: {
      sync: { wave: 0 },
      dependsOn: ready === undefined ? [] : [{ app: 'db', environment: 'default', optional: false, ready }],
    },
  },
  chart: { metadata: { name: app, version: '1.2.3', appVersion: '16' } },
});

/** The whole answer: what waits for health, then what waits for its condition. */
async function waitsFor(ready: string, health: Health | undefined, isElsewhere = false) {
  const own = release('web', ready);
  const other = release('db');
  const entries = new Map(isElsewhere ? [] : [['db/default', { prepared: other }]]);
  const view = health && { health, version: health === 'blocked' ? undefined : 4 };
  const model = { release: (id: string) => (id === 'db/default' ? view : undefined) };
  const across = { expected: new Map(), elsewhere: () => (isElsewhere ? [other] : []).values() };
  const loop = { model, entries, across } as never;
  return findBlocker(loop, own as never) ?? (await findUnready(loop, own as never));
}

describe('a condition for a dependency', () => {
  test.each<[string, Health]>([
    ['dep.status.conditions.exists(c, c.type == "Ready" && c.status == "True")', 'healthy'],
    ['dep.status.observedGeneration == dep.metadata.generation', 'failed'],
    ['dep.metadata.labels["tier"] == self.metadata.labels["tier"] && dep.spec.interval == "5m"', 'failed'],
    ['dep.status.history[0].chartVersion.startsWith("1.2") && dep.status.history[0].version == 4', 'healthy'],
    ['dep.status.history[0].appVersion == "16" && !has(self.status.conditions) || true', 'progressing'],
  ])('%s holds where it is %s', async (ready, health) => {
    expect(await waitsFor(ready, health)).toBeUndefined();
  });

  test.each<[string, Health | undefined, string]>([
    ['dep.status.conditions.exists(c, c.type == "Ready" && c.status == "True")', 'failed', 'it does not hold'],
    ['dep.status.history[0].version == 4', 'blocked', 'index out of bounds'],
    ['dep.metadata.labels["none"] == ""', 'healthy', 'no such key'],
    ['"yes"', 'healthy', 'it gives string, not true or false'],
    ['true', undefined, 'a dependency is not defined'],
  ])('%s does not where it is %s', async (ready, health, message) => {
    expect(await waitsFor(ready, health)).toMatchObject({
      id: 'db/default',
      message: expect.stringContaining(message),
    });
  });

  test.each(['healthy', 'failed'] as const)('is asked of one in another cluster, which is %s', async (health) => {
    const ready = 'dep.status.conditions.exists(c, c.type == "Ready" && c.status == "True")';
    const waits = health === 'healthy' ? undefined : { id: 'db/default' };
    expect((await waitsFor(ready, health, true)) && { id: 'db/default' }).toEqual(waits);
  });
});
