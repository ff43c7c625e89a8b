/**
 * One application in many environments, each in a namespace of its own, and a daemon of it that can be ended in the
 * middle of many writes at once: a release comes to a halt at the write that is its own, and when all of them stand
 * still the process is killed. To each release that is a kill at just that write.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from './fault-proxy.ts';
import { writeFiles } from './git-repository.ts';
import { chartYaml } from './make-chart.ts';
import { type LogLine, type RunningDaemon, startDaemon } from './start-daemon.ts';

/** A release stops at its `write`th write: before it is carried out, or before the answer comes. */
export interface KillPoint {
  readonly environment: string;
  readonly write: number;
  readonly after: boolean;
}

export interface Values {
  readonly color: string;
  readonly tag: string;
  /** A ConfigMap that only some revisions have. */
  readonly extra?: boolean;
  /** Labels that a node has to have: with ones that none has, the release waits. */
  readonly node?: Readonly<Record<string, string>>;
}

/** The objects of such a revision, as `seen` tells them. */
export const standing = (color: string, tag: string, extra = false): string =>
  `${extra ? `ConfigMap/extra=${color} ` : ''}ConfigMap/settings=${color} Deployment/shop=${tag} ServiceAccount/shop`;

export interface CrashFleet extends AsyncDisposable {
  readonly proxy: FaultProxy;
  /** Of the API server itself. */
  readonly kubeconfig: string;
  readonly prefix: string;
  daemon: RunningDaemon | undefined;
  /** Undefined: the application is gone from git. */
  commit(values: Values | undefined): void;
  /** Starts the daemon where it does not run. */
  begin(): void;
  /** Resolves when the first pass is over. */
  start(): Promise<void>;
  /** The write that each release was stopped at; without those that ended before they came to theirs. */
  killAt(points: readonly KillPoint[], ended: Ended, begin: () => void): Promise<Map<string, string>>;
  /** The same without any kill. */
  carryOut(ended: Ended, begin: () => void): Promise<Map<string, string>>;
  /** `part`: of namespaces `PREFIX-PART-ENVIRONMENT`. */
  seen(environment: string, part?: string): Promise<Seen>;
}

type Ended = (line: LogLine) => boolean;

/** What is left of a release, as text that a test can compare at a glance. */
export interface Seen {
  /** `1 superseded, 2 deployed` */
  readonly history: string;
  /** `ConfigMap/settings=red Deployment/shop=1.0.0` */
  readonly objects: string;
  /** `deployed 2, healthy 2` */
  readonly state: string;
}

export const shopChart = {
  'charts/shop/Chart.yaml': chartYaml('shop'),
  'charts/shop/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: {{ .Values.color }}}\n',
  'charts/shop/templates/extra.yaml':
    '{{- if .Values.extra }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata: {color: {{ .Values.color }}}\n{{- end }}\n',
  'charts/shop/templates/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: shop}\n',
  'charts/shop/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {nodeSelector: {{ .Values.node | default dict | toJson }}, containers: [{name: shop, image: "registry.example.com/shop:{{ .Values.tag }}"}]}
`,
  'charts/shop/templates/migrate.yaml': `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "registry.example.com/migrate:1"}]}}
`,
  'charts/shop/templates/farewell.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: farewell
  annotations: {helm.sh/hook: "post-rollback,pre-delete,post-delete", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"}
`,
};

export interface CrashFleetOptions {
  readonly folder: string;
  /** Of the API server. */
  readonly kubeconfig: string;
  readonly client: ClusterClient;
  /** Names the state namespace, and begins those of the releases. */
  readonly prefix: string;
  readonly environments: readonly string[];
  /** Definitions by their files, all below `apps`; default: one application. */
  readonly definitions?: (options: CrashFleetOptions, values: Values) => Readonly<Record<string, string>>;
}

