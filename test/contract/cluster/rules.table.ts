/** CEL: rules of CustomResourceDefinitions, and ValidatingAdmissionPolicies. */
import {
  apply,
  configMap,
  deployment,
  get,
  merge,
  pod,
  post,
  put,
  quiet,
  remove,
  type Scenario,
  type Step,
} from './scenario.ts';

const group = '{ns}.example';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const things = `/apis/${group}/v1/namespaces/{ns}/things`;
const definition = (spec: object, more: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec }, ...more } },
      },
    ],
  },
});
const defined = (spec: object, more: object = {}): Step[] => [
  quiet(post(definitions, definition(spec, more))),
  quiet(get(things, { until: (_body, code) => code === 200 })),
];
const cleanup = [remove(`${definitions}/things.${group}`)];
const thing = (spec: object, metadata: object = {}) => ({
  apiVersion: `${group}/v1`,
  kind: 'Thing',
  metadata: { name: 'a', ...metadata },
  spec,
});
const body = { pick: ['spec'] };
const rules = (...list: object[]) => ({ 'x-kubernetes-validations': list });
const rule = (text: string, more: object = {}) => ({ rule: text, ...more });
const text = (more: object = {}) => ({ type: 'string', maxLength: 20, ...more });
const tryAll = (...specs: object[]): Step[] => specs.map((spec) => post(`${things}?dryRun=All`, thing(spec), body));

const range = {
  type: 'object',
  properties: {
    min: { type: 'integer' },
    max: { type: 'integer' },
    mode: text(),
    list: { type: 'array', maxItems: 5, items: text() },
  },
};

const hundred = Array.from({ length: 100 }, (_, number) => number);

