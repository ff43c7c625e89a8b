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

export const typeScenarios: readonly Scenario[] = [
  ...typed.map(([name, spec]) => ({
    name: `a rule at its creation: ${name}`,
    steps: [post(definitions, definition(spec), pick)],
    cleanup,
  })),
];
