import { describe, expect, test } from 'vitest';
import type { Deciding } from '../../../src/daemon/control.ts';
import { createDecisions, type DecisionsOptions } from '../../../src/daemon/requests/decisions.ts';
import { limitRate } from '../../../src/daemon/requests/limit-rate.ts';
import type { Answer } from '../../../src/daemon/requests/requests.ts';
import type { Event } from '../../../src/foundation/events/event.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import type { ReleaseState } from '../../../src/foundation/state/release-state.ts';
import { releaseState, time } from '../../pipeline/release-scene.ts';

interface Given {
  readonly promotion?: ReleaseState['promotion'];
  readonly waited?: ReleaseState['waited'];
  /** TokenReview and SubjectAccessReview. */
  readonly statuses?: readonly (object | Error)[];
  readonly answer?: Answer;
  readonly missing?: readonly string[];
}

const known = [{ authenticated: true, user: { username: 'ann' } }, { allowed: true }];

function scene({ promotion, waited = [], statuses = known, answer = { outcome: 'done' }, missing = [] }: Given = {}) {
  const events: Event[] = [];
  const reviewed: string[] = [];
  const answered: unknown[] = [];
  const clock = { time: time.getTime() };
  const create = async (object: KubernetesObject) => {
    const status = statuses[reviewed.push(object.kind) - 1];
    if (status instanceof Error) throw status;
    return { ...object, status };
  };
  const state = releaseState({ waited, ...(promotion ? { promotion } : {}) });
  const work = {
    session: { context: { client: { name: 'main', create } } },
    states: { namespace: 'helm-gitops', list: async () => [{ state, resourceVersion: '1', requests: [] }] },
  };
  const decisions = createDecisions({
    sessions: new Map([['main', work]]) as unknown as DecisionsOptions['sessions'],
    missing: () => missing,
    answer: async (...asked) => {
      answered.push(asked);
      return answer;
    },
    emit: (event) => void events.push(event),
    now: () => new Date(clock.time),
    signal: new AbortController().signal,
  });
  const decide = (id = 'p-1', more: Partial<Deciding> = {}) =>
    decisions.decide({ id, decision: 'approve', reason: undefined, token: 's3cret', ...more });
  return { decide, decisions, events, reviewed, answered, clock };
}

const waiting = { promotion: { waiting: { id: 'p-1', since: '' } } };

describe('a decision', () => {
  test('is made as whom the cluster knows', async () => {
    const { decide, answered } = scene(waiting);
    expect(await decide()).toEqual({ status: 'done', app: 'shop', environment: 'dev', by: 'ann' });
    const target = { kind: 'release', namespace: 'web', release: 'shop' };
    const request = {
      verb: 'approve',
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      arguments: { id: 'p-1' },
      user: 'ann',
    };
    expect(answered).toEqual([['main', target, request]]);
  });

  test.each<[string, Given, string, object]>([
    ['of what nobody knows asks no cluster', {}, 'unknown', { reviewed: [] }],
    ['while something is out of reach cannot be told', { missing: ['eu'] }, 'unavailable', { reviewed: [] }],
    ['of an unknown person', { ...waiting, statuses: [{}] }, 'unauthenticated', { reviewed: ['TokenReview'] }],
    [
      'of one who may not',
      { ...waiting, statuses: [known[0] ?? {}, { allowed: false }] },
      'forbidden',
      { answered: [] },
    ],
    ['where the cluster fails', { ...waiting, statuses: [new Error('s3cret')] }, 'unavailable', { answered: [] }],
    ['that is refused', { ...waiting, answer: { outcome: 'refused', message: 'no' } }, 'conflict', {}],
    ['that is not theirs', { ...waiting, answer: { outcome: 'refused', forbidden: true } }, 'forbidden', {}],
  ])('%s', async (_title, given, status, more) => {
    const { decide, ...after } = scene(given);
    const decided = await decide();
    expect(decided).toMatchObject({ status });
    expect(after).toMatchObject(more);
    expect(JSON.stringify([decided, after.events])).not.toContain('s3cret');
  });

  test('of what another version has taken the place of says which, to those who may', async () => {
    const refused = { outcome: 'refused', message: 'p-0 does not wait any more, p-1 does' } as const;
    const { decide, reviewed, events } = scene({ ...waiting, waited: ['p-0'], answer: refused });
    expect(await decide('p-0')).toEqual({
      status: 'conflict',
      message: 'shop/dev: p-0 does not wait any more, p-1 does',
    });
    expect(reviewed).toEqual(['TokenReview', 'SubjectAccessReview']);
    expect(events).toEqual([]);
    const stranger = scene({ ...waiting, waited: ['p-0'], statuses: [{}] });
    expect(await stranger.decide('p-0')).toMatchObject({ status: 'unauthenticated' });
  });

  test('of too many at once waits, whoever asks, and asks no cluster', async () => {
    const { decide, clock, reviewed } = scene({ ...waiting, statuses: Array.from({ length: 100 }, () => ({})) });
    for (let number = 0; number < 20; number++) expect((await decide()).status).toBe('unauthenticated');
    expect(await decide()).toEqual({ status: 'limited', after: 1 });
    expect(reviewed).toHaveLength(20);
    clock.time += 500;
    expect((await decide()).status).toBe('unauthenticated');
    expect((await decide()).status).toBe('limited');
  });
});

test('turns come back with time, and never more than at once', () => {
  const clock = { time: 0 };
  const turn = limitRate({ burst: 2, perSecond: 0.1 }, () => new Date(clock.time));
  expect([turn(), turn(), turn()]).toEqual([0, 0, 10]);
  clock.time = 9_000;
  expect(turn()).toBe(1);
  clock.time = 3_600_000;
  expect([turn(), turn(), turn()]).toEqual([0, 0, 10]);
  // A clock that is put back gives none.
  clock.time = 0;
  expect(turn()).toBe(10);
});
