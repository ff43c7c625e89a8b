import { describe, expect, test } from 'vitest';
import type { ReleaseRecord } from '../../src/foundation/history/release-record.ts';
import { pendingRecord, withStatus } from '../../src/pipeline/apply/revision-record.ts';
import { isChosen, type TestFilter, testRelease } from '../../src/pipeline/test-release.ts';
import { hook, releaseScene, time } from './release-scene.ts';

const hooks = [
  hook('before', { events: ['pre-install'] }),
  hook('one', { events: ['test'], weight: 2, delete_policies: ['hook-succeeded'] }),
  hook('two', { events: ['test'] }),
];
const all: TestFilter = { only: [], except: [] };

async function scene(status: ReleaseRecord['info']['status'] = 'deployed') {
  const made = releaseScene();
  const record = pendingRecord(
    {
      action: 'install',
      name: 'shop',
      namespace: 'web',
      version: 1,
      previous: undefined,
      chart: {},
      config: {},
      manifest: '',
      hooks,
      notes: '',
      now: time,
      stateNamespace: 'helm-gitops',
    },
    'fleet@1',
  );
  await made.history.create(withStatus(record, status));
  const failing: string[] = [];
  made.cluster.before = (call) => {
    if (!call.startsWith('list Job')) return;
    for (const job of made.cluster.objects.values()) {
      if (job.kind !== 'Job') continue;
      const type = failing.includes(job.metadata.name ?? '') ? 'Failed' : 'Complete';
      made.cluster.put({ ...job, status: { conditions: [{ type, status: 'True' }] } });
    }
  };
  const seen: string[] = [];
  const run = (filter = all) =>
    testRelease(made.context, {
      history: made.history,
      fields: { op: 'o', app: 'shop', environment: 'dev', cluster: 'c', namespace: 'web', release: 'shop' },
      timeout: 60_000,
      filter,
      onEnded: async (ended) => {
        seen.push(...ended.hooks.map(({ name, last_run }) => `${name} ${last_run?.phase || 'never'}`));
        seen.push(`one is ${made.object('Job', 'one') ? 'there' : 'gone'}`);
      },
    });
  const phases = async () =>
    (await made.history.get(1))?.record.hooks.map(({ last_run }) => last_run?.phase || 'never');
  return { ...made, failing, seen, run, phases };
}

describe('tests on demand', () => {
  test('run by weight, are recorded, and are looked at before they are deleted', async () => {
    const { run, seen, phases, object, records, cluster } = await scene();
    expect(await run()).toBeUndefined();
    expect(seen).toEqual(['before never', 'one Succeeded', 'two Succeeded', 'one is there']);
    expect(await phases()).toEqual(['never', 'Succeeded', 'Succeeded']);
    expect([object('Job', 'one'), object('Job', 'two') === undefined]).toEqual([undefined, false]);
    expect(cluster.calls.filter((call) => call.startsWith('apply'))).toEqual(['apply Job/two', 'apply Job/one']);
    expect(await records()).toEqual(['1 deployed Initial install underway (fleet@1)']);
  });

  test('that are chosen leave the others as they were', async () => {
    const { run, phases } = await scene();
    await run({ only: ['two'], except: [] });
    expect(await phases()).toEqual(['never', 'never', 'Succeeded']);
  });

  test('that fail are returned, and recorded', async () => {
    const { run, phases, failing } = await scene();
    failing.push('two');
    expect((await run())?.error).toMatchObject({ code: 'test.failed', fault: 'cluster' });
    expect(await phases()).toEqual(['never', 'never', 'Failed']);
  });

  test.each([
    ['uninstalled', 'user'],
    ['pending-upgrade', 'transient'],
  ] as const)('do not run where the newest revision is %s', async (status, fault) => {
    const { run, cluster } = await scene(status);
    await expect(run()).rejects.toMatchObject({ code: 'test.not-deployed', fault });
    expect(cluster.calls.filter((call) => call.startsWith('apply'))).toEqual([]);
  });

  test('of a name that there is not are the user’s error', async () => {
    const { run } = await scene();
    await expect(run({ only: ['three'], except: [] })).rejects.toMatchObject({
      code: 'test.unknown',
      hint: 'there is one, two',
    });
  });

  test.each<[TestFilter, string[]]>([
    [all, ['one', 'two']],
    [{ only: ['one'], except: [] }, ['one']],
    [{ only: [], except: ['one'] }, ['two']],
    [{ only: ['one', 'two'], except: ['two'] }, ['one']],
    [{ only: ['before'], except: [] }, []],
  ])('%j chooses %j', (filter, names) => {
    expect(hooks.filter((one) => isChosen(one, filter)).map(({ name }) => name)).toEqual(names);
  });
});
