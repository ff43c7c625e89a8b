import { describe, expect, test } from 'vitest';
import { createApprovalSeals } from '../../../src/daemon/requests/approval-seals.ts';
import { decideByUser } from '../../../src/daemon/requests/decide-by-user.ts';
import { decidePromotion } from '../../../src/daemon/requests/decide-promotion.ts';
import { mostStanding } from '../../../src/daemon/requests/standing-seals.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import type { PersonDecision, PromotionState } from '../../../src/foundation/state/release-state.ts';
import type { PromotionSettings } from '../../../src/pipeline/definitions/promotion-schema.ts';
import { releaseState, time } from '../../pipeline/release-scene.ts';

/** Seals of a daemon; another one with the same secret is the next start. */
function seals(secret: { made?: KubernetesObject; fails?: Error | undefined } = {}) {
  const client = {
    get: async () => secret.made,
    create: async (object: KubernetesObject) => {
      secret.made = object;
      return object;
    },
    update: async (object: KubernetesObject) => {
      if (secret.fails !== undefined) throw secret.fails;
      secret.made = object;
      return object;
    },
  };
  return createApprovalSeals({ client, namespace: 'helm-gitops', signal: new AbortController().signal });
}

const named: PromotionSettings['gates'] = [{ people: [{ user: 'ann' }, { user: 'bob' }], count: 2 }];
const waiting = { id: 'p-1', since: 'then' };
const { identity } = releaseState();

async function decide(
  promotion: PromotionState,
  [user, verb, reason]: readonly [string, string, string?],
  gates = named,
  id = 'p-1',
) {
  const given = { id, ...(reason ? { reason } : {}) };
  const state = releaseState({ promotion });
  const around = { gates, now: time, seals: seals() };
  const answer = await decideByUser(state, { user, verb, arguments: given }, around);
  return { ...answer, promotion: answer.state?.(state).promotion };
}

describe('what somebody decides by the API', () => {
  test('is kept under their name, the last word of each', async () => {
    const first = await decide({ waiting }, ['ann', 'approve']);
    expect(first).toMatchObject({ outcome: 'done', message: 'p-1 by ann' });
    const both = await decide(first.promotion ?? {}, ['bob', 'approve']);
    const last = await decide(both.promotion ?? {}, ['ann', 'reject', 'no']);
    expect(last.promotion?.decisions).toMatchObject([
      { user: 'bob', verdict: 'approved' },
      { user: 'ann', verdict: 'rejected', reason: 'no' },
    ]);
    expect(last.promotion?.waiting).toEqual(waiting);
  });

  test('is for those who are asked, and anybody may say no', async () => {
    expect(await decide({ waiting }, ['cleo', 'approve'])).toMatchObject({ outcome: 'refused', forbidden: true });
    expect((await decide({ waiting }, ['cleo', 'reject', 'no'])).promotion?.decisions).toMatchObject([
      { user: 'cleo' },
    ]);
    expect(await decide({ waiting }, ['cleo', 'approve'], ['approval'])).toMatchObject({ outcome: 'done' });
  });

  test('is refused where it does not wait', async () => {
    expect(await decide({ waiting }, ['ann', 'approve'], named, 'p-0')).toMatchObject({
      message: 'p-0 does not wait any more, p-1 does',
    });
    expect(await decide({}, ['ann', 'approve'])).toMatchObject({ message: 'p-1 does not wait any more' });
  });

  test('and what an annotation says of the same version: the later counts, but nobody lifts the no of somebody known', async () => {
    const rejected = { id: 'p-1', by: 'joe', at: 'then', reason: 'no' };
    const lifted = await decide({ waiting, rejected }, ['ann', 'approve'], ['approval']);
    expect(lifted.promotion?.rejected).toBeUndefined();
    const kept = await decide({ waiting, rejected: { ...rejected, id: 'p-0' } }, ['ann', 'approve']);
    expect(kept.promotion?.rejected).toMatchObject({ id: 'p-0' });
    const { promotion = {} } = await decide({ waiting }, ['ann', 'reject', 'no'], ['approval']);
    const asked = { verb: 'approve', arguments: { id: 'p-1', by: 'ann' } };
    const around = { gates: ['approval'], now: time } as const;
    expect(decidePromotion(releaseState({ promotion }), asked, around)).toMatchObject({
      ...{ outcome: 'refused', message: 'ann has rejected p-1 by the API, and takes that back there: no' },
    });
    expect(decidePromotion(releaseState({ promotion: { waiting } }), asked, { gates: named, now: time })).toMatchObject(
      {
        ...{ outcome: 'refused', message: expect.stringContaining('an annotation does not prove who wrote it') },
      },
    );
  });
});

