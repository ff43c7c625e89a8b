import { describe, expect, test } from 'vitest';
import type { ReleaseRecord, ReleaseStatus } from '../../../src/foundation/history/release-record.ts';
import type { ReleaseState } from '../../../src/foundation/state/release-state.ts';
import { nextStep, type Situation } from '../../../src/pipeline/plan/next-step.ts';

const minute = 60_000;
const now = Date.parse('2026-11-20T12:00:00Z');
const quarantine = { digest: 'new', helmRevision: 4, revision: '3f2a1c9', reason: 'image not found', at: '' };
const quarantinedFor = (age: number) => ({ ...quarantine, at: new Date(now - age).toISOString() });

function record(version: number, status: ReleaseStatus = 'deployed', age = 0): ReleaseRecord {
  const info = {
    first_deployed: '',
    last_deployed: new Date(now - age).toISOString(),
    description: 'Upgrade complete',
    status,
  };
  return { name: 'shop', namespace: 'web', version, info, chart: {}, config: {}, manifest: '', hooks: [] };
}

function state(parts: Partial<ReleaseState> = {}): ReleaseState {
  const identity = {
    installation: 'i',
    app: 'shop',
    environment: 'dev',
    repository: 'fleet',
    path: 'apps',
    namespace: 'web',
    release: 'shop',
  };
  return { format: 1, identity, onRemove: 'uninstall', ...parts };
}

const deployed = (digest: string, helmRevision: number) => ({
  deployed: { digest, helmRevision, revision: '3f2a1c9' },
});
const intent = (action: 'install' | 'upgrade' | 'rollback' | 'uninstall', digest: string, version: number) => ({
  intent: { op: 'o', action, digest, version, ...(action === 'rollback' && { to: 1 }) },
});
const failure = (digest: string) => ({
  failure: { digest, owed: true, at: '', attempts: 1, reason: 'readiness.failed', message: 'image not found' },
});

const base: Situation = {
  digest: 'new',
  automatic: true,
  suspended: false,
  policy: 'report',
  requested: false,
  retryAfter: 0,
  state: undefined,
  latest: undefined,
  answersChanged: false,
  now,
};

type Row = [sentence: string, situation: Partial<Situation>, expected: object];

