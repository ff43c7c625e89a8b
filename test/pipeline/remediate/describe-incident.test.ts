import { describe, expect, test } from 'vitest';
import type { JsonObject, KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import type { Incident } from '../../../src/foundation/state/incident.ts';
import {
  describeIncident,
  hooksThatRan,
  type IncidentInput,
  withIncident,
  withStep,
} from '../../../src/pipeline/remediate/describe-incident.ts';
import { describeStanding } from '../../../src/pipeline/remediate/describe-standing.ts';

const object = (kind: string, name: string, data: JsonObject): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'web' },
  data,
});
const input: IncidentInput = {
  at: '2026-11-20T12:00:05.000Z',
  digest: 'd2',
  revision: '3f2a1c9aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  commit: { author: 'Ann <ann@example.com>', subject: 'Raise', time: 1_795_176_000 },
  failed: { version: 2, hooks: [], info: { last_deployed: '2026-11-20T12:00:01Z' } },
  objects: {
    before: [
      object('ConfigMap', 'settings', { color: 'red' }),
      object('Secret', 'key', { key: 'b2xk' }),
      object('ConfigMap', 'old', {}),
    ],
    after: [
      object('ConfigMap', 'settings', { color: 'hunter2' }),
      object('Secret', 'key', { key: 'bmV3' }),
      object('ConfigMap', 'new', {}),
    ],
  },
  changed: ['values/shop.yaml:4 color red→hunter2'],
  to: 1,
  reason: 'ImagePullBackOff',
  message: 'it cannot be pulled',
  readiness: {
    status: 'failed',
    object: 'Deployment/shop',
    reason: 'ImagePullBackOff',
    message: 'm',
    culprit: { pod: 'shop-1', event: 'Failed to pull', logs: 'a secret line' },
  },
  mask: (text) => text.replaceAll('hunter2', '***'),
};

const hook = (kind: string, phase: string, events: string[]) => ({
  ...{ name: 'migrate', kind, path: '', manifest: '', events },
  last_run: { phase, ...(phase === '' ? {} : { started_at: '2026-11-20T12:00:01Z' }) },
});

describe('the record of an incident', () => {
  test('says what was changed and what failed, without secrets and log excerpts', () => {
    const incident = describeIncident(input);
    expect(incident).toMatchObject({
      outcome: 'open',
      from: 2,
      to: 1,
      pod: 'shop-1',
      warning: 'Failed to pull',
      message: 'Deployment/shop: it cannot be pulled',
      changed: ['values/shop.yaml:4 color red→***'],
      objects: [
        'ConfigMap/settings /data/color red→***',
        'Secret/key /data/key ***→***',
        'ConfigMap/new is new',
        'ConfigMap/old is gone',
      ],
    });
    expect(JSON.stringify(incident)).not.toMatch(/hunter2|secret line|b2xk|bmV3/);
    expect(incident.timeline.map(({ what }) => what)).toEqual([
      'Ann <ann@example.com> committed 3f2a1c9: Raise',
      'revision 2 began',
      'revision 2 failed: ImagePullBackOff',
    ]);
  });

  test('is bounded, whatever was changed', () => {
    const long = Array.from({ length: 500 }, (_, index) => `values/x.yaml:${index} ${'x'.repeat(1000)}`);
    const { changed } = describeIncident({ ...input, changed: long });
    expect(changed).toHaveLength(10);
    expect(changed.at(-1)).toBe('and 491 more');
    expect(Math.max(...changed.map(({ length }) => length))).toBeLessThanOrEqual(300);
  });

  test('survives a record whose time nobody can read', () => {
    const failed = { ...input.failed, info: { last_deployed: 'never' } };
    expect(describeIncident({ ...input, failed, commit: undefined }).timeline).toHaveLength(1);
  });

  test.each([
    [hook('Job', 'Succeeded', ['pre-upgrade']), ['Job/migrate (pre-upgrade, Succeeded)']],
    [hook('Job', 'Failed', ['pre-upgrade', 'test']), ['Job/migrate (pre-upgrade, Failed)']],
    [hook('Job', '', ['post-upgrade']), []],
    [hook('Job', 'Succeeded', ['test']), []],
    [hook('ConfigMap', 'Succeeded', ['pre-upgrade']), []],
  ])('names hooks that did something: %o', (ran, told) => {
    expect(hooksThatRan({ hooks: [ran] })).toEqual(told);
  });

  test('is kept once, and the newest three stay', () => {
    const of = (from: number): Incident => ({ ...describeIncident(input), from, digest: `d${from}` });
    let kept: readonly Incident[] | undefined;
    for (const from of [2, 2, 4, 6, 8]) kept = withIncident(kept, of(from));
    expect(kept?.map(({ from }) => from)).toEqual([4, 6, 8]);
    const change = { outcome: 'rolledBack', version: 9 } as const;
    const ended = withStep(kept, { from: 8, at: input.at, what: 'done', change });
    expect(ended?.at(-1)).toMatchObject(change);
    expect(withStep(ended, { from: 8, at: input.at, what: 'done', change })).toEqual(ended);
    expect(withStep(kept, { from: 3, at: input.at, what: 'done', change })).toBeUndefined();
  });
});

describe('how git and the cluster stand', () => {
  const incident = { ...describeIncident(input), outcome: 'rolledBack', version: 3 } as const;
  const quarantine = { digest: 'd2', helmRevision: 2, revision: 'bad', reason: 'ImagePullBackOff', at: '' };
  const deployed = { digest: 'd1', revision: 'good', helmRevision: 3 };
  const say = (more: object) =>
    describeStanding({ quarantine, deployed, incidents: [incident], ...more }, (revision) => revision);
  test.each([
    [
      'rolled back',
      {},
      'git wants bad (Ann), the cluster runs good (revision 3), because revision 2 failed: ImagePullBackOff: Deployment/shop: it cannot be pulled',
    ],
    [
      'by a person',
      { quarantine: { ...quarantine, by: 'bob' } },
      'git wants bad (Ann), the cluster runs good (revision 3), because bob took it back',
    ],
    ['not at all', { quarantine: undefined }, undefined],
    [
      'with nothing to go back to',
      { deployed: undefined, incidents: undefined },
      'git wants bad, the cluster has revision 2 as it failed, because ImagePullBackOff',
    ],
  ])('%s', (_name, more, said) => {
    expect(say(more)).toBe(said);
  });
});