export async function openCrashFleet(options: CrashFleetOptions): Promise<CrashFleet> {
  const {
    folder,
    kubeconfig,
    client,
    prefix,
    environments,
    definitions = (...given) => oneDefinition(...given),
  } = options;
  mkdirSync(folder, { recursive: true });
  const proxy = await startFaultProxy({ kubeconfig, writeTo: join(folder, 'kubeconfig') });
  writeFiles(join(folder, 'fleet'), shopChart);
  const config = join(folder, 'config.yaml');
  writeFileSync(config, configText(prefix));
  const commit = (values: Values | undefined) => {
    // With its file, or it would wait for a person: an emptied one is taken for an accident.
    if (values === undefined) rmSync(join(folder, 'fleet', 'apps/shop.yaml'), { force: true });
    else writeFiles(join(folder, 'fleet'), definitions(options, values));
  };
  const fleet: CrashFleet = {
    proxy,
    kubeconfig,
    prefix,
    daemon: undefined,
    commit,
    begin() {
      fleet.daemon ??= startDaemon(config);
    },
    async start() {
      fleet.begin();
      await fleet.daemon?.waitFor('daemon.ready');
    },
    async killAt(points, ended, begin) {
      const stopped = haltAt(proxy, points);
      const from = fleet.daemon?.lines.length ?? 0;
      begin();
      fleet.begin();
      await untilStill({ fleet, environments, stopped, from, ended });
      await fleet.daemon?.stop('SIGKILL');
      fleet.daemon = undefined;
      proxy.decide = () => undefined;
      return stopped;
    },
    async carryOut(ended, begin) {
      const from = fleet.daemon?.lines.length ?? 0;
      begin();
      fleet.begin();
      await untilStill({ fleet, environments, stopped: new Map(), from, ended });
      return new Map();
    },
    seen: (environment, part) => see(client, { prefix, environment, part }),
    async [Symbol.asyncDispose]() {
      await fleet.daemon?.stop('SIGKILL');
      await proxy[Symbol.asyncDispose]();
      for (const name of [prefix, ...environments.map((environment) => `${prefix}-${environment}`)])
        await client.delete({ apiVersion: 'v1', kind: 'Namespace', name });
    },
  };
  return fleet;
}

const configText = (prefix: string) => `repositories: [{name: fleet, url: fleet, path: apps, watch: true, poll: 1h}]
clusters: [{name: test, kubeconfig: kubeconfig}]
state: {namespace: ${prefix}}
server: {listen: "127.0.0.1:0"}
concurrency: 100
`;

