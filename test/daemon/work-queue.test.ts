import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWorkQueue, type Slot } from '../../src/daemon/work-queue.ts';

/** A queue whose jobs end when they are told to. */
function scene(concurrency: number) {
  const log: string[] = [];
  const errors: [string, unknown][] = [];
  const rested: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const queue = createWorkQueue({
    concurrency,
    onError: (key, error) => errors.push([key, error]),
    onRest: (key) => rested.push(key),
  });
  const add = (key: string, name = key) =>
    queue.add(key, async () => {
      log.push(name);
      const end = Promise.withResolvers<void>();
      ends.set(name, end);
      await end.promise;
    });
  const end = async (name: string) => {
    ends.get(name)?.resolve();
    await turns();
  };
  return { queue, log, errors, rested, add, end, fail: (name: string, error: Error) => ends.get(name)?.reject(error) };
}

const turns = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a work queue', () => {
  test('runs no more than its concurrency at once, first come first served', async () => {
    const { log, add, end } = scene(2);
    for (const key of ['a', 'b', 'c', 'd']) add(key);
    expect(log).toEqual(['a', 'b']);
    await end('b');
    expect(log).toEqual(['a', 'b', 'c']);
    await end('a');
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  test('never runs two jobs of a key, and makes one more run of ten wishes, the newest', async () => {
    const { queue, log, add, end } = scene(5);
    add('a', 'first');
    for (let wish = 1; wish <= 10; wish += 1) add('a', `wish ${wish}`);
    expect([log, queue.size, queue.isRunning('a')]).toEqual([['first'], 2, true]);
    await end('first');
    expect(log).toEqual(['first', 'wish 10']);
    await end('wish 10');
    expect([log.length, queue.size, queue.isRunning('a')]).toEqual([2, 0, false]);
  });

  test('a key that runs does not hold up the ones behind it', () => {
    const { log, add } = scene(2);
    add('a');
    add('a', 'again');
    add('b');
    expect(log).toEqual(['a', 'b']);
  });

  test('a job that fails is told and gives its place back', async () => {
    const { queue, log, errors, add, fail } = scene(1);
    add('a');
    add('b');
    fail('a', new Error('no'));
    await turns();
    expect([errors, log, queue.isRunning('a')]).toEqual([[['a', new Error('no')]], ['a', 'b'], false]);
  });

  test('a key rests when its job has ended, well or not, and no other of it waits', async () => {
    const { rested, add, end, fail } = scene(2);
    add('a', 'first');
    add('a', 'second');
    add('b');
    await end('first');
    expect(rested).toEqual([]);
    await end('second');
    fail('b', new Error('no'));
    await turns();
    expect(rested).toEqual(['a', 'b']);
  });

  test('a job that waits aside gives its place away, and takes the next that is free', async () => {
    const { queue, log, add, end } = scene(1);
    const wait = Promise.withResolvers<string>();
    queue.add('slow', async ({ aside }) => {
      log.push('slow');
      log.push(await aside(() => wait.promise));
    });
    add('b');
    add('c');
    await turns();
    expect(log).toEqual(['slow', 'b']);
    wait.resolve('slow goes on');
    await turns();
    expect(log).toEqual(['slow', 'b']);
    await end('b');
    expect(log).toEqual(['slow', 'b', 'slow goes on', 'c']);
  });

  test('it is still running while it waits aside', async () => {
    const { queue, log, add } = scene(1);
    const wait = Promise.withResolvers<void>();
    queue.add('a', ({ aside }) => aside(() => wait.promise));
    add('a', 'next');
    await turns();
    expect([queue.isRunning('a'), log]).toEqual([true, []]);
    wait.resolve();
    await turns();
    expect(log).toEqual(['next']);
  });

  test('a wait that fails gets its place back before the job hears of it', async () => {
    const { queue, log, errors, add } = scene(1);
    queue.add('a', ({ aside }) => aside(() => Promise.reject(new Error('timeout'))));
    await turns();
    add('b');
    add('c');
    expect([errors, log]).toEqual([[['a', new Error('timeout')]], ['b']]);
  });

  test('idle resolves when nothing waits or runs', async () => {
    const { queue, add, end } = scene(1);
    await queue.idle();
    add('a');
    add('b');
    let idle = false;
    void queue.idle().then(() => {
      idle = true;
    });
    await end('a');
    expect(idle).toBe(false);
    await end('b');
    expect(idle).toBe(true);
  });

  test('stop drops what has not begun, waits for what runs, and takes nothing more', async () => {
    const { queue, log, add, end } = scene(1);
    add('a');
    add('b');
    let stopped = false;
    void queue.stop().then(() => {
      stopped = true;
    });
    add('c');
    await turns();
    expect([stopped, queue.size]).toEqual([false, 1]);
    await end('a');
    expect([stopped, log, queue.size]).toEqual([true, ['a'], 0]);
  });

  test('whatever comes in whatever order: places are kept, keys are alone, and the last wish of each runs last', async () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('run', 'aside', 'fail')), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 3 }), async (wishes, concurrency) => {
        const queue = createWorkQueue({ concurrency, onError: () => undefined });
        const active = new Set<string>();
        const ran = new Map<string, number>();
        let places = 0;
        let worst = 0;
        const take = () => {
          places += 1;
          worst = Math.max(worst, places);
        };
        const jobOf = (key: string, kind: string, index: number) => async (slot: Slot) => {
          expect(active.has(key)).toBe(false);
          active.add(key);
          ran.set(key, index);
          take();
          await Promise.resolve();
          if (kind === 'aside') {
            places -= 1;
            await slot.aside(() => Promise.resolve());
            take();
          }
          places -= 1;
          active.delete(key);
          if (kind === 'fail') throw new Error('no');
        };
        for (const [index, [key, kind]] of wishes.entries()) {
          queue.add(key, jobOf(key, kind, index));
          if (index % 3 === 0) await Promise.resolve();
        }
        await queue.idle();
        expect(worst).toBeLessThanOrEqual(concurrency);
        expect([queue.size, active.size]).toEqual([0, 0]);
        expect(ran).toEqual(new Map(wishes.map(([key], index) => [key, index])));
      }),
      { numRuns: 60 },
    );
  });
});
