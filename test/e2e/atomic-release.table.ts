/**
 * The decisions of Flux's helm-controller for one release, row by row: in which state it is, what Flux does then, and
 * what happens here. Where the two differ, `differs` says why.
 */
import type { JsonObject } from '../../src/foundation/manifest/object.ts';

/** What happens to the release, and the line that is waited for after it. */
export interface Step {
  /** Git says: values of the chart, and settings of the application. */
  readonly commit?: { readonly values: JsonObject; readonly spec?: JsonObject };
  /** Arguments after the verb are the test's: `helm install`, `upgrade`, `uninstall --keep-history`. */
  readonly helm?: { readonly verb: 'install' | 'upgrade' | 'uninstall'; readonly values?: JsonObject };
  readonly ask?: 'sync' | 'retry';
  /** Another hand sets `color` of the ConfigMap. */
  readonly edit?: string;
  /** A helm that died left a pending revision, this many milliseconds ago. */
  readonly pending?: number;
  /** Another hand takes the record of this revision away. */
  readonly forget?: number;
  readonly until?: { readonly event: string; readonly [field: string]: unknown };
}

export interface Row {
  readonly state: string;
  readonly flux: string;
  readonly steps: readonly Step[];
  /** `1 superseded, 2 deployed` */
  readonly history: string;
  /** Of the live ConfigMap; undefined: there is none. */
  readonly color: string | undefined;
  readonly differs?: string;
}

const red = { color: 'red', tag: '1.0.0' };
const green = { color: 'green', tag: '1.0.0' };
const broken = { color: 'blue', tag: 'broken-1' };
const correct: JsonObject = { drift: { policy: 'correct' } };
const hour = 3_600_000;

const healthy = { event: 'release.healthy' };
const failed = { event: 'release.failed' };
const rolledBack = { event: 'rollback.done' };
const impossible = { event: 'rollback.impossible' };
const blocked = (reason: string) => ({ event: 'release.blocked', reason });
const installed: Step = { commit: { values: red }, until: healthy };
const goodThenBroken: readonly Step[] = [installed, { commit: { values: broken }, until: rolledBack }];

const neverWorse = 'a failed change is rolled back by default, and its inputs are left alone until they change';
const oneHand = 'what another hand did is told and held; git wins only where the policy says so';

