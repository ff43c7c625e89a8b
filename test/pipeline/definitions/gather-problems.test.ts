import { expect, test } from 'vitest';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { gatherProblems, type ReleaseProblem } from '../../../src/pipeline/definitions/gather-problems.ts';
import type { ReleaseDefinition } from '../../../src/pipeline/definitions/release-definition.ts';
import { failedProblems } from '../../../src/pipeline/failed-problems.ts';

const place = { file: 'apps/shop.yaml', line: 6, column: 14 };
const found = (id: string, message: string, environments = 3): ReleaseProblem => {
  const [app = '', environment = ''] = id.split('/');
  return { problem: { code: 'definition.invalid', message, place }, app, environment, environments };
};

test.each<[what: string, found: ReleaseProblem[], messages: string[]]>([
  [
    'what is wrong in every environment is said as it is',
    ['shop/dev', 'shop/staging', 'shop/prod'].map((id) => found(id, 'unknown name {{x}}')),
    ['unknown name {{x}}'],
  ],
  [
    'what is wrong in some names them',
    ['shop/staging', 'shop/prod'].map((id) => found(id, 'unknown name {{x}}')),
    ['unknown name {{x}} (staging, prod)'],
  ],
  [
    'a message that names the environment is said of one, and names the others',
    ['dev', 'staging', 'prod'].map((name) => found(`shop/${name}`, `"Shop-${name}" cannot be a name`)),
    ['"Shop-dev" cannot be a name; likewise in staging, prod'],
  ],
  [
    'a line that counts for many applications is said of one, and names some of the others',
    Array.from({ length: 9 }, (_, number) => found(`app${number}/dev`, `"X_app${number}" is no name`, 1)),
    ['"X_app0" is no name; likewise for app1/dev, app2/dev, app3/dev, app4/dev, app5/dev, app6/dev and 2 more'],
  ],
  [
    'two mistakes of one line are two',
    [found('shop/dev', 'unknown name {{x}}'), found('shop/prod', 'unknown name {{y}}')],
    ['unknown name {{x}} (dev)', 'unknown name {{y}} (prod)'],
  ],
])('%s', (_, problems, messages) => {
  expect(gatherProblems(problems).map(({ message }) => message)).toEqual(messages);
});

test('a chart or a file that several releases want is said once, with their names', () => {
  const definition = (app: string, environment: string) =>
    ({ app, environment, origin: { place } }) as unknown as ReleaseDefinition;
  const missing = (file: string) => new HelmGitopsError('values.missing', 'user', `no ${file}`, { hint: 'look' });
  const failed = [
    { definition: definition('shop', 'dev'), error: missing('a.yaml') },
    { definition: definition('shop', 'prod'), error: missing('a.yaml') },
    { definition: definition('shop', 'staging'), error: missing('b.yaml') },
  ];
  expect(failedProblems(failed)).toEqual([
    { code: 'values.missing', message: 'shop/dev, shop/prod: no a.yaml', place, hint: 'look' },
    { code: 'values.missing', message: 'shop/staging: no b.yaml', place, hint: 'look' },
  ]);
});
