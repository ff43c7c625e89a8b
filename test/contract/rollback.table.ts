/**
 * Changes that go wrong, row by row: what git says, what happens, and how the release stands in the end.
 */
import type { JsonObject } from '../../src/foundation/manifest/object.ts';

export interface Step {
  /** Git says: objects of the chart, and settings of the application. */
  readonly commit?: { readonly objects: readonly JsonObject[]; readonly spec?: JsonObject };
  /** Another hand patches a live object. */
  readonly patch?: { readonly kind: string; readonly name: string; readonly body: JsonObject };
  /** Another hand deletes one, or makes one. */
  readonly remove?: { readonly kind: string; readonly name: string };
  readonly make?: JsonObject;
  readonly ask?: { readonly verb: string; readonly arguments?: JsonObject };
  readonly until?: { readonly event: string; readonly [field: string]: unknown };
}

export interface Row {
  readonly name: string;
  readonly steps: readonly Step[];
  /** `1 superseded, 2 failed, 3 deployed` */
  readonly history: string;
  /** Of the live objects that matter: `ConfigMap/settings=red Deployment/shop=1`. */
  readonly objects: string;
  /** `deployed 3, healthy 3, quarantine 2` */
  readonly state: string;
  /** Of the last incident. */
  readonly incident?: string;
}

export const settings = (color: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data: { color },
  ...more,
});
const named = (name: string, color: string, more: JsonObject = {}): JsonObject => ({
  ...settings(color, more),
  metadata: { name },
});
const pods = (app: string, tag: string, more: JsonObject = {}): JsonObject => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image: `registry.example.com/${app}:${tag}` }], ...more },
});
const shop = (
  tag: string,
  { spec = {}, pod = {}, app = 'shop' }: Record<string, JsonObject | string> = {},
): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop' },
  spec: {
    selector: { matchLabels: { app: app as string } },
    template: pods(app as string, tag, pod as JsonObject),
    ...(spec as JsonObject),
  },
});
const onNode = (os: string): JsonObject => ({
  spec: { template: { spec: { nodeSelector: { 'kubernetes.io/os': os } } } },
});
/** What runs on no node but a named one. */
const web = (tag: string): JsonObject => {
  const deployment = shop(tag, { app: 'web', pod: { nodeSelector: { 'kubernetes.io/os': 'linux' } } });
  return { ...deployment, metadata: { name: 'web' } };
};
const stateful = (tag: string, size = '1Gi'): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'data' },
  spec: {
    serviceName: 'data',
    selector: { matchLabels: { app: 'data' } },
    template: pods('data', tag),
    ...(size === '1Gi' ? {} : { podManagementPolicy: 'Parallel' }),
  },
});
const daemons = (tag: string): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent' },
  spec: { selector: { matchLabels: { app: 'agent' } }, template: pods('agent', tag) },
});
const job = (name: string, tag: string, annotations: JsonObject = {}): JsonObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, annotations },
  spec: {
    backoffLimit: 0,
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: `registry.example.com/${name}:${tag}` }] },
    },
  },
});
const hook = (event: string, tag: string, name = 'migrate'): JsonObject =>
  job(name, tag, { 'helm.sh/hook': event, 'helm.sh/hook-delete-policy': 'before-hook-creation' });
const service = (port: number, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop' },
  spec: { selector: { app: 'shop' }, ports: [{ port }], ...more },
});
const kept = (name: string, color: string): JsonObject => ({
  ...settings(color),
  metadata: { name, annotations: { 'helm.sh/resource-policy': 'keep' } },
});
const claim = (storage: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'files' },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage } } },
});
const role = (...verbs: string[]): JsonObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'shop' },
  rules: [{ apiGroups: [''], resources: ['configmaps'], verbs }],
});
const binding = (target: string): JsonObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'shop' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: target },
  subjects: [{ kind: 'ServiceAccount', name: 'default' }],
});
const definitionOf = (served: string): JsonObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.PREFIX.example.com' },
  spec: {
    group: 'PREFIX.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { [served]: { type: 'string' } } } },
          },
        },
      },
    ],
  },
});
const withImage = (tag: string): NonNullable<Step['patch']> => ({
  kind: 'Deployment',
  name: 'shop',
  body: { spec: { template: { spec: { containers: [{ name: 'main', image: `registry.example.com/shop:${tag}` }] } } } },
});
const [broken, crashing] = [withImage('broken-9'), withImage('crash-9')];
const bad = 'broken-1';
const thrice = shop('2', { spec: { replicas: 3 } });
const good = [settings('red'), shop('1')];
const worse = [settings('blue'), shop(bad)];
const healthy = { event: 'release.healthy' };
const done = { event: 'rollback.done' };
const proven = (version: number) => ({ event: 'release.healthy', version });
const impossible = { event: 'rollback.impossible' };
const failedBack = { event: 'rollback.failed' };

