/** A repository of definitions at the real Gitea, as one of its people works with it. */
import type { ForgeRepository } from './forge.ts';
import { git, type TestRepository, writeFiles } from './git-repository.ts';

export interface Pull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly { readonly name: string }[];
  readonly head: { readonly ref: string; readonly sha: string };
}

export interface ForgeFleet {
  /** Runs git in the clone. */
  readonly remote: (...args: string[]) => string;
  /** With what is needed to push. */
  readonly own: string;
  /** On top of what is on main; returns its id. */
  commit(texts: Readonly<Record<string, string>>): string;
  /** As it is on main, or on another branch. */
  show(file: string, branch?: string): string;
  pulls(state: 'open' | 'closed' | 'all'): Promise<Pull[]>;
  /** By its address. */
  pull(url: unknown): Promise<Pull>;
  /** Somebody's own commit on top of a branch; returns its id. */
  pushTo(branch: string, texts: Readonly<Record<string, string>>): string;
}

export function forgeFleet(there: ForgeRepository, fleet: TestRepository): ForgeFleet {
  const own = there.url.replace('//', '//ann:secret123@');
  const remote = (...args: string[]) => git(fleet.work, ...args);
  const pulls = async (state: string) => (await there.ask(`/pulls?state=${state}`)) as Pull[];
  return {
    remote,
    own,
    pulls,
    commit(texts) {
      remote('pull', '-q', '--rebase', own, 'main');
      const id = fleet.commit(texts);
      there.push(fleet.work);
      return id;
    },
    show(file, branch = 'main') {
      remote('fetch', '-q', own, branch);
      return remote('show', `FETCH_HEAD:${file}`);
    },
    pull: async (url) => (await pulls('all')).find((one) => one.html_url === url) as Pull,
    pushTo(branch, texts) {
      remote('fetch', '-q', own, branch);
      remote('checkout', '-q', '--detach', 'FETCH_HEAD');
      writeFiles(fleet.work, texts);
      remote('commit', '-q', '-a', '--allow-empty', '-m', 'mine');
      const id = remote('rev-parse', 'HEAD');
      remote('push', '-q', own, `HEAD:refs/heads/${branch}`);
      remote('checkout', '-q', 'main');
      return id;
    },
  };
}
