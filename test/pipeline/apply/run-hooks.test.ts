import { describe, expect, test } from 'vitest';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import type { RecordedHook } from '../../../src/foundation/history/release-record.ts';
import { type HookInput, runHooks } from '../../../src/pipeline/apply/run-hooks.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { discovery, hook, time } from '../release-scene.ts';

/** Jobs named in `failing` fail, all others complete at once. */
function scene(failing: readonly string[] = []) {
  const cluster = memoryCluster();
  cluster.discovery = async () => discovery;
  const runs: (string | undefined)[][] = [];
  const run = async (hooks: readonly RecordedHook[], parts: Partial<HookInput> = {}) => {
    const outcome = await runHooks({
      client: cluster,
      hooks,
      event: 'pre-upgrade',
      namespace: 'web',
      timeout: 1000,
      now: () => time,
      signal: new AbortController().signal,
      onRun: async (all) => void runs.push(all.map(({ last_run }) => last_run?.phase)),
      finished: async ({ kind, metadata: { name = '' } }) =>
        failing.includes(name)
          ? { object: `${kind}/${name}`, reason: 'BackoffLimitExceeded', message: 'too many tries', event: 'no luck' }
          : undefined,
      ...parts,
    });
    await outcome.cleanUp();
    runs.push(outcome.hooks.map(({ last_run }) => last_run?.phase));
    return outcome;
  };
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
    expect(made('apply')).toEqual(['early', 'a', 'b', 'late']);
  });

  test('are recorded as running before they run, and as succeeded after', async () => {
    const { run, runs } = scene();
    const { hooks } = await run([hook('a'), hook('b')]);
    expect(runs).toEqual([
      ['Running', undefined],
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
    expect(cluster.calls.filter((call) => /^(apply|delete)/.test(call))).toEqual([
      'apply Job/a',
      'apply Job/b',
      'delete Job/b',
      'delete Job/a',
    ]);
  });

  test('stop at the first that fails: it goes by hook-failed, the earlier ones by hook-succeeded', async () => {
    const { run, runs, made } = scene(['b']);
    const policies = { delete_policies: ['hook-succeeded', 'hook-failed'] };
    const { failure } = await run([hook('a', policies), hook('b', policies), hook('c', policies)]);
    expect(failure).toMatchObject({
      hook: { name: 'b' },
      problem: { object: 'Job/b', reason: 'BackoffLimitExceeded' },
      error: {
        code: 'hook.failed',
        fault: 'cluster',
        message: 'pre-upgrade hook Job/b (templates/b.yaml): too many tries',
        hint: 'no luck',
      },
    });
    expect([made('apply'), made('delete')]).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(runs.at(-1)).toEqual(['Succeeded', 'Failed', undefined]);
  });

  test('that cannot be written fail, and nothing is deleted', async () => {
    const { cluster, run, runs, made } = scene();
    cluster.before = (call) => {
      if (call === 'apply Job/b') throw clusterError('cluster.forbidden', 'jobs are forbidden');
    };
    const policies = { delete_policies: ['hook-succeeded', 'hook-failed'] };
    const { failure } = await run([hook('a', policies), hook('b', policies)]);
    expect(failure?.error).toMatchObject({
      code: 'hook.failed',
      fault: 'transient',
      message: 'pre-upgrade hook Job/b (templates/b.yaml): jobs are forbidden',
    });
    expect([made('delete'), runs.at(-1)]).toEqual([[], ['Succeeded', 'Failed']]);
  });

  test('of tests fail as tests', async () => {
    const { run } = scene(['a']);
    const { failure } = await run([hook('a', { events: ['test'] })], { event: 'test' });
    expect(failure?.error).toMatchObject({
      code: 'test.failed',
      message: 'test Job/a (templates/a.yaml): too many tries',
    });
  });

  test('write their default policy down when they run', async () => {
    const { run } = scene();
    const { hooks } = await run([hook('a'), hook('other', { events: ['test'] })]);
    expect(hooks.map(({ delete_policies }) => delete_policies)).toEqual([['before-hook-creation'], undefined]);
  });

  test('that name an event twice run twice', async () => {
    const { run, made } = scene();
    await run([hook('a', { events: ['pre-upgrade', 'pre-upgrade'] })]);
    expect(made('apply')).toEqual(['a', 'a']);
  });

  test('of equal weight and name keep the order of the record', async () => {
    const { run, cluster } = scene();
    const manifest = (kind: string) => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: a\n`;
    const kinds = ['ServiceAccount', 'Secret', 'ConfigMap'];
    await run(kinds.map((kind) => hook('a', { kind, manifest: manifest(kind) })));
    expect(cluster.calls.filter((call) => call.startsWith('apply'))).toEqual(kinds.map((kind) => `apply ${kind}/a`));
  });

  test('tell their output where their policy says so', async () => {
    const { run } = scene(['c']);
    const told: string[] = [];
    const onOutput: HookInput['onOutput'] = async ({ name }) => void told.push(name);
    const policy = (...output_log_policies: string[]) => ({ output_log_policies });
    await run(
      [
        hook('a', policy('hook-succeeded')),
        hook('b', policy('hook-failed')),
        hook('c', policy('hook-succeeded', 'hook-failed')),
      ],
      { onOutput },
    );
    expect(told).toEqual(['a', 'c']);
  });

  test('that are still being deleted in the end are named, with what holds them', async () => {
    const { cluster, run } = scene();
    const former = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'a', namespace: 'web', finalizers: ['x.io/y'] },
    };
    cluster.put(former);
    cluster.before = (call) => {
      if (call === 'get Job/a') cluster.put(former);
    };
    let clock = time.getTime();
    const now = () => {
      clock += 600;
      return new Date(clock);
    };
    const { failure, hooks } = await run([hook('a')], { now });
    expect(failure?.error.message).toContain('the former Job/a is still being deleted');
    expect(failure?.error.hint).toBe('it waits for the finalizers x.io/y');
    expect(hooks[0]?.last_run).toBeUndefined();
  });

  test('without a name are made anew each time', async () => {
    const { run, cluster } = scene();
    const manifest = 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: a-\n';
    await run([hook('', { manifest, delete_policies: ['before-hook-creation', 'hook-succeeded'] })]);
    expect(cluster.calls).toEqual(['create Job/*']);
  });

  test('of a kind that an earlier hook defines are placed after another look', async () => {
    const { cluster, run } = scene();
    const looks: (boolean | undefined)[] = [];
    cluster.discovery = async (options) => {
      looks.push(options?.refresh);
      return options?.refresh
        ? { ...discovery, resource: (gvk) => ({ ...gvk, plural: '', verbs: [], namespaced: true }) }
        : discovery;
    };
    const manifest = 'apiVersion: x.io/v1\nkind: UnknownThing\nmetadata:\n  name: t\n';
    await run([hook('t', { kind: 'UnknownThing', manifest, delete_policies: ['hook-failed'] })]);
    expect([looks, [...cluster.objects.keys()]]).toEqual([[undefined, true], ['UnknownThing/web/t']]);
  });

  test('of the whole cluster lie in no namespace', async () => {
    const { cluster, run } = scene();
    const manifest = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: r\n';
    await run([hook('r', { kind: 'ClusterRole', manifest })]);
    expect([...cluster.objects.keys()]).toEqual(['ClusterRole//r']);
  });

  test('of other kinds are done when they exist', async () => {
    const { cluster, run } = scene();
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  namespace: elsewhere\n';
    await run([hook('c', { kind: 'ConfigMap', manifest })]);
    expect([...cluster.objects.keys()]).toEqual(['ConfigMap/elsewhere/c']);
  });

  test('a CRD that is a hook is never deleted', async () => {
    const { run, made } = scene();
    const manifest = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: c\n';
    const delete_policies = ['before-hook-creation', 'hook-succeeded'];
    await run([hook('c', { kind: 'CustomResourceDefinition', manifest, delete_policies })]);
    expect(made('delete')).toEqual([]);
  });
});
