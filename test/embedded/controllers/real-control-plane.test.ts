import { describe, expect, test } from 'vitest';
import { jsonMergePatch } from '../../../src/foundation/fields/merge-patch.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { type Answer, realServer } from '../../foundation/fields/real-server.ts';
import { createWorld, type World } from './world.ts';

// The real control plane with kwok's kubelets is the judge: KUBECONFIG_REAL is what tools/realcluster/start.sh prints.
const kubeconfig = process.env.KUBECONFIG_REAL;

const paths: Readonly<Record<string, { path: string; resource: string }>> = {
  Deployment: { path: 'apis/apps/v1/namespaces/NS/deployments', resource: 'deployments.apps' },
  ReplicaSet: { path: 'apis/apps/v1/namespaces/NS/replicasets', resource: 'replicasets.apps' },
  StatefulSet: { path: 'apis/apps/v1/namespaces/NS/statefulsets', resource: 'statefulsets.apps' },
  DaemonSet: { path: 'apis/apps/v1/namespaces/NS/daemonsets', resource: 'daemonsets.apps' },
  Job: { path: 'apis/batch/v1/namespaces/NS/jobs', resource: 'jobs.batch' },
  Pod: { path: 'api/v1/namespaces/NS/pods', resource: 'pods' },
  Service: { path: 'api/v1/namespaces/NS/services', resource: 'services' },
  EndpointSlice: {
    path: 'apis/discovery.k8s.io/v1/namespaces/NS/endpointslices',
    resource: 'endpointslices.discovery.k8s.io',
  },
  Endpoints: { path: 'api/v1/namespaces/NS/endpoints', resource: 'endpoints' },
  PodDisruptionBudget: {
    path: 'apis/policy/v1/namespaces/NS/poddisruptionbudgets',
    resource: 'poddisruptionbudgets.policy',
  },
  Event: { path: 'api/v1/namespaces/NS/events', resource: 'events' },
};

const place = (kind: string): { path: string; resource: string } => paths[kind] ?? { path: '', resource: '' };

const labels = { app: 'x' };
const selector = { matchLabels: labels };
const template = (image: string, more: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', image, ports: [{ containerPort: 80 }] }], ...more },
});
const apps = (kind: string, spec: object) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'w' },
  spec: { selector, ...spec },
});
const job = (image: string, spec: object) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'w' },
  spec: { template: template(image, { restartPolicy: 'Never' }), ...spec },
});
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's' },
  spec: { selector: labels, ports: [{ port: 80 }] },
};
const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'b' },
  spec: { minAvailable: '50%', selector },
};
const image = (name: string) => ({
  spec: { template: { spec: { containers: [{ name: 'c', image: name, ports: [{ containerPort: 80 }] }] } } },
});

interface Scenario {
  readonly name: string;
  readonly objects: readonly object[];
  /** Merge patches of the first object, one after the other. */
  readonly patches?: readonly object[];
}

const scenarios: readonly Scenario[] = [
  {
    name: 'a rollout of a Deployment',
    objects: [apps('Deployment', { replicas: 3, template: template('i:1') }), service, budget],
    patches: [image('i:2'), { spec: { replicas: 5 } }, image('i:1')],
  },
  {
    name: 'a Deployment whose image is broken',
    objects: [apps('Deployment', { replicas: 4, template: template('i:1') }), service, budget],
    patches: [image('i:broken'), { spec: { replicas: 8 } }, image('i:1')],
  },
  {
    name: 'a Deployment that never comes up',
    objects: [apps('Deployment', { replicas: 2, progressDeadlineSeconds: 2, template: template('i:crash') }), service],
    patches: [{ spec: { replicas: 1 } }],
  },
  {
    name: 'a Deployment that is recreated',
    objects: [apps('Deployment', { replicas: 2, strategy: { type: 'Recreate' }, template: template('i:1') })],
    patches: [image('i:2'), image('i:broken'), { spec: { replicas: 0 } }],
  },
  {
    name: 'a Deployment that is paused and resumed',
    objects: [apps('Deployment', { replicas: 2, template: template('i:1') })],
    patches: [{ spec: { paused: true } }, image('i:2'), { spec: { replicas: 4 } }, { spec: { paused: false } }],
  },
  {
    name: 'a Deployment without surge',
    objects: [
      apps('Deployment', {
        replicas: 3,
        revisionHistoryLimit: 1,
        strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        template: template('i:1'),
      }),
    ],
    patches: [image('i:2'), image('i:3'), image('i:broken')],
  },
  {
    name: 'a Deployment whose pods fit nowhere',
    objects: [apps('Deployment', { replicas: 1, template: template('i:1', { nodeSelector: { disk: 'fast' } }) })],
  },
  {
    name: 'a StatefulSet',
    objects: [apps('StatefulSet', { replicas: 2, serviceName: 's', template: template('i:1') }), service, budget],
    patches: [image('i:2'), { spec: { replicas: 3 } }, image('i:broken'), { spec: { replicas: 1 } }],
  },
  {
    name: 'a parallel StatefulSet with a partition',
    objects: [
      apps('StatefulSet', {
        replicas: 3,
        podManagementPolicy: 'Parallel',
        serviceName: 's',
        updateStrategy: { rollingUpdate: { partition: 1 } },
        template: template('i:1'),
      }),
    ],
    patches: [image('i:2')],
  },
  {
    name: 'a DaemonSet',
    objects: [apps('DaemonSet', { template: template('i:1') }), service],
    patches: [image('i:2'), image('i:broken'), image('i:1')],
  },
  { name: 'a Job that succeeds', objects: [job('i:1', { completions: 3, parallelism: 2 })] },
  { name: 'an indexed Job', objects: [job('i:1', { completions: 3, completionMode: 'Indexed' })] },
  { name: 'a Job that fails', objects: [job('i:fail', { backoffLimit: 0 })] },
  {
    name: 'a Job that is suspended',
    objects: [job('i:1', { suspend: true })],
    patches: [{ spec: { suspend: false } }],
  },
  { name: 'a Job that takes too long', objects: [job('i:broken', { activeDeadlineSeconds: 1 })] },
];

