/** One release against a cluster in memory: everything that the pipeline's root files are given from outside. */
import type { Discovery } from '../../src/foundation/cluster/cluster-client.ts';
import type { Event } from '../../src/foundation/events/event.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import type { RecordedHook } from '../../src/foundation/history/release-record.ts';
import type { GroupVersionKind, KubernetesObject } from '../../src/foundation/manifest/object.ts';
import type { ReleaseState } from '../../src/foundation/state/release-state.ts';
import type { PreparedRelease, ReleaseContext } from '../../src/pipeline/context.ts';
import type { ReleaseDefinition, ReleaseSettings } from '../../src/pipeline/definitions/release-definition.ts';
import type { RenderedRelease } from '../../src/pipeline/render/rendered-release.ts';
import { memoryCluster } from '../support/memory-cluster.ts';

export const time = new Date('2026-11-20T12:00:00Z');
const clusterKinds = ['Namespace', 'ClusterRole', 'CustomResourceDefinition'];

export const settings: ReleaseSettings = {
  dependsOn: [],
  sync: {
    automatic: true,
    prune: true,
    suspend: false,
    wave: 0,
    interval: 600_000,
    retry: { limit: 5, initial: 5000, max: 180_000 },
  },
  onRemove: 'uninstall',
  adopt: 'same',
  crds: 'create',
  timeout: 60_000,
  tests: false,
  drift: { policy: 'report', after: 0, limit: 5, ignore: [] },
  patches: [],
  promotion: { keys: [], files: [], pin: 'none', after: 0, gates: [], haltOnFailure: false },
  rollback: {
    on: ['failure', 'unhealthy'],
    soak: 0,
    firstInstall: 'leave',
    revert: 'none',
    afterHooks: 'rollback',
    retryAfter: 0,
  },
};

export const definition: ReleaseDefinition = {
  app: 'shop',
  environment: 'dev',
  cluster: 'memory',
  namespace: 'web',
  releaseName: 'shop',
  origin: { repository: 'fleet', path: 'apps', parents: [], place: { file: 'shop.yaml' } },
  chart: { type: 'path', lock: 'strict', path: 'charts/shop', place: { file: 'shop.yaml' } },
  values: [],
  variables: {},
  createNamespace: false,
  settings,
};

export function releaseState(parts: Partial<ReleaseState> = {}): ReleaseState {
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

/** `ConfigMap` x with `{color: red}` … as YAML. */
export function configMap(name: string, color: string, annotations = ''): string {
  return `---\n# Source: ${name}.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}${annotations}\ndata:\n  color: ${color}\n`;
}

export function hook(name: string, more: Partial<RecordedHook> = {}): RecordedHook {
  const manifest = `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}\n`;
  return { name, kind: 'Job', path: `templates/${name}.yaml`, manifest, events: ['pre-upgrade'], ...more };
}

export const discovery: Discovery = {
  kubeVersion: 'v1.36.1',
  resource: (gvk: GroupVersionKind) =>
    gvk.kind.startsWith('Unknown')
      ? undefined
      : { ...gvk, plural: '', verbs: [], namespaced: !clusterKinds.includes(gvk.kind) },
  resources: [],
  apiVersions: ['v1'],
  unavailable: [],
};

export function releaseScene() {
  const cluster = memoryCluster();
  cluster.discovery = async () => discovery;
  const events: Event[] = [];
  const stop = new AbortController();
  const states = new Map<string, ReleaseState>();
  const manifests: { text: string; hooks: readonly RecordedHook[] } = { text: configMap('x', 'red'), hooks: [] };
  const history = openHistory({
    client: cluster,
    namespace: 'web',
    name: 'shop',
    onUnreadable: (_secret, error) => {
      throw error;
    },
    now: () => time,
  });
  const context: ReleaseContext = {
    client: cluster,
    history: () => history,
    states: {
      remove: async (namespace: string, release: string) => void states.delete(`${namespace}/${release}`),
      read: async (namespace, release) => {
        const state = states.get(`${namespace}/${release}`);
        return state && { state, resourceVersion: '1', requests: [] };
      },
      change: async (namespace, release, change) => {
        const changed = change(states.get(`${namespace}/${release}`));
        if (changed) states.set(`${namespace}/${release}`, changed);
        else states.delete(`${namespace}/${release}`);
      },
    } as ReleaseContext['states'],
    render: async () =>
      ({
        manifest: manifests.text,
        hooks: [],
        crds: [],
        notes: '',
        processed: { values: {}, dependencies: undefined },
        answers: { kubeVersion: undefined, apiVersions: {} },
      }) as unknown as RenderedRelease,
    emit: (event) => events.push(event),
    now: () => time,
    installation: 'i',
    stateNamespace: 'helm-gitops',
    compat: 'helm4',
    historyLimit: 10,
    signal: stop.signal,
  };
  return {
    cluster,
    history,
    context,
    events,
    stop,
    manifests,
    get state() {
      return states.get('web/shop');
    },
    set state(state: ReleaseState | undefined) {
      if (state) states.set('web/shop', state);
      else states.delete('web/shop');
    },
    /** `1 superseded Install complete (…)` */
    records: async () =>
      (await history.list()).map(({ record: { version, info } }) => `${version} ${info.status} ${info.description}`),
    object: (kind: string, name: string, namespace = 'web'): KubernetesObject | undefined =>
      cluster.objects.get(`${kind}/${namespace}/${name}`),
    /** Calls that changed something, Helm's own records left out. */
    writes: () => cluster.calls.filter((call) => !/^(get|list|dry-run)|sh\.helm/.test(call)),
  };
}

export function prepared(digest = 'd1', parts: Partial<ReleaseDefinition> = {}): PreparedRelease {
  return {
    op: 'op1',
    definition: { ...definition, ...parts },
    checkout: {
      repository: 'fleet',
      revision: '3f2a1c9000000000000000000000000000000000',
      commit: { id: '3f2a1c9', author: 'ann', subject: 'Raise replicas' },
    },
    chart: { metadata: { name: 'shop', version: '1.0.0' }, values: new Map(), templates: [], files: [], digest: 'c' },
    values: new Map(),
    pins: new Map(),
    layers: [],
    digest,
  } as unknown as PreparedRelease;
}

export const aside = <Result>(wait: () => Promise<Result>): Promise<Result> => wait();