const custom: readonly Scenario[] = [
  {
    name: 'rule: a message, an expression for it, and neither',
    steps: [
      ...defined({
        ...range,
        ...rules(
          rule('self.min <= self.max', { message: 'min must not exceed max' }),
          rule("!has(self.mode) || self.mode != 'z'", { messageExpression: '"mode is " + self.mode' }),
          rule('self.max < 100'),
          rule("!has(self.mode) || self.mode in ['a', 'b']", { message: 'x', messageExpression: 'self.list[7]' }),
        ),
      }),
      ...tryAll(
        { min: 1, max: 2 },
        { min: 3, max: 2 },
        { min: 1, max: 2, mode: 'z' },
        { min: 1, max: 200 },
        { min: 400, max: 200 },
      ),
      ...tryAll({ min: 1, max: 2, mode: 'a' }, { min: 1, max: 2, mode: 'c' }, { min: 1 }, { min: 'x', max: 2 }),
    ],
    cleanup,
  },
  {
    name: 'rule: its reason and the field that it is told of',
    steps: [
      ...defined({
        ...range,
        ...rules(
          rule('self.min != 1', { reason: 'FieldValueForbidden', fieldPath: '.min', message: 'not one' }),
          rule('self.min != 2', { reason: 'FieldValueRequired', fieldPath: '.list', message: 'not two' }),
          rule('self.min != 3', { reason: 'FieldValueDuplicate', fieldPath: '.max' }),
          rule('self.min != 4', { reason: 'FieldValueInvalid', fieldPath: '.mode' }),
        ),
      }),
      ...tryAll({ min: 1 }, { min: 2 }, { min: 3, max: 8 }, { min: 4, mode: 'x' }, { min: 5 }),
    ],
    cleanup,
  },
  {
    name: 'rule: at every level',
    steps: [
      ...defined(
        {
          type: 'object',
          properties: {
            name: text(rules(rule("self.startsWith('x')", { message: 'must start with x' }))),
            count: { type: 'integer', ...rules(rule('self % 2 == 0', { message: 'must be even' })) },
            ratio: { type: 'number', ...rules(rule('self < 1.0')) },
            flag: { type: 'boolean', ...rules(rule('self')) },
            list: {
              type: 'array',
              maxItems: 5,
              items: text(rules(rule('size(self) > 1', { message: 'too short' }))),
              ...rules(rule('self.all(x, self.exists_one(y, x == y))', { message: 'no doubles' })),
            },
            map: {
              type: 'object',
              maxProperties: 5,
              additionalProperties: text(rules(rule("self != 'bad'", { message: 'is bad' }))),
              ...rules(rule("self.all(k, k.startsWith('k'))", { message: 'keys begin with k' })),
            },
          },
        },
        rules(rule("self.metadata.name != 'bad'", { message: 'a bad name' }), rule('has(self.spec)')),
      ),
      ...tryAll(
        { name: 'xy', count: 2, ratio: 0.5, flag: true, list: ['aa', 'bb'], map: { k1: 'v' } },
        { name: 'y' },
        { count: 3 },
        { ratio: 1.5 },
        { flag: false },
        { list: ['a', 'bb'] },
        { list: ['aa', 'aa'] },
        { map: { x: 'v' } },
        { map: { k: 'bad' } },
        { name: 'y', count: 3, list: ['a'] },
      ),
      post(`${things}?dryRun=All`, thing({}, { name: 'bad' })),
      post(`${things}?dryRun=All`, { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'b' } }),
    ],
    cleanup,
  },
  {
    name: 'rule: transitions',
    steps: [
      ...defined({
        type: 'object',
        properties: {
          fixed: text(rules(rule('self == oldSelf', { messageExpression: '"it was " + oldSelf' }))),
          grows: {
            type: 'integer',
            ...rules(rule('self >= oldSelf', { message: 'must not shrink' })),
          },
          once: text(
            rules(
              rule('!oldSelf.hasValue() || self == oldSelf.value()', { optionalOldSelf: true, message: 'only once' }),
            ),
          ),
          keyed: {
            type: 'array',
            maxItems: 5,
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['k'],
            items: {
              type: 'object',
              required: ['k'],
              properties: { k: text(), v: text(rules(rule('self == oldSelf', { message: 'v is immutable' }))) },
            },
          },
          late: text(),
        },
        ...rules(rule('!has(oldSelf.late) || has(self.late)', { message: 'late stays' })),
      }),
      post(
        things,
        thing({
          fixed: 'a',
          grows: 1,
          once: 'a',
          keyed: [
            { k: 'x', v: '1' },
            { k: 'y', v: '2' },
          ],
        }),
        body,
      ),
      merge(`${things}/a`, { spec: { fixed: 'b' } }),
      merge(`${things}/a`, { spec: { grows: 0 } }),
      merge(`${things}/a`, { spec: { once: 'b' } }),
      merge(
        `${things}/a`,
        {
          spec: {
            grows: 2,
            late: 'now',
            keyed: [
              { k: 'y', v: '2' },
              { k: 'z', v: '3' },
            ],
          },
        },
        body,
      ),
      merge(`${things}/a`, { spec: { keyed: [{ k: 'y', v: 'other' }] } }),
      merge(`${things}/a`, { spec: { late: null } }),
      merge(`${things}/a`, { spec: { fixed: null } }, body),
      merge(`${things}/a`, { spec: { fixed: 'new' } }, body),
      apply(`${things}/a`, thing({ fixed: 'applied' })),
      put(`${things}/a`, thing({ late: 'now', fixed: 'put' }, { resourceVersion: '{rv}' })),
    ],
    cleanup,
  },
  {
    name: 'rule: what was wrong already may stay',
    steps: [
      ...defined({
        type: 'object',
        properties: { mode: text(), size: { type: 'integer' }, list: { type: 'array', maxItems: 5, items: text() } },
      }),
      quiet(post(things, thing({ mode: 'bad', size: 1 }))),
      quiet(
        merge(`${definitions}/things.${group}`, {
          spec: definition({
            type: 'object',
            properties: {
              mode: text(rules(rule("self != 'bad'", { message: 'mode is bad' }))),
              size: { type: 'integer' },
              list: { type: 'array', maxItems: 5, items: text(rules(rule("self != 'x'", { message: 'x is bad' }))) },
            },
          }).spec,
        }),
      ),
      post(`${things}?dryRun=All`, thing({ mode: 'bad' }, { name: 'b' }), { until: (_body, code) => code === 422 }),
      merge(`${things}/a`, { spec: { size: 2 } }, body),
      merge(`${things}/a`, { spec: { mode: 'bad', list: ['x', 'y'] } }),
      merge(`${things}/a`, { metadata: { labels: { a: 'b' } } }, body),
    ],
    cleanup,
  },
  {
    name: 'rule: names that CEL does not allow, kinds of values, what is null or unknown',
    steps: [
      ...defined({
        type: 'object',
        properties: {
          'a-b': { type: 'integer' },
          namespace: text(),
          x__y: text(),
          when: { type: 'string', format: 'date-time' },
          long: { type: 'string', format: 'duration' },
          port: { 'x-kubernetes-int-or-string': true },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          maybe: { type: 'string', maxLength: 5, nullable: true, ...rules(rule("self != 'x'")) },
        },
        ...rules(
          rule('!has(self.a__dash__b) || self.a__dash__b > 0'),
          rule("!has(self.__namespace__) || self.__namespace__ != 'kube-system'"),
          rule("!has(self.x__underscores__y) || self.x__underscores__y == 'z'"),
          rule("!has(self.when) || self.when > timestamp('2024-01-01T00:00:00Z')"),
          rule("!has(self.long) || self.long <= duration('1h')"),
          rule("!has(self.port) || (type(self.port) == int ? self.port > 0 : self.port.endsWith('%'))"),
        ),
      }),
      ...tryAll(
        { 'a-b': 0 },
        { 'a-b': 1, namespace: 'kube-system' },
        { x__y: 'a' },
        { when: '2023-01-01T00:00:00Z' },
        { when: '2025-01-01T00:00:00Z', long: '90m' },
        { port: 0 },
        { port: '5' },
        { port: '5%', maybe: null },
        { maybe: 'x' },
      ),
    ],
    cleanup,
  },
  {
    name: 'rule: functions of Kubernetes',
    steps: [
      ...defined({
        type: 'object',
        properties: {
          n: { type: 'integer' },
          s: text(),
          l: { type: 'array', maxItems: 5, items: { type: 'integer' } },
        },
        ...rules(
          rule('self.n != 1 || self.l.isSorted()', { message: 'sorted' }),
          rule('self.n != 2 || self.l.sum() == 6', { message: 'sum' }),
          rule('self.n != 3 || (self.l.min() == 1 && self.l.max() == 3)', { message: 'min and max' }),
          rule('self.n != 4 || self.l.indexOf(2) == 1', { message: 'indexOf' }),
          rule("self.n != 5 || self.s.find('[0-9]+') == '12'", { message: 'find' }),
          rule("self.n != 6 || self.s.findAll('[0-9]') == ['1', '2']", { message: 'findAll' }),
          rule("self.n != 7 || (isURL(self.s) && url(self.s).getHost() == 'a.io:80')", { message: 'url' }),
          rule("self.n != 8 || (isQuantity(self.s) && quantity(self.s).isGreaterThan(quantity('1Gi')))", {
            message: 'quantity',
          }),
          rule('self.n != 9 || (isIP(self.s) && ip(self.s).family() == 4)', { message: 'ip' }),
          rule("self.n != 10 || cidr('10.0.0.0/8').containsIP(self.s)", { message: 'cidr' }),
          rule("self.n != 11 || self.s.replace('a', 'b').charAt(0) == 'b'", { message: 'replace' }),
          rule('self.n != 12 || sets.contains([1, 2, 3], self.l)', { message: 'sets' }),
          rule("self.n != 13 || '%s-%d'.format([self.s, self.n]) == 'x-13'", { message: 'format' }),
          rule("self.n != 14 || self.s.matches('^[a-z]+$')", { message: 'matches' }),
          rule("self.n != 15 || quantity(self.s).compareTo(quantity('500m')) == 0", { message: 'compareTo' }),
        ),
      }),
      ...tryAll(
        ...[
          { n: 1, l: [1, 2, 3] },
          { n: 1, l: [2, 1] },
          { n: 2, l: [1, 2, 3] },
          { n: 2, l: [1] },
          { n: 3, l: [3, 2, 1] },
        ],
        ...[
          { n: 3, l: [2] },
          { n: 4, l: [1, 2] },
          { n: 4, l: [1] },
          { n: 5, s: 'a12b3' },
          { n: 5, s: 'a' },
        ],
        ...[
          { n: 6, s: 'a1b2' },
          { n: 6, s: 'a' },
          { n: 7, s: 'http://a.io:80/x' },
          { n: 7, s: 'a.io' },
          { n: 8, s: '2Gi' },
        ],
        ...[
          { n: 8, s: '1Mi' },
          { n: 8, s: 'no' },
          { n: 9, s: '1.2.3.4' },
          { n: 9, s: '::1' },
          { n: 10, s: '10.1.2.3' },
        ],
        ...[
          { n: 10, s: '11.1.2.3' },
          { n: 11, s: 'ab' },
          { n: 11, s: 'xb' },
          { n: 12, l: [1, 3] },
          { n: 12, l: [1, 4] },
        ],
        ...[
          { n: 13, s: 'x' },
          { n: 13, s: 'y' },
          { n: 14, s: 'abc' },
          { n: 14, s: 'ABC' },
          { n: 15, s: '0.5' },
          { n: 15, s: '1' },
        ],
      ),
    ],
    cleanup,
  },
  {
    name: 'rule: one that costs too much when it runs',
    steps: [
      ...defined({
        type: 'object',
        properties: {
          n: { type: 'integer' },
          l: { type: 'array', maxItems: 100, items: { type: 'integer' } },
          s: { type: 'string', maxLength: 100 },
        },
        ...rules(
          // Estimated below the limit of an expression's estimate, beyond that of one evaluation.
          rule('self.n != 1 || self.l.all(a, self.l.all(b, self.l.all(c, a + b + c >= 0)))', { message: 'never told' }),
          rule('self.n != 2', {
            messageExpression: 'self.l.all(a, self.l.all(b, self.l.all(c, a + b + c >= 0))) ? "yes" : "no"',
          }),
          rule("self.n != 3 || !self.s.matches('^(a+)+$')", { message: 'only a' }),
          rule('self.n != 1', { message: 'told no more' }),
        ),
      }),
      ...tryAll(
        { n: 0, l: hundred },
        { n: 1, l: hundred },
        { n: 1, l: [1] },
        { n: 2, l: hundred },
        { n: 2, l: [1] },
        { n: 3, s: 'a'.repeat(60) },
        { n: 3, s: `${'a'.repeat(60)}!` },
      ),
    ],
    cleanup,
  },
  {
    name: 'rule: many that together cost too much when they run',
    steps: [
      ...defined({
        type: 'object',
        properties: {
          l: { type: 'array', maxItems: 30, items: { type: 'integer', ...rules(rule('self >= 0')) } },
        },
        ...rules(
          ...Array.from({ length: 25 }, (_, number) =>
            rule(
              `self.l.all(a, self.l.all(b, self.l.all(c, a + b + c >= -${number})) && self.l.all(b, self.l.all(c, a + b + c >= 0)))`,
            ),
          ),
        ),
      }),
      ...tryAll({ l: hundred.slice(0, 30) }, { l: [1] }),
    ],
    cleanup,
  },
  {
    name: 'rule: one that cannot be understood',
    steps: [
      post(definitions, definition({ ...range, ...rules(rule('self.min >')) })),
      post(definitions, definition({ ...range, ...rules(rule('self.min.nope()')) })),
    ],
    cleanup,
  },
];

