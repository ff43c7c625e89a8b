import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
writeFiles(folder.path, { 'folder/dev': 'x', 'folder/prod/x': 'x', 'bytes/prod': 'x', 'bytes/dev': 'x' });
writeFileSync(join(folder.path, 'bytes/dev'), Buffer.of(0xff));

const other: ReleaseDefinition = { ...release('eu', ['values/prod.yaml']).definition, app: 'other' };

test.each<[string, string, unknown]>([
  ['is copied as it is', 'a/{{environment}}.json', { 'a/prod.json': { before: '[1]\n', after: '[2]\n' } }],
  ['is left where it is the same', 'same/{{environment}}.txt', {}],
  [
    'has to be there in both',
    'lone/{{environment}}.json',
    'files.lone/prod.json no-text lone/prod.json does not exist',
  ],
  [
    'lies within the repository',
    '../{{environment}}.json',
    'files.../{{environment}}.json no-text it leads out of the repository',
  ],
  ['has to be a file in both', 'folder/{{environment}}', 'files.folder/prod no-text folder/prod is no file'],
  ['is made of text', 'bytes/{{environment}}', 'files.bytes/prod no-text bytes/dev is not made of text'],
  ['is not taken from another release', 'values/{{environment}}.yaml', 'files.values/prod.yaml shared-file'],
  ['is never written over an encrypted one', 'open/{{environment}}.yaml', 'files.open/prod.yaml encrypted'],
  ['is never an encrypted one', 'shut/{{environment}}.yaml', 'files.shut/prod.yaml secret'],
])('a file that moves whole %s', async (_, text, expected) => {
  const [source, target] = [release('dev'), release('prod')];
  const defined = [source.definition, target.definition, other];
  const { files, held } = await copyFiles({ source, target, defined }, [text]);
  expect(
    held.length > 0
      ? held.map(({ key, obstacle, why }) => [key, obstacle, why].filter(Boolean).join(' ')).join()
      : Object.fromEntries(files),
  ).toEqual(expected);
});
