/** Who may do what: RBAC, impersonation, reviews, tokens of service accounts, and the words of a refusal. */
import {
  apply,
  as,
  configMap,
  get,
  json,
  type More,
  merge,
  post,
  put,
  quiet,
  remove,
  type Scenario,
  type Step,
} from './scenario.ts';

const rbac = 'rbac.authorization.k8s.io';
const user = (name: string) => ({ kind: 'User', apiGroup: rbac, name });
const account = (name: string) => ({ kind: 'ServiceAccount', namespace: '{ns}', name });

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}
const rule = (groups: string, resources: string, verbs: string, names?: string): Rule => ({
  apiGroups: groups.split(' '),
  resources: resources.split(' '),
  verbs: verbs.split(' '),
  ...(names === undefined ? {} : { resourceNames: names.split(' ') }),
});
const role = (name: string, ...rules: Rule[]) => ({
  apiVersion: `${rbac}/v1`,
  kind: 'Role',
  metadata: { name },
  rules,
});
const binding = (name: string, roleName: string, subjects: object[], kind = 'Role') => ({
  apiVersion: `${rbac}/v1`,
  kind: 'RoleBinding',
  metadata: { name },
  roleRef: { apiGroup: rbac, kind, name: roleName },
  subjects,
});
/** joe holds these rules in the namespace; a real server knows of them a moment later. */
const joeMay = (...rules: Rule[]): Step[] => [
  quiet(post('rbac:roles', role('joe', ...rules, rule('', 'settled', 'get')))),
  quiet(post('rbac:rolebindings', binding('joe', 'joe', [user('joe')]))),
  settled('joe'),
];
const settled = (who: string): Step =>
  as(
    who,
    quiet(
      post(reviews, review({ namespace: '{ns}', verb: 'get', resource: 'settled' }), {
        until: (body) => body.status?.allowed || /not found/.test(body.status?.reason ?? ''),
      }),
    ),
  );
const joe = (step: Step): Step => as('joe', step);
const whatever = { pick: ['kind'] };
const review = (attributes: object, more: object = {}) => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes: attributes, ...more },
});
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const whoAmI = post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'SelfSubjectReview',
});
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } };

const tokenReview = (token: string, asked?: readonly string[], more: More = {}): Step =>
  post(
    '/apis/authentication.k8s.io/v1/tokenreviews',
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token, ...(asked ? { audiences: asked } : {}) },
    },
    more,
  );
const patchConfigMaps = { namespace: '{ns}', verb: 'patch', group: '', resource: 'configmaps' };
const accessReview = (spec: object, more: More = {}): Step =>
  post(
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec },
    more,
  );

/** For whom a token was made, and for whom it is asked about. */
const audiences: readonly (readonly [string, readonly string[] | undefined, readonly string[] | undefined])[] = [
  ['for another than the server', ['helm-gitops'], undefined],
  ['for one audience, asked about for that one', ['helm-gitops'], ['helm-gitops']],
  ['for one of two that are asked about', ['helm-gitops'], ['other', 'helm-gitops']],
  ['for two audiences, asked about for both', ['b', 'a'], ['a', 'b']],
  ['for the server, asked about for another', undefined, ['helm-gitops']],
];

