/** Real git repositories in temporary folders. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export function temporaryFolder(): { path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'helm-gitops-test-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Whoever reads beside that finds a file as it was or as it is to be, never half of it. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile()) {
      const fresh = join(tmpdir(), `helm-gitops-write-${randomUUID()}`);
      writeFileSync(fresh, text, { mode: lstatSync(file).mode });
      renameSync(fresh, file);
    } else writeFileSync(file, text);
  }
}

/** Nothing of the machine's own configuration reaches the test. */
export const gitEnvironment: Record<string, string> = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

export function git(folder: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    env: gitEnvironment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

export interface TestRepository {
  /** The bare one, that others fetch from. */
  readonly remote: string;
  /** A clone that pushes to it. */
  readonly work: string;
  /** Writes files, commits, pushes; returns the commit's id. */
  commit(files: Readonly<Record<string, string>>, message?: string): string;
}

export function testRepository(folder: string): TestRepository {
  const remote = join(folder, 'remote.git');
  const work = join(folder, 'work');
  git(folder, 'init', '-q', '--bare', '--initial-branch=main', remote);
  git(folder, 'init', '-q', '--initial-branch=main', work);
  git(work, 'remote', 'add', 'origin', remote);
  return {
    remote,
    work,
    commit(files, message = 'Change') {
      writeFiles(work, files);
      git(work, 'add', '-A');
      git(work, 'commit', '-q', '--allow-empty', '-m', message);
      git(work, 'push', '-q', '-f', 'origin', 'HEAD');
      return git(work, 'rev-parse', 'HEAD');
    },
  };
}
