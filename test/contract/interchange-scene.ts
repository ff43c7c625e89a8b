/**
 * One chart in two namespaces of a real cluster: in one the real helm works, in the other this program's pipeline, and
 * what each leaves is laid side by side.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import type { Event } from '../../src/foundation/events/event.ts';
import { installationLabel } from '../../src/foundation/history/installation-label.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import type { JsonObject, KubernetesObject } from '../../src/foundation/manifest/object.ts';
import type { ReleaseState } from '../../src/foundation/state/release-state.ts';
import type { GoMap } from '../../src/foundation/template/value.ts';
import type { Compat } from '../../src/foundation/values/read-values.ts';
import { fromJson } from '../../src/foundation/yaml/plain-json.ts';
import type { UninstallOptions } from '../../src/pipeline/apply/uninstall-release.ts';
import { resolveChart } from '../../src/pipeline/chart/resolve-chart.ts';
import type { PreparedRelease, ReleaseContext } from '../../src/pipeline/context.ts';
import type { ReleaseSettings } from '../../src/pipeline/definitions/release-definition.ts';
import type { Plan } from '../../src/pipeline/plan/plan.ts';
import { previewRelease } from '../../src/pipeline/preview-revision.ts';
import { reconcileRelease } from '../../src/pipeline/reconcile-release.ts';
import type { ReconcileResult } from '../../src/pipeline/reconcile-result.ts';
import { removeRelease, uninstallOnRequest } from '../../src/pipeline/remove-release.ts';
import { renderChart } from '../../src/pipeline/render/render-chart.ts';
import { rollbackRelease } from '../../src/pipeline/rollback-release.ts';
import { testRelease } from '../../src/pipeline/test-release.ts';
import { definition, settings } from '../pipeline/release-scene.ts';

export const kubeconfig = process.env.KUBECONFIG_REAL ?? '';
export const helm = process.env.HELM_BIN ?? '';
export const helm3 = process.env.HELM3_BIN ?? '';

export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function runHelm(binary: string, args: readonly string[], admin = kubeconfig): Promise<Ran> {
  return new Promise((done) => {
    execFile(binary, [...args, '--kubeconfig', admin], { encoding: 'utf8' }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : 1, stdout, stderr });
    });
  });
}

export interface Scene extends AsyncDisposable {
  readonly client: ClusterClient;
  /** Writes the chart of both sides, in place of what was there. */
  chart(files: Files): string;
  /** Helm's namespace. */
  readonly theirs: string;
  readonly ours: string;
  helm(...args: string[]): Promise<Ran>;
  plan(options?: DeployOptions): Promise<Plan>;
  deploy(options?: DeployOptions): Promise<ReconcileResult>;
  rollback(name: string, to: number, options?: DeployOptions): Promise<string>;
  uninstall(name: string): Promise<string>;
  uninstallOnRequest(name: string, options: UninstallOptions): Promise<string>;
  test(name: string): Promise<string>;
  readonly events: Event[];
  /** The JSON inside each record, oldest first, namespaces masked. */
  records(namespace: string, name?: string): Promise<JsonObject[]>;
  live(namespace: string, apiVersion: string, kind: string, name: string): Promise<KubernetesObject | undefined>;
}

export interface DeployOptions {
  readonly values?: JsonObject;
  readonly name?: string;
  readonly namespace?: string;
  /** Of the chart's folder: an archive that helm packed. */
  readonly archive?: string;
  /** Its folder, where it is not the last that was written. */
  readonly chart?: string;
  readonly settings?: Partial<ReleaseSettings>;
  /** Deployed even where nothing changed. */
  readonly requested?: boolean;
}

