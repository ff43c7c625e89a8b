import { afterAll, expect, test } from 'vitest';
import type { PreparedRelease } from '../../src/pipeline/context.ts';
import { copyFiles } from '../../src/pipeline/copy-files.ts';
import type { ReleaseDefinition } from '../../src/pipeline/definitions/release-definition.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';
import { definition } from './release-scene.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const place = { file: 'apps/shop.yaml' };
const release = (environment: string, values: readonly string[] = []): PreparedRelease =>
  ({
    checkout: { root: folder.path },
    definition: {
      ...{ ...definition, environment, variables: { environment, one: 'one' } },
      values: values.map((path) => ({ type: 'file', path, optional: false, template: false, place })),
    },
  }) as unknown as PreparedRelease;

writeFiles(folder.path, {
  ...{ 'a/dev.json': '[2]\n', 'a/prod.json': '[1]\n', 'same/dev.txt': 'x', 'same/prod.txt': 'x' },
  ...{ 'lone/dev.json': '[2]\n', 'values/dev.yaml': 'a: 2\n', 'values/prod.yaml': 'a: 1\n' },
  ...{ 'open/dev.yaml': 'a: 2\n', 'open/prod.yaml': 'a: ENC[AES256_GCM,data]\n' },
  ...{
    'shut/dev.yaml': 'a: ENC[AES256_GCM,data]\n',
    'shut/prod.yaml': 'a: 2\n',
    'apps/shop.yaml': 'x',
    'apps/dev.yaml': 'y',
  },
});

const other: ReleaseDefinition = { ...release('eu', ['values/prod.yaml']).definition, app: 'other' };

test.each<[string, string, unknown]>([
  ['is copied as it is', 'a/{{environment}}.json', { 'a/prod.json': { before: '[1]\n', after: '[2]\n' } }],
  ['is left where it is the same', 'same/{{environment}}.txt', {}],
  ['has to be there in both', 'lone/{{environment}}.json', 'files.lone/prod.json no-text'],
  ['lies within the repository', '../{{environment}}.json', 'files.../{{environment}}.json no-text'],
  ['is not taken from another release', 'values/{{environment}}.yaml', 'files.values/prod.yaml shared-file'],
  ['is never written over an encrypted one', 'open/{{environment}}.yaml', 'files.open/prod.yaml encrypted'],
  ['is never an encrypted one', 'shut/{{environment}}.yaml', 'files.shut/prod.yaml secret'],
])('a file that moves whole %s', async (_, text, expected) => {
  const [source, target] = [release('dev'), release('prod')];
  const defined = [source.definition, target.definition, other];
  const { files, held } = await copyFiles({ source, target, defined }, [text]);
  expect(
    held.length > 0 ? held.map(({ key, obstacle }) => `${key} ${obstacle}`).join() : Object.fromEntries(files),
  ).toEqual(expected);
});
