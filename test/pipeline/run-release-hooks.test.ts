import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/foundation/events/event.ts';
import type { RecordedHook } from '../../src/foundation/history/release-record.ts';
import { readOutput } from '../../src/pipeline/observe/read-output.ts';
import { hookReadiness, type ReleaseHooks, runReleaseHooks } from '../../src/pipeline/run-release-hooks.ts';
import { memoryCluster } from '../support/memory-cluster.ts';
import { discovery, time } from './release-scene.ts';

const fields = { op: 'op', app: 'shop', environment: 'dev', cluster: 'memory', namespace: 'web', release: 'shop' };

/** A Pod that ends as soon as somebody looks. */
function podHook(name: string, more: Partial<RecordedHook> = {}): RecordedHook {
  const manifest = `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: main}]}\n`;
  return { name, kind: 'Pod', path: `t/${name}.yaml`, manifest, events: ['post-install', 'test'], ...more };
}

async function runs(hooks: readonly RecordedHook[], more: Partial<ReleaseHooks> = {}, failing: readonly string[] = []) {
  const cluster = memoryCluster();
  cluster.discovery = async () => discovery;
  cluster.before = (call) => {
    if (!call.startsWith('list Pod')) return;
    for (const pod of cluster.objects.values()) {
      const { name = '' } = pod.metadata;
      const bad = failing.includes(name);
      const state = { terminated: { exitCode: bad ? 2 : 0 } };
      const status = { phase: bad ? 'Failed' : 'Succeeded', containerStatuses: [{ name: 'main', state }] };
      cluster.put({ ...pod, status });
    }
  };
  const events: Event[] = [];
  const outcome = await runReleaseHooks(
    { client: cluster, emit: (event) => events.push(event), now: () => time, signal: new AbortController().signal },
    { fields, event: 'post-install', hooks, timeout: 60_000, onRun: async () => undefined, ...more },
  );
  return { cluster, events, outcome };
}

describe('hooks of a release', () => {
  test('tell what they wrote where the chart asks for it', async () => {
    const wanted = { output_log_policies: ['hook-succeeded'] };
    const { events } = await runs([podHook('a', wanted), podHook('b')]);
    expect(events).toEqual([
      { event: 'hook.output', ...fields, hook: 'post-install', object: 'Pod/a', output: 'log of a' },
    ]);
  });

  test('tell no more than the end of much output', async () => {
    const cluster = memoryCluster();
    cluster.logs = async () => `start ${'x'.repeat(50_000)} end`;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'main' }] } };
    const output = await readOutput(cluster, [pod], {});
    expect([output.length, output.startsWith('…x'), output.endsWith('x end')]).toEqual([16_385, true, true]);
  });

  test('name the containers where there are several, and pass over what cannot be read', async () => {
    const cluster = memoryCluster();
    cluster.logs = async (_pod, { container }) => {
      if (container === 'broken') throw new Error('no log');
      return `of ${container}\n`;
    };
    const spec = { initContainers: [{ name: 'init' }], containers: [{ name: 'main' }, { name: 'broken' }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec };
    expect(await readOutput(cluster, [pod], {})).toBe('a (init):\nof init\na (main):\nof main');
  });

  test.each([
    ['post-install', 'hook.failed', { hook: 'post-install' }, 'post-install hook'],
    ['test', 'test.failed', {}, 'test'],
  ] as const)('that fail at %s are told as %s, with the last lines of the log', async (event, name, more, words) => {
    const { events, outcome } = await runs([podHook('a')], { event }, ['a']);
    const message = `${words} Pod/a (t/a.yaml): it has failed; container main ended badly, exit code 2`;
    expect(events).toEqual([
      {
        event: name,
        ...fields,
        ...more,
        object: 'Pod/a',
        reason: 'Failed',
        message: `${message}; last log lines: log of a`,
        hint: undefined,
      },
    ]);
    // What is recorded and kept in state holds no log.
    expect(outcome.failure?.error.message).toBe(message);
    expect(outcome.failure && hookReadiness(outcome.failure.problem)).toEqual({
      status: 'failed',
      object: 'Pod/a',
      reason: 'Failed',
      message: 'it has failed; container main ended badly, exit code 2',
      culprit: { pod: 'a', logs: 'log of a' },
    });
  });

  test('that do not end in time say what they waited for', async () => {
    const cluster = memoryCluster();
    cluster.discovery = async () => discovery;
    const { failure } = await runReleaseHooks(
      { client: cluster, emit: () => undefined, now: () => time, signal: new AbortController().signal },
      { fields, event: 'test', hooks: [podHook('a')], timeout: 100, onRun: async () => undefined },
    );
    expect(failure?.problem).toMatchObject({
      reason: 'Timeout',
      message: 'it did not end in time: its containers have not started',
    });
  });

  test('that take longer say what is waited for, once', async () => {
    const cluster = memoryCluster();
    cluster.discovery = async () => discovery;
    const events: Event[] = [];
    await runReleaseHooks(
      { client: cluster, emit: (event) => events.push(event), now: () => time, signal: new AbortController().signal },
      { fields, event: 'post-install', hooks: [podHook('a')], timeout: 2500, onRun: async () => undefined },
    );
    const message = 'post-install hook: its containers have not started';
    expect(events.slice(0, -1)).toEqual([{ event: 'release.waiting', ...fields, for: 'Pod/a', message }]);
  });

  test('hold no place in the queue while they are waited for', async () => {
    let waits = 0;
    const aside: ReleaseHooks['aside'] = (wait) => {
      waits += 1;
      return wait();
    };
    await runs([podHook('a'), podHook('b')], { aside });
    expect(waits).toBe(2);
  });
});
