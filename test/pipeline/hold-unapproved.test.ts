import { describe, expect, test } from 'vitest';
import { decidePlan } from '../../src/daemon/requests/decide-plan.ts';
import type { SyncWindows } from '../../src/pipeline/definitions/release-definition.ts';
import { reconcileRelease } from '../../src/pipeline/reconcile-release.ts';
import { aside, configMap, prepared, releaseScene, settings, time } from './release-scene.ts';

/** `time` is noon; closed for an hour. */
const fromNoon = [[{ type: 'deny', cron: '0 12 * * *', for: 3_600_000, timeZone: 'UTC' }]] as const;

function scene(approval = true, windows?: SyncWindows, automatic = approval) {
  const release = releaseScene();
  const asked = { ...settings.sync, ...(approval ? { approval: 'plan' as const } : {}), automatic };
  const sync = windows === undefined ? asked : { ...asked, windows };
  let now = time;
  const wanted = (digest: string) => prepared(digest, { settings: { ...settings, sync } });
  const look = (digest: string, requested = false) =>
    reconcileRelease(
      { ...release.context, now: () => now },
      {
        ...{ prepared: wanted(digest), requested, aside, superseded: new AbortController().signal },
      },
    );
  const decide = async (verb: string, given: Record<string, unknown>, digest: string) => {
    const request = { verb, arguments: { by: 'ann', ...given } };
    const answer = await decidePlan(release.context, { prepared: wanted(digest), request, now: () => time });
    if (answer.state && release.state) release.state = answer.state(release.state);
    return answer;
  };
  const pass = (milliseconds: number) => {
    now = new Date(now.getTime() + milliseconds);
  };
  return { release, look, decide, pass, plan: () => release.state?.plan };
}

const told = ({ release }: ReturnType<typeof scene>) =>
  release.events.map(({ event }) => event).filter((name) => name.startsWith('plan.'));

