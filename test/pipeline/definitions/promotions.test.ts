import { expect, test } from 'vitest';
import { readFleetOf } from './memory-files.ts';

const environment = (name: string, spec = '{}') =>
  `apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const application = (environments: string) =>
  `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: shop}\nspec:\n  chart: {path: x}\n  environments: ${environments}\n`;
const read = (app: string, prod = '{}') =>
  readFleetOf({
    'apps/env.yaml': ['dev', 'staging'].map((name) => environment(name)).join('---\n'),
    'apps/prod.yaml': environment('prod', prod),
    'apps/shop.yaml': application(app),
  });

test('an application says where its environments get their version from, and an environment for all', async () => {
  const { definitions, problems } = await read(
    '{dev: {}, staging: {promote: {from: dev, as: pullRequest, merge: true}}, prod: {}}',
    '{promote: {from: [dev, staging]}}',
  );
  expect(problems).toEqual([]);
  expect(definitions.map(({ environment: name, promote }) => [name, promote])).toEqual([
    ['dev', undefined],
    [
      'prod',
      {
        from: ['dev', 'staging'],
        as: 'commit',
        merge: false,
        general: true,
        place: expect.objectContaining({ file: 'apps/prod.yaml', line: 4, column: 24 }),
      },
    ],
    [
      'staging',
      {
        from: ['dev'],
        as: 'pullRequest',
        merge: true,
        general: false,
        place: expect.objectContaining({ file: 'apps/shop.yaml', line: 6, column: 53 }),
      },
    ],
  ]);
});

test('a file that moves whole is another one in each environment', async () => {
  const files = (path: string) => `{dev: {}, staging: {promote: {from: dev}, promotion: {files: ["${path}"]}}}`;
  expect((await read(files('boards/{{environment}}.json'))).problems).toEqual([]);
  const [problem] = (await read(files('boards/all.json'))).problems;
  expect(problem?.message).toBe('shop: promotion.files names the same file in dev and staging: boards/all.json');
});

test('of an environment as a whole it does not matter that an application does not run in the other', async () => {
  const { definitions, problems } = await read('{staging: {}, prod: {}}', '{promote: {from: dev}}');
  expect(problems).toEqual([]);
  expect(definitions.map(({ environment: name }) => name)).toEqual(['prod', 'staging']);
  const unknown = await read('{staging: {}, prod: {}}', '{promote: {from: qa}}');
  expect(unknown.problems.map(({ message, place }) => [message, place?.file])).toEqual([
    ['there is no environment "qa", from which prod is promoted', 'apps/prod.yaml'],
  ]);
});

test.each([
  [
    '{dev: {}, prod: {promote: {from: staging}}}',
    'shop does not run in environment "staging", from which it is promoted to prod',
    'known: dev, prod',
  ],
  [
    '{staging: {}, prod: {promote: {from: stagin}}}',
    'shop does not run in environment "stagin", from which it is promoted to prod',
    'did you mean "staging"?',
  ],
  [
    '{dev: {promote: {from: prod}}, prod: {promote: {from: dev}}}',
    'shop would be promoted in a circle: dev → prod → dev',
    'the first environment of a chain has no promote.from',
  ],
  [
    '{dev: {}, prod: {promote: {from: dev, merge: true}}}',
    'shop/prod: promote.merge needs a pull request, and it is promoted by commit',
    'say promote.as: pullRequest',
  ],
  [
    '{dev: {}, prod: {promote: {from: dev}, promotion: {gates: [approval: {by: [ann]}]}}}',
    'shop/prod: an approval by ann needs a pull request, and it is promoted by commit',
    'say promote.as: pullRequest, or name the user that Kubernetes knows: {user: …}',
  ],
  [
    '{dev: {}, prod: {promote: {from: dev}, promotion: {gates: [approval: {by: [{user: a}, {forge: bob, user: b}], count: 3}]}}}',
    'shop/prod: approvals by 3 of 2 people are asked for',
    'name each person once, with both names where they have two',
  ],
  [
    '{dev: {}, prod: {promote: {from: dev}, promotion: {gates: [approval: {by: [{user: a}, {forge: bob, user: a}]}]}}}',
    'shop/prod: an approval names a twice',
    'name each person once, with both names where they have two',
  ],
  [
    '{dev: {}, prod: {promote: {from: dev, as: pullRequest}, promotion: {gates: [approval: {by: [Bob, {forge: bob, user: b}]}]}}}',
    'shop/prod: an approval names bob twice',
    'name each person once, with both names where they have two',
  ],
])('%s is refused', async (environments, message, hint) => {
  const { problems, unreadFiles } = await read(environments);
  expect(problems[0]).toMatchObject({ code: 'definition.promotion', message, hint, place: { line: 6 } });
  expect(unreadFiles).toEqual(['apps/shop.yaml']);
});