describe('a seal', () => {
  const what = { id: 'p-1', user: 'ann', verdict: 'approved', at: 'then' } as const;

  test('is known again after a restart, and no other is', async () => {
    const secret = {};
    const sealed = await seals(secret).seal(identity, what);
    expect(await seals(secret).judge(identity, sealed)).toBe('standing');
    const others: [typeof identity, PersonDecision][] = [
      [identity, { ...sealed, user: 'bob' }],
      [identity, { ...sealed, id: 'p-2' }],
      [identity, { ...sealed, at: 'now' }],
      [identity, { ...sealed, reason: 'x' }],
      [identity, { ...sealed, verdict: 'rejected' }],
      [identity, { ...sealed, seal: '' }],
      [{ ...identity, namespace: 'other' }, sealed],
      [{ ...identity, release: 'other' }, sealed],
    ];
    for (const [of, one] of others) expect(await seals(secret).judge(of, one)).toBe('forged');
    expect(await seals({}).judge(identity, sealed)).toBe('forged');
  });

  test('of what was said otherwise since, or is promoted, does not count again, after a restart neither', async () => {
    const secret: Parameters<typeof seals>[0] = {};
    const ours = seals(secret);
    const first = await ours.seal(identity, what);
    const other = await ours.seal(identity, { ...what, user: 'bob' });
    const last = await ours.seal(identity, { ...what, verdict: 'rejected', at: 'now', reason: 'no' }, [first]);
    for (const known of [ours, seals(secret)]) {
      expect(await Promise.all([first, other, last].map((one) => known.judge(identity, one)))).toEqual([
        ...['former', 'standing', 'standing'],
      ]);
    }
    secret.fails = new Error('out of reach');
    await expect(ours.end('p-1')).rejects.toThrow('out of reach');
    expect(await ours.judge(identity, other)).toBe('former');
    secret.fails = undefined;
    const again = await ours.seal(identity, { ...what, at: 'later' });
    for (const known of [ours, seals(secret)])
      expect(await Promise.all([other, again].map((one) => known.judge(identity, one)))).toEqual([
        ...['former', 'standing'],
      ]);
    await ours.end('p-1');
    expect(await seals(secret).judge(identity, again)).toBe('former');
  });

  test('whose list is bounded loses the oldest', async () => {
    const secret: Parameters<typeof seals>[0] = {};
    const ours = seals(secret);
    const first = await ours.seal(identity, what);
    const standing = Array.from({ length: mostStanding }, (_, number) => [`p-${number + 10}`, ['x']]);
    const { made } = secret;
    const list = [['p-1', [first.seal]], ...standing.slice(1)];
    const data = { ...(made?.['data'] as object), standing: Buffer.from(JSON.stringify(list)).toString('base64') };
    secret.made = { ...(made as KubernetesObject), data };
    expect(await seals(secret).judge(identity, first)).toBe('standing');
    const last = await seals(secret).seal(identity, { ...what, id: 'p-2' });
    expect(await Promise.all([first, last].map((one) => seals(secret).judge(identity, one)))).toEqual([
      ...['former', 'standing'],
    ]);
    expect(JSON.stringify(secret.made).length).toBeLessThan(900_000);
  });

  test('whose list somebody has spoiled is none', async () => {
    const secret: Parameters<typeof seals>[0] = {};
    const sealed = await seals(secret).seal(identity, what);
    const data = { ...(secret.made?.['data'] as object), standing: Buffer.from('{}').toString('base64') };
    secret.made = { ...(secret.made as KubernetesObject), data };
    await expect(seals(secret).judge(identity, sealed)).rejects.toMatchObject({ code: 'approval.key' });
  });

  test('of a Secret that holds no key is none', async () => {
    const made = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data: { key: 'c2hvcnQ=' } };
    await expect(seals({ made }).seal(identity, what)).rejects.toMatchObject({ code: 'approval.key' });
  });
});
