import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPatch } from '../../../src/foundation/fields/apply.ts';
import { strategicMergePatch } from '../../../src/foundation/fields/strategic-merge.ts';
import { trackUpdate } from '../../../src/foundation/fields/track-update.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { groupVersionKind } from '../../../src/foundation/manifest/object.ts';
import { timeless, unsettled } from './compare-with-server.ts';
import { realServer } from './real-server.ts';

// The real API server is the judge: KUBECONFIG_REAL is what tools/realcluster/start.sh prints.
const kubeconfig = process.env.KUBECONFIG_REAL;
const runs = Number(process.env.FIELDS_RUNS ?? 6);
const now = '2026-01-01T00:00:00Z';

const name = fc.constantFrom('a', 'b', 'c');
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const uniqueBy = <T>(value: fc.Arbitrary<T>, key: (item: T) => unknown, minLength = 0) =>
  fc.uniqueArray(value, { selector: key, minLength, maxLength: 3 });
const labels = fc.dictionary(name, fc.constantFrom('1', '2'), { maxKeys: 3 });
const env = uniqueBy(
  fc.oneof(
    fc.record({ name, value: fc.constantFrom('x', 'y') }),
    fc.record({
      name,
      valueFrom: fc.record({ fieldRef: fc.record({ fieldPath: fc.constantFrom('metadata.name', 'metadata.uid') }) }),
    }),
    fc.record({ name, valueFrom: fc.record({ secretKeyRef: fc.record({ name, key: name }) }) }),
  ),
  (item) => item.name,
);
const port = fc.record({
  containerPort: fc.constantFrom(80, 81),
  protocol: maybe(fc.constantFrom('TCP', 'UDP')),
  name: maybe(fc.constantFrom('p', 'q')),
});
const container = fc.record({
  name,
  image: fc.constantFrom('i:1', 'i:2'),
  env: maybe(env),
  args: maybe(fc.array(name, { maxLength: 2 })),
  ports: maybe(
    fc.uniqueArray(port, { selector: (item) => `${item.containerPort}/${item.protocol ?? 'TCP'}`, maxLength: 2 }),
  ),
  resources: maybe(fc.record({ limits: maybe(fc.record({ cpu: fc.constantFrom('1', '500m') })) })),
  readinessProbe: maybe(fc.record({ httpGet: fc.record({ path: fc.constantFrom('/', '/x'), port: fc.constant(80) }) })),
  securityContext: maybe(fc.record({ runAsNonRoot: maybe(fc.boolean()) })),
});
const volume = fc.oneof(
  fc.record({ name, emptyDir: fc.constant({}) }),
  fc.record({ name, configMap: fc.record({ name }) }),
);
const podSpec = fc.record({
  containers: uniqueBy(container, (item) => item.name, 1),
  volumes: maybe(uniqueBy(volume, (item) => item.name)),
  nodeSelector: maybe(labels),
  imagePullSecrets: maybe(uniqueBy(fc.record({ name }), (item) => item.name)),
  tolerations: maybe(fc.array(fc.record({ key: name, operator: fc.constant('Exists') }), { maxLength: 2 })),
  hostAliases: maybe(
    uniqueBy(
      fc.record({ ip: fc.constantFrom('1.1.1.1', '2.2.2.2'), hostnames: fc.array(name, { maxLength: 2 }) }),
      (item) => item.ip,
    ),
  ),
  terminationGracePeriodSeconds: maybe(fc.constantFrom(5, 6)),
});
const metadata = fc.record({
  labels: maybe(labels),
  annotations: maybe(labels),
  finalizers: maybe(uniqueBy(fc.constantFrom('x.io/a', 'x.io/b'), (item) => item)),
});
const podTemplate = fc.record({
  metadata,
  template: fc.record({ metadata: maybe(fc.record({ labels })), spec: podSpec }),
});
const deployment = fc.record({
  metadata: fc.record({ labels: maybe(labels), annotations: maybe(labels) }),
  spec: fc.record({
    replicas: maybe(fc.constantFrom(0, 1)),
    paused: fc.constant(true),
    selector: fc.constant({ matchLabels: { app: 'x' } }),
    strategy: maybe(fc.constantFrom({ type: 'Recreate' }, { rollingUpdate: { maxSurge: 1 } })),
    template: fc.record({ metadata: fc.constant({ labels: { app: 'x' } }), spec: podSpec }),
  }),
});
const service = fc.record({
  metadata,
  spec: fc.record({
    selector: maybe(labels),
    type: maybe(fc.constantFrom('ClusterIP')),
    ports: fc
      .uniqueArray(
        fc.record({
          port: fc.constantFrom(80, 81),
          protocol: maybe(fc.constantFrom('TCP', 'UDP')),
          targetPort: maybe(fc.constantFrom(8080, 'http')),
        }),
        { selector: (item) => `${item.port}/${item.protocol ?? 'TCP'}`, minLength: 1, maxLength: 3 },
      )
      .map((ports) =>
        ports.map((item) => ({ name: `${item.port}-${(item.protocol ?? 'TCP').toLowerCase()}`, ...item })),
      ),
  }),
});
const configMap = fc.record({
  metadata,
  data: maybe(labels),
  binaryData: maybe(fc.dictionary(fc.constantFrom('d', 'e'), fc.constant('AAAA'))),
});