describe.skipIf(!kubeconfig)('beside a real control plane (needs KUBECONFIG_REAL)', () => {
  // The real controllers race each other: now and then a Recreate keeps its old condition, or a scheduler loses a pod, and
  // that is where it ends. Another namespace is another race; a wrong model ends otherwise each time.
  test.each(scenarios)('$name ends the same', { retry: 2 }, async ({ objects, patches = [] }) => {
    const call = realServer(kubeconfig ?? '');
    const namespace = `cp-${process.pid}-${Date.now()}`;
    await call({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    });
    await until(
      async () =>
        (await call({ method: 'GET', path: `/api/v1/namespaces/${namespace}/serviceaccounts/default` })).status === 200,
    );
    const world = createWorld();
    for (const object of objects as KubernetesObject[]) {
      const { path, resource } = place(object.kind);
      const answer = await call({ method: 'POST', path: `/${path.replace('NS', namespace)}`, body: object });
      expect(answer.status, answer.body.message).toBe(201);
      world.store.create(
        resource,
        { ...object, metadata: { ...object.metadata, namespace: 'default' } },
        { manager: 'test' },
      );
      world.settle();
    }
    await compare(call, namespace, world);
    for (const patch of patches) {
      const { kind } = objects[0] as KubernetesObject;
      const { path, resource } = place(kind);
      const answer = await call({
        method: 'PATCH',
        path: `/${path.replace('NS', namespace)}/w`,
        type: 'application/merge-patch+json',
        body: patch,
      });
      expect(answer.status, answer.body.message).toBe(200);
      world.store.update(
        resource,
        jsonMergePatch(world.store.get(resource, 'default', 'w'), patch) as KubernetesObject,
        { manager: 'test' },
      );
      world.settle();
      await compare(call, namespace, world);
    }
    world.stop();
    await call({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
  });
});

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100 && !(await check()); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

type Call = ReturnType<typeof realServer>;

async function listAll(call: Call, namespace: string): Promise<KubernetesObject[]> {
  const kinds = Object.entries(paths);
  const answers = await Promise.all(
    kinds.map(([, { path }]) => call({ method: 'GET', path: `/${path.replace('NS', namespace)}` })),
  );
  return answers.flatMap((answer: Answer, index) =>
    (answer.body.items as KubernetesObject[]).map((item) => ({ ...item, kind: kinds[index]?.[0] ?? '' })),
  );
}

/** The real one needs some time; it is compared once nothing has changed for a while. */
async function compare(call: Call, namespace: string, world: World): Promise<void> {
  const ours = (): unknown =>
    normalize(
      Object.entries(paths).flatMap(([kind, { resource }]) =>
        world.store.list(resource, { namespace: 'default' }).map((object) => ({ ...object, kind })),
      ),
    );
  let last = '';
  let quiet = 0;
  let real: KubernetesObject[] = [];
  for (let tries = 0; tries < 60 && quiet < 5; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    real = await listAll(call, namespace);
    const state = JSON.stringify(real.map(({ metadata }) => metadata.resourceVersion));
    quiet = state === last ? quiet + 1 : 0;
    last = state;
  }
  world.advance(4_000);
  if (JSON.stringify(normalize(real)) !== JSON.stringify(ours())) {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    real = await listAll(call, namespace);
  }
  expect(ours()).toEqual(normalize(real));
}

/** What kwok stands in for, and the API server's own repair loop, which now and then races the Service just made. */
const otherReporters: ReadonlySet<string> = new Set([
  'kubelet',
  'default-scheduler',
  'ipallocator-repair-controller',
  'portallocator-repair-controller',
]);

/** Without times, generated names, addresses and node names; what kwok leaves out of kubelets' work is left out here too. */
function normalize(all: KubernetesObject[]): unknown {
  const set = (object: KubernetesObject) => object.metadata.annotations?.['deployment.kubernetes.io/revision'];
  return all
    .filter((object) => object.kind !== 'Event' || !otherReporters.has(String(object.reportingComponent)))
    .filter(
      (object) =>
        object.kind !== 'Service' &&
        object.metadata.name !== 'kubernetes' &&
        object.metadata.labels?.['kubernetes.io/service-name'] !== 'kubernetes',
    )
    .map((object) => {
      const { kind, status, spec, type, reason, message, endpoints, subsets, ports } = object as KubernetesObject &
        Record<string, unknown>;
      if (kind === 'Event')
        return {
          kind,
          type,
          reason,
          ...(reason === 'SuccessfulCreate' || reason === 'ScalingReplicaSet'
            ? {}
            : { message: masked(String(message)) }),
        };
      if (kind === 'Pod') return { kind, ...podFacts(object) };
      if (kind === 'EndpointSlice')
        return { kind, ports, endpoints: count_((endpoints ?? []) as { conditions: object }[]) };
      if (kind === 'Endpoints')
        return {
          kind,
          subsets: ((subsets ?? []) as Record<string, unknown[]>[]).map((subset) => [
            subset.addresses?.length,
            subset.notReadyAddresses?.length,
            subset.ports,
          ]),
        };
      return {
        kind,
        revision: set(object),
        annotations: sizes(object),
        replicas: (spec as { replicas?: number }).replicas,
        // How often a set is resized on the way depends on who is faster.
        generation: kind === 'ReplicaSet' ? undefined : object.metadata.generation,
        status: masked_(kind === 'ReplicaSet' ? { ...(status as object), observedGeneration: undefined } : status),
      };
    })
    .map((entry) => JSON.stringify(entry))
    .filter((entry, index, entries) => !entry.includes('"Event"') || entries.indexOf(entry) === index)
    .map((entry) => JSON.parse(entry) as object)
    .sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}

function sizes({ metadata: { annotations = {} } }: KubernetesObject): unknown {
  return [
    annotations['deployment.kubernetes.io/desired-replicas'],
    annotations['deployment.kubernetes.io/max-replicas'],
  ];
}

function count_(endpoints: { conditions: object }[]): string[] {
  return endpoints.map(({ conditions }) => JSON.stringify(conditions)).sort();
}

function podFacts(pod: KubernetesObject): object {
  const {
    phase,
    containerStatuses = [],
    conditions = [],
    qosClass,
  } = (pod.status ?? {}) as Record<string, never> & {
    conditions?: Record<string, unknown>[];
    containerStatuses?: Record<string, unknown>[];
  };
  const states = containerStatuses.map(({ image, ready, restartCount, state }) => [
    image,
    ready,
    restartCount,
    Object.keys(state as object),
    Object.values(state as Record<string, { reason?: string; exitCode?: number }>).map(({ reason, exitCode }) => [
      reason,
      exitCode,
    ]),
  ]);
  // kwok leaves a finished pod Ready; a kubelet does not.
  const isFinished = phase === 'Succeeded' || phase === 'Failed';
  const seen = isFinished
    ? []
    : conditions.map(({ type, status, reason }) => `${type}=${status} ${reason ?? ''}`).sort();
  const { labels: all = {}, finalizers } = pod.metadata;
  return { phase, qosClass, states, conditions: seen, labels: Object.keys(all).sort(), finalizers };
}

function masked(text: string): string {
  return text.replace(/\bw-[a-z0-9]{5,10}(-[a-z0-9]{5})?\b/g, 'w-*').replace(/\(combined from similar events\): /, '');
}

function masked_(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(masked_).sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  if (typeof value === 'string')
    return /^\d{4}-\d\d-\d\dT/.test(value) ? 'TIME' : value.replace(/\bw-[a-z0-9]{5,10}\b/g, 'w-*');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, below]) => [key, masked_(below)] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}
