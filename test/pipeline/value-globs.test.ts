/** Value files that a glob names: which they are, in which order, and whom else they belong to. */
import { expect, test } from 'vitest';
import { toJson } from '../../src/foundation/yaml/plain-json.ts';
import { noSources } from '../../src/pipeline/chart/chart-sources.ts';
import { promoteVersion } from '../../src/pipeline/promote-version.ts';
import { openCheckoutFiles } from '../../src/pipeline/source/checkout-files.ts';
import { allProblems, syncRevision } from '../../src/pipeline/sync-revision.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';

async function look(values: string, files: Record<string, string>) {
  const folder = temporaryFolder();
  writeFiles(folder.path, {
    'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'apps/a.yaml': `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: a}\nspec:\n  chart: {path: c}\n  values: ${values}\n  environments: {dev: {}, prod: {}}\n---\napiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: dev}\n---\napiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: prod}\n`,
    ...files,
  });
  try {
    const checkout = { repository: 'fleet', revision: 'r', commit: undefined, root: folder.path, path: 'apps' };
    const definitions = {
      files: await openCheckoutFiles(folder.path),
      defaults: { settings: {}, environments: undefined },
      clusters: ['local'],
    };
    const synced = await syncRevision({ op: 'o', checkout, compat: 'helm4', sources: noSources, definitions });
    const of = (environment: string) =>
      synced.releases.find(({ definition }) => definition.environment === environment);
    return { synced, dev: of('dev'), prod: of('prod'), problems: allProblems(synced) };
  } finally {
    folder.remove();
  }
}

const shop = {
  'values/b.yaml': 'who: b\nb: 1\n',
  'values/a.yaml': 'who: a\na: 1\n',
  'values/deep/c.yaml': 'who: c\n',
  'values/note.txt': 'x',
};

test('all that fit, in the order of their names, later wins', async () => {
  const { dev, problems } = await look('["values/*.yaml"]', shop);
  expect(problems).toEqual([]);
  expect(toJson(dev?.values ?? null)).toEqual({ who: 'b', a: 1, b: 1 });
  const deep = await look('["values/**/*.yaml"]', shop);
  expect(toJson(deep.dev?.values ?? null)).toEqual({ who: 'c', a: 1, b: 1 });
});

test('a file that is named by itself stands where it is written', async () => {
  const { dev } = await look('["values/*.yaml", values/a.yaml]', shop);
  expect(toJson(dev?.values ?? null)).toMatchObject({ who: 'a' });
});

test('the environment may be part of it', async () => {
  const { dev, prod } = await look('["values/{{environment}}/*.yaml"]', {
    'values/dev/x.yaml': 'a: 1\n',
    'values/prod/x.yaml': 'a: 2\n',
  });
  expect([dev, prod].map((one) => toJson(one?.values ?? null))).toEqual([{ a: 1 }, { a: 2 }]);
});

test('one that fits nothing is a mistake at its line, unless it is optional', async () => {
  const { problems } = await look('["none/*.yaml"]', shop);
  expect(problems.map(({ message, place }) => [message, place?.file, place?.line])).toEqual([
    ['a/dev, a/prod: the glob "none/*.yaml" fits no file', 'apps/a.yaml', 6],
  ]);
  const optional = await look('[{file: "none/*.yaml", optional: true}]', shop);
  expect(optional.problems).toEqual([]);
});

test('a file that another environment’s glob names too is never edited for one alone', async () => {
  const values = '["values/common/*.yaml", "values/{{environment}}.yaml"]';
  const { synced, dev, prod } = await look(values, {
    'values/common/x.yaml': 'shared: 1\n',
    'values/dev.yaml': 'shared: 2\nown: 2\n',
    'values/prod.yaml': 'own: 1\n',
  });
  if (!dev || !prod) throw new Error('nothing was read');
  const promote = (key: string) =>
    promoteVersion({
      source: dev,
      target: prod,
      defined: synced.defined,
      keys: [key],
      compat: 'helm4',
      ran: undefined,
    });
  const before = 'own: 1\n';
  expect([...(await promote('own')).files]).toEqual([['values/prod.yaml', { before, after: 'own: 2\n' }]]);
  // Inherited: it is added to the file that is its own, never written into the common one.
  expect([...(await promote('shared')).files]).toEqual([
    ['values/prod.yaml', { before, after: 'own: 1\nshared: 2\n' }],
  ]);
});