/** One application; `more`: lines of its spec. */
export const oneDefinition = ({ prefix, environments }: CrashFleetOptions, values: Values, more = '') => ({
  'apps/shop.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec:
  chart: {path: charts/shop}
  namespace: "${prefix}-{{environment}}"
  values: [{inline: ${JSON.stringify(values)}}]
  environments: {${environments.map((name) => `${name}: {}`).join(', ')}}
  rollback: {soak: 0s}
  sync: {retry: {initial: 100ms}}
${more}`,
});

/** Lets each release come to its point, counting from here. */
function haltAt(proxy: FaultProxy, points: readonly KillPoint[]): Map<string, string> {
  const stopped = new Map<string, string>();
  const counts = new Map<string, number>();
  proxy.decide = (request) => {
    const environment = request.type === 'write' ? environmentOf(request) : undefined;
    if (environment === undefined) return undefined;
    const count = (counts.get(environment) ?? 0) + 1;
    counts.set(environment, count);
    const point = points.find((one) => one.environment === environment);
    if (point === undefined || count < point.write) return undefined;
    // Writes go out side by side: those beside the one that is held are never carried out either. That one is waited for.
    const isPoint = count === point.write;
    const after = point.after && isPoint;
    const reached = () => {
      if (isPoint) stopped.set(environment, `${request.label} ${after ? 'after' : 'before'}`);
    };
    return { fault: 'hold', after, reached };
  };
  return stopped;
}

/** Of `PREFIX-ENVIRONMENT`, the state of `PREFIX-ENVIRONMENT/shop` and of the environment, and what lies in that namespace. */
function environmentOf({ namespace, name, resource }: ProxiedRequest): string | undefined {
  if (name.startsWith('environment.')) return name.split('.')[1];
  const place = resource === 'namespaces' ? name : name.startsWith('release.') ? name.split('.')[1] : namespace;
  return /-(e\d+)$/.exec(place ?? '')?.[1];
}

interface Waiting {
  readonly fleet: CrashFleet;
  readonly environments: readonly string[];
  readonly stopped: ReadonlyMap<string, string>;
  readonly from: number;
  readonly ended: Ended;
}

async function untilStill({ fleet, environments, stopped, from, ended }: Waiting): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const done = new Set(
      (fleet.daemon?.lines ?? [])
        .slice(from)
        .filter(ended)
        .map((line) => line['environment']),
    );
    const moving = environments.filter((name) => !stopped.has(name) && !done.has(name));
    if (moving.length === 0) return;
    if (Date.now() > deadline) {
      const log = (fleet.daemon?.lines ?? []).slice(from).filter(({ environment }) => environment === moving[0]);
      throw new Error([`${moving} neither stopped nor ended`, ...log.map((line) => JSON.stringify(line))].join('\n'));
    }
    await delay(20);
  }
}

export async function see(
  client: ClusterClient,
  { prefix, environment, part }: { prefix: string; environment: string; part?: string | undefined },
): Promise<Seen> {
  const namespace = [prefix, part, environment].filter(Boolean).join('-');
  const history = openHistory({
    client,
    namespace,
    name: 'shop',
    onUnreadable: (_secret, error) => {
      throw error;
    },
  });
  const records = await history.list();
  const kinds = { ConfigMap: 'v1', ServiceAccount: 'v1', Deployment: 'apps/v1', Job: 'batch/v1' };
  const lists = await Promise.all(
    Object.entries(kinds).map(async ([kind, apiVersion]) => (await client.list({ apiVersion, kind, namespace })).items),
  );
  const objects = lists.flat().filter(({ metadata }) => !['kube-root-ca.crt', 'default'].includes(metadata.name ?? ''));
  const state = await client.get({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: prefix,
    name: `release.${namespace}.shop`,
  });
  return {
    history: records.map(({ record: { version, info } }) => `${version} ${info.status}`).join(', '),
    objects: objects.map(shown).sort().join(' '),
    state: stateText(state),
  };
}

function shown(object: KubernetesObject): string {
  const { kind, metadata } = object;
  const data = (object['data'] as { color?: string } | undefined)?.color;
  const spec = object['spec'] as { template?: { spec: { containers: { image: string }[] } } } | undefined;
  const value = data ?? spec?.template?.spec.containers[0]?.image.split(':')[1];
  return `${kind}/${metadata.name}${value ? `=${value}` : ''}${metadata.deletionTimestamp ? ' terminating' : ''}`;
}

interface StateDocument {
  intent?: { action: string; version: number };
  deployed?: { helmRevision: number };
  healthy?: { version: number };
  quarantine?: { helmRevision: number };
  drift?: unknown[];
}

function stateText(configMap: KubernetesObject | undefined): string {
  const text = (configMap?.['data'] as Record<string, string> | undefined)?.['state.json'];
  if (text === undefined) return 'none';
  const { intent, deployed, healthy, quarantine, drift } = JSON.parse(text) as StateDocument;
  return [
    intent && `intent ${intent.action} ${intent.version}`,
    deployed && `deployed ${deployed.helmRevision}`,
    healthy && `healthy ${healthy.version}`,
    quarantine && `quarantine ${quarantine.helmRevision}`,
    drift && `drift ${drift.length}`,
  ]
    .filter(Boolean)
    .join(', ');
}
