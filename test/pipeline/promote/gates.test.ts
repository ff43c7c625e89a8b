import { describe, expect, test } from 'vitest';
import type { ReleaseState, StandingDrift } from '../../../src/foundation/state/release-state.ts';
import type { ReleaseSettings } from '../../../src/pipeline/definitions/release-definition.ts';
import { closedGates, type GateInput, type GateSource, promotionGates } from '../../../src/pipeline/promote/gates.ts';
import { definition, releaseState, settings, time } from '../release-scene.ts';

const healthy = { version: 3, digest: 'd', revision: 'r', at: '2026-11-20T11:50:00.000Z' };
const quarantine = { digest: 'd', helmRevision: 3, revision: 'r', reason: 'ImagePullBackOff', at: '' };
const failure = { digest: 'd', at: '', attempts: 1, reason: 'x', message: 'it broke' };
const drift = (parts: Partial<StandingDrift>): StandingDrift => ({
  id: 'd1',
  key: 'k',
  object: 'Deployment/shop',
  kind: 'changed',
  severity: 'workload',
  manager: 'kubectl',
  since: '',
  fields: [],
  ...parts,
});

interface Given {
  readonly source?: Partial<GateSource>;
  readonly promotion?: Partial<ReleaseSettings['promotion']>;
  readonly windows?: GateInput['windows'];
  readonly target?: ReleaseState['promotion'];
  readonly around?: Partial<Pick<GateInput, 'dependencies' | 'downstream'>>;
}

/** The closed ones, by name and message. */
function closed({ source, promotion, windows, target, around }: Given): string[] {
  const own: ReleaseSettings = {
    ...settings,
    promotion: { ...settings.promotion, ...promotion },
  };
  const gates = promotionGates({
    sources: [
      { id: 'shop/dev', digest: 'd', tests: false, drift: [], checks: [], state: releaseState({ healthy }), ...source },
    ],
    target: {
      definition: { ...definition, environment: 'prod', settings: own },
      state: releaseState(target ? { promotion: target } : {}),
    },
    windows,
    ...{ dependencies: [], downstream: [], ...around },
    ...{ id: 'p-1', byReview: true, now: time.getTime() },
  });
  return gates
    .filter(({ open }) => !open)
    .map(({ name, message, opens }) => `${name}: ${message}${opens ? ` (${new Date(opens).toISOString()})` : ''}`);
}

const state = (parts: Partial<ReleaseState>) => ({ source: { state: releaseState({ healthy, ...parts }) } });
const reviewed = (approvedBy: string[], rejectedBy: string[] = []) => {
  const request = { number: 7, url: 'https://git/7' };
  return { proposed: { id: 'p-1', at: 'then', branch: 'b', commit: 'c', request, approvedBy, rejectedBy } };
};
const people = (forge: string[], count = 1) => ({ people: forge.map((name) => ({ forge: name })), count });
const night = { open: false, turns: Date.parse('2026-11-20T22:00:00Z'), text: 'allow 0 22 * * * for 1h (UTC)' };

