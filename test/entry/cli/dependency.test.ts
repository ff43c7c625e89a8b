import { describe, expect, test } from 'vitest';
import { newFolder, run } from './run-in-process.ts';

const chartYaml = (more = ''): string => `apiVersion: v2\nname: shop\nversion: 1.0.0\n${more}`;

describe('dependency', () => {
  test.each([[['dependency']], [['dep', '--help']], [['dependencies', 'update', '-h']], [['dep', 'help']]])(
    '%j explains itself',
    async (args) => {
      const { code, stdout, stderr } = await run('/', args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: helm-gitops dependency list\|update\|build \[CHART\] \[flags\]\n/);
      expect(stdout).toContain('--skip-refresh');
      expect(stdout).not.toContain('--kube-token');
    },
  );

  test.each([
    [
      ['dependency', 'upgrade'],
      'error: unknown command "upgrade" for "helm-gitops dependency"\n  one of list, update, build\n',
    ],
    [['dependency', 'list', 'a', 'b'], 'error: "helm-gitops dependency list" accepts at most 1 argument\n'],
    [['dependency', 'list', '--verify'], 'error: unknown flag: --verify\n'],
    [['dependency', 'update', '--max-col-width', '3'], 'error: unknown flag: --max-col-width\n'],
    [['dependency', 'list', '--max-col-width', '-1'], 'error: invalid argument "-1" for "--max-col-width" flag'],
    [['dependency', 'list', '--compat', 'helm2'], 'error: unknown --compat "helm2"\n  one of helm4, helm3\n'],
    [['dependency', 'update', 'none'], 'error: could not find none: stat none: no such file or directory\n'],
    [['dependency', '__proto__'], 'error: unknown command "__proto__"'],
  ])('%j ends with 2 and says why', async (args, text) => {
    await using folder = await newFolder();
    const { code, stdout, stderr } = await run(folder.path, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.startsWith(text)).toBe(true);
  });

  test('list reads the folder where one is, flags before or after', async () => {
    await using folder = await newFolder({
      'Chart.yaml': chartYaml('dependencies:\n- {name: db, version: "^1", repository: "https://charts.example.com"}\n'),
    });
    const wanted =
      'NAME\tVERSION\tREPOSITORY                \tSTATUS \ndb  \t^1     \thttps://charts.example.com\tmissing\n\n';
    for (const args of [['list'], ['ls', '.'], ['--max-col-width=80', 'list', './'], ['list', '-n', 'x', '.']]) {
      expect(await run(folder.path, ['dependency', ...args])).toEqual({ code: 0, stdout: wanted, stderr: '' });
    }
  });

  test('a chart without dependencies is left alone', async () => {
    await using folder = await newFolder({ 'shop/Chart.yaml': chartYaml() });
    const listed = await run(folder.path, ['dep', 'list', 'shop/']);
    expect(listed.stdout).toBe('WARNING: no dependencies at shop/charts\n');
    expect(await run(folder.path, ['dep', 'up', 'shop'], { HOME: folder.path })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('a broken repositories.yaml is told without its passwords', async () => {
    await using folder = await newFolder({
      'Chart.yaml': chartYaml(),
      'repositories.yaml': 'repositories: [{password: s3cret\n',
    });
    const { code, stderr } = await run(folder.path, ['dep', 'up', '--repository-config', 'repositories.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain('repositories.yaml');
    expect(stderr).not.toContain('s3cret');
  });
});
