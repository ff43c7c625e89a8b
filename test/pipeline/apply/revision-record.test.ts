import { describe, expect, test } from 'vitest';
import {
  type Action,
  completeDescription,
  failedDescription,
  pendingRecord,
  sourceOf,
  withStatus,
} from '../../../src/pipeline/apply/revision-record.ts';

const source = 'fleet@3f2a1c9 Raise replicas';
const parts = { name: 'shop', namespace: 'web', chart: {}, config: {}, manifest: 'm', hooks: [], notes: 'n' };
const input = { ...parts, stateNamespace: 'helm-gitops' };
const now = new Date('2026-11-20T12:00:00Z');

describe('a revision’s record', () => {
  test.each<[Action, string, string, string]>([
    ['install', 'pending-install', `Initial install underway (${source})`, `Install complete (${source})`],
    ['upgrade', 'pending-upgrade', `Preparing upgrade (${source})`, `Upgrade complete (${source})`],
    ['rollback', 'pending-rollback', `Rollback underway (${source})`, `Rollback to 3 (${source})`],
  ])('of an %s speaks as Helm does, and names its source', (action, status, description, complete) => {
    const record = pendingRecord({ ...input, action, version: 4, previous: undefined, now }, source);
    expect(record.info).toMatchObject({ status, description, first_deployed: now.toISOString() });
    expect(completeDescription(action, source, 3)).toBe(complete);
    const failed = failedDescription({ action, name: 'shop', source }, 'no');
    expect(failed).toBe(`${action === 'upgrade' ? 'Upgrade' : 'Release'} "shop" failed: no (${source})`);
    for (const text of [description, complete, failed])
      expect(sourceOf(withStatus(record, 'deployed', text))).toEqual({ repository: 'fleet', revision: '3f2a1c9' });
  });

  test('keeps the first deploy and the labels of the one before it, and says whose it is', () => {
    const first = pendingRecord({ ...input, action: 'install', version: 1, previous: undefined, now }, source);
    const previous = { ...first, labels: { team: 'a', 'helm-gitops.io/state-namespace': 'others' } };
    const later = new Date(now.getTime() + 1000);
    const second = pendingRecord({ ...input, action: 'upgrade', version: 2, previous, now: later }, source);
    expect(second).toMatchObject({
      labels: { team: 'a', 'helm-gitops.io/state-namespace': 'helm-gitops' },
      info: { first_deployed: now.toISOString(), last_deployed: later.toISOString() },
    });
    const back = { ...input, action: 'rollback', version: 3, previous, labels: {}, now } as const;
    expect(pendingRecord(back, source).labels).toEqual({ 'helm-gitops.io/state-namespace': 'helm-gitops' });
  });

  test('a long reason is cut, a foreign description names no source', () => {
    const text = failedDescription({ action: 'upgrade', name: 'shop', source }, 'x'.repeat(500));
    expect(text).toBe(`Upgrade "shop" failed: ${'x'.repeat(400)}… (${source})`);
    const record = pendingRecord({ ...input, action: 'install', version: 1, previous: undefined, now }, source);
    expect(sourceOf(withStatus(record, 'deployed', 'Install complete'))).toBeUndefined();
  });
});
