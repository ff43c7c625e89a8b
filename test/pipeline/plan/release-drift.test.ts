import { expect, test } from 'vitest';
import type { ReleaseStatus } from '../../../src/foundation/history/release-record.ts';
import type { ReleaseState } from '../../../src/foundation/state/release-state.ts';
import type { LatestRevision } from '../../../src/pipeline/plan/next-step.ts';
import { releaseDrift } from '../../../src/pipeline/plan/release-drift.ts';
import { releaseState } from '../release-scene.ts';

const at = '2026-11-20T12:00:05Z';
const latest = (version: number, status: ReleaseStatus, description = 'Upgrade complete'): LatestRevision => ({
  version,
  info: { status, last_deployed: at, description, ...(status === 'uninstalled' ? { deleted: at } : {}) },
});
const deployed = { deployed: { digest: 'd', helmRevision: 3, revision: 'r' } };
const intent = (action: 'upgrade' | 'uninstall', version: number) => ({
  intent: { op: 'o', action, digest: 'd', version },
});
const failure = (version: number) => ({ failure: { digest: 'd', at, attempts: 1, reason: '', message: '', version } });

test.each<[string, Partial<ReleaseState>, LatestRevision | undefined, object | undefined]>([
  ['what we deployed is none', deployed, latest(3, 'deployed'), undefined],
  [
    'a revision of helm',
    deployed,
    latest(4, 'deployed', 'Rollback to 1'),
    { field: '/version', recorded: '3 deployed', live: `4 deployed ${at}: Rollback to 1`, manager: 'helm', at },
  ],
  [
    'a failed one',
    deployed,
    latest(4, 'failed', 'Upgrade "shop" failed: no'),
    { live: `4 failed ${at}: Upgrade "shop" failed: no`, manager: 'helm' },
  ],
  ['one with a sentence of its own', deployed, latest(4, 'deployed', 'by hand'), { manager: 'unknown' }],
  ['one that is still under way is waited for', deployed, latest(4, 'pending-upgrade'), undefined],
  ['an uninstall under way, too', deployed, latest(3, 'uninstalling'), undefined],
  [
    'an uninstall that kept the history',
    deployed,
    latest(3, 'uninstalled', 'Uninstallation complete'),
    { field: '/status', live: `3 uninstalled ${at}: Uninstallation complete`, manager: 'helm' },
  ],
  ['one that left nothing', deployed, undefined, { field: '/status', live: 'uninstalled', manager: 'unknown' }],
  ['a failed one of ours is none', { ...deployed, ...failure(4) }, latest(4, 'failed'), undefined],
  ['nor one that we carry on', { ...deployed, ...intent('upgrade', 4) }, latest(4, 'deployed'), undefined],
  [
    'one that overtook ours',
    { ...deployed, ...intent('upgrade', 4) },
    latest(5, 'deployed'),
    { recorded: '3 deployed' },
  ],
  ['our own uninstall is none', { ...deployed, ...intent('uninstall', 3) }, undefined, undefined],
  [
    'nor one that a person asked for',
    { ...deployed, uninstalled: { by: 'ann', at, digest: 'd' } },
    undefined,
    undefined,
  ],
  ['where we never deployed anything there is none', {}, latest(3, 'deployed'), undefined],
])('%s', (_sentence, state, newest, expected) => {
  const found = releaseDrift(releaseState(state), newest);
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(expected);
});
