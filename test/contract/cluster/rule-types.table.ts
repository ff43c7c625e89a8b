/** Rules of CustomResourceDefinitions at their creation: whether their types fit, and what they say. */
import { post, remove, type Scenario } from './scenario.ts';

const group = '{ns}.example';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const definition = (spec: object, versions = 1) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: Array.from({ length: versions }, (_, number) => ({
      name: `v${number + 1}`,
      served: true,
      storage: number === 0,
      schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
    })),
  },
});
const rules = (...list: object[]) => ({ 'x-kubernetes-validations': list });
const rule = (text: string, more: object = {}) => ({ rule: text, ...more });
const text = (more: object = {}) => ({ type: 'string', ...more });
const list = (items: object, more: object = {}) => ({ type: 'array', items, ...more });
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

const plain = { a: { type: 'integer' }, b: text({ maxLength: 10 }), c: { type: 'boolean' }, n: { type: 'number' } };
const known = (rule: object) => object({ ...plain, l: list(text({ maxLength: 5 }), { maxItems: 5 }) }, rules(rule));

const typed: readonly (readonly [string, object])[] = [
  ['a number and a text', known(rule('self.a == self.b'))],
  ['a number and a fraction', known(rule('self.a < self.n'))],
  ['a text that is added to a number', known(rule('self.a + self.b == 1'))],
  ['no boolean', known(rule('self.a'))],
  ['a text', known(rule('self.b'))],
  ['a field that is not there', known(rule('self.nope == 1'))],
  ['a variable that is not there', known(rule('nope == 1'))],
  ['a function that is not there', known(rule('self.a.nope()'))],
  ['a function of another type', known(rule("self.a.startsWith('x')"))],
  ['a wrong number of arguments', known(rule('self.b.startsWith()'))],
  ['a list as a text', known(rule("self.l.startsWith('x')"))],
  ['an element of another type', known(rule('self.l.all(one, one > 1)'))],
  ['a field of a text', known(rule('self.b.x == 1'))],
  ['broken syntax', known(rule('self.a >'))],
  ['an empty rule', known(rule(' '))],
  ['branches of two types', known(rule('self.c ? self.a : self.b'))],
  ['a message that is no text', known(rule('self.a > 1', { messageExpression: 'self.a' }))],
  ['a message that cannot be understood', known(rule('self.a > 1', { messageExpression: '"x" +' }))],
  ['a message of a field that is not there', known(rule('self.a > 1', { messageExpression: 'self.nope' }))],
  ['an empty message', known(rule('self.a > 1', { message: ' ' }))],
  ['a message of two lines', known(rule('self.a > 1', { message: 'a\nb' }))],
  ['a field path that is not there', known(rule('self.a > 1', { fieldPath: '.nope' }))],
  ['a field path', known(rule('self.a > 1', { fieldPath: '.a' }))],
  [
    'an old value in a list',
    object({ l: list(text({ maxLength: 5, ...rules(rule('self == oldSelf')) }), { maxItems: 5 }) }),
  ],
  [
    'a rule for a list in a list',
    object(
      { l: list(text({ maxLength: 5 }), { maxItems: 5 }) },
      rules(rule('self.l.all(one, self.l.exists(two, two == one))')),
    ),
  ],
  ['two that are wrong', object(plain, rules(rule('self.a == self.b'), rule('self.nope')))],
];

const cleanup = [remove(`${definitions}/things.${group}`)];
const pick = { pick: ['kind'] };

/** In so many elements that the factor which is told is the cost of the rule, in units or in tens of them. */
const often = { cheap: 10_000_000, dear: 1_000_000 };
const sized = object({
  i: { type: 'integer' },
  n: { type: 'number' },
  c: { type: 'boolean' },
  s: text({ maxLength: 10 }),
  e: text({ enum: ['a', 'longer', 'b'] }),
  t: text({ format: 'date-time' }),
  d: text({ format: 'duration' }),
  y: text({ format: 'byte', maxLength: 40 }),
  x: { 'x-kubernetes-int-or-string': true, maxLength: 7 },
  l: list(text({ maxLength: 5 }), { maxItems: 4 }),
  m: { type: 'object', maxProperties: 3, additionalProperties: { type: 'integer' } },
  o: object({ a: { type: 'integer' }, b: list({ type: 'integer' }, { maxItems: 3 }) }),
});
const times = (amount: number, text: string, more: object = {}) =>
  object({ all: list({ ...sized, ...rules(rule(text, more)) }, { maxItems: amount }) });