export const rows: readonly Row[] = [
  {
    state: 'in sync',
    flux: 'nothing',
    steps: [installed, { commit: { values: red, spec: { interval: '9m' } }, until: { event: 'release.unchanged' } }],
    history: '1 deployed',
    color: 'red',
  },
  {
    state: 'in sync, forced',
    flux: 'upgrade',
    steps: [installed, { ask: 'sync', until: { event: 'request.done', verb: 'sync' } }],
    history: '1 deployed',
    color: 'red',
    differs: 'a sync that changes no object makes no revision',
  },
  {
    state: 'in sync again, for git was reverted to what a rollback restored',
    flux: 'nothing; the remediation is forgotten',
    steps: [...goodThenBroken, { commit: { values: red }, until: { event: 'release.unchanged' } }],
    history: '1 superseded, 2 failed, 3 deployed',
    color: 'red',
  },
  {
    state: 'locked by a helm that died long ago',
    flux: 'unlock, then upgrade',
    steps: [installed, { pending: 2 * hour, until: { event: 'release.deployed', version: 3 } }],
    history: '1 superseded, 2 failed, 3 deployed',
    color: 'red',
  },
  {
    state: 'locked by a helm that may still run',
    flux: 'unlock, then upgrade',
    steps: [installed, { pending: 60_000, until: blocked('foreign-operation') }],
    history: '1 deployed, 2 pending-upgrade',
    color: 'red',
    differs: "somebody else's operation is waited for, until an hour after it began",
  },
  { state: 'absent', flux: 'install', steps: [installed], history: '1 deployed', color: 'red' },
  {
    state: 'absent, installs exhausted',
    flux: 'stalled',
    steps: [{ commit: { values: broken }, until: impossible }],
    history: '1 failed',
    color: 'blue',
  },
  {
    state: 'absent, installs exhausted, forced',
    flux: 'install',
    steps: [
      { commit: { values: broken }, until: impossible },
      { ask: 'retry', until: { event: 'release.failed', version: 2 } },
    ],
    history: '1 failed, 2 failed',
    color: 'blue',
  },
  {
    state: 'unmanaged: helm installed just this',
    flux: 'upgrade',
    steps: [
      { helm: { verb: 'install', values: red } },
      { commit: { values: red }, until: { event: 'release.adopted' } },
    ],
    history: '1 deployed',
    color: 'red',
    differs: 'what is as git says is taken over without a write',
  },
  {
    state: 'unmanaged: helm installed something else',
    flux: 'upgrade',
    steps: [
      { helm: { verb: 'install', values: red } },
      { commit: { values: green }, until: blocked('foreign-revision') },
    ],
    history: '1 deployed',
    color: 'red',
    differs: 'a release that is not as git says waits for a person (adopt: same)',
  },
  {
    state: 'unmanaged: helm installed something else, to be taken over',
    flux: 'upgrade',
    steps: [
      { helm: { verb: 'install', values: red } },
      { commit: { values: green, spec: { adopt: 'always' } }, until: healthy },
    ],
    history: '1 superseded, 2 deployed',
    color: 'green',
  },
  {
    state: 'managed, and upgraded by helm since',
    flux: 'upgrade',
    steps: [installed, { helm: { verb: 'upgrade', values: green }, until: { event: 'drift.found', kind: 'release' } }],
    history: '1 superseded, 2 deployed',
    color: 'green',
    differs: oneHand,
  },
  {
    state: 'managed, and upgraded by helm since, where drift is corrected',
    flux: 'upgrade',
    steps: [
      { commit: { values: red, spec: correct }, until: healthy },
      { helm: { verb: 'upgrade', values: green }, until: { event: 'drift.corrected', kind: 'release' } },
    ],
    history: '1 superseded, 2 superseded, 3 deployed',
    color: 'red',
  },
  {
    state: 'out of sync: other values',
    flux: 'upgrade',
    steps: [installed, { commit: { values: green }, until: { event: 'release.healthy', version: 2 } }],
    history: '1 superseded, 2 deployed',
    color: 'green',
  },
  {
    state: 'out of sync: another chart',
    flux: 'upgrade',
    steps: [
      installed,
      {
        commit: { values: red, spec: { chart: { path: 'charts/other' } } },
        until: { event: 'release.healthy', version: 2 },
      },
    ],
    history: '1 superseded, 2 deployed',
    color: 'other',
  },
  {
    state: 'out of sync, upgrades exhausted',
    flux: 'stalled',
    steps: goodThenBroken,
    history: '1 superseded, 2 failed, 3 deployed',
    color: 'red',
    differs: neverWorse,
  },
  {
    state: 'out of sync, upgrades exhausted, forced',
    flux: 'upgrade',
    steps: [...goodThenBroken, { ask: 'retry', until: { event: 'rollback.done', version: 5 } }],
    history: '1 superseded, 2 failed, 3 superseded, 4 failed, 5 deployed',
    color: 'red',
  },
  {
    state: 'drifted, mode enabled',
    flux: 'correct the drift',
    steps: [
      { commit: { values: red, spec: correct }, until: healthy },
      { edit: 'pink', until: { event: 'drift.corrected', kind: 'changed' } },
    ],
    history: '1 deployed',
    color: 'red',
  },
  {
    state: 'drifted, mode warn',
    flux: 'tell it',
    steps: [installed, { edit: 'pink', until: { event: 'drift.found', kind: 'changed' } }],
    history: '1 deployed',
    color: 'pink',
  },
  {
    state: 'untested',
    flux: 'test',
    steps: [{ commit: { values: { ...red, check: '1.0.0' }, spec: { tests: true } }, until: healthy }],
    history: '1 deployed',
    color: 'red',
  },
  {
    state: 'a test failed, failures ignored',
    flux: 'in sync',
    steps: [{ commit: { values: { ...red, check: 'fail-1' } }, until: healthy }],
    history: '1 deployed',
    color: 'red',
  },
  {
    state: 'a test failed',
    flux: 'roll back',
    steps: [installed, { commit: { values: { ...green, check: 'fail-1' }, spec: { tests: true } }, until: rolledBack }],
    history: '1 superseded, 2 failed, 3 deployed',
    color: 'red',
  },
  {
    state: 'failed, no remediation',
    flux: 'upgrade',
    steps: [installed, { commit: { values: broken, spec: { rollback: { on: [], soak: '0s' } } }, until: failed }],
    history: '1 deployed, 2 failed',
    color: 'blue',
    differs: 'inputs that failed are not tried again until they change',
  },
  {
    state: 'failed upgrade, strategy rollback',
    flux: 'roll back',
    steps: goodThenBroken,
    history: '1 superseded, 2 failed, 3 deployed',
    color: 'red',
  },
  {
    state: 'failed install, strategy uninstall',
    flux: 'uninstall',
    steps: [
      {
        commit: { values: broken, spec: { rollback: { firstInstall: 'uninstall', soak: '0s' } } },
        until: { event: 'release.uninstalled' },
      },
    ],
    history: '',
    color: undefined,
  },
  {
    state: 'failed, and no revision was ever deployed',
    flux: 'stalled: missing rollback target',
    steps: [
      { commit: { values: broken }, until: impossible },
      { commit: { values: { ...broken, color: 'black' } }, until: { event: 'rollback.impossible', from: 2 } },
    ],
    history: '1 failed, 2 failed',
    color: 'black',
  },
  {
    state: 'failed, and the record to go back to is gone',
    flux: 'stalled: missing rollback target',
    steps: [
      installed,
      { forget: 1, until: { event: 'drift.found', kind: 'release' } },
      { commit: { values: broken }, until: impossible },
    ],
    history: '1 failed',
    color: 'blue',
  },
  {
    state: 'failed, and the inputs have changed',
    flux: 'upgrade',
    steps: [
      { commit: { values: broken }, until: impossible },
      { commit: { values: green }, until: healthy },
    ],
    history: '1 failed, 2 deployed',
    color: 'green',
  },
  {
    state: 'uninstalled by another hand, the history kept',
    flux: 'install',
    steps: [installed, { helm: { verb: 'uninstall' }, until: { event: 'drift.found', kind: 'release' } }],
    history: '1 uninstalled',
    color: undefined,
    differs: oneHand,
  },
  {
    state: 'uninstalled by another hand, where drift is corrected',
    flux: 'install',
    steps: [
      { commit: { values: red, spec: correct }, until: healthy },
      { helm: { verb: 'uninstall' }, until: { event: 'release.healthy', version: 2 } },
    ],
    history: '1 superseded, 2 deployed',
    color: 'red',
  },
  {
    state: 'a new revision while health checks last',
    flux: 'cancel them (behind a gate), then upgrade',
    steps: [
      { commit: { values: { ...red, node: { 'example.com/none': 'such' } } }, until: { event: 'release.waiting' } },
      { commit: { values: green }, until: healthy },
    ],
    history: '1 failed, 2 deployed',
    color: 'green',
  },
];
