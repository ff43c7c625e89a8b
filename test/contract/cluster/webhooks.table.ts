/** Admission webhooks whose backend answers: `{hooks}` is where it listens, `{ca}` whom to trust. */
import { apply, deployment, get, merge, pod, post, put, quiet, remove, type Scenario, type Step } from './scenario.ts';

const registration = '/apis/admissionregistration.k8s.io/v1';
type Kind = 'Validating' | 'Mutating';

/** `path`: what the backend does, see webhook-server.ts. */
const webhook = (name: string, path: string, more: object = {}) => ({
  name: `${name}.example.com`,
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  timeoutSeconds: 2,
  clientConfig: { url: `{hooks}/${path}`, caBundle: '{ca}' },
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '{ns}' } },
  rules: [
    {
      operations: ['*'],
      apiGroups: ['', 'apps'],
      apiVersions: ['*'],
      resources: ['secrets', 'deployments', 'deployments/scale'],
    },
  ],
  ...more,
});
const hooks = (kind: Kind, list: readonly object[], suffix = ''): Step =>
  quiet(
    post(`${registration}/${kind.toLowerCase()}webhookconfigurations`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: `${kind}WebhookConfiguration`,
      metadata: { name: `{ns}${suffix}` },
      webhooks: list,
    }),
  );
const cleanup = (['validating', 'mutating'] as const).flatMap((kind) =>
  ['', '-b'].map((suffix) => remove(`${registration}/${kind}webhookconfigurations/{ns}${suffix}`)),
);
const secret = (name = 's', metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, ...metadata },
});
const dry = 'secrets?dryRun=All';
const refused = (step: Step): Step => ({ ...step, until: (_body, code) => code >= 400 });
const labelled = (label: string): Step =>
  post(dry, secret(), { until: (body) => body.metadata?.labels?.[label] !== undefined, pick: ['metadata.labels'] });
/** A path that nobody on the way reads. */
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const status = (value: object): string => `deny/${encoded(value)}`;
const patch = (value: object): string => `patch/${encoded(value)}`;

const answers: readonly (readonly [string, string])[] = [
  ['refuses without a word', 'deny'],
  ['refuses with a message', status({ message: 'no secrets here' })],
  ['refuses with a code and a reason', status({ message: 'too many', code: 429, reason: 'TooManyRequests' })],
  ['refuses with a reason alone', status({ reason: 'some reason' })],
  ['answers too late', 'late'],
  ['answers with an error', 'status/500'],
  ['answers with what is no review', 'text'],
  ['answers another question', 'uid'],
];

/** `{port}` is that of the backend, a number. */
const numbered = (step: Step): Step => ({ ...step, body: JSON.stringify(step.body).replaceAll('"{port}"', '{port}') });
const service = (spec: object): Step =>
  quiet(numbered(post('services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'hook' }, spec })));
const byService = (kind: Kind, path: string, { port, ...more }: Readonly<Record<string, unknown>> = {}): Step =>
  numbered(
    hooks(kind, [
      webhook('hook', path, {
        clientConfig: {
          service: { namespace: '{ns}', name: 'hook', path: `/${path}`, ...(port === undefined ? {} : { port }) },
          caBundle: '{ca}',
        },
        timeoutSeconds: 1,
        ...more,
      }),
    ]),
  );

const services: readonly (readonly [string, object, { port?: unknown }?])[] = [
  ['no pod behind it', { selector: { app: 'none' }, ports: [{ port: 443 }] }],
  ['no selector', { ports: [{ port: 443 }] }],
  ['a port on every node', { type: 'NodePort', selector: { app: 'none' }, ports: [{ port: 443 }] }],
  ['a port of UDP alone', { selector: { app: 'none' }, ports: [{ port: 443, protocol: 'UDP' }] }],
  ['another name that nobody knows', { type: 'ExternalName', externalName: 'none.invalid' }],
];

const unroutable: typeof services = [
  ['no address', { clusterIP: 'None', selector: { app: 'none' }, ports: [{ port: 443 }] }],
  ['another port', { selector: { app: 'none' }, ports: [{ port: 80 }] }],
  ['another name, at a closed port', { type: 'ExternalName', externalName: 'localhost' }, { port: 1 }],
];

const podRules = (...operations: string[]) => [
  { operations, apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] },
];
const daemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'c' },
  spec: {
    selector: { matchLabels: { app: 'c' } },
    template: { metadata: { labels: { app: 'c' } }, spec: { containers: [{ name: 'c', image: 'app:1' }] } },
  },
};
const job = (name: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'app:1' }] } } },
});
/** So many, each as the webhooks left it. */
const madePods = (selector: string, count: number): Step =>
  get(`pods?labelSelector=${selector}`, {
    until: (body) => body.items?.length === count,
    pick: ['items.*.metadata.labels.added', 'items.*.spec.containers.*.name'],
  });