const registration = '/apis/admissionregistration.k8s.io/v1';
interface Policy {
  readonly spec: object;
  readonly binding?: object;
}
const here = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '{ns}' } } };
const policy = ({ spec, binding = {} }: Policy): Step[] => [
  quiet(
    post(`${registration}/validatingadmissionpolicies`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: '{ns}' },
      spec: {
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ['', 'apps'],
              apiVersions: ['v1'],
              operations: ['*'],
              resources: ['configmaps', 'deployments', 'deployments/scale'],
            },
          ],
        },
        ...spec,
      },
    }),
  ),
  quiet(
    post(`${registration}/validatingadmissionpolicybindings`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: '{ns}' },
      spec: {
        policyName: '{ns}',
        validationActions: ['Deny'],
        matchResources: here,
        ...binding,
      },
    }),
  ),
];
const unbound = ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'].map((plural) =>
  remove(`${registration}/${plural}/{ns}`),
);
/** A real server reads new policies a moment later. */
const denied = (step: Step): Step => ({ ...step, until: (_body, code) => code >= 400 });
const probe = (data: object, metadata: Readonly<Record<string, unknown>> = {}): Step =>
  post('configmaps?dryRun=All', configMap('a', data, metadata), { pick: ['data'] });
const valid = (...list: object[]) => ({ spec: { validations: list } });

