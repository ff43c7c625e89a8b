/** What charts leave behind that does not work: webhooks without a backend, aggregated APIs without a server. */
import { configMap, deployment, get, merge, post, quiet, remove, type Scenario, type Step } from './scenario.ts';

const registration = '/apis/admissionregistration.k8s.io/v1';
const apiServices = '/apis/apiregistration.k8s.io/v1/apiservices';

interface Hook {
  readonly client: object;
  readonly policy?: 'Fail' | 'Ignore';
  readonly rules?: object;
  readonly more?: object;
}
const hook = (kind: 'Validating' | 'Mutating', { client, policy = 'Fail', rules = {}, more = {} }: Hook): Step =>
  quiet(
    post(`${registration}/${kind.toLowerCase()}webhookconfigurations`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: `${kind}WebhookConfiguration`,
      metadata: { name: '{ns}' },
      webhooks: [
        {
          name: 'hook.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: policy,
          timeoutSeconds: 2,
          clientConfig: client,
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '{ns}' } },
          rules: [
            {
              operations: ['*'],
              apiGroups: ['', 'apps'],
              apiVersions: ['*'],
              resources: ['secrets', 'deployments/scale'],
              ...rules,
            },
          ],
          ...more,
        },
      ],
    }),
  );
const unhook = (['validating', 'mutating'] as const).map((kind) =>
  remove(`${registration}/${kind}webhookconfigurations/{ns}`),
);
const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } };
/** A real server reads new configurations a moment later. */
const refused = post('secrets?dryRun=All', secret, { until: (_body, code) => code >= 400 });
const none = { service: { namespace: '{ns}', name: 'none', path: '/x' } };
const closed = { url: 'https://127.0.0.1:1/x' };

const webhooks: readonly Scenario[] = [
  ...(['Validating', 'Mutating'] as const).flatMap((kind) => [
    {
      name: `webhook: ${kind}, of a Service that is not there`,
      steps: [
        quiet(post('secrets', { ...secret, metadata: { name: 'old' } })),
        hook(kind, { client: none }),
        refused,
        merge('secrets/old', { metadata: { labels: { a: 'b' } } }),
        remove('secrets/old'),
        post('configmaps', configMap('a'), { pick: ['kind'] }),
      ],
      cleanup: unhook,
    },
    {
      name: `webhook: ${kind}, at an address where nobody listens`,
      steps: [hook(kind, { client: closed }), refused],
      cleanup: unhook,
    },
  ]),
  {
    name: 'webhook: of a port that the Service does not have',
    steps: [
      quiet(
        post('services', {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'x' },
          spec: { ports: [{ port: 80 }] },
        }),
      ),
      hook('Validating', { client: { service: { namespace: '{ns}', name: 'x', port: 444 } } }),
      refused,
    ],
    cleanup: unhook,
  },
  {
    name: 'webhook: whose failure is ignored',
    steps: [hook('Validating', { client: none, policy: 'Ignore' }), post('secrets', secret, { pick: ['kind'] })],
    cleanup: unhook,
  },
  {
    name: 'webhook: of one operation',
    steps: [
      quiet(post('secrets', secret)),
      hook('Validating', { client: none, rules: { operations: ['UPDATE'] } }),
      merge('secrets/s?dryRun=All', { metadata: { labels: { a: 'b' } } }, { until: (_body, code) => code >= 400 }),
      remove('secrets/s', undefined, { pick: ['status'] }),
    ],
    cleanup: unhook,
  },
  {
    name: 'webhook: of labelled objects',
    steps: [
      hook('Validating', { client: none, more: { objectSelector: { matchLabels: { check: 'me' } } } }),
      post(
        'secrets?dryRun=All',
        { ...secret, metadata: { name: 's', labels: { check: 'me' } } },
        { until: (_body, code) => code >= 400 },
      ),
      post('secrets', secret, { pick: ['kind'] }),
    ],
    cleanup: unhook,
  },
  {
    name: 'webhook: with side effects, in a dry run',
    steps: [
      hook('Validating', { client: none, rules: { resources: ['secrets'] }, more: { sideEffects: 'NoneOnDryRun' } }),
      refused,
    ],
    cleanup: unhook,
  },
  {
    name: 'webhook: of pods, that a ReplicaSet meets',
    steps: [
      hook('Validating', { client: none, rules: { resources: ['pods'] } }),
      post(
        'pods?dryRun=All',
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'p' },
          spec: { containers: [{ name: 'c', image: 'app:1' }] },
        },
        { until: (_body, code) => code >= 400 },
      ),
      quiet(post('apps:deployments', deployment('a'))),
      get('apps:deployments/a', {
        until: (body) => body.status?.conditions?.some((one: { type: string }) => one.type === 'ReplicaFailure'),
        pick: ['status.unavailableReplicas', 'status.conditions.*.type', 'status.conditions.2.message'],
      }),
    ],
    cleanup: unhook,
  },
];

const service = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1beta1.{ns}.example' },
  spec: {
    group: '{ns}.example',
    version: 'v1beta1',
    groupPriorityMinimum: 100,
    versionPriority: 10,
    insecureSkipTLSVerify: true,
    service: { name: 'none', namespace: '{ns}' },
  },
};
const status = (reason: string): Step =>
  get(`${apiServices}/v1beta1.{ns}.example`, {
    until: (body) => body.status?.conditions?.[0]?.reason === reason,
    pick: ['status'],
  });

const aggregated: readonly Scenario[] = [
  {
    name: 'aggregated: an API whose Service is not there',
    steps: [
      post(apiServices, service, { pick: ['spec', 'status'] }),
      status('ServiceNotFound'),
      get('/apis/{ns}.example/v1beta1', { until: (_body, code) => code === 503 }),
      get('/apis/{ns}.example/v1beta1/namespaces/{ns}/things'),
      get('/apis/{ns}.example', { until: (_body, code) => code === 200 }),
      get('/apis/{ns}.example/v2'),
      get('configmaps', { pick: ['kind'] }),
    ],
    cleanup: [remove(`${apiServices}/v1beta1.{ns}.example`)],
  },
  {
    name: 'aggregated: gone again',
    steps: [
      quiet(post(apiServices, service)),
      quiet(get('/apis/{ns}.example/v1beta1', { until: (_body, code) => code === 503 })),
      remove(`${apiServices}/v1beta1.{ns}.example`, undefined, { pick: ['status'] }),
      get('/apis/{ns}.example/v1beta1', { until: (_body, code) => code === 404 }),
    ],
    cleanup: [remove(`${apiServices}/v1beta1.{ns}.example`)],
  },
];

export const failingScenarios: readonly Scenario[] = [...webhooks, ...aggregated];
