import { describe, expect, test } from 'vitest';
import type { ReleaseState } from '../../../src/foundation/state/release-state.ts';
import type { GroupState } from '../../../src/foundation/state/shared-state.ts';
import {
  backOutcome,
  decideAmong,
  decideGroupTurn,
  type Group,
  type GroupMember,
  isBackFor,
  withBack,
  withNextSet,
} from '../../../src/pipeline/remediate/decide-group.ts';

/** `db`, `api` upon it, `web` upon that; and `cron`, which stands alone. */
const order: Readonly<Record<string, readonly string[]>> = { db: [], api: ['db'], web: ['api'], cron: [] };
const at = '2026-11-20T12:00:00Z';
const before = ['db', 'api', 'web', 'cron'];
const set: NonNullable<GroupState['set']> = {
  at,
  members: before.map((app) => ({ app, version: 1, digest: `${app}1`, revision: 'r1' })),
};

/** What of a member a case says: it runs `runs`, git wants `wants`. */
interface Case {
  readonly runs?: number | undefined;
  readonly wants?: number;
  readonly state?: Partial<ReleaseState>;
  readonly more?: Partial<GroupMember>;
}

function member(app: string, { runs = 1, wants = runs, state, more }: Case = {}): GroupMember {
  const deployed = { digest: `${app}${runs}`, helmRevision: runs, revision: `r${runs}` };
  const healthy = { version: runs, digest: deployed.digest, revision: deployed.revision, at };
  return {
    app,
    digest: `${app}${wants}`,
    dependsOn: order[app] ?? [],
    state: { deployed, healthy, ...state } as ReleaseState,
    suspended: false,
    reverts: false,
    ...more,
  };
}

const owed = { digest: '', at, attempts: 1, reason: 'r', message: 'm', owed: true };

/** Its own inputs failed, and its rollback is still to come. */
const failed = (app: string, more: Partial<ReleaseState> = {}): Case => ({
  runs: 2,
  state: {
    failure: owed,
    quarantine: { digest: `${app}2`, helmRevision: 2, revision: 'r2', reason: 'ImagePullBackOff', at },
    ...more,
  },
});
const held = (app: string, group: object = { name: 'shop', app: 'web' }): Partial<ReleaseState> => ({
  quarantine: { digest: `${app}2`, helmRevision: 2, revision: 'r2', reason: 'group', at, group: group as never },
});
const back = (app: string): GroupState['back'] => ({
  ...{ at, app, digest: `${app}2`, version: 2, reason: 'ImagePullBackOff', namespace: 'n', release: app },
});

function group(cases: Readonly<Record<string, Case>>, more: Partial<GroupState> = {}): Group {
  return { name: 'shop', set, ...more, members: before.map((app) => member(app, cases[app])) };
}
const turns = (one: Group) =>
  Object.fromEntries(
    before.map((app) => {
      const decided = decideGroupTurn(one, app);
      return [app, decided.turn === 'wait' ? `wait ${decided.for}` : decided.turn];
    }),
  );

describe('a group goes forward', () => {
  test('not at all while git wants what runs', () => {
    expect(turns(group({}))).toEqual({ db: 'own', api: 'own', web: 'own', cron: 'own' });
  });

  test('in order, and only those that have changed', () => {
    const one = group({ db: { wants: 2 }, web: { wants: 2 }, api: { wants: 2 } });
    expect(turns(one)).toEqual({ db: 'forward', api: 'wait db', web: 'wait api', cron: 'own' });
  });

  test('together: not while one of them may not', () => {
    const closed = { wants: 2, more: { closed: 'its sync window is closed' } };
    const one = group({ db: { wants: 2 }, cron: closed, api: {} });
    expect(turns(one)).toMatchObject({ db: 'wait cron', cron: 'forward' });
  });

  test('never past one that is not to be had as git wants it', () => {
    const one = group({ db: { wants: 2 }, web: { ...failed('web'), runs: 1, wants: 2 }, cron: { wants: 2 } });
    expect(turns(one)).toMatchObject({ db: 'wait web', web: 'own', cron: 'wait web' });
  });

  test('to the end of what has begun', () => {
    const intent = { op: 'o', action: 'install', digest: 'cron2', version: 1 } as const;
    const one = group({ web: failed('web'), cron: { runs: 1, wants: 2, state: { intent } } }, { set: undefined });
    expect(turns(one)['cron']).toBe('forward');
  });
});