export const webhookScenarios: readonly Scenario[] = [
  ...[...services, ...unroutable].map(([name, spec, more]) => ({
    name: `called: by a Service with ${name}`,
    steps: [
      service(spec),
      byService('Validating', 'allow', more),
      { ...refused(post(dry, secret())), anyWords: services.some(([one]) => one === name) },
    ],
    cleanup,
  })),
  {
    name: 'called: by a Service with no pod behind it, whose failure is ignored',
    steps: [
      service({ selector: { app: 'none' }, ports: [{ port: 443 }] }),
      byService('Validating', 'allow', { failurePolicy: 'Ignore' }),
      hooks('Mutating', [webhook('label', 'label/after')]),
      labelled('after'),
    ],
    cleanup,
  },
  {
    name: 'called: by a Service that stands for another name',
    steps: [
      service({ type: 'ExternalName', externalName: 'localhost' }),
      byService('Mutating', 'label/seen', { port: '{port}' }),
      labelled('seen'),
    ],
    cleanup,
  },
  ...(['Validating', 'Mutating'] as const).flatMap((kind) =>
    answers.map(([name, path]) => ({
      name: `called: a ${kind} one ${name}`,
      steps: [hooks(kind, [webhook('hook', path)]), refused(post(dry, secret()))],
      cleanup,
    })),
  ),
  {
    name: 'called: what it is asked',
    steps: [
      quiet(post('secrets', secret('old'))),
      quiet(post('apps:deployments', deployment('d', { replicas: 0 }))),
      hooks('Validating', [webhook('hook', 'echo')]),
      refused(post(dry, secret())),
      post('secrets', secret()),
      put('secrets/old', secret('old', { labels: { a: 'b' } })),
      merge('secrets/old?dryRun=All', { metadata: { labels: { a: 'b' } } }),
      apply('secrets/new', secret('new')),
      remove('secrets/old'),
      merge('apps:deployments/d/scale', { spec: { replicas: 1 } }),
    ],
    cleanup,
  },
  {
    name: 'called: its failure is ignored',
    steps: [
      hooks('Mutating', [
        webhook('late', 'late', { failurePolicy: 'Ignore', timeoutSeconds: 1 }),
        webhook('bad', 'text', { failurePolicy: 'Ignore' }),
        webhook('good', 'label/good'),
      ]),
      labelled('good'),
    ],
    cleanup,
  },
  {
    name: 'called: it warns',
    steps: [
      hooks('Mutating', [webhook('label', 'label/seen')]),
      hooks('Validating', [webhook('warn', 'warn')]),
      labelled('seen'),
      quiet(post(dry, secret(), { until: () => true })),
      post('secrets', secret(), { pick: ['metadata.labels'] }),
    ],
    cleanup,
  },
  {
    name: 'called: it adds a label, of whose making nobody is told',
    steps: [
      hooks('Mutating', [webhook('label', 'label/added')]),
      labelled('added'),
      post('secrets', secret(), { fields: true }),
      merge('secrets/s', { data: { a: 'YQ==' } }, { fields: true }),
      apply('secrets/t', secret('t'), { fields: true }),
      apply('secrets/t', secret('t'), { fields: true }),
      put('secrets/s', secret('s', { labels: { own: 'x' } }), { fields: true }),
    ],
    cleanup,
  },
  {
    name: 'called: it adds a container, which gets its defaults',
    steps: [
      hooks('Mutating', [
        webhook('sidecar', 'sidecar', {
          rules: [{ operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }],
        }),
      ]),
      post('apps:deployments?dryRun=All', deployment('a', { replicas: 0 }), {
        until: (body) => body.spec?.template.spec.containers.length === 2,
        pick: ['spec.template.spec.containers'],
      }),
      apply(
        'apps:deployments/a',
        { ...deployment('a', { replicas: 0 }) },
        { fields: true, pick: ['metadata.managedFields', 'spec', 'metadata.generation'] },
      ),
      apply('apps:deployments/a', { ...deployment('a', { replicas: 0 }) }, { pick: ['spec', 'metadata.generation'] }),
      apply(
        'apps:deployments/a',
        { ...deployment('a', { replicas: 0 }, 'app:2') },
        { pick: ['spec.template.spec.containers', 'metadata.generation'] },
      ),
    ],
    cleanup,
  },
  {
    name: 'called: in the order of their names, and again where wanted',
    steps: [
      hooks('Mutating', [webhook('z', 'label/three')], '-b'),
      hooks('Mutating', [webhook('b', 'label/one', { reinvocationPolicy: 'IfNeeded' }), webhook('a', 'label/two')]),
      post(dry, secret(), {
        until: (body) => ['one', 'two', 'three'].every((label) => body.metadata?.labels?.[label] !== undefined),
        pick: ['metadata.labels'],
      }),
    ],
    cleanup,
  },
  {
    name: 'called: what it changes is checked',
    steps: [
      hooks('Mutating', [webhook('patch', patch([{ op: 'add', path: '/immutable', value: 7 }]))]),
      refused(post(dry, secret())),
    ],
    cleanup,
  },
  {
    name: 'called: with a patch that does not fit',
    steps: [
      hooks('Mutating', [webhook('patch', patch([{ op: 'remove', path: '/nope' }]))]),
      refused(post(dry, secret())),
    ],
    cleanup,
  },
  {
    name: 'called: only on its conditions, and not in a dry run with side effects',
    steps: [
      hooks('Validating', [
        webhook('hook', 'deny', {
          matchConditions: [
            { name: 'c', expression: "has(object.metadata.labels) && 'check' in object.metadata.labels" },
          ],
        }),
      ]),
      refused(post(dry, secret('s', { labels: { check: '' } }))),
      post('secrets', secret(), { pick: ['kind'] }),
      hooks('Mutating', [webhook('hook', 'allow', { sideEffects: 'NoneOnDryRun' })]),
      quiet(get('secrets')),
      post(dry, secret('t'), { pick: ['kind'] }),
    ],
    cleanup,
  },
  {
    name: 'called: for pods that controllers make',
    steps: [
      hooks('Mutating', [
        webhook('label', 'label/added', { rules: podRules('CREATE') }),
        webhook('sidecar', 'pod-sidecar', { rules: podRules('CREATE') }),
      ]),
      hooks('Validating', [webhook('allow', 'allow', { rules: podRules('CREATE', 'DELETE') })]),
      quiet(
        post('pods?dryRun=All', pod('p'), {
          until: (body) => body.spec?.containers.length === 2 && body.metadata.labels?.added !== undefined,
        }),
      ),
      quiet(post('apps:deployments', deployment('a', { replicas: 3 }))),
      quiet(post('apps:statefulsets', { ...deployment('b', { replicas: 2, serviceName: 'b' }), kind: 'StatefulSet' })),
      quiet(post('apps:daemonsets', daemonSet)),
      quiet(post('batch:jobs', job('d'))),
      ...['a', 'b', 'c'].map((app) => madePods(`app=${app}`, app === 'a' ? 3 : 2)),
      madePods('job-name=d', 1),
      get('apps:deployments/a', { until: (body) => body.status?.readyReplicas === 3, pick: ['status.readyReplicas'] }),
      get('batch:jobs/d', { until: (body) => body.status?.succeeded === 1, pick: ['status.succeeded'] }),
      quiet(merge('apps:deployments/a', { spec: { replicas: 1 } })),
      madePods('app=a', 1),
    ],
    cleanup,
  },
  {
    name: 'called: pods that controllers make are refused, until they are not',
    steps: [
      hooks('Validating', [webhook('deny', status({ message: 'no pods here' }), { rules: podRules('CREATE') })]),
      refused(post('pods?dryRun=All', pod('p'))),
      quiet(post('apps:deployments', deployment('a'))),
      get('apps:deployments/a', {
        until: (body) => body.status?.conditions?.some((one: { type: string }) => one.type === 'ReplicaFailure'),
        pick: ['status.unavailableReplicas', 'status.conditions.*.type', 'status.conditions.2.message'],
      }),
      remove(`${registration}/validatingwebhookconfigurations/{ns}`, undefined, { quiet: true }),
      get('apps:deployments/a', { until: (body) => body.status?.readyReplicas === 1, pick: ['status.readyReplicas'] }),
    ],
    cleanup,
  },
];