/** One refusal each, of a user who holds nothing. */
const refusals: readonly (readonly [string, Step])[] = [
  ['get of a namespaced object', get('configmaps/a')],
  ['list in a namespace', get('configmaps')],
  ['list of all namespaces', get('/api/v1/configmaps')],
  ['list of one name', get('configmaps?fieldSelector=metadata.name=foo')],
  ['list of one name beside others', get('configmaps?fieldSelector=metadata.name=foo,metadata.namespace={ns}')],
  ['watch', get('secrets?watch=1')],
  ['watch of one object', get('secrets/a?watch=true')],
  ['create', post('apps:deployments', deployment)],
  [
    'create of a namespace',
    post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } }),
  ],
  ['get of the namespace', get('/api/v1/namespaces/{ns}')],
  ['delete of the namespace', remove('/api/v1/namespaces/{ns}')],
  ['update', put('configmaps/a', configMap('a'))],
  ['patch', merge('configmaps/a', {})],
  ['apply', apply('apps:deployments/a', deployment)],
  ['delete', remove('apps:deployments/a')],
  ['delete of a collection', remove('apps:deployments')],
  ['scale', get('apps:deployments/a/scale')],
  ['a scale patch', merge('apps:deployments/a/scale', { spec: { replicas: 1 } })],
  ['status', put('apps:deployments/a/status', deployment)],
  ['log', get('pods/a/log')],
  ['exec', post('pods/a/exec?command=ls')],
  ['eviction', post('pods/a/eviction', {})],
  ['a token', post('serviceaccounts/default/token', {})],
  ['a cluster-scoped list', get(`/apis/${rbac}/v1/clusterroles`)],
  ['an unknown resource', get('/apis/nope.io/v1/bars')],
  ['an unknown resource in a namespace', post('/apis/nope.io/v1/namespaces/{ns}/bars', {})],
  ['an unknown path', get('/nope')],
  ['the root', get('/')],
  ['a post to a path', post('/logs', {})],
  ['an access review of another', post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {})],
];