describe('a gate is closed', () => {
  test.each<[string, Given, ...string[]]>([
    [
      'where what it depends on waits too',
      { around: { dependencies: [{ id: 'db/prod', waits: true }] } },
      'dependencies: db/prod, on which it depends, is to be promoted first',
    ],
    [
      'where a later one was rolled back',
      { around: { downstream: [{ id: 'shop/eu', reason: 'HookFailed' }] } },
      'downstream: shop/eu was rolled back: HookFailed',
    ],
    ['where the source is not deployed', { source: { state: undefined } }, 'healthy: shop/dev is not deployed'],
    ['where it was rolled back', state({ quarantine }), 'healthy: shop/dev was rolled back: ImagePullBackOff'],
    ['where it failed', state({ failure }), 'healthy: shop/dev failed: it broke'],
    [
      'where it runs something else than git says',
      { source: { digest: 'newer' } },
      'healthy: shop/dev has not been healthy yet with what git says',
    ],
    [
      'until it has been healthy for long enough',
      { promotion: { after: 900_000 } },
      'after: shop/dev healthy since 2026-11-20T11:50:00.000Z, 15m asked for (2026-11-20T12:05:00.000Z)',
    ],
    [
      'where nobody knows since when it is healthy',
      { ...state({ healthy: { version: 3, digest: 'd', revision: 'r' } }), promotion: { after: 1 } },
      'after: since when shop/dev is healthy is not known',
    ],
    [
      'where it has drifted',
      { source: { drift: [drift({}), drift({ severity: 'security' })] } },
      'drift: shop/dev has drifted: Deployment/shop and 1 more (workload)',
    ],
    ['where nobody has looked at it yet', { source: { drift: undefined } }, 'drift: shop/dev was not looked at yet'],
    [
      'where a health check is bad by now, or cannot be measured',
      {
        source: {
          checks: [
            { name: 'up', ok: true, message: 'HTTP 200' },
            { name: 'errors', ok: false, message: 'HTTP 500' },
            { name: 'slow', ok: undefined, message: 'no answer within 5000 ms' },
          ],
        },
      },
      'check: check errors of shop/dev: HTTP 500',
      'check: check slow of shop/dev: no answer within 5000 ms',
    ],
    ['where its tests never run', { promotion: { gates: ['tests'] } }, 'tests: shop/dev runs no tests (tests: true)'],
    [
      'outside of the windows of the target',
      { windows: night },
      'windows: outside of allow 0 22 * * * for 1h (UTC) (2026-11-20T22:00:00.000Z)',
    ],
    ['until somebody approves', { promotion: { gates: ['approval'] } }, 'approval: waits for: helm-gitops approve p-1'],
    [
      'where somebody approved another version',
      { promotion: { gates: ['approval'] }, target: { approved: { id: 'p-0', by: 'ann', at: 'then' } } },
      'approval: waits for: helm-gitops approve p-1',
    ],
    [
      'until those who are named have reviewed its pull request',
      {
        promotion: { gates: [people(['Ann', 'bob', 'cleo'], 2)] },
        target: reviewed(['ANN', 'x']),
      },
      'approval: waits for a review of https://git/7 by 1 of bob, cleo beside Ann',
    ],
    [
      'where the reviews are of another version',
      {
        promotion: { gates: [people(['ann'])] },
        target: { proposed: { ...reviewed(['ann']).proposed, id: 'p-0' } },
      },
      'approval: its pull request will need a review by ann',
    ],
    [
      'where one of those who are named asked for changes',
      { promotion: { gates: [people(['ann', 'bob'])] }, target: reviewed(['ann'], ['bob']) },
      'approval: bob asked for changes in a review of https://git/7',
    ],
    [
      'where somebody rejected it',
      { target: { rejected: { id: 'p-1', by: 'ann', at: 'then', reason: 'no' } } },
      'rejected: rejected by ann at then: no',
    ],
    [
      'where somebody closed its pull request',
      { target: { proposed: { ...reviewed([]).proposed, closed: true } } },
      'rejected: https://git/7 was closed; promote it by hand, or give the source another version',
    ],
    [
      'where it was promoted and taken back',
      { target: { last: { id: 'p-1', at: 'then', values: {} } } },
      'taken-back: it was promoted at then and is not there any more; promote it by hand, or give the source another version',
    ],
  ])('%s', (_, given, ...gates) => {
    expect(closed(given)).toEqual(gates);
  });
});

describe('all gates are open', () => {
  test.each<[string, Given]>([
    ['where the source is healthy', {}],
    ['when the time is over', { promotion: { after: 600_000 } }],
    [
      'whatever others added, and whatever metadata',
      { source: { drift: [drift({ kind: 'extra' }), drift({ severity: 'metadata' })] } },
    ],
    ['where somebody answers for the drift', { source: { drift: [drift({ accepted: '2026-11-21T00:00:00Z' })] } }],
    ['where its health checks are good', { source: { checks: [{ name: 'up', ok: true, message: 'HTTP 200' }] } }],
    ['where the tests run', { source: { tests: true }, promotion: { gates: ['tests'] } }],
    [
      'when somebody approved it',
      { promotion: { gates: ['approval'] }, target: { approved: { id: 'p-1', by: 'ann', at: 'then' } } },
    ],
    [
      'when enough of those who are named have approved by a review',
      { promotion: { gates: [people(['ann', 'bob'])] }, target: reviewed(['Bob']) },
    ],
    [
      'where another version was rejected',
      { target: { rejected: { id: 'p-0', by: 'ann', at: 'then', reason: 'no' } } },
    ],
  ])('%s', (_, given) => {
    expect(closed(given)).toEqual([]);
  });
});

test('what somebody has decided against waits for nothing else', () => {
  const gates = (['healthy', 'approval', 'rejected'] as const).map((name) => ({ name, open: false, message: name }));
  expect(closedGates(gates).map(({ name }) => name)).toEqual(['rejected']);
  expect(closedGates(gates.slice(0, 2)).map(({ name }) => name)).toEqual(['healthy', 'approval']);
});