const rows: Row[] = [
  ['a release without a revision is installed', {}, { step: 'install', version: 1 }],
  ['numbers that junk bears are passed over: a first revision', { first: 3 }, { step: 'install', version: 3 }],
  [
    'numbers that junk bears are passed over: the next one',
    { state: state(deployed('old', 1)), latest: { ...record(1), next: 4 } },
    { step: 'upgrade', version: 4 },
  ],
  [
    'numbers that junk bears are passed over: a rollback that has no record yet',
    { state: state(intent('rollback', 'new', 4)), latest: { ...record(2, 'failed'), next: 4 } },
    { step: 'rollback', version: 2 },
  ],
  [
    'a revision that came after the counting is passed over too',
    { state: state(deployed('old', 1)), latest: { ...record(2), next: 2 } },
    { step: 'upgrade', version: 3 },
  ],
  [
    'a record that another hand took away is not called a revision that it made',
    { state: state(deployed('new', 2)), latest: record(1, 'superseded') },
    {
      step: 'hold',
      reason: 'foreign-revision',
      message: expect.stringMatching(/^the record of revision 2 was taken away/),
    },
  ],
  [
    'what was uninstalled with its history kept is installed as the next revision',
    { latest: record(3, 'uninstalled') },
    { step: 'install', version: 4 },
  ],
  [
    'a release deployed from just these inputs costs nothing',
    { state: state(deployed('new', 3)), latest: record(3) },
    { step: 'settled' },
  ],
  [
    'a new digest is an upgrade',
    { state: state(deployed('old', 3)), latest: record(3) },
    { step: 'upgrade', version: 4, why: 'revision' },
  ],
  [
    'a person who asks gets a deploy of what is deployed already',
    { state: state(deployed('new', 3)), latest: record(3), requested: true },
    { step: 'upgrade', version: 4, why: 'request' },
  ],
  [
    'asked for with other inputs it makes a revision for them, whatever it changes',
    { state: state(deployed('old', 3)), latest: record(3), requested: true },
    { step: 'upgrade', version: 4, why: 'revision' },
  ],
  [
    'other answers of the cluster ask for a render',
    { state: state(deployed('new', 3)), latest: record(3), answersChanged: true },
    { step: 'upgrade', version: 4, why: 'cluster' },
  ],
  [
    'a failed revision is tried again',
    { state: state(deployed('old', 2)), latest: record(3, 'failed') },
    { step: 'upgrade', version: 4, why: 'retry' },
  ],
  [
    'a failed first install of ours is tried again, not taken for a foreign one',
    { state: state(intent('install', 'new', 1)), latest: record(1, 'failed') },
    { step: 'upgrade', version: 2, why: 'retry' },
  ],
  [
    'a failure that left no revision does not make a foreign one ours',
    {
      state: state({ failure: { digest: 'old', at: '', attempts: 1, reason: '', message: '' } }),
      latest: record(1, 'failed'),
    },
    { step: 'adopt', version: 1 },
  ],
  [
    'what a person uninstalled stays away',
    { state: state({ uninstalled: { by: 'ann', at: 'NOW', digest: 'new' } }), latest: undefined },
    { step: 'hold', reason: 'uninstalled', message: 'uninstalled by ann at NOW; git still defines it' },
  ],
  [
    'what a person uninstalled stays away where drift is corrected too, and its end was not recorded yet',
    {
      policy: 'correct',
      state: state({ ...deployed('new', 2), uninstalled: { by: 'ann', at: 'NOW', digest: 'new' } }),
      latest: record(2, 'uninstalling'),
    },
    { step: 'hold', reason: 'uninstalled' },
  ],
  [
    'what a person uninstalled comes back when its inputs change',
    { state: state({ uninstalled: { by: 'ann', at: 'NOW', digest: 'old' } }), latest: undefined },
    { step: 'install', version: 1 },
  ],
  [
    'what a person uninstalled comes back when somebody asks for it, after the history that was kept',
    {
      requested: true,
      state: state({ uninstalled: { by: 'ann', at: 'NOW', digest: 'new' } }),
      latest: record(4, 'uninstalled'),
    },
    { step: 'install', version: 5 },
  ],
  [
    'a failed revision after lost deploy state is ours where a failure is remembered',
    {
      state: state({ failure: { digest: 'old', at: '', attempts: 1, reason: '', message: '', version: 1 } }),
      latest: record(1, 'failed'),
    },
    { step: 'upgrade', version: 2, why: 'revision' },
  ],
  [
    'a quarantined first install with a new digest is upgraded',
    { state: state({ quarantine: { ...quarantine, digest: 'old' } }), latest: record(1, 'failed') },
    { step: 'upgrade', version: 2, why: 'retry' },
  ],
  ['a release that helm made is taken over', { state: state(), latest: record(7) }, { step: 'adopt', version: 7 }],
  ['so is one whose state is lost', { latest: record(7) }, { step: 'adopt', version: 7 }],
  [
    'one that another installation took over is not ours any more, whatever differs',
    { policy: 'correct', state: state(deployed('old', 3)), latest: { ...record(4), other: 'others' } },
    { step: 'adopt', version: 4 },
  ],
  [
    'nor is one that another installation began with the number that ours was about to have',
    { state: state(intent('install', 'new', 1)), latest: { ...record(1, 'pending-install'), other: 'others' } },
    { step: 'hold', reason: 'foreign-operation' },
  ],
  [
    'or ended',
    { state: state(intent('install', 'new', 1)), latest: { ...record(1), other: 'others' } },
    { step: 'adopt', version: 1 },
  ],
  [
    'or left behind',
    { latest: { ...record(1, 'pending-install', 61 * minute), other: 'others' } },
    { step: 'adopt', version: 1 },
  ],
  [
    'what another installation uninstalled is installed',
    { latest: { ...record(4, 'uninstalled'), other: 'others' } },
    { step: 'install', version: 5 },
  ],

  [
    'a definition that says suspend is held',
    { suspended: true },
    { step: 'hold', reason: 'suspended', message: 'the release is suspended' },
  ],
  [
    'a person who suspended it is quoted',
    { state: state({ suspended: { by: 'ann', at: '', reason: 'incident 12' } }) },
    { step: 'hold', reason: 'suspended', message: 'incident 12' },
  ],
  [
    'suspended without a reason says so all the same',
    { state: state({ suspended: { by: 'ann', at: '' } }) },
    { step: 'hold', reason: 'suspended', message: 'the release is suspended' },
  ],
  [
    'even what was cut short waits while suspended',
    { suspended: true, state: state(intent('upgrade', 'new', 3)), latest: record(3, 'pending-upgrade') },
    { step: 'hold', reason: 'suspended' },
  ],
  [
    'a quarantined digest is not tried again',
    { state: state({ ...deployed('old', 5), quarantine }), latest: record(5) },
    { step: 'hold', reason: 'quarantined', message: '3f2a1c9 was rolled back: image not found' },
  ],
  [
    'a quarantined digest is left alone until rollback.retryAfter is over',
    {
      state: state({ ...deployed('old', 5), quarantine: quarantinedFor(59 * minute) }),
      latest: record(5),
      retryAfter: 60 * minute,
    },
    { step: 'hold', reason: 'quarantined', for: minute },
  ],
  [
    'and is tried again then',
    {
      state: state({ ...deployed('old', 5), quarantine: quarantinedFor(60 * minute) }),
      latest: record(5),
      retryAfter: 60 * minute,
    },
    { step: 'lift' },
  ],
  [
    'one that a person set by a rollback is left alone for good',
    {
      state: state({ ...deployed('old', 5), quarantine: { ...quarantinedFor(600 * minute), by: 'ann' } }),
      latest: record(5),
      retryAfter: 60 * minute,
    },
    { step: 'hold', reason: 'quarantined' },
  ],
  [
    'a new digest is deployed past the quarantine of another',
    { state: state({ ...deployed('old', 5), quarantine: { ...quarantine, digest: 'bad' } }), latest: record(5) },
    { step: 'upgrade', version: 6, why: 'revision' },
  ],
  [
    'without sync.automatic a change waits for a person',
    { automatic: false, state: state(deployed('old', 3)), latest: record(3) },
    { step: 'hold', reason: 'not-automatic', message: 'sync.automatic is false' },
  ],
  ['so does a first install', { automatic: false }, { step: 'hold', reason: 'not-automatic' }],
  [
    'what was asked for is carried on where a crash came before its record',
    { automatic: false, state: state({ intent: { op: 'o', action: 'install', digest: 'new', version: 1 } }) },
    { step: 'install', version: 1 },
  ],
  [
    'and so is an upgrade',
    {
      automatic: false,
      state: state({ ...deployed('old', 3), intent: { op: 'o', action: 'upgrade', digest: 'new', version: 4 } }),
      latest: record(3),
    },
    { step: 'upgrade', version: 4 },
  ],
  [
    'but not one of other inputs',
    { automatic: false, state: state({ intent: { op: 'o', action: 'install', digest: 'old', version: 1 } }) },
    { step: 'hold', reason: 'not-automatic' },
  ],
  [
    'nor one that has failed',
    {
      automatic: false,
      state: state({
        intent: { op: 'o', action: 'install', digest: 'new', version: 1 },
        failure: { digest: 'new', at: '', attempts: 1, reason: 'x', message: 'it broke' },
      }),
    },
    { step: 'hold', reason: 'not-automatic' },
  ],
  ['a request deploys without sync.automatic', { automatic: false, requested: true }, { step: 'install', version: 1 }],

  [
    'another hand makes a revision: reported and held',
    { state: state(deployed('new', 3)), latest: record(4) },
    {
      step: 'hold',
      reason: 'foreign-revision',
      message: 'revision 4 was made by another hand (Upgrade complete)',
    },
  ],
  [
    'with correct it is replaced by what git says',
    { policy: 'correct', state: state(deployed('new', 3)), latest: record(4) },
    { step: 'upgrade', version: 5, why: 'drift' },
  ],
  [
    'with a request too',
    { requested: true, state: state(deployed('new', 3)), latest: record(4) },
    { step: 'upgrade', version: 5, why: 'request' },
  ],
  [
    'a new digest goes over another hand',
    { state: state(deployed('old', 3)), latest: record(4) },
    { step: 'upgrade', version: 5, why: 'revision' },
  ],
  [
    'a failed retry of ours with the deployed digest is no foreign revision',
    { state: state({ ...deployed('new', 3), ...intent('upgrade', 'new', 4) }), latest: record(4, 'failed') },
    { step: 'upgrade', version: 5, why: 'retry' },
  ],
  [
    'another hand uninstalls: reported and held',
    { state: state(deployed('new', 3)) },
    { step: 'hold', reason: 'removed-by-hand', message: 'the release was uninstalled by another hand' },
  ],
  [
    'also when it kept the history',
    { state: state(deployed('new', 3)), latest: record(3, 'uninstalled') },
    { step: 'hold', reason: 'removed-by-hand' },
  ],
  [
    'with correct an uninstalled release is installed again',
    { policy: 'correct', state: state(deployed('new', 3)) },
    { step: 'install', version: 1 },
  ],
  [
    'a new digest installs what another hand uninstalled',
    { state: state(deployed('old', 3)), latest: record(3, 'uninstalled') },
    { step: 'install', version: 4 },
  ],

  [
    'our own pending revision of these inputs is carried on',
    { state: state(intent('upgrade', 'new', 3)), latest: record(3, 'pending-upgrade') },
    { step: 'resume', version: 3 },
  ],
  [
    'our own pending revision of other inputs is followed by these',
    { state: state(intent('upgrade', 'old', 3)), latest: record(3, 'pending-upgrade') },
    { step: 'upgrade', version: 4, why: 'superseded' },
  ],
  [
    'our own pending rollback is carried on, quarantined or not',
    { state: state({ ...intent('rollback', 'new', 5), quarantine }), latest: record(5, 'pending-rollback') },
    { step: 'rollback', version: 4, to: 1 },
  ],
  [
    'so is one that has no record yet',
    { state: state({ ...intent('rollback', 'new', 5), quarantine }), latest: record(4, 'failed') },
    { step: 'rollback', version: 4, to: 1 },
  ],
  [
    'a commit that came meanwhile ends it instead',
    { state: state({ ...intent('rollback', 'bad', 5), quarantine }), latest: record(5, 'pending-rollback') },
    { step: 'upgrade', version: 6, why: 'superseded' },
  ],
  [
    'a failure whose remedy a crash cut short is remedied, not tried again',
    {
      state: state({ ...deployed('old', 2), ...intent('upgrade', 'new', 3), ...failure('new') }),
      latest: record(3, 'failed'),
    },
    { step: 'remedy', version: 3 },
  ],
  [
    'quarantined or not',
    {
      state: state({ ...deployed('old', 3), ...failure('new'), quarantine }),
      latest: record(4, 'failed'),
    },
    { step: 'remedy', version: 4 },
  ],
  [
    'but new inputs are tried',
    {
      state: state({ ...deployed('old', 2), ...intent('upgrade', 'bad', 3), ...failure('bad') }),
      latest: record(3, 'failed'),
    },
    { step: 'upgrade', version: 4, why: 'revision' },
  ],
  [
    'a revision before the one that we had begun to write is ours to follow',
    {
      state: state({ ...deployed('new', 1), ...intent('upgrade', 'new', 3) }),
      latest: record(2, 'failed'),
    },
    { step: 'upgrade', version: 3, why: 'retry' },
  ],
  [
    'one that overtook ours in the middle is held',
    { state: state({ ...deployed('old', 1), ...intent('upgrade', 'new', 2) }), latest: record(3) },
    { step: 'hold', reason: 'foreign-revision' },
  ],
  [
    'an uninstall by another hand is waited for',
    { state: state(deployed('old', 3)), latest: record(3, 'uninstalling', minute) },
    { step: 'hold', reason: 'foreign-operation' },
  ],
  [
    'for an hour',
    { state: state(deployed('old', 3)), latest: record(3, 'uninstalling', 61 * minute) },
    { step: 'upgrade', version: 4, why: 'abandoned' },
  ],
  [
    'one of ours whose definition came back is no reason to wait',
    {
      state: state({ ...deployed('new', 3), ...intent('uninstall', 'new', 3) }),
      latest: record(3, 'uninstalling', minute),
    },
    { step: 'upgrade', version: 4, why: 'revision' },
  ],
  [
    'a remembered failure does not make one of another hand ours',
    { state: state({ ...deployed('old', 3), ...failure('new') }), latest: record(3, 'uninstalling', minute) },
    { step: 'hold', reason: 'foreign-operation' },
  ],
  [
    'nor does one of ours that was about another revision',
    { state: state({ ...deployed('old', 3), ...intent('uninstall', 'old', 2) }), latest: record(3, 'uninstalling') },
    { step: 'hold', reason: 'foreign-operation' },
  ],
  [
    'one of ours that came to its last record is over, and what git wants is installed',
    { state: state({ ...deployed('new', 3), ...intent('uninstall', 'new', 3) }), latest: undefined },
    { step: 'install', version: 1 },
  ],
  [
    'one of ours that had not begun yet leaves a release that is as git says',
    { state: state({ ...deployed('new', 3), ...intent('uninstall', 'new', 3) }), latest: record(3) },
    { step: 'settled' },
  ],
  [
    'one that overtook ours is replaced where the policy corrects it',
    {
      policy: 'correct',
      state: state({ ...deployed('old', 1), ...intent('upgrade', 'new', 2) }),
      latest: record(3),
    },
    { step: 'upgrade', version: 4, why: 'revision' },
  ],
  [
    'a revision that was recorded as deployed just before a crash is remembered, not deployed again',
    { state: state({ ...deployed('old', 2), ...intent('upgrade', 'new', 3) }), latest: record(3) },
    { step: 'remember', version: 3 },
  ],
  [
    'so is a first install',
    { state: state(intent('install', 'new', 1)), latest: record(1) },
    { step: 'remember', version: 1 },
  ],
  [
    'but not where the inputs changed meanwhile',
    { state: state({ ...deployed('old', 2), ...intent('upgrade', 'older', 3) }), latest: record(3) },
    { step: 'upgrade', version: 4, why: 'revision' },
  ],
  [
    'of a rollback it is remembered what it went back to',
    { state: state({ ...deployed('old', 2), ...intent('rollback', 'new', 3), quarantine }), latest: record(3) },
    { step: 'remember', version: 3, rolledBackTo: 1 },
  ],
  [
    'nor where a person asks for a deploy',
    { requested: true, state: state({ ...deployed('old', 2), ...intent('upgrade', 'new', 3) }), latest: record(3) },
    { step: 'upgrade', version: 4, why: 'request' },
  ],
  [
    "somebody else's operation is waited for",
    { latest: record(3, 'pending-upgrade', 59 * minute) },
    {
      step: 'hold',
      reason: 'foreign-operation',
      message: 'another operation (pending-upgrade, revision 3) is in progress',
    },
  ],
  [
    'an intent for another revision does not make it ours',
    { state: state(intent('upgrade', 'new', 2)), latest: record(3, 'pending-install') },
    { step: 'hold', reason: 'foreign-operation' },
  ],
  [
    'an hour after it began it counts as abandoned',
    { latest: record(3, 'pending-upgrade', 60 * minute) },
    { step: 'upgrade', version: 4, why: 'abandoned' },
  ],
];

describe('what a release needs next', () => {
  test.each(rows)('%s', (_sentence, situation, expected) => {
    expect(nextStep({ ...base, ...situation })).toMatchObject(expected);
  });

  test.each(rows.filter(([, , expected]) => 'reason' in expected))('%s, with a hint', (_sentence, situation) => {
    expect(nextStep({ ...base, ...situation })).toHaveProperty('hint', expect.stringMatching(/\S/));
  });
});
