import { describe, expect, test } from 'vitest';
import { formatPlace, HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { newDefinitionCache } from '../../../src/pipeline/definitions/read-definitions.ts';
import { definitionId } from '../../../src/pipeline/definitions/release-definition.ts';
import type { OtherRepositories } from '../../../src/pipeline/source/other-repositories.ts';
import { application, defaults, environment, memoryFiles, readFleetOf } from './memory-files.ts';

type Files = Readonly<Record<string, string>>;

const unreachable = new HelmGitopsError('git.unreachable', 'transient', 'no answer');

/** Repositories by URL; a URL that ends in `old` has something new that cannot be fetched. */
function othersOf(repositories: Readonly<Record<string, Files>>) {
  const opened: string[] = [];
  const others: OtherRepositories = {
    nameOf: ({ git, revision }) => (git === 'fleet' ? '' : `${git}@${revision ?? 'HEAD'}`),
    open: async ({ git, revision }) => {
      opened.push(`${git}@${revision ?? 'HEAD'}`);
      const files = repositories[git];
      if (files === undefined) throw unreachable;
      const checkout = { repository: git, revision: 'r', commit: undefined, root: '/elsewhere', path: '' };
      const problem = git.endsWith('old') ? unreachable : undefined;
      return { url: git, revision, checkout, files: memoryFiles(files), problem };
    },
  };
  return { others, opened };
}

async function told(files: Files, repositories: Readonly<Record<string, Files>>) {
  const { others, opened } = othersOf(repositories);
  const read = await readFleetOf(files, { others });
  const texts = (problems: typeof read.problems) =>
    problems.map(({ place, message }) => `${place ? formatPlace(place) : ''} ${message}`);
  return {
    ...{ read, opened, ids: read.definitions.map(definitionId) },
    ...{ problems: texts(read.problems), notices: texts(read.notices) },
  };
}

const team = (name: string, apps: string, more = '') => application(name, `{apps: ${apps}${more}}`);
const project = (spec: string) =>
  `apiVersion: helm-gitops.io/v1\nkind: Project\nmetadata: {name: web}\nspec: ${spec}\n`;

describe('definitions of another repository', () => {
  test('are read where the application says, with places that name it', async () => {
    const { read, problems, opened } = await told(
      { 'apps/pay.yaml': team('pay', '{git: pay, revision: main, path: apps}'), 'apps/shop.yaml': application('shop') },
      {
        pay: {
          'apps/api.yaml': application('api', '{chart: {path: charts/api}, values: [values/api.yaml]}'),
          'apps/sub.yaml': team('sub', '{path: more}'),
          'more/job.yaml': application('job'),
          'unread/other.yaml': application('other'),
        },
      },
    );
    expect(problems).toEqual([]);
    expect(opened).toEqual(['pay@main']);
    expect(
      read.definitions.map(({ app, origin }) => [app, origin.elsewhere, origin.parents, origin.place.file]),
    ).toEqual([
      ['api', 'pay@main', ['pay'], 'pay@main//apps/api.yaml'],
      ['job', 'pay@main', ['pay', 'sub'], 'pay@main//more/job.yaml'],
      ['shop', undefined, [], 'apps/shop.yaml'],
    ]);
    expect(read.definitions[0]).toMatchObject({
      origin: { repository: 'fleet', path: 'apps' },
      chart: { type: 'path', path: 'charts/api' },
      values: [{ path: 'values/api.yaml' }],
    });
    expect([...read.others.keys()]).toEqual(['pay@main']);
  });

  test('are all of it where no path is given, and of each revision by itself', async () => {
    const repository = { 'api.yaml': application('api') };
    const { ids, problems, opened } = await told(
      { 'apps/a.yaml': team('a', '{git: one}'), 'apps/b.yaml': team('b', '{git: two, revision: v1}') },
      { one: repository, two: { 'web.yaml': application('web') } },
    );
    expect([ids, problems, opened]).toEqual([['api/default', 'web/default'], [], ['one@HEAD', 'two@v1']]);
  });

  test('know nothing of Environment, Project and Defaults beside them, and nothing of Defaults of the fleet', async () => {
    const { read, problems, notices } = await told(
      {
        'apps/pay.yaml': team('pay', '{git: pay}'),
        'apps/dev.yaml': environment('dev', '{namespace: ours}'),
        'apps/defaults.yaml': defaults('{environments: {dev: {}}, timeout: 1m}'),
      },
      {
        pay: {
          'api.yaml': application('api', '{chart: {path: charts/api}, environments: {dev: {}}}'),
          'dev.yaml': environment('dev', '{namespace: theirs}'),
          'defaults.yaml': defaults('{timeout: 9m}'),
          'project.yaml': project('{}'),
          'broken.yaml': environment('dev', '{cluster: 1}'),
        },
      },
    );
    expect(read.definitions).toMatchObject([{ app: 'api', namespace: 'ours', settings: { timeout: 300_000 } }]);
    expect(problems).toEqual([expect.stringMatching(/^pay@HEAD\/\/broken.yaml:4:\d+ /)]);
    expect(notices).toEqual([
      'pay@HEAD//defaults.yaml:2:7 Defaults counts only in repositories of the configuration, and is left out here',
      'pay@HEAD//dev.yaml:3:18 Environment counts only in repositories of the configuration, and is left out here',
      'pay@HEAD//project.yaml:3:18 Project counts only in repositories of the configuration, and is left out here',
    ]);
  });

  test('that cannot be read leave the others alone, and nothing counts as gone', async () => {
    const { ids, read, problems } = await told(
      { 'apps/pay.yaml': team('pay', '{git: nowhere}'), 'apps/shop.yaml': application('shop') },
      {},
    );
    expect([ids, problems]).toEqual([['shop/default'], ['apps/pay.yaml:4:20 nowhere@HEAD cannot be read: no answer']]);
    expect(read.unreadFiles).toEqual(['apps/pay.yaml']);
  });

  test('that are older than they could be count, and it is said once', async () => {
    const { ids, problems } = await told(
      { 'apps/a.yaml': team('a', '{git: old, path: a}'), 'apps/b.yaml': team('b', '{git: old, path: b}') },
      { old: { 'a/api.yaml': application('api'), 'b/web.yaml': application('web') } },
    );
    expect(ids).toEqual(['api/default', 'web/default']);
    expect(problems).toEqual(['apps/a.yaml:4:20 old@HEAD cannot be read: no answer']);
  });

  test('are of the project of the application that leads to them', async () => {
    const { read, problems } = await told(
      {
        'apps/web.yaml': project('{repositories: ["https://git/pay", "."]}'),
        'apps/other.yaml': project('{}').replace('web', 'other'),
        'apps/pay.yaml': team('pay', '{git: "https://git/pay"}', ', project: web'),
      },
      {
        'https://git/pay': {
          'api.yaml': application('api'),
          'leave.yaml': application('leave', '{chart: {path: x}, project: other}'),
        },
      },
    );
    expect(read.definitions).toMatchObject([{ app: 'api', project: { name: 'web' } }]);
    expect(problems).toEqual([
      expect.stringContaining(
        'application leave cannot be of project other: pay, which leads to it, is of project web',
      ),
    ]);
  });

  test('a project that does not allow the repository is not asked for it, though another has it open', async () => {
    const { ids, problems, opened } = await told(
      {
        'apps/web.yaml': project('{repositories: ["https://git/pay"]}'),
        'apps/other.yaml': project('{repositories: ["."]}').replace('web', 'other'),
        'apps/a.yaml': application('a', '{project: web, apps: {git: "https://git/pay", path: a}}'),
        'apps/b.yaml': application('b', '{project: other, apps: {git: "https://git/pay", path: b}}'),
        'apps/c.yaml': application('c', '{project: other, apps: {git: "https://git/ship"}}'),
      },
      { 'https://git/pay': { 'a/api.yaml': application('api'), 'b/secret.yaml': application('secret') } },
    );
    expect(ids).toEqual(['api/default']);
    expect(opened).toEqual(['https://git/pay@HEAD']);
    expect(problems).toEqual([
      expect.stringContaining('apps/b.yaml:4:36 project other does not allow definitions from https://git/pay'),
      expect.stringContaining('apps/c.yaml:4:36 project other does not allow definitions from https://git/ship'),
    ]);
  });

  test('a cycle across repositories names its members', async () => {
    const { ids, problems } = await told(
      { 'apps/one.yaml': team('one', '{git: b}'), 'apps/shop.yaml': application('shop') },
      {
        b: { 'two.yaml': team('two', '{git: c, path: deep}') },
        c: { 'deep/three.yaml': team('three', '{git: fleet, path: apps}') },
      },
    );
    expect(problems).toContainEqual(
      "apps/one.yaml:4:20 applications name each other's folders in a cycle: one → two → three → one",
    );
    expect(problems).toHaveLength(3);
    expect(ids).toEqual([]);
  });

  test('a folder belongs to one, and lies within its repository', async () => {
    const { problems } = await told(
      {
        'apps/a.yaml': team('a', '{git: one}'),
        'apps/b.yaml': team('b', '{git: one}'),
        'apps/c.yaml': team('c', '{git: two, path: ../x}'),
        'apps/d.yaml': team('d', '{git: two, path: none}'),
      },
      { one: { 'api.yaml': application('api') }, two: {} },
    );
    expect(problems).toEqual([
      'apps/a.yaml:4:20 the folder one@HEAD// is named by a and b; it can belong to one only',
      'apps/b.yaml:4:20 the folder one@HEAD// is named by a and b; it can belong to one only',
      'apps/c.yaml:4:20 spec.apps.path leads out of the repository',
      'apps/d.yaml:4:20 the folder two@HEAD//none does not exist',
    ]);
  });

  test('names are unique in all of it', async () => {
    const { ids, problems } = await told(
      { 'apps/a.yaml': team('a', '{git: one}'), 'apps/shop.yaml': application('shop') },
      { one: { 'shop.yaml': application('shop'), 'api.yaml': application('api') } },
    );
    expect(ids).toEqual(['api/default']);
    expect(problems).toHaveLength(2);
  });

  test('a release is the same object as long as nothing moves', async () => {
    const { others } = othersOf({ one: { 'api.yaml': application('api') } });
    const cache = newDefinitionCache();
    const files = { 'apps/a.yaml': team('a', '{git: one}') };
    const [first, second] = [await readFleetOf(files, { others, cache }), await readFleetOf(files, { others, cache })];
    expect(second.definitions[0]).toBe(first.definitions[0]);
  });
});
