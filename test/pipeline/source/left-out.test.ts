/** Submodules and pointers of Git LFS: what lies in them is told by its place, and read as nothing else. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatPlace } from '../../../src/foundation/base/errors.ts';
import { noSources } from '../../../src/pipeline/chart/chart-sources.ts';
import { openCheckoutFiles } from '../../../src/pipeline/source/checkout-files.ts';
import { fetchRevision } from '../../../src/pipeline/source/fetch-revision.ts';
import { allProblems, syncRevision } from '../../../src/pipeline/sync-revision.ts';
import { git, gitEnvironment, temporaryFolder, testRepository, writeFiles } from '../../support/git-repository.ts';

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 12345\n`;
const application = (name: string, spec: string) =>
  `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const chart = (name: string, files: Record<string, string> = {}) => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
  ...Object.fromEntries(Object.entries(files).map(([file, text]) => [`charts/${name}/${file}`, text])),
});

const folder = temporaryFolder();
beforeAll(() => {
  for (const name of ['fleet', 'theirs']) writeFiles(folder.path, { [`${name}/.keep`]: '' });
});
afterAll(() => folder.remove());

test('what lies in a submodule, or is a pointer, is named with what to do', async () => {
  const theirs = testRepository(join(folder.path, 'theirs'));
  theirs.commit({ ...chart('x'), 'values.yaml': 'a: 1\n', 'apps/a.yaml': application('a', '{chart: {path: c}}') });
  const fleet = testRepository(join(folder.path, 'fleet'));
  git(fleet.work, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', theirs.remote, 'sub');
  fleet.commit({
    ...chart('ok'),
    ...chart('values', { 'values.yaml': pointer }),
    ...chart('template', { 'templates/a.yaml': pointer }),
    ...chart('note', { 'README.md': pointer }),
    'values/big.yaml': pointer,
    'apps/big.yaml': pointer,
    'apps/root.yaml': application('root', '{chart: {path: sub}}'),
    'apps/within.yaml': application('within', '{chart: {path: sub/charts/x}}'),
    'apps/file.yaml': application(
      'file',
      '{chart: {path: charts/ok}, values: [{file: sub/values.yaml, optional: true}]}',
    ),
    'apps/lfs.yaml': application('lfs', '{chart: {path: charts/ok}, values: [values/big.yaml]}'),
    'apps/packed.yaml': application('packed', '{chart: {path: values/big.yaml}}'),
    'apps/chart.yaml': application('chart', '{chart: {path: charts/values}}'),
    'apps/template.yaml': application('template', '{chart: {path: charts/template}}'),
    'apps/nested.yaml': application('nested', '{apps: {path: sub/apps}}'),
    'apps/whole.yaml': application('whole', '{apps: {path: sub}}'),
    'apps/fine.yaml': application('fine', '{chart: {path: charts/note}}'),
  });
  const fetched = await fetchRevision({
    ...{ cacheFolder: join(folder.path, 'cache'), environment: gitEnvironment },
    repository: {
      ...{ name: 'fleet', type: 'remote', url: fleet.remote, revision: 'main', path: 'apps', watch: false },
      poll: { type: 'every', milliseconds: 30_000 },
    },
  });
  if (fetched === 'unchanged') return expect.unreachable();
  const { checkout, contents } = fetched;
  const files = await openCheckoutFiles(checkout.root, { contents });
  const definitions = { files, defaults: { settings: {}, environments: undefined }, clusters: ['local'] };
  const synced = await syncRevision({ op: 'o', checkout, compat: 'helm4', sources: noSources, definitions });
  expect(synced.releases.map(({ definition }) => definition.app)).toEqual(['fine']);
  const problems = allProblems(synced);
  const submodule = 'lies in the git submodule sub, which is not fetched';
  const lfs = 'is a pointer of Git LFS, not the file itself';
  expect(problems.map(({ message, place = { file: '' } }) => `${formatPlace(place)}: ${message}`).toSorted()).toEqual([
    `apps/big.yaml: apps/big.yaml ${lfs}`,
    `apps/nested.yaml:4:21: the folder sub/apps ${submodule}`,
    `apps/root.yaml:4:22: root/default: the chart sub ${submodule}`,
    `apps/whole.yaml:4:21: the folder sub ${submodule}`,
    `apps/within.yaml:4:22: within/default: the chart sub/charts/x ${submodule}`,
    `charts/template/templates/a.yaml: template/default: charts/template/templates/a.yaml ${lfs}`,
    `charts/values/values.yaml: chart/default: charts/values/values.yaml ${lfs}`,
    `sub/values.yaml: file/default: sub/values.yaml ${submodule}`,
    `values/big.yaml: lfs/default: values/big.yaml ${lfs}`,
    `values/big.yaml: packed/default: values/big.yaml ${lfs}`,
  ]);
  expect(problems.filter(({ hint }) => hint === undefined)).toEqual([]);
});