/** What joe may, with these rules. */
const allowances: readonly (readonly [string, Rule, Step])[] = [
  ['a verb', rule('', 'configmaps', 'list'), get('configmaps', whatever)],
  ['every verb', rule('', 'configmaps', '*'), get('configmaps', whatever)],
  ['every resource of a group', rule('apps', '*', 'list'), get('apps:statefulsets', whatever)],
  ['every group', rule('*', 'deployments', 'list'), get('apps:deployments', whatever)],
  ['a resource but not its subresource', rule('apps', 'deployments', '*'), get('apps:deployments/a/scale')],
  ['a subresource', rule('apps', 'deployments/scale', 'get'), get('apps:deployments/a/scale')],
  ['every resource’s subresource', rule('apps', '*/scale', 'get'), get('apps:deployments/a/scale')],
  ['a star for subresources too', rule('apps', '*', 'get'), get('apps:deployments/a/scale')],
  ['a name', rule('', 'configmaps', 'get', 'kube-root-ca.crt'), get('configmaps/kube-root-ca.crt', whatever)],
  ['another name', rule('', 'configmaps', 'get', 'other'), get('configmaps/kube-root-ca.crt')],
  ['a name, not a list', rule('', 'configmaps', 'list', 'a'), get('configmaps')],
  [
    'a name, in a list of that name',
    rule('', 'configmaps', 'list', 'a'),
    get('configmaps?fieldSelector=metadata.name=a', whatever),
  ],
  ['one namespace, not all', rule('', 'configmaps', 'list'), get('/api/v1/configmaps')],
  ['another group', rule('extensions', 'deployments', 'list'), get('apps:deployments')],
  [
    'reading its own namespace',
    rule('', 'namespaces', 'get'),
    get('/api/v1/namespaces/{ns}', { pick: ['metadata.name'] }),
  ],
  ['listing, not watching', rule('', 'configmaps', 'list'), get('configmaps?watch=1')],
  ['patching what is not there', rule('', 'configmaps', 'patch'), merge('configmaps/a', {})],
  ['applying what is not there', rule('', 'configmaps', 'patch'), apply('configmaps/a', configMap('a'))],
  ['applying and creating', rule('', 'configmaps', 'patch create'), apply('configmaps/a', configMap('a'))],
  ['updating what is not there', rule('', 'configmaps', 'update'), put('configmaps/a', configMap('a'))],
  [
    'an update that creates',
    rule('coordination.k8s.io', 'leases', 'update'),
    put('coord:leases/a', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a' } }),
  ],
  ['a dry run', rule('', 'configmaps', 'get'), post('configmaps?dryRun=All', configMap('a'))],
];

/** Roles and bindings that joe, who manages them, writes. */
const grants: readonly (readonly [string, Rule | undefined, Step])[] = [
  ['a role of what he holds', undefined, post('rbac:roles', role('new', rule('', 'configmaps', 'get list')))],
  [
    'a role of more',
    undefined,
    post(
      'rbac:roles',
      role('new', rule('apps', 'deployments statefulsets', 'get list'), rule('', 'configmaps secrets', 'get')),
    ),
  ],
  ['a role of names', undefined, post('rbac:roles', role('new', rule('', 'secrets', 'get', 'a b')))],
  ['a role of everything', undefined, post('rbac:roles', role('new', rule('*', '*', '*')))],
  [
    'a role with escalate',
    rule(rbac, 'roles', 'escalate'),
    post('rbac:roles', role('new', rule('apps', 'deployments', 'get'))),
  ],
  ['an empty role', undefined, post('rbac:roles', role('new'))],
  ['an applied role of more', undefined, apply('rbac:roles/new', role('new', rule('', 'secrets', 'get')))],
  ['a role that grows', undefined, merge('rbac:roles/joe', { rules: [rule('', 'secrets', 'get')] })],
  [
    'a role that keeps its rules',
    undefined,
    merge('rbac:roles/joe', { metadata: { labels: { a: 'b' } } }, { pick: ['metadata.labels'] }),
  ],
  ['a binding of his own role', undefined, post('rbac:rolebindings', binding('new', 'joe', [user('ann')]))],
  ['a binding of more', undefined, post('rbac:rolebindings', binding('new', 'more', [user('ann')]))],
  ['a binding of no role', undefined, post('rbac:rolebindings', binding('new', 'nope', [user('ann')]))],
  [
    'a binding with bind',
    rule(rbac, 'roles', 'bind', 'more'),
    post('rbac:rolebindings', binding('new', 'more', [user('ann')])),
  ],
  [
    'a binding with bind of another',
    rule(rbac, 'roles', 'bind', 'other'),
    post('rbac:rolebindings', binding('new', 'more', [user('ann')])),
  ],
  [
    'a dry run of a binding of more',
    undefined,
    post('rbac:rolebindings?dryRun=All', binding('new', 'more', [user('ann')])),
  ],
];
const manages = [
  rule('', 'configmaps', 'get list'),
  rule(rbac, 'roles rolebindings', 'get create update patch delete'),
];

const wholeReview: readonly (readonly [string, Step])[] = [
  ['of oneself, allowed', joe(post(reviews, review({ namespace: '{ns}', verb: 'get', resource: 'configmaps' })))],
  ['of oneself, denied', joe(post(reviews, review({ namespace: '{ns}', verb: 'get', resource: 'secrets' })))],
  ['of oneself, elsewhere', joe(post(reviews, review({ namespace: 'default', verb: 'get', resource: 'configmaps' })))],
  ['of the admin', post(reviews, review({ verb: '*', group: '*', resource: '*' }))],
  ['of a path', joe(post(reviews, { ...review({}), spec: { nonResourceAttributes: { path: '/api', verb: 'get' } } }))],
  ['of nothing', joe(post(reviews, { ...review({}), spec: {} }))],
  [
    'of another',
    post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      ...review({ namespace: '{ns}', verb: 'get', resource: 'configmaps' }, { user: 'joe' }),
      kind: 'SubjectAccessReview',
    }),
  ],
  [
    'of a group',
    post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      ...review({ verb: 'get', resource: 'configmaps' }, { groups: ['system:masters'] }),
      kind: 'SubjectAccessReview',
    }),
  ],
  [
    'of nobody',
    post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      ...review({ verb: 'get', resource: 'configmaps' }),
      kind: 'SubjectAccessReview',
    }),
  ],
  [
    'in a namespace',
    post('/apis/authorization.k8s.io/v1/namespaces/{ns}/localsubjectaccessreviews', {
      ...review({ namespace: '{ns}', verb: 'list', resource: 'configmaps' }, { user: 'joe' }),
      kind: 'LocalSubjectAccessReview',
      metadata: { namespace: '{ns}' },
    }),
  ],
];

