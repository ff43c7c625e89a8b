/** Pull requests of Gitea and Forgejo (API v1). A token needs `write:repository` and nothing more. */
import { HelmGitopsError } from '../base/errors.ts';
import { type AskForge, askPages, type ForgeAnswer, forgeName, unexpected } from './ask-forge.ts';
import type { Forge, ForgeRequest } from './forge.ts';
import { lastVerdicts } from './last-verdicts.ts';
import type { ForgePlace } from './locate-forge.ts';
import { at, numberAt, textAt } from './read-answer.ts';

const size = 50;
const paging = { size, page: (number: number) => `limit=${size}&page=${number}` };

export function giteaForge(place: ForgePlace, ask: AskForge): Forge {
  const repository = `/repos/${place.path.split('/').map(encodeURIComponent).join('/')}`;
  const pull = (number: number) => `${repository}/pulls/${number}`;
  const read = ({ json }: ForgeAnswer) => readRequest(place, json);
  const forge: Forge = {
    kind: 'gitea',
    name: forgeName(place),
    async findRequest(branch) {
      const operation = { what: 'list pull requests', path: `${repository}/pulls?state=open&sort=recentupdate` };
      const found = (await askPages(ask, operation, paging)).find(
        (one) => textAt(one, 'head', 'ref') === branch && at(one, 'head', 'repo_id') === at(one, 'base', 'repo_id'),
      );
      return found === undefined ? undefined : readRequest(place, found);
    },
    readRequest: async (number) => read(await ask({ what: `show pull request #${number}`, path: pull(number) })),
    async openRequest({ branch, target, title, body, labels }) {
      const ids = await labelIds(ask, repository, labels);
      const opened = await ask({
        what: 'open a pull request',
        method: 'POST',
        path: `${repository}/pulls`,
        body: { head: branch, base: target, title, body, labels: ids },
        accept: [409],
      });
      if (opened.status !== 409) return read(opened);
      const there = await forge.findRequest(branch);
      if (there === undefined) throw unexpected(place, `the pull request that it says is open from ${branch}`);
      return forge.updateRequest(there.number, { title, body });
    },
    async updateRequest(number, { title, body }) {
      const what = `change pull request #${number}`;
      return read(await ask({ what, method: 'PATCH', path: pull(number), body: { title, body } }));
    },
    async closeRequest(number, why) {
      const what = `close pull request #${number}`;
      const { json } = await ask({ what, path: pull(number) });
      if (at(json, 'state') !== 'open') return;
      const body = `${why}\n\n${textAt(json, 'body') ?? ''}`;
      await ask({ what, method: 'PATCH', path: pull(number), body: { state: 'closed', body } });
    },
    async reviews({ number, head }) {
      const operation = { what: `list reviews of pull request #${number}`, path: `${pull(number)}/reviews` };
      const all = await askPages(ask, operation, paging);
      return lastVerdicts(
        all
          .filter((one) => textAt(one, 'commit_id') === head && at(one, 'dismissed') !== true)
          .map((one) => ({
            person: textAt(one, 'user', 'login'),
            state: textAt(one, 'state'),
            at: textAt(one, 'submitted_at'),
          })),
      );
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
    async setStatus(commit, { context, state, description, url }) {
      await ask({
        what: 'set a commit status',
        method: 'POST',
        path: `${repository}/statuses/${commit}`,
        body: { context, state, description, ...(url === undefined ? {} : { target_url: url }) },
      });
    },
  };
  return forge;
}

function readRequest(place: ForgePlace, json: unknown): ForgeRequest {
  const number = numberAt(json, 'number');
  const [url, head] = [textAt(json, 'html_url'), textAt(json, 'head', 'sha')];
  const [branch, target] = [textAt(json, 'head', 'ref'), textAt(json, 'base', 'ref')];
  if (number === undefined || url === undefined || head === undefined || branch === undefined || target === undefined)
    throw unexpected(place, 'a pull request');
  const isMerged = at(json, 'merged') === true;
  const merged = isMerged ? textAt(json, 'merge_commit_sha') : undefined;
  const state = isMerged ? 'merged' : at(json, 'state') === 'open' ? 'open' : 'closed';
  return { number, url, state, branch, target, head, ...(merged === undefined ? {} : { merged }) };
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