describe('sync.approval: plan', () => {
  test('writes down what would be done and nothing else, until somebody approves just that', async () => {
    const one = scene();
    expect(await one.look('d1')).toMatchObject({ result: 'held', step: { reason: 'approval' } });
    expect(one.release.writes()).toEqual([]);
    expect(await one.release.records()).toEqual([]);
    const id = one.plan()?.plan.id;
    expect(one.plan()?.plan.objects).toMatchObject([{ object: 'ConfigMap/x', operation: 'create' }]);
    expect(await one.look('d1')).toMatchObject({ result: 'held' });
    expect(one.plan()?.plan.id).toBe(id);
    expect(await one.decide('approve', { id: 'plan-0' }, 'd1')).toMatchObject({
      outcome: 'refused',
      message: `plan-0 does not wait any more, ${id} does`,
    });
    expect(await one.decide('approve', { id }, 'd1')).toMatchObject({ outcome: 'done', message: `${id} by ann` });
    expect(await one.look('d1')).toMatchObject({ result: 'deployed', version: 1 });
    expect(one.plan()).toBeUndefined();
    expect(await one.look('d1')).toMatchObject({ result: 'settled' });
    expect(told(one)).toEqual(['plan.approved']);
  });

  test('said again it is the same decision, before it is carried out and after', async () => {
    const one = scene();
    await one.look('d1');
    const id = one.plan()?.plan.id;
    const stands = { outcome: 'done', message: `${id} by ann, since ${time.toISOString()}`, since: time.toISOString() };
    await one.decide('reject', { id, reason: 'no' }, 'd1');
    expect(await one.decide('reject', { id, reason: 'no' }, 'd1')).toEqual({
      ...{ ...stands, message: `${id} by ann, since ${time.toISOString()}`, deploys: false },
    });
    await one.decide('approve', { id }, 'd1');
    expect(await one.decide('approve', { id }, 'd1')).toEqual({ ...stands, deploys: true });
    expect((await one.decide('approve', { id, by: 'bob' }, 'd1')).since).toBeUndefined();
    await one.decide('approve', { id }, 'd1');
    expect(await one.look('d1')).toMatchObject({ result: 'deployed' });
    expect(await one.decide('approve', { id }, 'd1')).toEqual({ ...stands, deploys: false });
    expect(await one.decide('reject', { id, reason: 'no' }, 'd1')).toMatchObject({
      ...{ outcome: 'refused', message: `${id} does not wait any more` },
    });
    one.release.manifests.text = configMap('x', 'blue');
    await one.look('d2');
    expect(await one.decide('approve', { id }, 'd2')).toMatchObject({
      ...{ outcome: 'refused', message: `${id} does not wait any more, ${one.plan()?.plan.id} does` },
    });
  });

  test('another commit voids an approval, and live state that moved does', async () => {
    const one = scene();
    await one.look('d1');
    await one.decide('approve', { id: one.plan()?.plan.id }, 'd1');
    one.release.manifests.text = configMap('x', 'blue');
    expect(await one.look('d2')).toMatchObject({ result: 'held', step: { reason: 'approval' } });
    expect(one.plan()).not.toHaveProperty('approved');
    expect(one.release.events.at(-1)).toMatchObject({
      ...{ event: 'plan.voided', by: 'ann' },
      moved: 'git said 3f2a1c9, now 3f2a1c9: its chart or values are others; ConfigMap/x is rendered otherwise',
    });
    const id = one.plan()?.plan.id;
    const live = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'web' }, data: {} };
    await one.release.cluster.apply(live, { fieldManager: 'kubectl', force: true });
    const answer = await one.decide('approve', { id }, 'd2');
    expect(answer).toMatchObject({ outcome: 'refused', message: expect.stringContaining('ConfigMap/x: create, now ') });
    expect(answer.deploys).toBeUndefined();
    expect(one.plan()?.plan.id).not.toBe(id);
    expect(await one.release.records()).toEqual([]);
  });

  test('a rejection is told, and holds until somebody approves after all', async () => {
    const one = scene();
    await one.look('d1');
    const id = one.plan()?.plan.id;
    expect(await one.decide('reject', { id }, 'd1')).toMatchObject({
      outcome: 'refused',
      message: 'it needs a reason',
    });
    expect(await one.decide('reject', { id, reason: 'not today' }, 'd1')).toMatchObject({ outcome: 'done' });
    expect(await one.look('d1')).toMatchObject({ step: { message: `${id} was rejected by ann: not today` } });
    expect(await one.decide('approve', { id }, 'd1')).toMatchObject({ outcome: 'done' });
    expect(await one.look('d1')).toMatchObject({ result: 'deployed' });
  });

  test('is shown and approved while a window is closed, and done when it opens', async () => {
    const one = scene(true, fromNoon);
    expect(await one.look('d1')).toMatchObject({ result: 'held', step: { reason: 'approval' } });
    const id = one.plan()?.plan.id;
    expect(await one.look('d1')).toMatchObject({ result: 'held', step: { reason: 'approval' } });
    expect(await one.decide('approve', { id }, 'd1')).toMatchObject({ outcome: 'done' });
    expect(await one.look('d1', true)).toMatchObject({ result: 'held', step: { reason: 'window' } });
    expect(one.release.writes()).toEqual([]);
    expect(one.plan()?.approved).toMatchObject({ by: 'ann' });
    one.pass(2 * 3_600_000);
    expect(await one.look('d1')).toMatchObject({ result: 'deployed', version: 1 });
  });

  test('an approval that was given before a window opens holds only what was seen', async () => {
    const one = scene(true, fromNoon);
    await one.look('d1');
    await one.decide('approve', { id: one.plan()?.plan.id }, 'd1');
    one.release.manifests.text = configMap('x', 'blue');
    expect(await one.look('d2')).toMatchObject({ result: 'held', step: { reason: 'approval' } });
    expect(told(one)).toEqual(['plan.approved', 'plan.voided']);
    await one.decide('approve', { id: one.plan()?.plan.id }, 'd2');
    const live = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'web' }, data: {} };
    await one.release.cluster.apply(live, { fieldManager: 'kubectl', force: true });
    one.pass(2 * 3_600_000);
    expect(await one.look('d2')).toMatchObject({ result: 'held', step: { reason: 'approval' } });
    expect(told(one).at(-1)).toBe('plan.voided');
  });

  test('without sync.automatic is made once somebody asks, and approved before a window opens is done then', async () => {
    const one = scene(true, fromNoon, false);
    expect(await one.look('d1')).toMatchObject({ result: 'held', step: { reason: 'not-automatic' } });
    expect(one.plan()).toBeUndefined();
    expect(await one.look('d1', true)).toMatchObject({ result: 'held', step: { reason: 'approval' } });
    expect(await one.decide('approve', { id: one.plan()?.plan.id }, 'd1')).toMatchObject({ outcome: 'done' });
    // As after a restart: nobody asks again.
    expect(await one.look('d1')).toMatchObject({ result: 'held', step: { reason: 'window' } });
    one.pass(2 * 3_600_000);
    expect(await one.look('d2')).toMatchObject({ result: 'held', step: { reason: 'not-automatic' } });
    expect(one.release.writes()).toEqual([]);
    expect(await one.look('d1')).toMatchObject({ result: 'deployed', version: 1 });
    expect(await one.look('d2')).toMatchObject({ result: 'held', step: { reason: 'not-automatic' } });
  });

  test('what a crash cut short goes on', async () => {
    const one = scene();
    await one.look('d1');
    await one.decide('approve', { id: one.plan()?.plan.id }, 'd1');
    const { context } = one.release;
    const stop = new AbortController();
    await reconcileRelease(
      { ...context, signal: stop.signal },
      {
        prepared: prepared('d1', { settings: { ...settings, sync: { ...settings.sync, approval: 'plan' } } }),
        ...{ requested: false, aside, superseded: stop.signal },
        onBegun: () => {
          stop.abort();
          throw new Error('killed');
        },
      },
    ).catch(() => undefined);
    expect(one.plan()).toBeUndefined();
    expect(one.release.state?.intent).toMatchObject({ version: 1 });
    expect(await one.look('d1')).toMatchObject({ result: 'deployed', version: 1 });
  });
});