const install = (objects: readonly JsonObject[], spec: JsonObject = {}): Step => ({
  commit: { objects, spec },
  until: healthy,
});
/** Installed, then the bad change, rolled back and proven. */
const back = (before: readonly JsonObject[], after: readonly JsonObject[], spec: JsonObject = {}): readonly Step[] => [
  install(before, spec),
  { commit: { objects: after, spec }, until: proven(3) },
];
const over = {
  history: '1 superseded, 2 failed, 3 deployed',
  state: 'deployed 3, healthy 3, quarantine 2',
  incident: 'healthy',
};
const red = 'ConfigMap/settings=red Deployment/shop=1';

export const rows: readonly Row[] = [
  // What fails.
  { name: 'an image that is not to be had', steps: back(good, worse), ...over, objects: red },
  {
    name: 'a container that crashes',
    steps: back(good, [settings('blue'), shop('crash-1')]),
    ...over,
    objects: red,
  },
  {
    name: 'a workload that is not ready in time',
    steps: back(good, [settings('blue'), shop('2', { pod: { nodeSelector: { none: 'such' } } })], { timeout: '3s' }),
    ...over,
    objects: red,
  },
  {
    name: 'a StatefulSet',
    steps: back([stateful('1')], [stateful(bad)]),
    ...over,
    objects: 'StatefulSet/data=1',
  },
  { name: 'a DaemonSet', steps: back([daemons('1')], [daemons(bad)]), ...over, objects: 'DaemonSet/agent=1' },
  {
    name: 'a failed pre-upgrade hook: nothing of the change was applied',
    steps: back(good, [settings('blue'), shop('2'), hook('pre-upgrade', 'fail-1')]),
    ...over,
    objects: `${red} Job/migrate=fail-1`,
  },
  {
    name: 'a failed post-upgrade hook',
    steps: back(good, [settings('blue'), shop('2'), hook('post-upgrade', 'fail-1')]),
    ...over,
    objects: `${red} Job/migrate=fail-1`,
  },
  {
    name: 'a failed test',
    steps: back(good, [settings('blue'), shop('2'), hook('test', 'fail-1', 'check')], { tests: true }),
    ...over,
    objects: `${red} Job/check=fail-1`,
  },
  {
    name: 'an object that the server refuses, after others were written',
    steps: back(good, [settings('blue'), shop('2'), service(70_000)]),
    ...over,
    objects: red,
  },
  {
    name: 'a quota that refuses pods',
    steps: [
      install(good),
      { make: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods' }, spec: { hard: { pods: '1' } } } },
      {
        commit: { objects: [settings('blue'), thrice], spec: { timeout: '20s' } },
        until: proven(3),
      },
    ],
    ...over,
    objects: red,
  },
  {
    name: 'an immutable field',
    steps: back(good, [settings('blue'), shop('2', { app: 'other' })]),
    ...over,
    objects: red,
  },
  // What the bad revision did beside.
  {
    name: 'objects that the bad revision added go',
    steps: back(good, [...worse, named('extra', 'blue'), service(80)]),
    ...over,
    objects: red,
  },
  {
    name: 'objects that it took away come back',
    steps: back([...good, named('extra', 'red'), role('get')], worse),
    ...over,
    objects: `ConfigMap/extra=red ${red} Role/shop`,
  },
  {
    name: 'what it kept stays, and is taken up again',
    steps: back([...good, kept('data', 'red')], worse),
    ...over,
    objects: `ConfigMap/data=red ${red}`,
  },
  {
    name: 'what it added to be kept stays',
    steps: back(good, [...worse, kept('data', 'blue')]),
    ...over,
    objects: `ConfigMap/data=blue ${red}`,
  },
  {
    name: 'a claim that it added stays: data is never deleted',
    steps: back(good, [...worse, claim('1Gi')], { timeout: '2s' }),
    ...over,
    objects: `${red} PersistentVolumeClaim/files`,
  },
  {
    name: 'a list item that it added goes',
    steps: back(
      [settings('red', { data: { color: 'red', keep: 'x' } }), shop('1')],
      [
        settings('blue', { data: { color: 'blue', more: 'y' } }),
        shop(bad, { pod: { initContainers: [{ name: 'init', image: 'init:1' }] } }),
      ],
    ),
    ...over,
    objects: red,
  },
  {
    name: 'a hook object of the bad revision is left for evidence',
    steps: back(good, [...worse, hook('pre-upgrade', '1')]),
    ...over,
    objects: `${red} Job/migrate=1`,
  },
  {
    name: 'hooks on rollback of the revision that comes back run',
    steps: back([...good, hook('pre-rollback', '1', 'before'), hook('post-rollback', '1', 'after')], worse),
    ...over,
    objects: `${red} Job/after=1 Job/before=1`,
  },
  {
    name: 'the bad revision brought a CRD from its templates: with the objects of it gone it goes last',
    steps: back(good, [...worse, definitionOf('size')]),
    ...over,
    objects: red,
  },
  {
    name: 'roles that it widened are narrow again',
    steps: back([...good, role('get')], [...worse, role('get', 'delete')]),
    ...over,
    objects: `${red} Role/shop`,
  },
  {
    name: 'another hand deleted an object meanwhile: it comes back',
    steps: [
      install([...good, named('extra', 'red')]),
      { remove: { kind: 'ConfigMap', name: 'extra' }, until: { event: 'drift.found' } },
      { commit: { objects: worse }, until: proven(3) },
    ],
    ...over,
    objects: `ConfigMap/extra=red ${red}`,
  },
  {
    name: 'another hand changed an object meanwhile: it is as it was recorded',
    steps: [
      install(good),
      {
        patch: { kind: 'ConfigMap', name: 'settings', body: { data: { color: 'pink' } } },
        until: { event: 'drift.found' },
      },
      { commit: { objects: [settings('red'), shop(bad)] }, until: proven(3) },
    ],
    ...over,
    objects: red,
  },
  // Where it goes.
  {
    name: 'the newest healthy one of several',
    steps: [
      install(good),
      { commit: { objects: [settings('green'), shop('2')] }, until: proven(2) },
      { commit: { objects: worse }, until: proven(4) },
    ],
    history: '1 superseded, 2 superseded, 3 failed, 4 deployed',
    objects: 'ConfigMap/settings=green Deployment/shop=2',
    state: 'deployed 4, healthy 4, quarantine 3',
    incident: 'healthy',
  },
  {
    name: 'past one that was deployed and had not proved itself',
    steps: [
      install(good),
      {
        commit: { objects: [settings('green'), shop('2')], spec: { rollback: { soak: '1h' } } },
        until: { event: 'release.deployed', version: 2 },
      },
      { commit: { objects: worse }, until: proven(4) },
    ],
    history: '1 superseded, 2 superseded, 3 failed, 4 deployed',
    objects: red,
    state: 'deployed 4, healthy 4, quarantine 3',
    incident: 'healthy',
  },
  {
    name: 'where none has proved itself yet, to the one that was ready before',
    steps: [
      {
        commit: { objects: good, spec: { rollback: { soak: '1h' } } },
        until: { event: 'release.deployed', version: 1 },
      },
      { commit: { objects: worse }, until: proven(3) },
    ],
    ...over,
    objects: red,
  },
  {
    name: 'two bad changes in a row go to the same',
    steps: [...back(good, worse), { commit: { objects: [settings('black'), shop('broken-2')] }, until: proven(5) }],
    history: '1 superseded, 2 failed, 3 superseded, 4 failed, 5 deployed',
    objects: red,
    state: 'deployed 5, healthy 5, quarantine 4',
    incident: 'healthy',
  },
  {
    name: 'a fix is deployed, and lifts the quarantine',
    steps: [...back(good, worse), { commit: { objects: [settings('green'), shop('2')] }, until: proven(4) }],
    history: '1 superseded, 2 failed, 3 superseded, 4 deployed',
    objects: 'ConfigMap/settings=green Deployment/shop=2',
    state: 'deployed 4, healthy 4',
    incident: 'healthy',
  },
  {
    name: 'git goes back to what runs: nothing is deployed, and nothing is in quarantine any more',
    steps: [...back(good, worse), { commit: { objects: good }, until: { event: 'revision.released' } }],
    ...over,
    state: 'deployed 3, healthy 3',
    objects: red,
  },
  {
    name: 'a retry fails again, and is rolled back again',
    steps: [...back(good, worse), { ask: { verb: 'retry' }, until: proven(5) }],
    history: '1 superseded, 2 failed, 3 superseded, 4 failed, 5 deployed',
    objects: red,
    state: 'deployed 5, healthy 5, quarantine 4',
    incident: 'healthy',
  },
  {
    name: 'what failed by a cause outside is tried again by itself when that is gone and rollback.retryAfter has passed',
    steps: [
      install(good),
      { make: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods' }, spec: { hard: { pods: '1' } } } },
      { commit: { objects: [settings('blue'), thrice], spec: { timeout: '20s' } }, until: proven(3) },
      { remove: { kind: 'ResourceQuota', name: 'pods' } },
      {
        commit: { objects: [settings('blue'), thrice], spec: { rollback: { soak: '0s', retryAfter: '1s' } } },
        until: proven(4),
      },
    ],
    history: '1 superseded, 2 failed, 3 superseded, 4 deployed',
    objects: 'ConfigMap/settings=blue Deployment/shop=2',
    state: 'deployed 4, healthy 4',
    incident: 'healthy',
  },
  // Where it cannot.
  {
    name: 'a first install that fails is left for evidence',
    steps: [{ commit: { objects: worse }, until: impossible }],
    history: '1 failed',
    objects: 'ConfigMap/settings=blue Deployment/shop=broken-1',
    state: 'intent install 1, quarantine 1',
    incident: 'impossible',
  },
  {
    name: 'or uninstalled',
    steps: [
      {
        commit: { objects: worse, spec: { rollback: { firstInstall: 'uninstall', soak: '0s' } } },
        until: { event: 'release.uninstalled' },
      },
    ],
    history: '',
    objects: '',
    state: 'quarantine 1',
  },
  {
    name: 'a first install that failed and is fixed is an upgrade',
    steps: [
      { commit: { objects: worse }, until: impossible },
      { commit: { objects: good }, until: proven(2) },
    ],
    history: '1 failed, 2 deployed',
    objects: red,
    state: 'deployed 2, healthy 2',
    incident: 'impossible',
  },
  {
    name: 'a rollback whose own hook fails stops, and is not tried again',
    steps: [
      install([...good, hook('pre-rollback', 'fail-1', 'before')]),
      { commit: { objects: worse }, until: failedBack },
    ],
    history: '1 deployed, 2 failed, 3 failed',
    objects: 'ConfigMap/settings=blue Deployment/shop=broken-1 Job/before=fail-1',
    state: 'intent rollback 3, deployed 1, healthy 1, quarantine 2',
    incident: 'failed',
  },
  {
    name: 'a rollback to what does not become ready any more stops, and is not tried again',
    steps: [
      install([settings('red'), shop('1')], { timeout: '3s' }),
      { make: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods' }, spec: { hard: { pods: '0' } } } },
      { remove: { kind: 'Pod', name: '*' } },
      { commit: { objects: worse, spec: { timeout: '3s' } }, until: failedBack },
    ],
    history: '1 deployed, 2 failed, 3 failed',
    objects: red,
    state: 'intent rollback 3, deployed 1, healthy 1, quarantine 2',
    incident: 'failed',
  },
  {
    name: 'after a failed rollback a fix in git is deployed',
    steps: [
      install([...good, hook('pre-rollback', 'fail-1', 'before')]),
      { commit: { objects: worse }, until: failedBack },
      { commit: { objects: [settings('green'), shop('2')] }, until: proven(4) },
    ],
    history: '1 superseded, 2 failed, 3 failed, 4 deployed',
    objects: 'ConfigMap/settings=green Deployment/shop=2 Job/before=fail-1',
    state: 'deployed 4, healthy 4',
    incident: 'failed',
  },
  {
    name: 'what another hand made anew and nobody can change is not put back, which is said before anything is written',
    steps: [
      install([named('fixed', 'red', { immutable: true }), shop('1')]),
      { remove: { kind: 'ConfigMap', name: 'fixed' }, until: { event: 'drift.found' } },
      { make: named('fixed', 'pink', { immutable: true }) },
      { commit: { objects: [shop(bad)] }, until: impossible },
    ],
    history: '1 deployed, 2 failed',
    objects: 'ConfigMap/fixed=pink Deployment/shop=broken-1',
    state: 'intent upgrade 2, deployed 1, healthy 1, quarantine 2',
    incident: 'impossible',
  },
  {
    name: 'a role binding whose role cannot be changed',
    steps: back([...good, role('get'), binding('shop')], [...worse, role('get'), binding('other')]),
    ...over,
    objects: `${red} Role/shop`,
  },
  // What the settings say.
  {
    name: 'not where rollback is off',
    steps: [
      install(good),
      {
        commit: { objects: worse, spec: { rollback: { on: [], soak: '0s' } } },
        until: { event: 'revision.quarantined' },
      },
    ],
    history: '1 deployed, 2 failed',
    objects: 'ConfigMap/settings=blue Deployment/shop=broken-1',
    state: 'intent upgrade 2, deployed 1, healthy 1, quarantine 2',
  },
  {
    name: 'not after hooks, where a person decides that',
    steps: [
      install(good),
      {
        commit: {
          objects: [...worse, hook('pre-upgrade', '1')],
          spec: { rollback: { afterHooks: 'hold', soak: '0s' } },
        },
        until: { event: 'rollback.held', reason: 'hooks-ran' },
      },
    ],
    history: '1 deployed, 2 failed',
    objects: 'ConfigMap/settings=blue Deployment/shop=broken-1 Job/migrate=1',
    state: 'intent upgrade 2, deployed 1, healthy 1, quarantine 2',
    incident: 'held',
  },
  {
    name: 'a person has it rolled back that was left after hooks',
    steps: [
      install(good),
      {
        commit: {
          objects: [...worse, hook('pre-upgrade', '1')],
          spec: { rollback: { afterHooks: 'hold', soak: '0s' } },
        },
        until: { event: 'rollback.held' },
      },
      { ask: { verb: 'rollback', arguments: { by: 'ann' } }, until: proven(3) },
    ],
    ...over,
    objects: `${red} Job/migrate=1`,
  },
  {
    name: 'in a closed window too',
    steps: [
      install(good),
      {
        commit: { objects: [settings('green'), shop('2')], spec: { rollback: { soak: '1h' } } },
        until: { event: 'release.deployed', version: 2 },
      },
      {
        commit: {
          objects: [settings('green'), shop('2')],
          spec: { rollback: { soak: '1h' }, sync: { windows: [{ deny: '* * * * *', for: '1h' }] } },
        },
        until: { event: 'release.unchanged' },
      },
      { patch: broken, until: done },
    ],
    history: '1 superseded, 2 superseded, 3 deployed',
    objects: red,
    state: 'deployed 3, healthy 1, quarantine 2',
    incident: 'rolledBack',
  },
  // Health that turns bad while it soaks.
  {
    name: 'a crash loop that begins while it soaks',
    steps: [
      install(good),
      {
        commit: { objects: [settings('green'), shop('2')], spec: { rollback: { soak: '1h' } } },
        until: { event: 'release.deployed', version: 2 },
      },
      { patch: crashing, until: done },
    ],
    history: '1 superseded, 2 superseded, 3 deployed',
    objects: red,
    state: 'deployed 3, healthy 1, quarantine 2',
    incident: 'rolledBack',
  },
  {
    name: 'one workload that is being waited for does not hide another that turns bad',
    steps: [
      install([settings('red'), shop('1'), web('red')]),
      {
        commit: { objects: [settings('green'), shop('1'), web('green')], spec: { rollback: { soak: '1h' } } },
        until: { event: 'release.deployed', version: 2 },
      },
      { patch: { kind: 'Deployment', name: 'web', body: onNode('nowhere') } },
      { patch: broken, until: done },
    ],
    history: '1 superseded, 2 superseded, 3 deployed',
    objects: `${red} Deployment/web=red`,
    state: 'deployed 3, healthy 1, quarantine 2',
    incident: 'rolledBack',
  },
  {
    name: 'only told where health is no reason',
    steps: [
      install(good),
      {
        commit: { objects: [settings('green'), shop('2')], spec: { rollback: { on: ['failure'], soak: '1h' } } },
        until: { event: 'release.deployed', version: 2 },
      },
      { patch: broken, until: { event: 'release.unhealthy' } },
    ],
    history: '1 superseded, 2 deployed',
    objects: 'ConfigMap/settings=green Deployment/shop=broken-9',
    state: 'deployed 2, healthy 1',
  },
  {
    name: 'a first install that turns bad while it soaks is left',
    steps: [
      { commit: { objects: good, spec: { rollback: { soak: '1h' } } }, until: { event: 'release.deployed' } },
      { patch: broken, until: impossible },
    ],
    history: '1 deployed',
    objects: 'ConfigMap/settings=red Deployment/shop=broken-9',
    state: 'deployed 1',
    incident: 'impossible',
  },
  {
    name: 'what was put back turns bad too: it is said, and nothing more is tried',
    steps: [
      install(good, { rollback: { soak: '0s' } }),
      { commit: { objects: worse, spec: { rollback: { soak: '1h' } } }, until: done },
      { patch: broken, until: failedBack },
    ],
    history: '1 superseded, 2 failed, 3 deployed',
    objects: 'ConfigMap/settings=red Deployment/shop=broken-9',
    state: 'deployed 3, healthy 1, quarantine 2',
    incident: 'failed',
  },
];