/** `admin`: of another cluster than the real one. */
export async function openScene(label: string, compat: Compat = 'helm4', admin = kubeconfig): Promise<Scene> {
  const client = await openCluster({ name: 'real', kubeconfig: admin });
  const root = mkdtempSync(join(tmpdir(), 'interchange-'));
  const [theirs, ours] = [`ic-${label}-h-${process.pid}`, `ic-${label}-o-${process.pid}`];
  for (const name of [theirs, ours]) {
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const events: Event[] = [];
  const states = memoryStates();
  let made = 0;
  let asks = 0;
  let path = root;
  const context = contextOf({ client, states, events, compat });
  const newest = new Map<string, PreparedRelease>();
  const aside = <Result>(wait: () => Promise<Result>) => wait();
  const prepare = async ({
    values = {},
    name = 'rel',
    namespace = ours,
    archive,
    chart: folder,
    ...more
  }: DeployOptions) => {
    const checkout = {
      repository: 'fleet',
      revision: '3f2a1c9000000000000000000000000000000000',
      root: folder ?? path,
      commit: { id: '3f2a1c9', author: 'ann', subject: 'Raise replicas' },
    };
    const chartReference = {
      ...definition.chart,
      type: 'path' as const,
      path: archive ?? '.',
      lock: 'strict' as const,
    };
    const chart = await resolveChart(chartReference, checkout, { compat, resolveFileDependencies: false });
    const prepared = {
      op: 'op1',
      definition: {
        ...definition,
        namespace,
        releaseName: name,
        chart: chartReference,
        settings: { ...settings, timeout: 30_000, adopt: 'always', ...more.settings },
      },
      checkout,
      chart,
      values: fromJson(values) as GoMap,
      layers: [],
      digest: `d${folder ?? made}${JSON.stringify(values)}`,
      pins: new Map(),
    } as unknown as PreparedRelease;
    newest.set(name, prepared);
    return prepared;
  };
  return {
    client,
    theirs,
    ours,
    events,
    chart(files) {
      made += 1;
      path = join(root, `c${made}`);
      for (const [name, data] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), data);
      }
      return path;
    },
    helm: (...args) => runHelm(helm, args, admin),
    plan: async (options = {}) => (await previewRelease(context, await prepare(options))).plan,
    async deploy(options = {}) {
      const prepared = await prepare(options);
      const requested = options.requested ?? false;
      const go = () =>
        reconcileRelease(context, { prepared, requested, superseded: new AbortController().signal, aside });
      const result = await go();
      if (result.result !== 'held' || result.step.reason !== 'empty-render') return result;
      // Helm asks nobody before it takes everything away.
      await states.change(ours, prepared.definition.releaseName, (state) =>
        state?.emptied ? { ...state, emptied: { ...state.emptied, confirmed: true } } : state,
      );
      return await go();
    },
    async rollback(name, to, options) {
      const prepared = options ? await prepare({ ...options, name }) : newest.get(name);
      if (!prepared) throw new Error(`${name} was never deployed`);
      const { outcome } = await rollbackRelease(context, { prepared, to, reason: 'asked', aside });
      return outcome.status;
    },
    async uninstall(name) {
      const state = (await states.read(ours, name))?.state;
      if (!state) throw new Error(`${name} was never deployed`);
      return await removeRelease(context, { op: 'op1', state, cluster: 'real', guarded: false });
    },
    async uninstallOnRequest(release, options) {
      asks += 1;
      const fields = { ...fieldsOf(release), op: `ask${asks}`, namespace: ours };
      const asked = { fields, records: ours, account: undefined, options, timeout: 30_000, by: 'ann', digest: 'asked' };
      const { problems } = await uninstallOnRequest(context, asked);
      return problems.length === 0 ? 'uninstalled' : problems.map(({ message }) => message).join('; ');
    },
    async test(release) {
      const failure = await testRelease(context, {
        history: context.history(ours, release),
        fields: { ...fieldsOf(release), namespace: ours },
        timeout: 30_000,
        filter: { only: [], except: [] },
        onEnded: async () => undefined,
      });
      return failure === undefined ? 'passed' : failure.error.message;
    },
    records: async (namespace, name = 'rel') => {
      const { items } = await client.list({
        apiVersion: 'v1',
        kind: 'Secret',
        namespace,
        labelSelector: `owner=helm,name=${name}`,
      });
      return items
        .map((secret) => masked(recordOf(secret), namespace))
        .sort((a, b) => Number(a.version) - Number(b.version));
    },
    live: (namespace, apiVersion, kind, name) => client.get({ apiVersion, kind, namespace, name }),
    async [Symbol.asyncDispose]() {
      for (const name of [theirs, ours]) await client.delete({ apiVersion: 'v1', kind: 'Namespace', name });
      await client[Symbol.asyncDispose]();
      rmSync(root, { recursive: true });
    },
  };
}