const cheap = [
  'true',
  'self.i == 1',
  'self.i > 1 && self.n < 2.0 || self.c',
  '!self.c',
  'self.i + 1 > 2',
  "self.s == 'abc'",
  "self.s + 'abc' == 'x'",
  'self.s < self.e',
  "self.e == 'b'",
  'has(self.o) && has(self.o.a)',
  'self.l[0].size() > 2',
  "self.m['a'] == 1",
  'self.o.b.all(one, one > 1)',
  'self.o.b.exists(one, one == 2)',
  'self.o.b.exists_one(one, one == 2)',
  'self.o.b.sum() > 2',
  "self.s.matches('^[a-z]+$')",
  "self.s.startsWith('abc')",
  "self.s.contains('abcabcabcabc')",
  "self.s in ['a', 'b', 'c']",
  "'a' in self.l",
  "'a' in self.m",
  'self.c ? self.i > 1 : self.n > 1.0',
  "self.t > timestamp('2024-01-01T00:00:00Z')",
  "self.d < duration('1h')",
  'type(self.x) == int',
  'string(self.x) == "1"',
  'size(self.l) == size(self.m)',
  'self == oldSelf',
  "self.s.lowerAscii() == 'a'",
  "self.s.replace('a', 'bcd') == 'x'",
  "self.s.split(',').size() > 1",
  "self.l.join(',') == 'a'",
  "isURL(self.s) && url(self.s).getHost() == 'a'",
  "isQuantity(self.s) && quantity(self.s).isGreaterThan(quantity('1'))",
  'isIP(self.s) && ip(self.s).family() == 4',
  "cidr('10.0.0.0/8').containsIP(self.s)",
  "self.s.find('[0-9]+') == '1'",
  'self.y.size() > 3',
  'self.x == 5',
  'dyn(self.i) == 1',
  '{"a": 1}["a"] == self.i',
  'self.?i.orValue(1) == 1',
];
const dear = [
  'self.l.all(a, self.l.exists(b, a == b))',
  'self.l.map(a, a + a).size() > 2',
  "self.l.filter(a, a != 'x').size() > 2",
  "self.l.map(a, a != 'x', a + 'y').all(b, b.matches('a+'))",
  'self.m.all(k, self.m[k] > 1)',
  '[1, 2, 3].all(a, self.o.b.exists(b, b == a))',
  "self.s.split(',').all(a, a.size() > 1)",
  'self.l.isSorted()',
];

const endless = {
  s: text(),
  l: list(text()),
  m: { type: 'object', additionalProperties: list(object({ a: { type: 'integer' } }, { required: ['a'] })) },
};

export const costSchemas: readonly (readonly [string, object])[] = [
  ...cheap.map((text) => [`one element: ${text}`, times(often.cheap, text)] as const),
  ...dear.map((text) => [`one element: ${text}`, times(often.dear, text)] as const),
  ['a message', object(sized.properties, rules(rule('true', { messageExpression: 'self.s + self.e' })))],
  ['a dear message', object({ l: list(text()) }, rules(rule('true', { messageExpression: 'self.l.join(",")' })))],
  ['a rule and its message', times(often.cheap, 'self.s > self.e', { messageExpression: 'self.s' })],
  ['a list without an end', object({ l: list(text(rules(rule("self != 'a'")))) })],
  ['a text without an end', object({ s: text(rules(rule("self.matches('^[a-z]+$')"))) })],
  ['a short pattern for a text without an end', object({ s: text(rules(rule("self.matches('^a')"))) })],
  ['loops without an end', object(endless, rules(rule('self.l.all(a, self.l.exists(b, a == b))')))],
  ['a loop without an end', object(endless, rules(rule("self.l.all(a, a != '')")))],
  ['a map without an end', object({ m: { ...endless.m, ...rules(rule('self.all(k, self[k].size() > 0)')) } })],
  [
    'an element of many, in a map of many',
    object({
      m: {
        type: 'object',
        additionalProperties: list(
          object({ a: { type: 'integer' } }, { required: ['a'], ...rules(rule('self.a > 1')) }),
        ),
      },
    }),
  ],
  [
    'many rules that are dear together',
    object({
      ...Object.fromEntries(
        ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name, at) => [
          name,
          list({ type: 'integer', ...rules(rule('self + 1 > 2'), rule('self > 1')) }, { maxItems: 3_000_000 + at }),
        ]),
      ),
    }),
  ],
  [
    'names of objects in a list, as operators write them',
    object({
      containers: list(object({ name: text({ maxLength: 63 }), image: text() }, { required: ['name'] }), {
        maxItems: 20,
        ...rules(rule('self.all(a, self.exists_one(b, a.name == b.name))')),
      }),
    }),
  ],
];

export const typeScenarios: readonly Scenario[] = [
  {
    name: 'rules at their creation: what they would cost',
    steps: costSchemas.map(([, spec]) => post(`${definitions}?dryRun=All`, definition(spec), pick)),
  },
  ...typed.map(([name, spec]) => ({
    name: `a rule at its creation: ${name}`,
    steps: [post(definitions, definition(spec), pick)],
    cleanup,
  })),
];
