import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { applyPatch } from '../../../src/foundation/fields/apply.ts';
import { trackUpdate } from '../../../src/foundation/fields/track-update.ts';
import type { JsonObject, KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { timeless, unsettled } from './compare-with-server.ts';
import { realServer } from './real-server.ts';

const kubeconfig = process.env.KUBECONFIG_REAL;
const now = '2026-01-01T00:00:00Z';
const selector = { matchLabels: { a: 'b' } };
const template = {
  metadata: { labels: { a: 'b' } },
  spec: {
    containers: [
      { name: 'c', image: 'i', resources: { limits: { cpu: '1000m' } }, envFrom: [{ configMapRef: { name: 'x' } }] },
    ],
  },
};
const jobTemplate = { spec: { ...template.spec, restartPolicy: 'Never' } };
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const clientConfig = { service: { name: 's', namespace: 'n' } };
const webhook = {
  name: 'a.b.c',
  clientConfig,
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
};

/** Each with `path` where objects of its kind live. */
const objects: (KubernetesObject & { path: string })[] = [
  {
    path: 'apis/apps/v1/namespaces/default/statefulsets',
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {},
    spec: { selector, serviceName: 's', template, volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: claim }] },
  },
  {
    path: 'apis/apps/v1/namespaces/default/daemonsets',
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: {},
    spec: { selector, template },
  },
  {
    path: 'apis/apps/v1/namespaces/default/replicasets',
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {},
    spec: { selector, template },
  },
  {
    path: 'apis/batch/v1/namespaces/default/cronjobs',
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {},
    spec: { schedule: '* * * * *', jobTemplate: { metadata: { labels: { a: 'b' } }, spec: { template: jobTemplate } } },
  },
  {
    path: 'api/v1/namespaces/default/pods',
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { labels: { a: 'b' } },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: 'c', image: 'i' }],
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'x', labelSelector: selector }],
        },
      },
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' }],
    },
  },
  {
    path: 'api/v1/namespaces/default/secrets',
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { annotations: { x: 'y' } },
    data: { a: 'YQ==' },
    type: 'Opaque',
  },
  {
    path: 'api/v1/namespaces/default/serviceaccounts',
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {},
    imagePullSecrets: [{ name: 'a' }],
    secrets: [{ name: 'b' }],
  },
  {
    path: 'api/v1/namespaces/default/persistentvolumeclaims',
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {},
    spec: claim,
  },
  {
    path: 'api/v1/persistentvolumes',
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {},
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
  },
  {
    path: 'api/v1/namespaces/default/limitranges',
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: {},
    spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] },
  },
  {
    path: 'api/v1/namespaces/default/resourcequotas',
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: {},
    spec: { hard: { pods: '900' } },
  },
  { path: 'api/v1/namespaces', apiVersion: 'v1', kind: 'Namespace', metadata: { labels: { a: 'b' } } },
  {
    path: 'apis/networking.k8s.io/v1/namespaces/default/ingresses',
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {},
    spec: {
      defaultBackend: { service: { name: 's', port: { number: 80 } } },
      rules: [
        {
          host: 'h',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { name: 'p' } } } }],
          },
        },
      ],
      tls: [{ hosts: ['h'] }],
    },
  },
  {
    path: 'apis/networking.k8s.io/v1/ingressclasses',
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {},
    spec: { controller: 'a.b/c' },
  },
  {
    path: 'apis/networking.k8s.io/v1/namespaces/default/networkpolicies',
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {},
    spec: { podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] },
  },
  {
    path: 'apis/policy/v1/namespaces/default/poddisruptionbudgets',
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: {},
    spec: { minAvailable: 1, selector },
  },
  {
    path: 'apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: {},
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
      maxReplicas: 3,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
    },
  },
  {
    path: 'apis/rbac.authorization.k8s.io/v1/namespaces/default/roles',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: {},
    rules,
  },
  {
    path: 'apis/rbac.authorization.k8s.io/v1/clusterroles',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {},
    aggregationRule: { clusterRoleSelectors: [selector] },
    rules,
  },
  {
    path: 'apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: {},
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
    subjects: [{ kind: 'ServiceAccount', name: 's', namespace: 'default' }],
  },
  {
    path: 'apis/storage.k8s.io/v1/storageclasses',
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {},
    provisioner: 'a.b/c',
    parameters: { a: 'b' },
  },
  {
    path: 'apis/storage.k8s.io/v1/csidrivers',
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: {},
    spec: { volumeLifecycleModes: ['Persistent'] },
  },
  {
    path: 'apis/coordination.k8s.io/v1/namespaces/default/leases',
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {},
    spec: { holderIdentity: 'x', leaseDurationSeconds: 15 },
  },
  {
    path: 'apis/scheduling.k8s.io/v1/priorityclasses',
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: {},
    value: 5,
  },
  {
    path: 'apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {},
    addressType: 'IPv4',
    endpoints: [{ addresses: ['1.2.3.4'], conditions: { ready: true } }],
    ports: [{ port: 80 }],
  },
  {
    path: 'api/v1/namespaces/default/endpoints',
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {},
    subsets: [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 80 }] }],
  },
  {
    path: 'apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: {},
    webhooks: [webhook],
  },
  {
    path: 'apis/apiregistration.k8s.io/v1/apiservices',
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.example.org' },
    spec: {
      group: 'example.org',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
      service: { name: 's', namespace: 'n' },
    },
  },
  {
    path: 'apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { a: { type: 'string', default: 'x' } } } },
            },
          },
        },
      ],
    },
  },
];