const fieldsOf = (release: string) => ({ op: 'op1', app: 'shop', environment: 'dev', cluster: 'real', release });

interface Given {
  readonly client: ClusterClient;
  readonly states: ReleaseContext['states'];
  readonly events: Event[];
  readonly compat: Compat;
}

function contextOf({ client, states, events, compat }: Given): ReleaseContext {
  const now = () => new Date();
  return {
    client,
    states,
    creations: new Map(),
    now,
    history: (namespace, name) =>
      openHistory({
        client,
        namespace,
        name,
        onUnreadable: (_secret, error) => {
          throw error;
        },
      }),
    render: async ({ prepared, revision, isInstall }) => {
      const { kubeVersion, apiVersions } = await client.discovery();
      const { releaseName: name, namespace } = prepared.definition;
      const rendered = renderChart({
        chart: prepared.chart,
        values: prepared.values,
        release: { name, namespace, revision, isInstall, isUpgrade: !isInstall },
        capabilities: { kubeVersion, apiVersions },
        compat,
        sources: { now, randomBytes: (count) => new Uint8Array(count) },
      });
      // As it comes from a worker.
      return structuredClone(rendered);
    },
    emit: (event) => events.push(event),
    installation: 'i',
    stateNamespace: 'helm-gitops',
    compat,
    historyLimit: 10,
    signal: new AbortController().signal,
  };
}

function memoryStates(): ReleaseContext['states'] {
  const states = new Map<string, ReleaseState>();
  return {
    remove: async (namespace, release) => void states.delete(`${namespace}/${release}`),
    read: async (namespace, release) => {
      const state = states.get(`${namespace}/${release}`);
      return state && { state, resourceVersion: '1', requests: [] };
    },
    change: async (namespace, release, change) => {
      const changed = change(states.get(`${namespace}/${release}`));
      if (changed) states.set(`${namespace}/${release}`, changed);
      else states.delete(`${namespace}/${release}`);
    },
  };
}

function recordOf(secret: KubernetesObject): JsonObject {
  const text = Buffer.from((secret.data as { release: string }).release, 'base64').toString();
  // Whose it is only ours says: helm carries it on.
  const { [installationLabel]: _ours, ...labels } = secret.metadata.labels ?? {};
  return { ...(JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()) as JsonObject), labels };
}

function masked(record: JsonObject, namespace: string): JsonObject {
  return JSON.parse(JSON.stringify(record).replaceAll(namespace, 'NAMESPACE')) as JsonObject;
}

/** A moment becomes `TIME`, whatever moment it is; what DESIGN.md decides otherwise than Helm is taken away. */
export function comparable(record: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(record, (key, value: unknown) => {
      // Of a checkout a file's time says nothing: it is not stored.
      if (key === 'modtime' || key === 'schemamodtime') return undefined;
      if (key === 'description' && typeof value === 'string') {
        return value.replace(/ \(fleet@3f2a1c9 .*\)$/, '').replace(/ failed: .*$/s, ' failed');
      }
      if (key === 'createdAt' || key === 'modifiedAt') return 'TIME';
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)
        ? 'TIME'
        : value;
    }),
  ) as JsonObject;
}
