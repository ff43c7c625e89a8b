import { expect, test } from 'vitest';
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
  const asked = Promise.withResolvers<never>();
  const loop = createReleaseLoop({
    context: {
      signal: new AbortController().signal,
      now: () => new Date(0),
      history: () => ({ marks: async () => [] }),
    },
    queue: { add: (id: string, job: Job) => void wished.push({ id, job }) },
    model: { define: () => undefined, release: () => undefined, set: () => undefined },
    emit: () => undefined,
    across: { expected: new Map(), elsewhere: () => [].values(), wake: (id: string) => loop.wake(id) },
    holdOf: () => asked.promise,
  } as unknown as ReleaseLoopOptions);
  return { loop, wished };
}

test('what another hand does while a release is looked at is looked at afterwards', () => {
  const { loop, wished } = scene();
  loop.wish(prepared);
  const [first] = wished.splice(0);
  void first?.job({ aside: (wait) => wait() });
  loop.touched('web', 'shop');
  expect(wished.map(({ id }) => id)).toEqual([first?.id]);
});

test('what ends while it is found out what a release waits for is looked at afterwards', async () => {
  const { loop, wished } = scene();
  const dependsOn = [{ app: 'db', environment: 'prod', optional: false, ready: 'true' }];
  const settings = { ...definition.settings, dependsOn };
  loop.wish({ ...prepared, definition: { ...definition, settings } } as unknown as PreparedRelease);
  const [first] = wished.splice(0);
  const done = first?.job({ aside: (wait) => wait() });
  loop.wake('db/prod');
  expect(wished.map(({ id }) => id)).toEqual(['shop/prod']);
  await done;
  loop.wake('cache/prod');
  expect(wished).toHaveLength(1);
  loop.wake('db/prod');
  expect(wished.map(({ id }) => id)).toEqual(['shop/prod', 'shop/prod']);
});

test('of what happens to other releases nothing follows', () => {
  const { loop, wished } = scene();
  loop.wish(prepared);
  wished.splice(0);
  loop.touched('web', 'cart');
  loop.touched('other', 'shop');
  expect(wished).toEqual([]);
});