/** Filled in by admission after ownership is settled, so that nobody owns it. */
const admitted: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec.priority', 'spec.preemptionPolicy', 'spec.serviceAccount', 'spec.serviceAccountName', 'spec.tolerations'],
  PersistentVolumeClaim: ['metadata.finalizers'],
  PersistentVolume: ['metadata.finalizers'],
  Namespace: ['spec.finalizers'],
};

function withoutAdmitted(object: KubernetesObject): KubernetesObject {
  const copy = structuredClone(object) as KubernetesObject & Record<string, Record<string, unknown>>;
  for (const path of admitted[object.kind] ?? []) {
    const [top = '', field = ''] = path.split('.');
    delete copy[top]?.[field];
  }
  return copy;
}

describe.skipIf(!kubeconfig)('each kind beside a real API server (needs KUBECONFIG_REAL)', () => {
  const call = realServer(kubeconfig ?? '');

  test.each(objects)('$kind: created, applied and merged by two managers', async ({ path, ...given }) => {
    const name = given.metadata.name ?? `kind-${process.pid}-${Date.now()}`;
    onTestFinished(async () => {
      await call({ method: 'DELETE', path: `/${path}/${name}` });
    });
    const object = { ...given, metadata: { ...given.metadata, name } };
    const created = await call({ method: 'POST', path: `/${path}?fieldManager=one&dryRun=All`, body: object });
    expect(created.status, created.body.message).toBe(201);
    const { managedFields: _, ...metadata } = created.body.metadata;
    const after = withoutAdmitted({ ...created.body, metadata });
    const tracked = trackUpdate({ before: undefined, after, manager: 'one', operation: 'Update', now });
    expect(timeless(tracked)).toEqual(timeless(created.body));
    const patch = { method: 'PATCH', type: 'application/apply-patch+yaml', body: object };
    const first = await call({ ...patch, path: `/${path}/${name}?fieldManager=one&force=true` });
    expect(first.status, first.body.message).toBeLessThan(300);
    expect(timeless(applyPatch({ live: undefined, applied: object, manager: 'one', force: true, now }).object)).toEqual(
      timeless(first.body),
    );
    const live = (await call({ method: 'GET', path: `/${path}/${name}` })).body;
    const other = { ...object, metadata: { ...object.metadata, labels: { z: 'z' } } };
    const second = await call({
      method: 'PATCH',
      path: `/${path}/${name}?fieldManager=two&force=true&dryRun=All`,
      type: 'application/apply-patch+yaml',
      body: other,
    });
    const ours = applyPatch({ live, applied: other, manager: 'two', force: true, now });
    if (second.status < 300) {
      expect(timeless(ours.object)).toEqual(timeless(second.body));
      expect(unsettled(ours.object, second.body)).toEqual([]);
    }
  });
});

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        size: { 'x-kubernetes-int-or-string': true },
        plain: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
        byName: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name', 'kind'],
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: { type: 'string' },
              kind: { type: 'string', default: 'K' },
              value: { type: 'string' },
              tags: { type: 'object', additionalProperties: { type: 'string' } },
            },
          },
        },
        tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        whole: {
          type: 'object',
          'x-kubernetes-map-type': 'atomic',
          properties: { a: { type: 'string' }, b: { type: 'string' } },
        },
        nested: {
          type: 'object',
          additionalProperties: { type: 'object', properties: { x: { type: 'string' }, y: { type: 'string' } } },
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    status: { type: 'object', properties: { done: { type: 'boolean' } } },
  },
} as const;
const apiVersion = 'fields.example.com/v1';
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'samples.fields.example.com' },
  spec: {
    group: 'fields.example.com',
    scope: 'Namespaced',
    names: { plural: 'samples', kind: 'Sample' },
    versions: [
      { name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: schema } },
    ],
  },
};