describe('a group goes back', () => {
  test('in reverse order, whoever went forward, and nobody else', () => {
    const one = group(
      { db: { runs: 2 }, api: failed('api'), web: { runs: 2 }, cron: { runs: 2 } },
      { back: back('api') },
    );
    expect(turns(one)).toEqual({ db: 'wait api', api: 'own', web: 'back', cron: 'back' });
    const alone = { rollback: 'begin', to: 5 } as const;
    expect(decideAmong(one, { app: 'api', versions: [1, 2], alone })).toMatchObject({
      rollback: 'hold',
      reason: 'group',
      to: 1,
    });
    const then = group(
      { db: { runs: 2 }, api: failed('api'), web: { wants: 2, state: held('web') }, cron: { wants: 2 } },
      { back: back('api') },
    );
    expect(turns(then)).toEqual({ db: 'wait api', api: 'own', web: 'own', cron: 'wait api' });
  });

  test('from the middle of going forward too', () => {
    const intent = { op: 'o', action: 'upgrade', digest: 'cron2', version: 2 } as const;
    const one = group({ web: failed('web'), cron: { runs: 1, wants: 2, state: { intent } } }, { back: back('web') });
    expect(turns(one)['cron']).toBe('back');
  });

  test('but for what was never part of a healthy set, and what is suspended', () => {
    const without = { at, members: set.members.filter(({ app }) => app !== 'cron') };
    const suspended = { runs: 2, more: { suspended: true } };
    const one = group({ web: failed('web'), cron: { runs: 2 }, db: suspended }, { set: without, back: back('web') });
    expect(turns(one)).toMatchObject({ cron: 'own', db: 'own' });
  });

  const stays = (app: string): Case => ({ runs: 2, state: held(app, { name: 'shop', app: 'api', stays: true }) });
  const given: Partial<ReleaseState> = { failure: undefined, incidents: [{ from: 2, outcome: 'failed' } as never] };

  test('and what cannot keeps what it stands on, but for the one that failed', () => {
    const one = group({ db: { runs: 2 }, api: failed('api'), web: stays('web') }, { back: back('api') });
    expect(turns(one)).toMatchObject({ db: 'wait api', web: 'own' });
    const alone = { rollback: 'impossible', message: '' } as const;
    expect(decideAmong(one, { app: 'api', versions: [1, 2], alone })).toMatchObject({ rollback: 'begin', to: 1 });
    const then = group(
      { db: { runs: 2 }, api: { wants: 2, state: failed('api').state }, web: stays('web') },
      { back: back('api') },
    );
    expect(turns(then)).toMatchObject({ db: 'stay' });
    const never = group({ db: { runs: 2 }, api: failed('api', given) }, { back: back('api') });
    expect(turns(never)).toMatchObject({ db: 'stay' });
  });

  test.each<[string, Group, 'done' | 'failed' | undefined]>([
    ['while one is still to go', group({ db: { runs: 2 } }, { back: back('web') }), undefined],
    ['while the one that failed is', group({ web: failed('web') }, { back: back('web') }), undefined],
    ['where all are there', group({ web: { wants: 2 } }, { back: back('web') }), 'done'],
    ['where one stays', group({ db: stays('db') }, { back: back('web') }), 'failed'],
    ['where the one that failed stays', group({ web: failed('web', given) }, { back: back('web') }), 'failed'],
  ])('which is over or not: %s', (_, one, outcome) => expect(backOutcome(one)).toBe(outcome));

  test('until the inputs that failed are others, or in quarantine no more', () => {
    const members = (one: Case) => group({ web: one });
    const quarantined = { state: failed('web').state ?? {} };
    expect(isBackFor(back('web') as never, members({ ...quarantined, wants: 2 }))).toBe(true);
    expect(isBackFor(back('web') as never, members({ ...quarantined, wants: 3 }))).toBe(false);
    expect(isBackFor(back('web') as never, members({ wants: 2 }))).toBe(false);
  });

  test('and then forward again, unless a change is still to be taken back in git', () => {
    const db = (more: Partial<GroupMember>, revert?: object): Case => {
      const incidents = [{ from: 2, digest: 'db2', outcome: 'healthy', ...(revert ? { revert } : {}) } as never];
      return { wants: 2, state: { ...held('db'), incidents }, more };
    };
    const turnOf = (one: Case) => turns(group({ db: one, web: { wants: 3 } }))['db'];
    expect(turnOf(db({}))).toBe('release');
    expect(turnOf(db({ reverts: true }))).toBe('own');
    expect(turnOf(db({ reverts: true }, { outcome: 'proposed' }))).toBe('own');
    expect(turnOf(db({ reverts: true }, { outcome: 'dropped' }))).toBe('release');
  });
});

describe('a set of healthy revisions', () => {
  const spell = ({ set: one }: GroupState) => one?.members.map(({ app, version }) => `${app} ${version}`).join(' ');
  const versions = ({ members, ...before }: Group) => {
    const after = withNextSet(before, members, at);
    return after === before ? undefined : spell(after);
  };

  test('is what all run when all are as git wants them, and healthy', () => {
    expect(versions(group({}, { set: undefined }))).toBe('db 1 api 1 web 1 cron 1');
    expect(versions(group({ db: { runs: 2 } }))).toBe('db 2 api 1 web 1 cron 1');
    expect(versions(group({}))).toBeUndefined();
  });

  test.each<[string, Case]>([
    ['is not as git wants it', { wants: 2 }],
    ['soaks', { runs: 2, state: { healthy: undefined } }],
    ['is being deployed', { runs: 2, state: { intent: { op: '', action: 'upgrade', digest: 'db3', version: 3 } } }],
    ['was never deployed', { runs: 2, state: { deployed: undefined } }],
    ['has turned bad', { runs: 2, state: { failure: owed } }],
  ])('is not known while one %s', (_, db) => expect(versions(group({ db, cron: { runs: 2 } }))).toBeUndefined());

  test('is left by a person for the one before it', () => {
    const { members, ...before } = group({ web: { runs: 2 } });
    const second = withNextSet(before, members, at);
    expect([spell(second), second.former]).toEqual(['db 1 api 1 web 2 cron 1', set]);
    expect(spell(withBack(second, back('web') as never))).toBe('db 1 api 1 web 1 cron 1');
    expect(withBack(before, { ...(back('web') as never as object), digest: 'web1' } as never)).toBe(before);
  });

  test('is the same one after going back, by newer revisions', () => {
    const deployed = { digest: 'web1', helmRevision: 3, revision: 'r1' };
    const web = { wants: 2, state: { deployed, healthy: { version: 3, digest: 'web1', revision: 'r1', at } } };
    expect(versions(group({ web }))).toBe('db 1 api 1 web 3 cron 1');
  });
});