const kinds = [
  { apiVersion: 'v1', kind: 'PodTemplate', path: '/api/v1/namespaces/default/podtemplates', content: podTemplate },
  { apiVersion: 'v1', kind: 'ConfigMap', path: '/api/v1/namespaces/default/configmaps', content: configMap },
  { apiVersion: 'v1', kind: 'Service', path: '/api/v1/namespaces/default/services', content: service },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    path: '/apis/apps/v1/namespaces/default/deployments',
    content: deployment,
  },
];

const step = (content: fc.Arbitrary<object>) =>
  fc.record({
    verb: fc.constantFrom('apply', 'apply', 'apply', 'force', 'force', 'update', 'smp', 'merge'),
    manager: fc.constantFrom('one', 'two', 'three'),
    content,
  });

describe.skipIf(!kubeconfig)('beside a real API server (needs KUBECONFIG_REAL)', () => {
  test.each(kinds)(
    'random writes to a $kind come out the same',
    { timeout: 600_000 },
    async ({ apiVersion, kind, path, content }) => {
      const call = realServer(kubeconfig ?? '');
      let count = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(step(content as fc.Arbitrary<object>), { minLength: 2, maxLength: 7 }),
          async (steps) => {
            count += 1;
            const name = `fc-${process.pid}-${Date.now()}-${count}`;
            let live: KubernetesObject | undefined;
            for (const { verb, manager, content: body } of steps) {
              live = await settled(live, () => call({ method: 'GET', path: `${path}/${name}` }));
              const sent = JSON.parse(JSON.stringify({ apiVersion, kind, ...body })) as KubernetesObject;
              sent.metadata = { ...sent.metadata, name, namespace: 'default' };
              live = await compareStep({ call, path: `${path}/${name}`, collection: path, verb, manager, sent, live });
            }
            await call({
              method: 'PATCH',
              path: `${path}/${name}`,
              type: 'application/merge-patch+json',
              body: { metadata: { finalizers: null } },
            });
            await call({ method: 'DELETE', path: `${path}/${name}` });
          },
        ),
        { numRuns: runs, endOnFailure: !process.env.FIELDS_SHRINK },
      );
    },
  );
});

/** Waits until controllers have left the object alone. */
async function settled(
  live: KubernetesObject | undefined,
  get: () => Promise<{ status: number; body: KubernetesObject }>,
) {
  if (live === undefined) return undefined;
  let last = live;
  for (;;) {
    if (live.kind === 'Deployment') await new Promise((resolve) => setTimeout(resolve, 60));
    const { body } = await get();
    if (body.kind !== 'Deployment' || body.metadata.resourceVersion === last.metadata.resourceVersion) return body;
    last = body;
  }
}

interface Step {
  call: ReturnType<typeof realServer>;
  path: string;
  collection: string;
  verb: string;
  manager: string;
  sent: KubernetesObject;
  live: KubernetesObject | undefined;
}

async function compareStep({
  call,
  path,
  collection,
  verb,
  manager,
  sent,
  live,
}: Step): Promise<KubernetesObject | undefined> {
  const query = `?fieldManager=${manager}`;
  if (verb === 'apply' || verb === 'force') {
    const force = verb === 'force';
    const real = await call({
      method: 'PATCH',
      path: `${path}${query}&force=${force}`,
      type: 'application/apply-patch+yaml',
      body: sent,
    });
    const ours = applyPatch({ live, applied: sent, manager, force, now });
    if (real.status === 409) {
      const causes = real.body.details?.causes ?? [];
      expect(
        ours.conflicts.flatMap((conflict) => conflict.fields.map((field) => `${conflict.manager} ${field}`)).sort(),
      ).toEqual(causes.map(({ message, field }) => `${/"([^"]*)"/.exec(message)?.[1]} ${field}`).sort());
      return live;
    }
    if (real.status >= 400) return live;
    expect(ours.conflicts).toEqual([]);
    expect(unsettled(ours.object, real.body)).toEqual([]);
    expect(timeless(ours.object)).toEqual(timeless(real.body));
    return real.body;
  }
  const real = await write({ call, path, collection, verb, manager, sent, live });
  if (real.status >= 400) return live;
  const { managedFields: _, ...metadata } = real.body.metadata;
  const after = unallocated({ ...real.body, metadata }, live);
  expect(timeless(trackUpdate({ before: live, after, manager, operation: 'Update', now }))).toEqual(
    timeless(real.body),
  );
  if (verb === 'smp' && live !== undefined) {
    const { apiVersion: _version, kind: _kind, ...patch } = sent;
    expect(unsettled(strategicMergePatch(live, patch, groupVersionKind(sent)), real.body)).toEqual([]);
  }
  return real.body;
}

function write({ call, path, collection, verb, manager, sent, live }: Step) {
  const query = `?fieldManager=${manager}`;
  if (live === undefined) return call({ method: 'POST', path: collection + query, body: sent });
  if (verb === 'update') {
    const body = { ...sent, metadata: { ...sent.metadata, resourceVersion: live.metadata.resourceVersion } };
    return call({ method: 'PUT', path: path + query, body });
  }
  const { apiVersion: _version, kind: _kind, ...patch } = sent;
  const type = verb === 'smp' ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json';
  return call({ method: 'PATCH', path: path + query, type, body: patch });
}

/** A Service's addresses are allocated after ownership is settled, so nobody owns them. */
function unallocated(after: KubernetesObject, live: KubernetesObject | undefined): KubernetesObject {
  if (after.kind !== 'Service') return after;
  const spec = { ...(after.spec as Record<string, unknown>) };
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
    if (live === undefined) delete spec[field];
  }
  return { ...after, spec };
}