describe.skipIf(!kubeconfig)('a custom kind beside a real API server (needs KUBECONFIG_REAL)', () => {
  const call = realServer(kubeconfig ?? '');
  const collection = '/apis/fields.example.com/v1/namespaces/default/samples';

  beforeAll(async () => {
    const made = await call({
      method: 'POST',
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      body: definition,
    });
    expect(made.status, made.body.message).toBe(201);
    for (let tries = 0; tries < 100 && (await call({ method: 'GET', path: collection })).status !== 200; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  afterAll(async () => {
    await call({
      method: 'DELETE',
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/samples.fields.example.com',
    });
  });

  const specs: { manager: string; spec: object; force?: boolean; update?: boolean }[] = [
    {
      manager: 'one',
      spec: {
        name: 'x',
        size: 1,
        plain: [{ a: '1' }],
        byName: [
          { name: 'a', value: '1', tags: { p: 'q' } },
          { name: 'b', kind: 'L' },
        ],
        tags: ['t', 'u'],
        whole: { a: '1' },
        nested: { n: { x: '1' }, e: {} },
        free: { deep: { list: [1, { a: 2 }], map: { k: 'v' } }, empty: {} },
      },
    },
    {
      manager: 'two',
      spec: {
        byName: [{ name: 'c' }, { name: 'a', tags: { r: 's' } }],
        tags: ['v', 't'],
        nested: { n: { y: '2' }, m: { x: '3' } },
        free: { deep: { map: { other: 'w' } } },
      },
    },
    { manager: 'two', spec: { whole: { b: '2' } } },
    { manager: 'two', spec: { whole: { b: '2' }, name: 'y', plain: [] }, force: true },
    {
      manager: 'one',
      spec: {
        name: 'x',
        byName: [{ name: 'b', kind: 'L', value: 'new' }],
        tags: ['u'],
        nested: { n: {} },
        free: { deep: {} },
      },
    },
    {
      manager: 'three',
      spec: {
        name: 'z',
        byName: [{ name: 'q', kind: 'K' }],
        tags: ['u', 'z'],
        free: { deep: { list: [3] } },
        nested: { n: { x: '9' } },
      },
      update: true,
    },
    { manager: 'one', spec: { name: 'x', byName: [], tags: [] }, force: true },
    { manager: 'two', spec: {} },
  ];

  test('merges as its schema says', async () => {
    const name = `sample-${process.pid}-${Date.now()}`;
    let live: KubernetesObject | undefined;
    for (const { manager, spec, force = false, update = false } of specs) {
      const sent = { apiVersion, kind: 'Sample', metadata: { name, namespace: 'default' }, spec };
      live = await (update ? compareUpdate({ sent, live, manager }) : compareApply({ sent, live, manager, force }));
    }
  });

  interface Write {
    readonly sent: KubernetesObject;
    readonly live: KubernetesObject | undefined;
    readonly manager: string;
    readonly force?: boolean;
  }

  async function compareApply({ sent, live, manager, force = false }: Write): Promise<KubernetesObject | undefined> {
    const path = `${collection}/${sent.metadata.name}?fieldManager=${manager}&force=${force}`;
    const real = await call({ method: 'PATCH', path, type: 'application/apply-patch+yaml', body: sent });
    const ours = applyPatch({ live, applied: sent, manager, force, now, schema: schema as unknown as JsonObject });
    if (real.status === 409) {
      expect(ours.conflicts.flatMap(({ fields }) => fields)).toEqual(
        (real.body.details?.causes ?? []).map(({ field }) => field),
      );
      return live;
    }
    expect(real.status, real.body.message).toBeLessThan(300);
    expect(ours.conflicts).toEqual([]);
    expect(timeless(ours.object)).toEqual(timeless(real.body));
    // Defaults of list elements are the API server's.
    expect(withoutDefaults(ours.object.spec)).toEqual(withoutDefaults(real.body.spec));
    return real.body;
  }

  async function compareUpdate({ sent, live, manager }: Write): Promise<KubernetesObject | undefined> {
    const body = { ...sent, metadata: { ...sent.metadata, resourceVersion: live?.metadata.resourceVersion ?? '' } };
    const real = await call({
      method: 'PUT',
      path: `${collection}/${sent.metadata.name}?fieldManager=${manager}`,
      body,
    });
    expect(real.status, real.body.message).toBeLessThan(300);
    const { managedFields: _, ...metadata } = real.body.metadata;
    const after = { ...real.body, metadata };
    const ours = trackUpdate({
      before: live,
      after,
      manager,
      operation: 'Update',
      now,
      schema: schema as unknown as JsonObject,
    });
    expect(timeless(ours)).toEqual(timeless(real.body));
    return real.body;
  }
});

function withoutDefaults(spec: unknown): unknown {
  const { byName = [], ...rest } = spec as { byName?: object[] };
  return { ...rest, byName: byName.map((item) => ({ kind: 'K', ...item })) };
}
