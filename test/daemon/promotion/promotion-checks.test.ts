import { expect, test } from 'vitest';
import type { PromotionParts } from '../../../src/daemon/promotion/promoting.ts';
import { createPromotionChecks } from '../../../src/daemon/promotion/promotion-checks.ts';
import type { PreparedRelease } from '../../../src/pipeline/context.ts';
import type { HealthCheck } from '../../../src/pipeline/definitions/rollback-settings.ts';
import { definition } from '../../pipeline/release-scene.ts';

const check = {
  ...{ name: 'up', source: { type: 'http', url: 'http://web/' } },
  ...{ interval: 10_000, timeout: 1000, failureLimit: 3 },
} as const satisfies HealthCheck;

/** A server that answers with these statuses in turn, and what is known of the check at each look. */
function scene(statuses: readonly number[]) {
  let time = 0;
  let asked = 0;
  let onSettled: () => void = () => undefined;
  const http = {
    request: async () => {
      const status = statuses[asked] ?? 500;
      asked += 1;
      return { status, discard: async () => undefined };
    },
  };
  const { signal } = new AbortController();
  const context = { client: {}, emit: () => undefined, signal };
  const parts = {
    ...{ http, signal, now: () => new Date(time) },
    sessions: new Map([[definition.cluster, { session: { context } }]]),
  } as unknown as PromotionParts;
  const measure = createPromotionChecks(parts, () => onSettled());
  const look = (digest = 'd') => measure({ definition, digest } as unknown as PreparedRelease, check);
  return {
    look,
    /** Resolves when it was measured. */
    async measured(digest?: string) {
      const settled = new Promise<void>((resolve) => {
        onSettled = resolve;
      });
      expect(look(digest)).toMatchObject({ ok: undefined, pending: true });
      await settled;
      return look(digest);
    },
    wait(milliseconds: number) {
      time += milliseconds;
    },
    get asked() {
      return asked;
    },
  };
}

test('a check is measured in the background, and what was measured counts for its interval', async () => {
  const one = scene([200, 500]);
  expect(await one.measured()).toMatchObject({ name: 'up', ok: true, message: 'HTTP 200' });
  one.wait(9_000);
  expect(one.look()).toMatchObject({ ok: true });
  expect(one.asked).toBe(1);
  one.wait(1_000);
  expect(await one.measured()).toMatchObject({ ok: false, message: 'HTTP 500', again: 20_000 });
  expect(one.asked).toBe(2);
});

test('while it is being measured it is not measured again', async () => {
  const one = scene([200]);
  one.look();
  one.look();
  expect(one.asked).toBeLessThanOrEqual(1);
});

test('what was measured of another version says nothing', async () => {
  const one = scene([200, 500]);
  await one.measured('first');
  expect(await one.measured('second')).toMatchObject({ ok: false, message: 'HTTP 500' });
});

test('what nobody has looked at yet counts once, however old it is', async () => {
  const one = scene([200]);
  one.look();
  await new Promise((resolve) => setImmediate(resolve));
  one.wait(60_000);
  expect(one.look()).toMatchObject({ ok: true });
  expect(one.look()).toMatchObject({ pending: true });
});
