/** Pull requests of GitHub, github.com or an Enterprise Server (REST API v3). */
import { HelmGitopsError } from '../base/errors.ts';
import { type AskForge, askPages, forgeError } from './ask-forge.ts';
import type { Forge } from './forge.ts';
import { lastVerdicts } from './last-verdicts.ts';
import type { ForgePlace } from './locate-forge.ts';
import { pullOperations, readPull } from './pull-operations.ts';
import { at, textAt } from './read-answer.ts';

const size = 100;
const paging = { size, page: (number: number) => `per_page=${size}&page=${number}` };

export function githubForge(place: ForgePlace, ask: AskForge): Forge {
  const { forge: common, repository, pull } = pullOperations(place, ask, paging);
  const [owner = ''] = place.path.split('/');
  const forge: Forge = {
    ...common,
    async findRequest(branch) {
      const head = encodeURIComponent(`${owner}:${branch}`);
      const { json } = await ask({ what: 'list pull requests', path: `${repository}/pulls?state=open&head=${head}` });
      const found = (Array.isArray(json) ? json : []).find((one) => textAt(one, 'head', 'ref') === branch);
      return found === undefined ? undefined : readPull(place, found);
    },
    async openRequest({ branch, target, title, body, labels }) {
      const opening = { head: branch, base: target, title, body };
      const what = 'open a pull request';
      const opened = await ask({ what, method: 'POST', path: `${repository}/pulls`, body: opening, accept: [422] });
      if (opened.status === 422) {
        const there = await forge.findRequest(branch);
        if (there !== undefined) return forge.updateRequest(there.number, { title, body });
        throw forgeError('forge.refused', `${forge.name} does not ${what} in ${place.path} (422): ${opened.words}`);
      }
      const request = readPull(place, opened.json);
      await addLabels(ask, `${repository}/issues/${request.number}/labels`, labels);
      return request;
    },
    async reviews({ number, head }) {
      const operation = { what: `list reviews of pull request #${number}`, path: `${pull(number)}/reviews` };
      const all = await askPages(ask, operation, paging);
      return lastVerdicts(all.filter((one) => textAt(one, 'commit_id') === head));
    },
    async merge({ number, head, branch }, message) {
      const what = `merge pull request #${number}`;
      const { json } = await ask({ what, path: repository });
      const [title = '', ...rest] = message.split('\n');
      const merged = await ask({
        what,
        method: 'PUT',
        path: `${pull(number)}/merge`,
        body: { sha: head, merge_method: methodOf(json), commit_title: title, commit_message: rest.join('\n').trim() },
        accept: [403, 405, 409, 422],
      });
      if (merged.status >= 400) return { type: 'refused', message: merged.words || String(merged.status) };
      const ref = `${repository}/git/refs/heads/${branch.split('/').map(encodeURIComponent).join('/')}`;
      // Some repositories do that by themselves.
      await ask({ what: 'delete the branch', method: 'DELETE', path: ref, accept: [403, 404, 422] });
      return { type: 'merged', commit: textAt(merged.json, 'sha') };
    },
  };
  return forge;
}

/** That the repository takes; without the right to see its settings, what it takes unless somebody changed it. */
function methodOf(repository: unknown): string {
  const ways = [
    ['merge', 'allow_merge_commit'],
    ['squash', 'allow_squash_merge'],
    ['rebase', 'allow_rebase_merge'],
  ] as const;
  return ways.find(([, field]) => at(repository, field) === true)?.[0] ?? 'merge';
}

/** A token that may not label goes without. */
async function addLabels(ask: AskForge, path: string, labels: readonly string[]): Promise<void> {
  if (labels.length === 0) return;
  try {
    await ask({ what: 'label a pull request', method: 'POST', path, body: { labels } });
  } catch (error) {
    if (error instanceof HelmGitopsError && error.fault === 'user') return;
    throw error;
  }
}
