import { describe, expect, test } from 'vitest';
import type { RecordedHook } from '../../../src/foundation/history/release-record.ts';
import { type HookInput, runHooks } from '../../../src/pipeline/apply/run-hooks.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { hook, time } from '../release-scene.ts';

/** Jobs named in `failing` fail, all others complete at once. */
function scene(failing: readonly string[] = []) {
  const cluster = memoryCluster();
  const runs: (string | undefined)[][] = [];
  cluster.before = (call) => {
    const name = /^get Job\/(.*)/.exec(call)?.[1] ?? '';
    const live = cluster.objects.get(`Job/web/${name}`);
    const type = failing.includes(name) ? 'Failed' : 'Complete';
    if (live) cluster.put({ ...live, status: { conditions: [{ type, status: 'True' }] } });
  };
  const run = (hooks: readonly RecordedHook[], parts: Partial<HookInput> = {}) =>
    runHooks({
      client: cluster,
      hooks,
      event: 'pre-upgrade',
      namespace: 'web',
      timeout: 1000,
      now: () => time,
      signal: new AbortController().signal,
      onRun: async (all) => void runs.push(all.map(({ last_run }) => last_run?.phase)),
      ...parts,
    });
  const made = (verb: string) =>
    cluster.calls.filter((call) => call.startsWith(`${verb} `)).map((call) => call.slice(call.indexOf('/') + 1));
  return { cluster, runs, run, made };
}

describe('hooks', () => {
  test('run by weight, then by name, and only those of the event', async () => {
    const { run, made } = scene();
    await run([
      hook('late', { weight: 5 }),
      hook('b'),
      hook('a'),
      hook('early', { weight: -1 }),
      hook('other', { events: ['post-upgrade'] }),
    ]);
    expect(made('create')).toEqual(['early', 'a', 'b', 'late']);
  });

  test('are recorded as running before they run, and as succeeded after', async () => {
    const { run, runs } = scene();
    const hooks = await run([hook('a'), hook('b')]);
    expect(runs).toEqual([
      ['Running', undefined],
      ['Succeeded', undefined],
      ['Succeeded', 'Running'],
      ['Succeeded', 'Succeeded'],
    ]);
    expect(hooks[0]?.last_run).toEqual({
      started_at: time.toISOString(),
      completed_at: time.toISOString(),
      phase: 'Succeeded',
    });
  });

  test.each<[string, string[] | undefined, string[]]>([
    ['without a policy, the former one is deleted first', undefined, ['a']],
    ['with before-hook-creation too', ['before-hook-creation'], ['a']],
    ['with hook-succeeded alone, only afterwards', ['hook-succeeded'], ['a']],
    ['with both, twice', ['before-hook-creation', 'hook-succeeded'], ['a', 'a']],
    ['with hook-failed alone, never where it succeeds', ['hook-failed'], []],
  ])('%s', async (_sentence, policies, deleted) => {
    const { run, made } = scene();
    await run([hook('a', policies ? { delete_policies: policies } : {})]);
    expect(made('delete')).toEqual(deleted);
  });

  test('the former one makes way', async () => {
    const { cluster, run } = scene();
    cluster.put({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'a', namespace: 'web', labels: { old: 'yes' } },
    });
    await run([hook('a')]);
    expect(cluster.objects.get('Job/web/a')?.metadata.labels).toBeUndefined();
  });

  test('that succeeded are deleted in reverse order, after all of the event', async () => {
    const { run, cluster } = scene();
    const policy = { delete_policies: ['hook-succeeded'] };
    await run([hook('a', policy), hook('b', policy)]);
    expect(cluster.calls.filter((call) => /^(create|delete)/.test(call))).toEqual([
      'create Job/a',
      'create Job/b',
      'delete Job/b',
      'delete Job/a',
    ]);
  });

  test('stop at the first that fails: it goes by hook-failed, the earlier ones by hook-succeeded', async () => {
    const { run, runs, made } = scene(['b']);
    const policies = { delete_policies: ['hook-succeeded', 'hook-failed'] };
    const failing = run([hook('a', policies), hook('b', policies), hook('c', policies)]);
    await expect(failing).rejects.toMatchObject({
      code: 'hook.failed',
      fault: 'cluster',
      message: 'pre-upgrade hook Job/b (templates/b.yaml): Job/b failed',
    });
    expect([made('create'), made('delete')]).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(runs.at(-1)).toEqual(['Succeeded', 'Failed', undefined]);
  });

  test('that fail tell the last lines of their pod', async () => {
    const { cluster, run } = scene(['a']);
    cluster.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a-1', namespace: 'web', labels: { 'job-name': 'a' } },
    });
    await expect(run([hook('a')])).rejects.toThrow('Job/a failed; last log lines: log of a-1');
  });

  test('that take too long fail', async () => {
    const { cluster, run } = scene();
    cluster.before = () => undefined;
    let clock = time.getTime();
    const now = () => {
      clock += 600;
      return new Date(clock);
    };
    await expect(run([hook('a')], { now })).rejects.toThrow('Job/a did not finish in time');
  });

  test.each([
    ['Succeeded', undefined],
    ['Failed', 'Pod/p failed'],
  ])('a Pod that is %s decides likewise', async (phase, message) => {
    const { cluster, run } = scene();
    cluster.before = (call) => {
      const live = cluster.objects.get('Pod/web/p');
      if (call === 'get Pod/p' && live) cluster.put({ ...live, status: { phase } });
    };
    const manifest = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n';
    const running = run([hook('p', { kind: 'Pod', manifest })]);
    if (message) await expect(running).rejects.toThrow(message);
    else await expect(running).resolves.toHaveLength(1);
  });

  test('of other kinds are done when they exist', async () => {
    const { cluster, run } = scene();
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  namespace: elsewhere\n';
    await run([hook('c', { kind: 'ConfigMap', manifest })]);
    expect([...cluster.objects.keys()]).toEqual(['ConfigMap/elsewhere/c']);
  });

  test('a CRD that is a hook is never deleted before it is created', async () => {
    const { run, made } = scene();
    const manifest = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: c\n';
    await run([hook('c', { kind: 'CustomResourceDefinition', manifest })]);
    expect(made('delete')).toEqual([]);
  });
});