export const accessScenarios: readonly Scenario[] = [
  ...refusals.map(([name, step]) => ({ name: `access: refuses ${name}`, steps: [as('nobody', step)] })),
  ...allowances.map(([name, one, step]) => ({
    name: `access: a rule for ${name}`,
    steps: [...joeMay(one), joe(step)],
  })),
  ...grants.map(([name, one, step]) => ({
    name: `access: granting ${name}`,
    steps: [
      quiet(post('rbac:roles', role('more', rule('apps', 'deployments', 'get list')))),
      ...joeMay(...manages, ...(one === undefined ? [] : [one])),
      joe(step),
    ],
  })),
  ...wholeReview.map(([name, step]) => ({
    name: `access: a review ${name}`,
    steps: [...joeMay(rule('', 'configmaps', 'get list')), { ...step, pick: ['spec', 'status'] }],
  })),
  {
    name: 'access: a binding of a role that is not there is told with every refusal',
    steps: [
      quiet(post('rbac:rolebindings', binding('x', 'nope', [user('joe')]))),
      settled('joe'),
      joe(get('configmaps')),
    ],
  },
  {
    name: 'access: a token of a service account is its bearer’s name',
    steps: [
      quiet(post('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa' } })),
      post('serviceaccounts/sa/token', { spec: { expirationSeconds: 10 } }),
      post(
        'serviceaccounts/sa/token',
        { spec: { expirationSeconds: 700 } },
        { save: { t: 'status.token' }, pick: ['kind', 'metadata.name', 'metadata.namespace', 'spec'] },
      ),
      post('serviceaccounts/nope/token', { spec: {} }),
      get('serviceaccounts/sa/token'),
      get('serviceaccounts/nope/token'),
      { ...whoAmI, token: '{t}', pick: ['status.userInfo.username', 'status.userInfo.groups'] },
      { ...get('configmaps'), token: '{t}' },
      quiet(post('rbac:rolebindings', binding('sa', 'view', [account('sa')], 'ClusterRole'))),
      { ...get('configmaps', whatever), token: '{t}', until: (_body, code) => code === 200 },
      { ...get('secrets'), token: '{t}' },
      post(
        '/apis/authentication.k8s.io/v1/tokenreviews',
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: '{t}' } },
        { pick: ['status.authenticated', 'status.user.username', 'status.user.groups', 'status.audiences'] },
      ),
      quiet(remove('serviceaccounts/sa')),
      { ...get('configmaps'), token: '{t}', until: (_body, code) => code === 401 },
    ],
  },
  {
    name: 'access: a Secret for a token of a service account is filled',
    steps: [
      quiet(post('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa' } })),
      post(
        'secrets',
        {
          apiVersion: 'v1',
          kind: 'Secret',
          type: 'kubernetes.io/service-account-token',
          metadata: { name: 't', annotations: { 'kubernetes.io/service-account.name': 'sa' } },
        },
        { pick: ['type'] },
      ),
      get('secrets/t', {
        until: (body) => body.data?.token !== undefined,
        pick: ['type', 'metadata.annotations', 'data.token', 'data.ca~crt'],
      }),
    ],
  },
  {
    name: 'access: a token that is none',
    steps: [
      { ...get('configmaps'), token: 'nope' },
      { ...get('/version', whatever), token: '' },
      { ...get('/api'), token: '' },
      { ...get('configmaps'), token: '' },
      post(
        '/apis/authentication.k8s.io/v1/tokenreviews',
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: 'nope' } },
        { pick: ['status'] },
      ),
    ],
  },
  ...audiences.map(([title, audience, asked]) => ({
    name: `access: a token ${title}`,
    steps: [
      quiet(post('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa' } })),
      post(
        'serviceaccounts/sa/token',
        { spec: { expirationSeconds: 700, ...(audience ? { audiences: audience } : {}) } },
        { save: { t: 'status.token' }, pick: ['kind', 'spec.audiences'] },
      ),
      tokenReview('{t}', asked, {
        pick: ['status.authenticated', 'status.user.username', 'status.audiences', 'status.error'],
      }),
      { ...whoAmI, token: '{t}', pick: ['status.userInfo.username', 'code', 'reason'] },
    ],
  })),
  {
    name: 'access: a review of nothing, and of a token whose account is gone',
    steps: [
      tokenReview(''),
      tokenReview('a.b.c', undefined, { pick: ['status.authenticated', 'status.user'] }),
      quiet(post('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa' } })),
      quiet(post('serviceaccounts/sa/token', { spec: {} }, { save: { t: 'status.token' } })),
      quiet(remove('serviceaccounts/sa')),
      tokenReview('{t}', undefined, {
        until: (body) => body.status?.authenticated !== true,
        pick: ['status.authenticated', 'status.user', 'status.audiences'],
      }),
    ],
  },
  {
    name: 'access: what another may is told of user, groups and account',
    steps: [
      ...joeMay(rule('', 'configmaps', 'patch')),
      accessReview({ user: 'joe', resourceAttributes: patchConfigMaps }),
      accessReview({ user: 'Joe', resourceAttributes: patchConfigMaps }),
      accessReview({ user: 'joe', resourceAttributes: { ...patchConfigMaps, verb: 'delete' } }),
      accessReview({ user: 'joe', resourceAttributes: { ...patchConfigMaps, namespace: 'default' } }),
      accessReview({ user: 'ann', groups: ['system:masters'], resourceAttributes: patchConfigMaps }),
      accessReview({ resourceAttributes: patchConfigMaps }),
      quiet(post('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa' } })),
      quiet(post('rbac:rolebindings', binding('sa', 'joe', [account('sa')]))),
      accessReview(
        { user: 'system:serviceaccount:{ns}:sa', extra: { team: ['web'] }, resourceAttributes: patchConfigMaps },
        { until: (body) => body.status?.allowed === true },
      ),
    ],
  },
  {
    name: 'access: impersonation names user, groups, uid and extras',
    steps: [
      as('joe', { ...whoAmI, pick: ['status'] }),
      { ...whoAmI, headers: { 'impersonate-user': 'joe', 'impersonate-group': ['a', 'b'] }, pick: ['status'] },
      {
        ...whoAmI,
        headers: { 'impersonate-user': 'joe', 'impersonate-uid': 'u1', 'impersonate-extra-team': 'web' },
        pick: ['status'],
      },
      as('system:serviceaccount:{ns}:sa', { ...whoAmI, pick: ['status'] }),
      as('system:anonymous', { ...whoAmI, pick: ['status'] }),
      { ...get('configmaps'), headers: { 'impersonate-group': 'a' } },
      { ...get('configmaps'), headers: { 'impersonate-uid': 'a' } },
      { ...get('configmaps', whatever), headers: { 'impersonate-user': 'joe', 'impersonate-group': 'system:masters' } },
    ],
  },
  {
    name: 'access: impersonation needs a right of its own',
    steps: [
      quiet(post('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa' } })),
      quiet(post('serviceaccounts/sa/token', { spec: {} }, { save: { t: 'status.token' } })),
      { ...as('joe', get('configmaps')), token: '{t}' },
      { ...as('system:serviceaccount:{ns}:other', get('configmaps')), token: '{t}' },
      { ...as('joe', get('/healthz/nope')), token: '{t}' },
      quiet(
        post(`/apis/${rbac}/v1/clusterroles`, {
          ...role('{ns}', rule('', 'users', 'impersonate', 'joe')),
          kind: 'ClusterRole',
        }),
      ),
      quiet(
        post(`/apis/${rbac}/v1/clusterrolebindings`, {
          ...binding('{ns}', '{ns}', [account('sa')], 'ClusterRole'),
          kind: 'ClusterRoleBinding',
        }),
      ),
      { ...as('joe', get('configmaps')), token: '{t}', until: (body) => /"joe" cannot list/.test(body.message) },
      { ...as('ann', get('configmaps')), token: '{t}' },
      { ...get('configmaps'), headers: { 'impersonate-user': 'joe', 'impersonate-group': 'a' }, token: '{t}' },
      { ...get('configmaps'), headers: { 'impersonate-user': 'joe', 'impersonate-uid': 'a' }, token: '{t}' },
    ],
    cleanup: [remove(`/apis/${rbac}/v1/clusterroles/{ns}`), remove(`/apis/${rbac}/v1/clusterrolebindings/{ns}`)],
  },
  {
    name: 'access: an impersonated service account does what its roles allow',
    steps: [
      quiet(post('rbac:rolebindings', binding('sa', 'edit', [account('deployer')], 'ClusterRole'))),
      as('system:serviceaccount:{ns}:deployer', {
        ...post('configmaps', configMap('a', { a: '1' })),
        until: (_body, code) => code !== 403,
        pick: ['data'],
      }),
      as(
        'system:serviceaccount:{ns}:deployer',
        json('configmaps/a', [{ op: 'replace', path: '/data/a', value: '2' }], { pick: ['data'] }),
      ),
      as('system:serviceaccount:{ns}:deployer', post('rbac:roles', role('r', rule('', 'configmaps', 'get')))),
      as('system:serviceaccount:{ns}:deployer', get('/api/v1/nodes')),
      as('system:serviceaccount:{ns}:deployer', remove('configmaps/a', undefined, { pick: ['status'] })),
    ],
  },
  {
    name: 'access: default roles aggregate what is labelled for them',
    steps: [
      quiet(
        post(`/apis/${rbac}/v1/clusterroles`, {
          ...role('{ns}', rule('{ns}.io', 'things', 'get')),
          kind: 'ClusterRole',
          metadata: { name: '{ns}', labels: { [`${rbac}/aggregate-to-view`]: 'true' } },
        }),
      ),
      quiet(post('rbac:rolebindings', binding('joe', 'admin', [user('joe')], 'ClusterRole'))),
      joe(
        post(reviews, review({ namespace: '{ns}', group: '{ns}.io', verb: 'get', resource: 'things' }), {
          pick: ['status.allowed'],
          until: (body) => body.status?.allowed,
        }),
      ),
    ],
    cleanup: [remove(`/apis/${rbac}/v1/clusterroles/{ns}`)],
  },
  {
    name: 'access: rules of default roles',
    steps: [
      ...['cluster-admin', 'system:auth-delegator', 'system:discovery', 'system:basic-user'],
      ...['admin', 'edit', 'view'].map((one) => `system:aggregate-to-${one}`),
    ].map((name) =>
      get(`/apis/${rbac}/v1/clusterroles/${name}`, { pick: ['metadata.labels', 'metadata.annotations', 'rules'] }),
    ),
  },
  {
    name: 'access: a roleRef stays',
    steps: [
      quiet(post('rbac:rolebindings', binding('b', 'view', [user('joe')], 'ClusterRole'))),
      merge('rbac:rolebindings/b', { roleRef: { name: 'edit' } }),
      post('rbac:rolebindings', { ...binding('c', 'x', [{ kind: 'Nope', name: 'x' }]) }),
      post(
        'rbac:rolebindings',
        { ...binding('c', 'x', [{ kind: 'User', name: 'x' }]) },
        { pick: ['subjects', 'roleRef'] },
      ),
      post('rbac:rolebindings', { ...binding('d', '', []) }),
      post('rbac:roles', { ...role('d'), rules: [{ verbs: [], resources: ['a'], apiGroups: [''] }] }),
      post('rbac:roles', { ...role('d'), rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] }),
    ],
  },
];