const forPods = (operations: readonly string[], validation: object): Step[] =>
  policy({
    spec: {
      matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations, resources: ['pods'] }] },
      validations: [validation],
    },
  });
const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'd' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'app:1' }] } } },
};

const numbers = `[${hundred.slice(0, 20).join(', ')}]`;
const loops = `${numbers}.all(a, ${numbers}.all(b, ${numbers}.all(c, ${numbers}.all(d, a + b + c + d >= 0))))`;

const policies: readonly Scenario[] = [
  {
    name: 'policy: a message, an expression for it, a reason, and neither',
    steps: [
      ...policy(
        valid(
          { expression: "object.data.a != '1'", message: 'a must not be 1' },
          { expression: "object.data.a != '2'", messageExpression: '"a is " + object.data.a' },
          { expression: "object.data.a != '3'", reason: 'Forbidden' },
          { expression: "object.data.a != '4'", message: 'four', reason: 'Invalid' },
          { expression: "object.data.a != '5'", message: 'five', reason: 'RequestEntityTooLarge' },
        ),
      ),
      denied(probe({ a: '1' })),
      ...['2', '3', '4', '5', '6'].map((a) => probe({ a })),
      probe({}),
      post('configmaps', configMap('kept', { a: '6' }), { pick: ['data'] }),
      merge('configmaps/kept', { data: { a: '1' } }),
      apply('configmaps/kept', configMap('kept', { a: '2' })),
      remove('configmaps/kept'),
    ],
    cleanup: unbound,
  },
  {
    name: 'policy: whose expression costs too much',
    steps: [
      ...policy(valid({ expression: `object.data.a != '1' || ${loops}`, message: 'never told' })),
      denied(probe({ a: '1' })),
      probe({ a: '2' }),
    ],
    cleanup: unbound,
  },
  {
    name: 'policy: pods that controllers make are refused, until they are not',
    steps: [
      ...forPods(['CREATE'], { expression: "object.spec.containers.all(c, c.image != 'app:1')", message: 'no app:1' }),
      denied(post('pods?dryRun=All', pod('p'))),
      quiet(post('apps:deployments', deployment('a'))),
      quiet(post('batch:jobs', job)),
      get('apps:deployments/a', {
        until: (body) => body.status?.conditions?.some((one: { type: string }) => one.type === 'ReplicaFailure'),
        pick: ['status.unavailableReplicas', 'status.conditions.*.type', 'status.conditions.2.message'],
      }),
      get('events?fieldSelector=reason=FailedCreate,involvedObject.kind=Job', {
        until: (body) => body.items?.length > 0,
        pick: ['items.0.type', 'items.0.message', 'items.0.source.component'],
      }),
      ...unbound.map(quiet),
      get('apps:deployments/a', { until: (body) => body.status?.readyReplicas === 1, pick: ['status.readyReplicas'] }),
    ],
  },
  {
    name: 'policy: whose failure is ignored',
    steps: [
      ...policy({ spec: { failurePolicy: 'Ignore', validations: [{ expression: "object.data.a != '1'" }] } }),
      denied(probe({ a: '1' })),
      probe({}),
    ],
    cleanup: unbound,
  },
  {
    name: 'policy: warns',
    steps: [
      ...policy({
        spec: {
          validations: [{ expression: "object.data.a != '1'", message: 'one' }, { expression: "object.data.b != '1'" }],
        },
        binding: { validationActions: ['Warn', 'Audit'] },
      }),
      quiet(
        post(`${registration}/validatingadmissionpolicybindings`, {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicyBinding',
          metadata: { name: '{ns}-too' },
          spec: {
            policyName: '{ns}',
            validationActions: ['Deny'],
            matchResources: { ...here, objectSelector: { matchLabels: { refuse: 'me' } } },
          },
        }),
      ),
      denied(probe({ a: '1', b: '2' }, { labels: { refuse: 'me' } })),
      probe({ a: '1', b: '2' }),
      probe({ a: '1', b: '1' }),
      probe({ a: '2', b: '2' }),
    ],
    cleanup: [...unbound, remove(`${registration}/validatingadmissionpolicybindings/{ns}-too`)],
  },
  {
    name: 'policy: operations, old objects and the request',
    steps: [
      ...policy({
        spec: {
          matchConstraints: {
            resourceRules: [
              { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE', 'DELETE'], resources: ['configmaps'] },
            ],
          },
          validations: [
            { expression: "request.operation == 'DELETE' || object.data.a == oldObject.data.a", message: 'a is fixed' },
            { expression: "request.operation != 'DELETE' || oldObject.data.a != 'stay'", message: 'it stays' },
            {
              expression:
                "request.resource.resource == 'configmaps' && request.namespace == namespaceObject.metadata.name && request.userInfo.username != 'joe'",
              messageExpression: '"not for " + request.userInfo.username',
            },
          ],
        },
      }),
      quiet(post('configmaps', configMap('a', { a: '1' }))),
      quiet(post('configmaps', configMap('stay', { a: 'stay' }))),
      denied(merge('configmaps/a?dryRun=All', { data: { a: '2' } })),
      merge('configmaps/a', { data: { b: '2' } }, { pick: ['data'] }),
      remove('configmaps/stay'),
      remove('configmaps/a', undefined, { pick: ['status'] }),
      {
        ...merge('configmaps/stay', { data: { b: '1' } }),
        headers: { 'impersonate-user': 'joe', 'impersonate-group': 'system:masters' },
      },
    ],
    cleanup: unbound,
  },
  {
    name: 'policy: conditions, variables and selectors',
    steps: [
      ...policy({
        spec: {
          matchConditions: [{ name: 'labelled', expression: "object.metadata.?labels['check'].orValue('') == 'me'" }],
          variables: [
            { name: 'a', expression: "has(object.data) && 'a' in object.data ? object.data['a'] : 'none'" },
            { name: 'long', expression: 'size(variables.a) > 3' },
          ],
          validations: [{ expression: '!variables.long', messageExpression: '"too long: " + variables.a' }],
        },
        binding: {
          matchResources: {
            ...here,
            objectSelector: { matchExpressions: [{ key: 'free', operator: 'DoesNotExist' }] },
          },
        },
      }),
      denied(probe({ a: 'long' }, { labels: { check: 'me' } })),
      probe({ a: 'long' }),
      probe({ a: 'long' }, { labels: { check: 'me', free: '1' } }),
      probe({ b: 'long' }, { labels: { check: 'me' } }),
    ],
    cleanup: unbound,
  },
  {
    name: 'policy: parameters',
    steps: [
      // A kind of its own: a real server that once let go of a kind of parameters does not find it again.
      ...defined({ type: 'object', properties: { most: { type: 'integer' } } }),
      quiet(post(things, thing({ most: 3 }))),
      ...policy({
        spec: {
          paramKind: { apiVersion: `${group}/v1`, kind: 'Thing' },
          matchConstraints: {
            resourceRules: [
              {
                apiGroups: ['apps'],
                apiVersions: ['v1'],
                operations: ['CREATE', 'UPDATE'],
                resources: ['deployments', 'deployments/scale'],
              },
            ],
          },
          validations: [
            {
              expression: 'object.spec.replicas <= params.spec.most',
              messageExpression: '"at most " + string(params.spec.most)',
            },
          ],
        },
        binding: { paramRef: { name: 'a', namespace: '{ns}', parameterNotFoundAction: 'Deny' } },
      }),
      post('apps:deployments?dryRun=All', deployment('a', { replicas: 4 }), {
        until: (body) => /at most/.test(body.message ?? ''),
      }),
      post('apps:deployments', deployment('a', { replicas: 0 }), { pick: ['spec.replicas'] }),
      merge('apps:deployments/a/scale', { spec: { replicas: 9 } }),
      quiet(remove(`${things}/a`)),
      post('apps:deployments?dryRun=All', deployment('b', { replicas: 1 }), {
        until: (body) => /no params/.test(body.message ?? ''),
      }),
    ],
    cleanup: [...unbound, ...cleanup],
  },
];

export const ruleScenarios: readonly Scenario[] = [...custom, ...policies];