describe.each([true, false])('killed before the record is there, with sync.approval %s', (approval) => {
  test('what was approved goes on', async () => {
    const one = scene(approval, undefined, false);
    const waiting = scene();
    await waiting.look('d1');
    await one.look('d1', approval);
    const plan = waiting.plan()?.plan;
    expect(
      await one.decide(approval ? 'approve' : 'sync', approval ? { id: one.plan()?.plan.id } : { plan }, 'd1'),
    ).toMatchObject({ outcome: 'done' });
    const { cluster } = one.release;
    const create = cluster.create.bind(cluster);
    cluster.create = () => new Promise(() => undefined);
    void one.look('d1', true);
    await expect.poll(() => one.release.state?.intent).toMatchObject({ version: 1, digest: 'd1' });
    cluster.create = create;
    expect(await one.look('d1')).toMatchObject({ result: 'deployed', version: 1 });
    expect(one.plan()).toBeUndefined();
  });
});

describe('sync with a plan', () => {
  const saved = async (one: ReturnType<typeof scene>) => {
    const waiting = scene();
    waiting.release.manifests.text = one.release.manifests.text;
    await waiting.look('d1');
    return waiting.plan()?.plan;
  };

  test('deploys just that, although nobody has to approve', async () => {
    const one = scene(false);
    expect(await one.look('d1')).toMatchObject({ step: { reason: 'not-automatic' } });
    expect(one.release.state).toBeDefined();
    expect(await one.decide('sync', { plan: await saved(one) }, 'd1')).toMatchObject({
      outcome: 'done',
      deploys: true,
    });
    expect(await one.look('d1', true)).toMatchObject({ result: 'deployed' });
    expect(one.plan()).toBeUndefined();
  });

  test('asked twice is done once, whenever the daemon was killed in between', async () => {
    const one = scene(false);
    const plan = await saved(one);
    await one.look('d1');
    await one.decide('sync', { plan }, 'd1');
    const again = { outcome: 'done', message: expect.stringMatching(/^plan-\w+ by ann, since /) };
    expect(await one.decide('sync', { plan }, 'd1')).toMatchObject(again);
    expect(await one.look('d1')).toMatchObject({ result: 'deployed', version: 1 });
    expect(await one.decide('sync', { plan }, 'd1')).toMatchObject({ ...again, deploys: false });
    expect(told(one)).toEqual(['plan.approved']);
    one.release.manifests.text = configMap('x', 'blue');
    await one.look('d2', true);
    expect(await one.decide('sync', { plan }, 'd2')).toMatchObject({ outcome: 'refused' });
  });

  test('is refused where inputs have moved, and where it is no plan', async () => {
    const one = scene(false);
    await one.look('d2');
    expect(await one.decide('sync', { plan: await saved(one) }, 'd2')).toMatchObject({
      outcome: 'refused',
      message: expect.stringMatching(/^plan-\w+ is not what would be done now: git said /),
    });
    expect(await one.decide('sync', { plan: { id: 'x' } }, 'd2')).toMatchObject({ outcome: 'refused' });
    expect(one.plan()).toBeUndefined();
  });

  test('what moves after that is not deployed either', async () => {
    const one = scene(false);
    await one.look('d1');
    await one.decide('sync', { plan: await saved(one) }, 'd1');
    one.release.manifests.text = configMap('x', 'other');
    expect(await one.look('d1', true)).toMatchObject({ result: 'held', step: { reason: 'approval' } });
    expect([one.plan(), told(one)]).toEqual([undefined, ['plan.approved', 'plan.voided']]);
    expect(one.release.writes()).toEqual([]);
  });
});
