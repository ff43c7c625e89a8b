/** What `init` makes, used as its README says: a git repository, a hook before each commit, a first pass. */
import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { bundledProgram } from '../support/bundled-program.ts';
import { git, gitEnvironment, temporaryFolder, writeFiles } from '../support/git-repository.ts';

const run = promisify(execFile);
const environment = (folder: string) => ({ ...gitEnvironment, PATH: `${folder}:${process.env['PATH']}` });

// Processes and clusters of their own for each shape: beside the judges only.
describe.skipIf(process.env['KUBECONFIG_REAL'] === undefined)('a new fleet', () => {
  test.each([
    ['single', ['hello/default']],
    ['namespaces', ['hello/dev', 'hello/prod']],
    ['clusters', ['hello/dev', 'hello/prod']],
  ])('of shape %s is committed through its hook, and deployed', async (shape, releases) => {
    const folder = temporaryFolder();
    try {
      const program = `#!/bin/sh\nexec "${process.execPath}" "${bundledProgram}" "$@"\n`;
      writeFiles(folder.path, { 'bin/helm-gitops': program });
      chmodSync(join(folder.path, 'bin/helm-gitops'), 0o755);
      const options = { cwd: folder.path, env: environment(join(folder.path, 'bin')) };
      await run('helm-gitops', ['init', 'fleet', '--shape', shape], options);
      const fleet = join(folder.path, 'fleet');
      const hook = /^ {4}(#!\/bin\/sh\n {4}exec .*)$/m.exec(
        (await run('cat', ['fleet/README.md'], options)).stdout,
      )?.[1];
      git(fleet, 'init', '-q', '--initial-branch=main');
      writeFiles(fleet, { '.git/hooks/pre-commit': `${hook?.replaceAll(/^ {4}/gm, '')}\n` });
      chmodSync(join(fleet, '.git/hooks/pre-commit'), 0o755);
      git(fleet, 'add', '-A');
      const commit = () => run('git', ['commit', '-q', '-m', 'Begin'], { ...options, cwd: fleet });
      writeFiles(fleet, {
        'apps/extra.yaml': 'apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {nam: extra}\n',
      });
      await expect(commit()).rejects.toMatchObject({ stderr: expect.stringContaining('apps/extra.yaml:3:12: ') });
      writeFiles(fleet, { 'apps/extra.yaml': '' });
      await commit();
      const { stdout } = await run('helm-gitops', ['once'], { ...options, cwd: fleet });
      const deployed = [...stdout.matchAll(/release\.deployed .*?app=(\S+) environment=(\S+)/g)];
      expect(deployed.map(([, app, name]) => `${app}/${name}`).sort()).toEqual(releases);
    } finally {
      folder.remove();
    }
  });
});
