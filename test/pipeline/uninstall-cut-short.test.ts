/** An uninstall that is cut short at each of its writes: what the next start finds is known as ours, and is carried on. */
import { describe, expect, test } from 'vitest';
import { plainUninstall } from '../../src/pipeline/apply/uninstall-release.ts';
import type { ReleaseContext } from '../../src/pipeline/context.ts';
import { reconcileRelease } from '../../src/pipeline/reconcile-release.ts';
import { removeRelease, undoInstall, uninstallOnRequest } from '../../src/pipeline/remove-release.ts';
import { aside, configMap, prepared, releaseScene } from './release-scene.ts';

const fields = { app: 'shop', environment: 'dev', cluster: 'memory', namespace: 'web', release: 'shop' };

/** Two revisions, the newest as git says. */
async function scene() {
  const made = releaseScene();
  const superseded = new AbortController().signal;
  const reconcile = (digest = 'd2') =>
    reconcileRelease(made.context, { prepared: prepared(digest), aside, superseded, requested: false });
  for (const [digest, color] of [
    ['d1', 'red'],
    ['d2', 'green'],
  ] as const) {
    made.manifests.text = configMap('x', color);
    await reconcile(digest);
  }
  return { ...made, reconcile, current: () => made.state };
}
type Made = Awaited<ReturnType<typeof scene>>;

/** The same, in a process that ends at its `last`th write, before it is carried out. */
function dying({ context, cluster }: Made, last: number): { context: ReleaseContext; ended: () => boolean } {
  const stop = new AbortController();
  let writes = 0;
  const write = () => {
    writes += 1;
    if (writes >= last) stop.abort();
    if (stop.signal.aborted) throw new Error('killed');
  };
  cluster.before = (call) => {
    if (!/^(get|list|dry-run)/.test(call)) write();
  };
  const { states } = context;
  return {
    context: {
      ...context,
      signal: stop.signal,
      states: {
        ...states,
        change: async (...given) => {
          write();
          await states.change(...given);
        },
        remove: async (...given) => {
          write();
          await states.remove(...given);
        },
      },
    },
    ended: () => stop.signal.aborted,
  };
}

type Uninstall = (context: ReleaseContext, made: Made) => Promise<unknown>;

/** Cuts it short at every write in turn, and looks at what is left of each. */
async function atEveryWrite(uninstall: Uninstall, look: (made: Made, at: number) => Promise<void>): Promise<number> {
  for (let at = 1; ; at += 1) {
    const made = await scene();
    const { context, ended } = dying(made, at);
    await uninstall(context, made).catch(() => undefined);
    if (!ended()) return at - 1;
    made.cluster.before = () => undefined;
    await look(made, at);
  }
}

const removal: Uninstall = (context, { current }) => {
  const state = current();
  if (!state) throw new Error('there is no state');
  return removeRelease(context, { op: 'o', state, cluster: 'memory', guarded: false });
};
const request =
  (keepHistory: boolean, op = 'r1'): Uninstall =>
  (context) =>
    uninstallOnRequest(context, {
      fields: { ...fields, op },
      records: fields.namespace,
      account: undefined,
      options: { ...plainUninstall, keepHistory },
      timeout: 60_000,
      by: 'ann',
      digest: 'd2',
    });

const isOnceDeployed = (records: readonly string[]) =>
  records.filter((record) => record.includes(' deployed ')).length === 1 &&
  records.at(-1)?.includes(' deployed ') === true &&
  !records.some((record) => /pending|uninstalling/.test(record));

describe('an uninstall that was cut short', () => {
  test('because its definition was gone: the definition that comes back is deployed without a wait', async () => {
    const points = await atEveryWrite(removal, async ({ reconcile, records, object, current }, at) => {
      const result = await reconcile();
      expect(result, `write ${at}`).toMatchObject({ result: expect.stringMatching(/^(deployed|settled)$/) });
      expect(isOnceDeployed(await records()), `write ${at}: ${await records()}`).toBe(true);
      expect([object('ConfigMap', 'x')?.['data'], current()?.intent]).toEqual([{ color: 'green' }, undefined]);
    });
    expect(points).toBeGreaterThanOrEqual(6);
  });

  test('because its definition was gone: the next start carries it on, and tells of it', async () => {
    const points = await atEveryWrite(removal, async (made, at) => {
      expect(await removal(made.context, made), `write ${at}`).toBe('uninstalled');
      expect([await made.records(), made.current(), made.object('ConfigMap', 'x')]).toEqual([[], undefined, undefined]);
      expect(made.events.at(-1)).toMatchObject({ event: 'release.uninstalled', version: 2 });
    });
    expect(points).toBeGreaterThanOrEqual(6);
  });

  test.each([false, true])('because a person asked: the same request is done (history kept: %s)', async (kept) => {
    const points = await atEveryWrite(request(kept), async (made, at) => {
      // The daemon looks at its releases before it comes to the request: what was begun is not put back.
      const { result } = await made.reconcile();
      expect(['held', 'settled'], `write ${at}`).toContain(result);
      expect(await request(kept)(made.context, made), `write ${at}`).toMatchObject({ version: 2, problems: [] });
      expect(made.current()).toMatchObject({ uninstalled: { by: 'ann', digest: 'd2' } });
      expect(made.current()?.intent).toBeUndefined();
      expect((await made.records()).map((record) => record.split(' ').slice(0, 2).join(' '))).toEqual(
        kept ? ['1 superseded', '2 uninstalled'] : [],
      );
      expect(await made.reconcile()).toMatchObject({ result: 'held', step: { reason: 'uninstalled' } });
    });
    expect(points).toBeGreaterThanOrEqual(4);
  });

  test('another request does not count as done', async () => {
    const made = await scene();
    await request(false)(made.context, made);
    await expect(request(false, 'r2')(made.context, made)).rejects.toMatchObject({ code: 'uninstall.not-found' });
  });

  test('a first install that is taken away again leaves nothing that looks as if it were still going on', async () => {
    const made = await scene();
    await undoInstall(made.context, prepared('d2'));
    expect([await made.records(), made.current()?.intent]).toEqual([[], undefined]);
  });
});
