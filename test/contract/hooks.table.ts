/**
 * Hooks of every event, weight and policy, and what can be seen of them in the cluster: `+` made, `-` gone, in the order
 * in which it happened. The real helm is held to the same lines.
 */

export type Operation = 'install' | 'upgrade' | 'rollback' | 'test' | 'uninstall';

export interface HookRow {
  readonly name: string;
  /** `ConfigMap`, or a `Job` or `Pod` that ends well, or one that does not. */
  readonly kind: 'ConfigMap' | 'ServiceAccount' | 'Job' | 'Pod' | 'FailingJob' | 'FailingPod' | 'InvalidJob';
  readonly on: string;
  readonly weight?: number;
  readonly policy?: string;
}

export interface HookCase {
  readonly name: string;
  readonly hooks: readonly HookRow[];
  /** Of each operation in turn: what happened, and how each hook's last run is recorded then (`h-a Succeeded`). */
  readonly seen: readonly (readonly [operation: Operation, changes: string, runs?: string])[];
  /** Each operation after which Helm says that it failed. */
  readonly fails?: readonly Operation[];
}

const all = 'pre-install,post-install,pre-upgrade,post-upgrade,pre-rollback,post-rollback,pre-delete,post-delete,test';

export const hookCases: readonly HookCase[] = [
  {
    name: 'each event has its own',
    hooks: all.split(',').map((on) => ({ name: `h-${on}`, kind: 'ConfigMap', on })),
    seen: [
      [
        'install',
        '+ConfigMap/h-pre-install +ConfigMap/h-post-install',
        'h-post-install Succeeded, h-pre-install Succeeded',
      ],
      [
        'upgrade',
        '+ConfigMap/h-pre-upgrade +ConfigMap/h-post-upgrade',
        'h-post-upgrade Succeeded, h-pre-upgrade Succeeded',
      ],
      ['rollback', '+ConfigMap/h-pre-rollback +ConfigMap/h-post-rollback'],
      ['test', '+ConfigMap/h-test'],
      ['uninstall', '+ConfigMap/h-pre-delete +ConfigMap/h-post-delete'],
    ],
  },
  {
    name: 'by weight, then by name, whatever their kind',
    hooks: [
      { name: 'h-c', kind: 'ConfigMap', on: 'pre-install' },
      { name: 'h-b', kind: 'Job', on: 'pre-install' },
      { name: 'h-a', kind: 'ServiceAccount', on: 'pre-install' },
      { name: 'h-z', kind: 'Job', on: 'pre-install', weight: -5 },
      { name: 'h-y', kind: 'ConfigMap', on: 'pre-install', weight: 10 },
      { name: 'h-x', kind: 'ConfigMap', on: 'pre-install', weight: 9 },
    ],
    seen: [['install', '+Job/h-z +ServiceAccount/h-a +Job/h-b +ConfigMap/h-c +ConfigMap/h-x +ConfigMap/h-y']],
  },
  {
    name: 'of one name in the order of their kinds',
    hooks: [
      { name: 'h-a', kind: 'Job', on: 'pre-install' },
      { name: 'h-a', kind: 'ConfigMap', on: 'pre-install' },
      { name: 'h-a', kind: 'ServiceAccount', on: 'pre-install' },
    ],
    seen: [['install', '+ServiceAccount/h-a +ConfigMap/h-a +Job/h-a']],
  },
  {
    name: 'of several events run again, each time in place of the last',
    hooks: [{ name: 'h-a', kind: 'Job', on: 'pre-install,post-install,pre-upgrade,post-rollback,pre-delete' }],
    seen: [
      ['install', '+Job/h-a -Job/h-a +Job/h-a', 'h-a Succeeded'],
      ['upgrade', '-Job/h-a +Job/h-a', 'h-a Succeeded'],
      ['rollback', '-Job/h-a +Job/h-a'],
      ['uninstall', '-Job/h-a +Job/h-a'],
    ],
  },
  {
    name: 'delete policies where all goes well',
    hooks: [
      { name: 'h-a', kind: 'Job', on: 'pre-install,pre-upgrade' },
      { name: 'h-b', kind: 'Job', on: 'pre-install,pre-upgrade', policy: 'before-hook-creation' },
      { name: 'h-c', kind: 'Job', on: 'pre-install,pre-upgrade', policy: 'hook-succeeded' },
      { name: 'h-d', kind: 'Job', on: 'pre-install,pre-upgrade', policy: 'before-hook-creation,hook-succeeded' },
      { name: 'h-e', kind: 'ConfigMap', on: 'pre-install,pre-upgrade', policy: 'hook-failed' },
      { name: 'h-f', kind: 'ConfigMap', on: 'pre-install,pre-upgrade', policy: 'hook-failed,hook-succeeded' },
    ],
    seen: [
      [
        'install',
        '+Job/h-a +Job/h-b +Job/h-c +Job/h-d +ConfigMap/h-e +ConfigMap/h-f -ConfigMap/h-f -Job/h-d -Job/h-c',
        'h-a Succeeded, h-b Succeeded, h-c Succeeded, h-d Succeeded, h-e Succeeded, h-f Succeeded',
      ],
      // What stays by its policy is written over.
      [
        'upgrade',
        '-Job/h-a +Job/h-a -Job/h-b +Job/h-b +Job/h-c +Job/h-d +ConfigMap/h-f -ConfigMap/h-f -Job/h-d -Job/h-c',
      ],
    ],
  },
  {
    name: 'delete policies where the third fails',
    hooks: [
      { name: 'h-a', kind: 'Job', on: 'pre-install', policy: 'hook-succeeded' },
      { name: 'h-b', kind: 'ConfigMap', on: 'pre-install', policy: 'hook-failed' },
      { name: 'h-c', kind: 'FailingJob', on: 'pre-install', policy: 'hook-failed,hook-succeeded' },
      { name: 'h-d', kind: 'Job', on: 'pre-install' },
      { name: 'h-e', kind: 'Job', on: 'post-install' },
    ],
    fails: ['install'],
    seen: [
      ['install', '+Job/h-a +ConfigMap/h-b +Job/h-c -Job/h-c -Job/h-a', 'h-a Succeeded, h-b Succeeded, h-c Failed'],
    ],
  },
  {
    name: 'one that fails without a policy stays for evidence, and makes way the next time',
    hooks: [{ name: 'h-a', kind: 'FailingJob', on: 'post-install,post-upgrade' }],
    fails: ['install', 'upgrade'],
    seen: [
      ['install', '+Job/h-a', 'h-a Failed'],
      ['upgrade', '-Job/h-a +Job/h-a', 'h-a Failed'],
    ],
  },
  {
    name: 'one that the server refuses leaves all as it is',
    hooks: [
      { name: 'h-a', kind: 'Job', on: 'pre-install', policy: 'hook-succeeded' },
      { name: 'h-b', kind: 'InvalidJob', on: 'pre-install', policy: 'hook-failed' },
      { name: 'h-c', kind: 'Job', on: 'pre-install' },
    ],
    fails: ['install'],
    seen: [['install', '+Job/h-a', 'h-a Succeeded, h-b Failed']],
  },
  {
    name: 'tests as often as one likes',
    hooks: [
      { name: 'h-b', kind: 'Pod', on: 'test', weight: 2, policy: 'before-hook-creation,hook-succeeded' },
      { name: 'h-a', kind: 'Pod', on: 'test', weight: 1 },
    ],
    seen: [
      ['install', ''],
      ['test', '+Pod/h-a +Pod/h-b -Pod/h-b', 'h-a Succeeded, h-b Succeeded'],
      ['test', '-Pod/h-a +Pod/h-a +Pod/h-b -Pod/h-b', 'h-a Succeeded, h-b Succeeded'],
    ],
  },
  {
    name: 'tests that fail',
    hooks: [
      { name: 'h-a', kind: 'Pod', on: 'test', policy: 'hook-succeeded' },
      { name: 'h-b', kind: 'FailingPod', on: 'test' },
      { name: 'h-c', kind: 'Pod', on: 'test' },
    ],
    fails: ['test'],
    seen: [
      ['install', ''],
      ['test', '+Pod/h-a +Pod/h-b -Pod/h-a', 'h-a Succeeded, h-b Failed'],
    ],
  },
];
