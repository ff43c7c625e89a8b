/** What is drift and what is none: a manifest, what other hands do to its objects, and what is told. */
import type { DriftIgnore } from '../../src/pipeline/definitions/release-definition.ts';
import type { Hand } from './drift-scene.ts';

export interface DriftRow {
  readonly name: string;
  readonly manifest: string;
  readonly crds?: string;
  readonly clientSide?: boolean;
  readonly hands?: readonly Hand[];
  readonly ignore?: readonly Partial<DriftIgnore>[];
  /** Mutating webhook in front of Deployments and ConfigMaps: before the manifest is applied, or `down` after it. */
  readonly webhook?: 'sidecar' | 'image' | 'down';
  /** As `spell` spells it; none: no drift. */
  readonly told?: readonly string[];
}

const configMap = (data: string, metadata = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x${metadata}}\ndata: ${data}\n`;
const secret = (fields: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n${fields}\n`;
const pod = (container = '', spec = '', metadata = '') =>
  `template: {metadata: {labels: {app: d}${metadata}}, spec: {containers: [{name: main, image: "nginx:1"${container}}]${spec}}}`;
const deployment = (spec = '', template = pod(), metadata = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d${metadata}}\nspec: {${spec}selector: {matchLabels: {app: d}}, ${template}}\n`;
const service = (spec: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: v}\nspec: {selector: {app: d}, ${spec}}\n`;
const role =
  'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n';
const webhooks = (bundle: string) =>
  `apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: "NS"}\nwebhooks: [{name: a.example.com, clientConfig: {${bundle}service: {name: a, namespace: default}}, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, rules: [{apiGroups: [none.example.com], apiVersions: [v1], operations: [CREATE], resources: [nones]}]}]\n`;
