/** Pull requests of Gitea and Forgejo (API v1). A token needs `write:repository`, for labels `write:issue` too. */
import { setTimeout as delay } from 'node:timers/promises';
import { HelmGitopsError } from '../base/errors.ts';
import { type AskForge, askPages, unexpected } from './ask-forge.ts';
import type { Forge } from './forge.ts';
import { lastVerdicts } from './last-verdicts.ts';
import type { ForgePlace } from './locate-forge.ts';
import { pullOperations, readPull } from './pull-operations.ts';
import { at, numberAt, textAt } from './read-answer.ts';

const size = 50;
/** Milliseconds. A branch that was just pushed is listed by a job of its own: until then the answer is 404. */
const branchPauses = [200, 500, 1_000, 2_000];
const paging = { size, page: (number: number) => `limit=${size}&page=${number}` };

export function giteaForge(place: ForgePlace, ask: AskForge): Forge {
  const { forge: common, repository, pull } = pullOperations(place, ask, paging);
  const forge: Forge = {
    ...common,
    async findRequest(branch) {
      const operation = { what: 'list pull requests', path: `${repository}/pulls?state=open&sort=recentupdate` };
      const found = (await askPages(ask, operation, paging)).find(
        (one) => textAt(one, 'head', 'ref') === branch && at(one, 'head', 'repo_id') === at(one, 'base', 'repo_id'),
      );
      return found === undefined ? undefined : readPull(place, found);
    },
    async openRequest({ branch, target, title, body: text, labels }) {
      const ids = await labelIds(ask, repository, labels);
      const body = { head: branch, base: target, title, body: text, labels: ids };
      const operation = { what: 'open a pull request', method: 'POST', path: `${repository}/pulls`, body } as const;
      let opened = await ask({ ...operation, accept: [404, 409] });
      for (const pause of branchPauses) {
        if (opened.status !== 404) break;
        await delay(pause);
        opened = await ask({ ...operation, accept: pause === branchPauses.at(-1) ? [409] : [404, 409] });
      }
      if (opened.status !== 409) return readPull(place, opened.json);
      const there = await forge.findRequest(branch);
      if (there === undefined) throw unexpected(place, `the pull request that it says is open from ${branch}`);
      return forge.updateRequest(there.number, { title, body: text });
    },
    async reviews({ number, head }) {
      const operation = { what: `list reviews of pull request #${number}`, path: `${pull(number)}/reviews` };
      const all = await askPages(ask, operation, paging);
      return lastVerdicts(all.filter((one) => textAt(one, 'commit_id') === head && at(one, 'dismissed') !== true));
    },
    async merge({ number, head }, message) {
      const what = `merge pull request #${number}`;
      const { json } = await ask({ what, path: repository });
      const [title = '', ...rest] = message.split('\n');
      const { status, words } = await ask({
        what,
        method: 'POST',
        path: `${pull(number)}/merge`,
        body: {
          do: textAt(json, 'default_merge_style') ?? 'merge',
          merge_title_field: title,
          merge_message_field: rest.join('\n').trim(),
          head_commit_id: head,
          delete_branch_after_merge: true,
        },
        accept: [403, 405, 409, 422],
      });
      if (status >= 400) return { type: 'refused', message: words || String(status) };
      return { type: 'merged', commit: (await forge.readRequest(number)).merged };
    },
  };
  return forge;
}

const color = '#1d76db';

/** Gitea takes numbers; a token that may not look at labels goes without. */
async function labelIds(ask: AskForge, repository: string, names: readonly string[]): Promise<number[]> {
  const path = `${repository}/labels`;
  try {
    const known = await askPages(ask, { what: 'list labels', path }, paging);
    const ids: number[] = [];
    for (const name of names) {
      const there = known.find((one) => textAt(one, 'name') === name);
      const made = there ?? (await ask({ what: 'make a label', method: 'POST', path, body: { name, color } })).json;
      ids.push(numberAt(made, 'id') ?? 0);
    }
    return ids.filter((id) => id > 0);
  } catch (error) {
    if (error instanceof HelmGitopsError && error.fault === 'user') return [];
    throw error;
  }
}
