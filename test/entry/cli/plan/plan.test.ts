import { describe, expect, test } from 'vitest';
import { git, writeFiles } from '../../../support/git-repository.ts';
import { copyFleet, type Folder, newFolder, run } from '../run-in-process.ts';

/** The example fleet in a repository of its own, with a branch that changes this. */
async function fleetWithBranch(change: Readonly<Record<string, string>>): Promise<Folder> {
  const fleet = await copyFleet({ '.gitignore': '.helm-gitops\n' });
  git(fleet.path, 'init', '-q', '--initial-branch=main');
  const commit = () => {
    git(fleet.path, 'add', '-A');
    git(fleet.path, 'commit', '-q', '-m', 'Change');
  };
  commit();
  git(fleet.path, 'checkout', '-q', '-b', 'feature');
  writeFiles(fleet.path, change);
  commit();
  git(fleet.path, 'checkout', '-q', 'main');
  return fleet;
}

describe('plan --offline', () => {
  test('of a branch: the releases that it touches, each change with its line', async () => {
    await using fleet = await fleetWithBranch({ 'values/shop/prod.yaml': '# more\nreplicaCount: 9\n' });
    const { code, stdout, stderr } = await run(fleet.path, ['plan', '--offline', '--commit', 'feature']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`shop/prod:
  by values/shop/prod.yaml:2 replicaCount 3→9
  ~ update Deployment/shop
      /spec/replicas: 3 → 9

prod: 1 release; 1 to update
`);
  });

  test('of the working tree against its HEAD', async () => {
    await using fleet = await fleetWithBranch({ 'values/shop/prod.yaml': 'replicaCount: 9\n' });
    expect((await run(fleet.path, ['plan', '--offline'])).stdout).toBe('no release is affected\n');
    writeFiles(fleet.path, { 'values/shop/prod.yaml': 'replicaCount: 4\n' });
    const { code, stdout } = await run(fleet.path, ['plan', '--offline', '--exit-code', '-o', 'json']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject([
      { app: 'shop', environment: 'prod', values: ['values/shop/prod.yaml:1 replicaCount 3→4'] },
    ]);
  });

  test('problems of the branch are told, and the rest is planned', async () => {
    await using fleet = await fleetWithBranch({
      'values/shop/prod.yaml': 'replicaCount: 9\n',
      'apps/teams/shop/broken.yaml': 'apiVersion: helm-gitops.io/v1\nkind: Aplication\nmetadata: {name: x}\n',
    });
    const { code, stdout, stderr } = await run(fleet.path, ['plan', '--offline', '--commit', 'feature']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/apps\/teams\/shop\/broken\.yaml:2:7: .*Aplication/);
    expect(stdout).toContain('/spec/replicas: 3 → 9');
  });

  test('a name that fits nothing is a mistake, with what there is', async () => {
    await using fleet = await fleetWithBranch({ 'values/shop/prod.yaml': 'replicaCount: 9\n' });
    const plan = (...args: string[]) => run(fleet.path, ['plan', '--offline', '--commit', 'feature', ...args]);
    expect(await plan('-e', 'prodd')).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: expect.stringMatching(/^error: no release is in environment prodd\n {2}there is .*\bprod\b/),
    });
    const other = await plan('shop', '-e', 'prodd');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('shop is not in environment prodd\n')]);
    expect(await plan('shop', '-e', 'dev')).toMatchObject({ code: 0, stdout: 'no release is affected\n' });
  });

  test('values that chance makes are no change', async () => {
    const template =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dice}\ndata: {a: {{ randAlphaNum 9 }}, b: {{ uuidv4 }}, c: "{{ .Values.c }}", key: {{ genPrivateKey "ecdsa" | quote }}}\n';
    const application =
      'apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: dice}\nspec: {chart: {path: charts/dice}, values: [{inline: {c: C}}], environments: {dev: {}}}\n';
    await using fleet = await fleetWithBranch({ 'values/shop/prod.yaml': 'replicaCount: 9\n' });
    const files = (c: string) => ({
      'charts/dice/Chart.yaml': 'apiVersion: v2\nname: dice\nversion: 1.0.0\n',
      'charts/dice/templates/dice.yaml': template,
      'apps/dice.yaml': application.replace('C}', `${c}}`),
    });
    writeFiles(fleet.path, files('one'));
    git(fleet.path, 'add', '-A');
    git(fleet.path, 'commit', '-q', '-m', 'Dice');
    writeFiles(fleet.path, files('two'));
    const { stdout } = await run(fleet.path, ['plan', '--offline']);
    expect(stdout).toContain('/data/c: one → two\n');
    expect(stdout.match(/\/data\//g)).toHaveLength(1);
  });

  test.each([
    [['--commit', 'nope'], 'there is no branch, tag or commit "nope"'],
    [['--repository', 'other'], 'there is no repository "other"\n  there is fleet'],
    [['-o', 'xml'], 'unknown output "xml"\n  one of table, json, yaml, markdown, html'],
    [['shopp'], 'there is no application "shopp"'],
  ])('%j is a mistake that says what is meant', async (args, message) => {
    await using fleet = await fleetWithBranch({ 'values/shop/prod.yaml': 'replicaCount: 9\n' });
    const given = args[0] === 'shopp' ? ['--commit', 'feature'] : [];
    const { code, stderr } = await run(fleet.path, ['plan', '--offline', ...given, ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test('an application that is not affected is there all the same', async () => {
    await using fleet = await fleetWithBranch({ 'values/shop/prod.yaml': 'replicaCount: 9\n' });
    for (const which of [['mailer'], ['shop', '-e', 'dev']]) {
      const { code, stdout, stderr } = await run(fleet.path, ['plan', ...which, '--offline', '--commit', 'feature']);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'no release is affected\n', stderr: '' });
    }
  });

  test('outside of git there is nothing to compare with', async () => {
    await using folder = await newFolder({
      'helm-gitops.config.yaml': 'repositories: [{name: fleet, url: fleet}]\nclusters: [{name: local, embedded: {}}]\n',
      'fleet/a.yaml': '',
    });
    const { code, stderr } = await run(folder.path, ['plan', '--offline'], { GIT_CEILING_DIRECTORIES: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain('is in no git repository with a commit');
  });

  test('a Secret is masked in every format', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: VALUE}\n';
    await using fleet = await fleetWithBranch({
      'charts/shop/templates/more.yaml': secret.replace('VALUE', 'hunter2-hunter2'),
    });
    for (const format of ['table', 'json', 'html']) {
      const { stdout } = await run(fleet.path, ['plan', '--offline', '--commit', 'feature', '-o', format]);
      expect(stdout, format).toContain('Secret/s');
      expect(stdout, format).not.toContain('hunter2');
    }
  });
});