const crd = (name: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${name}s.NS.example.com}\nspec: {group: NS.example.com, scope: Namespaced, names: {plural: ${name}s, singular: ${name}, kind: Kind${name}, listKind: Kind${name}List}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}\n`;
const certificate = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64');

export const driftRows: readonly DriftRow[] = [
  // None: what the server, controllers and webhooks make of it.
  { name: 'defaults of a Deployment', manifest: deployment() },
  { name: 'defaults of a Service', manifest: service('ports: [{port: 80}]') },
  {
    name: 'defaults of volumes, probes and projected tokens',
    manifest: deployment(
      '',
      pod(
        ', readinessProbe: {httpGet: {path: /, port: 80}}, volumeMounts: [{name: v, mountPath: /v}]',
        ', volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: t}}, {configMap: {name: c}}]}}]',
      ),
    ),
  },
  {
    name: 'quantities: 1000m is 1, 0.5 is 500m, 1024Mi is 1Gi',
    manifest: deployment(
      '',
      pod(', resources: {limits: {cpu: 1000m, memory: 1024Mi}, requests: {cpu: 0.5, memory: 0.5Gi}}'),
    ),
  },
  {
    name: 'quantities of a limit range and of claims',
    manifest:
      'apiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec: {limits: [{type: Container, default: {cpu: 1000m, memory: 0.5Gi}}]}\n',
  },
  {
    name: 'seconds as numbers that were written in other forms',
    manifest: deployment('progressDeadlineSeconds: 0x258, minReadySeconds: 1e1, '),
  },
  {
    name: 'int-or-string: a port by number and by name, a percentage',
    manifest: `${service('ports: [{name: a, port: 80, targetPort: http}, {name: b, port: 81, targetPort: 8080}]')}---\n${deployment('strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}}, ', pod(', ports: [{name: http, containerPort: 8080}]'))}`,
  },
  { name: 'stringData', manifest: secret('stringData: {p: hunter2, q: ""}') },
  { name: 'stringData over data', manifest: secret('data: {p: eA==, r: eg==}\nstringData: {p: hunter2}') },
  { name: 'base64 that was wrapped', manifest: secret('data: {p: "aHVu\\ndGVyMg=="}') },
  { name: 'a Secret’s own type', manifest: secret('type: Opaque\nstringData: {p: hunter2}') },
  {
    name: 'list elements in another order, by their keys',
    manifest: deployment('', pod(', env: [{name: A, value: "1"}, {name: B, value: "2"}]')),
    hands: [
      {
        to: 'Deployment/d',
        json: [
          {
            op: 'replace',
            path: '/spec/template/spec/containers/0/env',
            value: [
              { name: 'B', value: '2' },
              { name: 'A', value: '1' },
            ],
          },
        ],
      },
    ],
  },
  {
    name: 'ports told apart by number and protocol',
    manifest: service('ports: [{name: t, port: 53, protocol: TCP}, {name: u, port: 53, protocol: UDP}]'),
  },
  { name: 'null is absent', manifest: configMap('{a: "1", b: null}', ', annotations: null') },
  {
    name: 'null in a Deployment',
    manifest: deployment('', pod(', resources: null, env: null', ', nodeSelector: null')),
  },
  {
    name: 'empty lists and maps',
    manifest: deployment('', pod(', env: [], args: []', ', tolerations: [], affinity: {}')),
  },
  { name: 'an empty ConfigMap', manifest: configMap('{}') },
  { name: 'text of many lines', manifest: configMap('{a: "1\\n2\\n\\n", b: "\\t x "}') },
  { name: 'controllers’ status and annotations', manifest: deployment('replicas: 2, ') },
  {
    name: 'status that somebody writes',
    manifest: deployment(),
    hands: [{ to: 'Deployment/d', as: 'somebody', status: { observedGeneration: 1, replicas: 7 } }],
  },
  {
    name: 'annotations and fields of controllers',
    manifest: service('ports: [{port: 80}]'),
    hands: [
      {
        to: 'Service/v',
        as: 'cloud-controller-manager',
        merge: { metadata: { annotations: { 'lb.example.com/id': '7' } } },
      },
      { to: 'Service/v', as: 'my-operator', merge: { spec: { externalName: null, sessionAffinity: 'ClientIP' } } },
      { to: 'Service/v', as: 'manager', merge: { metadata: { finalizers: ['example.com/keep'] } } },
      { to: 'Service/v', as: 'manager', merge: { metadata: { finalizers: null } } },
    ],
  },
  {
    name: 'replicas that an autoscaler has taken',
    manifest: deployment('replicas: 2, '),
    hands: [{ to: 'Deployment/d', as: 'horizontal-pod-autoscaler', scale: 3 }],
  },
  {
    name: 'replicas of an autoscaler where the chart leaves them out',
    manifest: deployment(),
    hands: [{ to: 'Deployment/d', as: 'keda-operator', scale: 3 }],
  },
  { name: 'a webhook that adds a sidecar', manifest: deployment(), webhook: 'sidecar' },
  { name: 'a webhook that rewrites images', manifest: deployment(), webhook: 'image' },
  {
    name: 'a CA bundle where the chart has none',
    manifest: webhooks(''),
    hands: [
      {
        to: 'ValidatingWebhookConfiguration/NS',
        as: 'kube-webhook-certgen',
        json: [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: certificate }],
      },
    ],
  },
  {
    name: 'a CA bundle over the chart’s placeholder',
    manifest: webhooks('caBundle: Cg==, '),
    hands: [
      {
        to: 'ValidatingWebhookConfiguration/NS',
        as: 'cert-manager-cainjector',
        json: [{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: certificate }],
      },
    ],
  },
  {
    name: 'Helm’s own marks, and a chart that states them too',
    manifest: configMap('{a: "1"}', ', labels: {app.kubernetes.io/managed-by: Helm}'),
  },
  {
    name: 'a restored ConfigMap',
    manifest: configMap('{a: "1"}'),
    hands: [{ to: 'ConfigMap/x', as: 'velero-server', restore: true }],
  },
  {
    name: 'a restored Secret',
    manifest: secret('stringData: {p: hunter2}'),
    hands: [{ to: 'Secret/s', as: 'velero-server', restore: true }],
  },
  {
    name: 'a restored Deployment, with what the server filled in',
    manifest: deployment('', pod(', resources: {limits: {cpu: 1000m}}')),
    hands: [{ to: 'Deployment/d', as: 'velero-server', restore: true }],
  },
  {
    name: 'an apply of the same content by somebody else',
    manifest: configMap('{a: "1"}'),
    hands: [{ to: 'ConfigMap/x', as: 'kubectl', apply: { data: { a: '1' } } }],
  },
  {
    name: 'a change that was taken back',
    manifest: configMap('{a: "1"}'),
    hands: [
      { to: 'ConfigMap/x', merge: { data: { a: '2' } } },
      { to: 'ConfigMap/x', merge: { data: { a: '1' } } },
    ],
  },
  {
    name: 'what Helm 3 made',
    manifest: `${configMap('{a: "1"}')}---\n${deployment('replicas: 2, ')}`,
    clientSide: true,
  },
  {
    name: 'a definition of crds/ that somebody has changed',
    manifest: configMap('{a: "1"}'),
    crds: crd('one'),
    hands: [{ to: 'CustomResourceDefinition/ones.NS.example.com', merge: { metadata: { labels: { a: 'b' } } } }],
  },
  {
    name: 'what the definition ignores',
    manifest: deployment('replicas: 2, '),
    hands: [{ to: 'Deployment/d', as: 'kubectl-scale', scale: 3 }],
    ignore: [{ kind: 'Deployment', name: 'd', paths: ['/spec/replicas'] }],
  },
  {
    name: 'an object whose chart says that it is to be left alone',
    manifest: configMap('{a: "1"}', ', annotations: {helm-gitops.io/drift: ignore}'),
    hands: [{ to: 'ConfigMap/x', merge: { data: { a: '2' } } }],
  },

  {
    name: 'what the definition ignores by a path as jq writes it',
    manifest: deployment('', pod('}, {name: proxy, image: "proxy:1"')),
    hands: [
      {
        to: 'Deployment/d',
        strategic: { spec: { template: { spec: { containers: [{ name: 'proxy', image: 'proxy:2' }] } } } },
      },
    ],
    ignore: [{ paths: ['.spec.template.spec.containers[] | select(.name == "proxy") | .image'] }],
  },
  {
    name: 'what the definition leaves to a manager',
    manifest: configMap('{a: "1", b: "2"}'),
    hands: [{ to: 'ConfigMap/x', as: 'rotation', merge: { data: { a: '7', z: '1' } } }],
    ignore: [{ managers: ['rotation'] }],
  },
  {
    name: 'what a manager does outside of where it may',
    manifest: configMap('{a: "1", b: "2"}'),
    hands: [{ to: 'ConfigMap/x', as: 'rotation', merge: { data: { a: '7', b: '8' } } }],
    ignore: [{ paths: ['/data/a'], managers: ['rotation'] }],
    told: ['changed workload ConfigMap/x by rotation: /data/b'],
  },

  // Changed.
  {
    name: 'a changed value of a ConfigMap',
    manifest: configMap('{a: "1", b: "2"}'),
    hands: [{ to: 'ConfigMap/x', merge: { data: { a: '2' } } }],
    told: ['changed workload ConfigMap/x by kubectl-edit: /data/a'],
  },
  {
    name: 'a removed key, by nobody that is known',
    manifest: configMap('{a: "1", b: "2"}'),
    hands: [{ to: 'ConfigMap/x', merge: { data: { a: null } } }],
    told: ['changed workload ConfigMap/x by unknown: /data/a'],
  },
  {
    name: 'all keys removed',
    manifest: configMap('{a: "1"}'),
    hands: [{ to: 'ConfigMap/x', json: [{ op: 'remove', path: '/data' }] }],
    told: ['changed workload ConfigMap/x by unknown: /data'],
  },
  {
    name: 'replicas scaled by a person',
    manifest: deployment('replicas: 2, '),
    hands: [{ to: 'Deployment/d', as: 'kubectl-scale', scale: 5 }],
    told: ['changed workload Deployment/d by kubectl-scale: /spec/replicas'],
  },
  {
    name: 'an image, which is security',
    manifest: deployment('replicas: 2, '),
    hands: [
      {
        to: 'Deployment/d',
        as: 'kubectl-set',
        strategic: { spec: { template: { spec: { containers: [{ name: 'main', image: 'evil:1' }] } } } },
      },
    ],
    told: ['changed security Deployment/d by kubectl-set: /spec/template/spec/containers/0/image'],
  },
  {
    name: 'a limit that is another quantity',
    manifest: deployment('', pod(', resources: {limits: {cpu: 1000m}}')),
    hands: [
      {
        to: 'Deployment/d',
        strategic: {
          spec: { template: { spec: { containers: [{ name: 'main', resources: { limits: { cpu: '1001m' } } }] } } },
        },
      },
    ],
    told: ['changed workload Deployment/d by kubectl-edit: /spec/template/spec/containers/0/resources/limits/cpu'],
  },
  {
    name: 'the same quantity in another form is none',
    manifest: deployment('', pod(', resources: {limits: {cpu: 1000m}}')),
    hands: [
      {
        to: 'Deployment/d',
        strategic: {
          spec: { template: { spec: { containers: [{ name: 'main', resources: { limits: { cpu: '1' } } }] } } },
        },
      },
    ],
  },
  {
    name: 'a security context that was taken away',
    manifest: deployment('', pod(', securityContext: {runAsNonRoot: true}')),
    hands: [{ to: 'Deployment/d', json: [{ op: 'remove', path: '/spec/template/spec/containers/0/securityContext' }] }],
    told: ['changed security Deployment/d by unknown: /spec/template/spec/containers/0/securityContext'],
  },
  {
    name: 'a removed container',
    manifest: deployment('', pod('}, {name: side, image: "side:1"')),
    hands: [{ to: 'Deployment/d', json: [{ op: 'remove', path: '/spec/template/spec/containers/1' }] }],
    told: ['changed security Deployment/d by unknown: /spec/template/spec/containers/1'],
  },
  {
    name: 'a removed environment variable, the first of two',
    manifest: deployment('', pod(', env: [{name: A, value: "1"}, {name: B, value: "2"}]')),
    hands: [{ to: 'Deployment/d', json: [{ op: 'remove', path: '/spec/template/spec/containers/0/env/0' }] }],
    told: ['changed workload Deployment/d by unknown: /spec/template/spec/containers/0/env/0'],
  },
  {
    name: 'an element of a list that is one value',
    manifest: deployment('', pod(', args: [a, b, c]')),
    hands: [{ to: 'Deployment/d', json: [{ op: 'remove', path: '/spec/template/spec/containers/0/args/1' }] }],
    told: ['changed workload Deployment/d by kubectl-edit: /spec/template/spec/containers/0/args'],
  },
  {
    name: 'a rule of a Role, which is security',
    manifest: role,
    hands: [{ to: 'Role/r', json: [{ op: 'replace', path: '/rules/0/verbs', value: ['get', 'delete'] }] }],
    told: ['changed security Role/r by kubectl-edit: /rules/0/verbs'],
  },
  {
    name: 'rules that were all taken away',
    manifest: role,
    hands: [{ to: 'Role/r', json: [{ op: 'replace', path: '/rules', value: [] }] }],
    told: ['changed security Role/r by kubectl-edit: /rules'],
  },
  {
    name: 'a port of a Service',
    manifest: service('ports: [{name: a, port: 80}]'),
    hands: [{ to: 'Service/v', json: [{ op: 'replace', path: '/spec/ports/0/port', value: 81 }] }],
    told: [
      'approximate changed workload Service/v by kubectl-edit: /spec/ports/0',
      'extra workload Service/v by kubectl-edit: /spec/ports/0',
    ],
  },
  {
    name: 'labels and annotations of the chart',
    manifest: configMap('{a: "1"}', ', labels: {l: "1"}, annotations: {note: "1"}'),
    hands: [
      {
        to: 'ConfigMap/x',
        as: 'kubectl-label',
        merge: { metadata: { labels: { l: '2' }, annotations: { note: null } } },
      },
    ],
    told: ['changed metadata ConfigMap/x by kubectl-label: /metadata/annotations/note /metadata/labels/l'],
  },
  {
    name: 'Helm’s marks that somebody took away',
    manifest: configMap('{a: "1"}'),
    hands: [{ to: 'ConfigMap/x', merge: { metadata: { labels: null, annotations: null } } }],
    told: ['changed metadata ConfigMap/x by unknown: /metadata/annotations /metadata/labels'],
  },
  {
    name: 'a value of a Secret',
    manifest: secret('data: {p: aHVudGVyMg==}'),
    hands: [{ to: 'Secret/s', merge: { data: { p: 'aHVudGVyMw==' } } }],
    told: ['changed workload Secret/s by kubectl-edit: /data/p'],
  },
  {
    name: 'a value of a Secret of stringData, and one that is gone',
    manifest: secret('stringData: {p: hunter2, q: x}'),
    hands: [{ to: 'Secret/s', merge: { stringData: { p: 'hunter3' }, data: { q: null } } }],
    told: ['changed workload Secret/s by kubectl-edit: /data/p /data/q'],
  },
  {
    name: 'another hand that says so by an apply',
    manifest: configMap('{a: "1"}'),
    hands: [{ to: 'ConfigMap/x', as: 'argocd-controller', apply: { data: { a: '2' } } }],
    told: ['changed workload ConfigMap/x by argocd-controller: /data/a'],
  },
  {
    name: 'a controller that changes what the chart says',
    manifest: configMap('{a: "1"}'),
    hands: [{ to: 'ConfigMap/x', as: 'some-controller', merge: { data: { a: '2' } } }],
    told: ['changed workload ConfigMap/x by some-controller: /data/a'],
  },
  {
    name: 'what Helm 3 made, changed',
    manifest: deployment('replicas: 2, ', pod(', args: [a]')),
    clientSide: true,
    hands: [
      { to: 'Deployment/d', json: [{ op: 'replace', path: '/spec/template/spec/containers/0/args', value: ['b'] }] },
    ],
    told: ['changed workload Deployment/d by kubectl-edit: /spec/template/spec/containers/0/args'],
  },
  {
    name: 'a CA bundle that a person replaced',
    manifest: webhooks(`caBundle: ${Buffer.from('-----BEGIN CERTIFICATE-----\nx').toString('base64')}, `),
    hands: [
      {
        to: 'ValidatingWebhookConfiguration/NS',
        json: [{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: certificate }],
      },
    ],
    told: ['changed security ValidatingWebhookConfiguration/NS by kubectl-edit: /webhooks/0/clientConfig/caBundle'],
  },

  {
    name: 'an empty list of a custom object that somebody took away',
    manifest: 'apiVersion: NS.example.com/v1\nkind: Kindone\nmetadata: {name: k}\nspec: {tags: [], free: {}}\n',
    crds: crd('one'),
    hands: [{ to: 'Kindone/k', json: [{ op: 'remove', path: '/spec/tags' }] }],
    told: ['changed workload Kindone/k by unknown: /spec/tags'],
  },

  // Missing, replaced.
  {
    name: 'a deleted object',
    manifest: `${configMap('{a: "1"}')}---\n${secret('stringData: {p: x}')}`,
    hands: [{ to: 'ConfigMap/x', remove: true }],
    told: ['missing workload ConfigMap/x by unknown'],
  },
  {
    name: 'a deleted Role',
    manifest: role,
    hands: [{ to: 'Role/r', remove: true }],
    told: ['missing security Role/r by unknown'],
  },
  {
    name: 'another object of that name',
    manifest: configMap('{a: "1"}'),
    hands: [{ to: 'ConfigMap/x', as: 'kubectl-create', replace: { data: { a: '1', z: '1' } } }],
    told: [
      'changed metadata ConfigMap/x by unknown: /metadata/annotations /metadata/labels',
      'extra workload ConfigMap/x by kubectl-create: /data/z',
    ],
  },
  {
    name: 'another Deployment of that name, with a selector that cannot change',
    manifest: deployment('replicas: 2, '),
    hands: [
      {
        to: 'Deployment/d',
        as: 'kubectl-create',
        replace: {
          spec: {
            replicas: 2,
            selector: { matchLabels: { app: 'e' } },
            template: {
              metadata: { labels: { app: 'e' } },
              spec: { containers: [{ name: 'main', image: 'nginx:1' }] },
            },
          },
        },
      },
    ],
    told: [
      'approximate changed workload Deployment/d by kubectl-create: /metadata/annotations/meta.helm.sh~1release-name /metadata/annotations/meta.helm.sh~1release-namespace /metadata/labels /spec/selector/matchLabels/app /spec/template/metadata/labels/app',
    ],
  },
  {
    name: 'a missing definition of crds/',
    manifest: configMap('{a: "1"}'),
    crds: `${crd('one')}---\n${crd('two')}`,
    hands: [{ to: 'CustomResourceDefinition/twos.NS.example.com', remove: true }],
    told: ['missing workload CustomResourceDefinition/twos.NS.example.com by unknown'],
  },

  // Added by others.
  {
    name: 'an added key',
    manifest: configMap('{a: "1"}'),
    hands: [{ to: 'ConfigMap/x', merge: { data: { z: '1' } } }],
    told: ['extra workload ConfigMap/x by kubectl-edit: /data/z'],
  },
  {
    name: 'an added container, environment variable and annotation',
    manifest: deployment(),
    hands: [
      {
        to: 'Deployment/d',
        strategic: {
          metadata: { annotations: { note: 'mine' } },
          spec: {
            template: {
              spec: {
                containers: [
                  { name: 'main', env: [{ name: 'A', value: '1' }] },
                  { name: 'side', image: 'side:1' },
                ],
              },
            },
          },
        },
      },
    ],
    told: [
      'extra security Deployment/d by kubectl-edit: /metadata/annotations/note /spec/template/spec/containers/0/env /spec/template/spec/containers/1',
    ],
  },
  {
    name: 'a restart by kubectl',
    manifest: deployment(),
    hands: [
      {
        to: 'Deployment/d',
        as: 'kubectl-rollout',
        strategic: {
          spec: {
            template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-20T12:00:00Z' } } },
          },
        },
      },
    ],
    told: ['extra workload Deployment/d by kubectl-rollout: /spec/template/metadata/annotations'],
  },
  {
    name: 'a changed and an added value of a Secret',
    manifest: secret('stringData: {p: hunter2}'),
    hands: [{ to: 'Secret/s', merge: { data: { p: 'eA==', z: 'eA==' } } }],
    told: ['changed workload Secret/s by kubectl-edit: /data/p', 'extra workload Secret/s by kubectl-edit: /data/z'],
  },
  {
    name: 'somebody’s wish that the object be left alone',
    manifest: configMap('{a: "1"}'),
    hands: [
      {
        to: 'ConfigMap/x',
        as: 'kubectl-annotate',
        merge: { metadata: { annotations: { 'helm-gitops.io/drift': 'ignore' } } },
      },
      { to: 'ConfigMap/x', merge: { data: { a: '2' } } },
    ],
    told: ['extra metadata ConfigMap/x by kubectl-annotate: /metadata/annotations/helm-gitops.io~1drift'],
  },

  // By ownership.
  {
    name: 'an untouched object behind a webhook that is down',
    manifest: `${configMap('{a: "1", b: null}')}---\n${deployment('replicas: 2, ', pod(', env: [], resources: {limits: {cpu: 1000m}}'))}`,
    webhook: 'down',
  },
  {
    name: 'the same as Helm 3 made it',
    manifest: `${configMap('{a: "1"}')}---\n${deployment('replicas: 2, ', pod(', resources: {limits: {cpu: 0.5}}'))}`,
    clientSide: true,
    webhook: 'down',
  },
  {
    name: 'changes behind a webhook that is down',
    manifest: `${configMap('{a: "1", b: "2"}')}---\n${deployment('replicas: 2, ')}`,
    hands: [
      { to: 'ConfigMap/x', merge: { data: { a: '2', b: null } } },
      { to: 'Deployment/d', merge: { spec: { replicas: 4 } } },
    ],
    webhook: 'down',
    told: [
      'approximate changed workload ConfigMap/x by kubectl-edit: /data/a /data/b',
      'approximate changed workload Deployment/d by kubectl-edit: /spec/replicas',
    ],
  },
];
