import { describe, expect, test, vi } from 'vitest';
import type { Health } from '../../../src/daemon/control.ts';
import type { ReleaseLoopOptions } from '../../../src/daemon/releases/release-entry.ts';
import { createReleaseLoop } from '../../../src/daemon/releases/release-loop.ts';
import type { Job } from '../../../src/daemon/work-queue.ts';
import type { PreparedRelease } from '../../../src/pipeline/context.ts';

const definition = {
  app: 'shop',
  environment: 'prod',
  namespace: 'web',
  releaseName: 'shop',
  settings: { dependsOn: [], sync: { wave: 0, windows: [] }, rollback: {} },
};
const prepared = { definition, digest: 'd' } as unknown as PreparedRelease;

/** A loop whose work stops where a person's decision is asked for, so that what happens meanwhile comes in a known order. */
function scene() {
  const wished: { id: string; job: Job }[] = [];
  const health = new Map<string, Health>();
  /** Those that came so far. */
  const held: string[] = [];
  const asked = Promise.withResolvers<never>();
  const loop = createReleaseLoop({
    context: {
      signal: new AbortController().signal,
      now: () => new Date(0),
      history: () => ({ marks: async () => [] }),
    },
    queue: { add: (id: string, job: Job) => void wished.push({ id, job }) },
    model: {
      define: () => undefined,
      release: (id: string) => health.get(id) && { health: health.get(id) },
      set: () => undefined,
    },
    emit: () => undefined,
    across: { expected: new Map(), elsewhere: () => [].values(), wake: (id: string) => loop.wake(id) },
    holdOf: ({ definition: { app, environment } }: PreparedRelease) => {
      held.push(`${app}/${environment}`);
      return asked.promise;
    },
  } as unknown as ReleaseLoopOptions);
  return { loop, wished, health, held };
}

test('what another hand does while a release is looked at is looked at afterwards', () => {
  const { loop, wished } = scene();
  loop.wish(prepared);
  const [first] = wished.splice(0);
  void first?.job({ aside: (wait) => wait() });
  loop.touched('web', 'shop');
  expect(wished.map(({ id }) => id)).toEqual([first?.id]);
});

describe('what a release waits for', () => {
  const dependsOn = [{ app: 'db', environment: 'prod', optional: false }];
  const settings = { ...definition.settings, dependsOn };
  const dependent = { ...prepared, definition: { ...definition, settings } } as unknown as PreparedRelease;
  const slot = { aside: <Result>(wait: () => Promise<Result>) => wait() };

  test('wakes it when it ends, and nothing else does', async () => {
    const { loop, wished, held } = scene();
    loop.wish(dependent);
    await wished.splice(0)[0]?.job(slot);
    loop.wake('cache/prod');
    expect(wished).toEqual([]);
    loop.wake('db/prod');
    expect(wished.map(({ id }) => id)).toEqual(['shop/prod']);
    expect(held).toEqual([]);
  });

  test('is asked for again when it ends while that is found out', async () => {
    const { loop, wished, health, held } = scene();
    loop.wish(dependent);
    void wished.splice(0)[0]?.job(slot);
    health.set('db/prod', 'healthy');
    loop.wake('db/prod');
    await vi.waitFor(() => expect(held).toEqual(['shop/prod']));
    expect(wished).toEqual([]);
  });
});

test('of what happens to other releases nothing follows', () => {
  const { loop, wished } = scene();
  loop.wish(prepared);
  wished.splice(0);
  loop.touched('web', 'cart');
  loop.touched('other', 'shop');
  expect(wished).toEqual([]);
});
