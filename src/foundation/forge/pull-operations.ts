/** What Gitea has as GitHub has it: reading, changing and closing pull requests, and statuses of commits. */
import { type AskForge, askPages, type ForgeAnswer, forgeName, type Paging, unexpected } from './ask-forge.ts';
import type { Forge, ForgeRequest } from './forge.ts';
import { keepComment } from './keep-comment.ts';
import type { ForgePlace } from './locate-forge.ts';
import { at, numberAt, textAt } from './read-answer.ts';

export interface PullOperations {
  readonly forge: Pick<
    Forge,
    'kind' | 'name' | 'readRequest' | 'updateRequest' | 'closeRequest' | 'keepComment' | 'setStatus'
  >;
  /** `/repos/OWNER/NAME` */
  readonly repository: string;
  readonly pull: (number: number) => string;
}

export function pullOperations(place: ForgePlace, ask: AskForge, paging: Paging): PullOperations {
  const repository = `/repos/${place.path.split('/').map(encodeURIComponent).join('/')}`;
  const pull = (number: number) => `${repository}/pulls/${number}`;
  const read = ({ json }: ForgeAnswer) => readPull(place, json);
  return {
    repository,
    pull,
    forge: {
      kind: place.kind,
      name: forgeName(place),
      readRequest: async (number) => read(await ask({ what: `show pull request #${number}`, path: pull(number) })),
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
      async keepComment(number, comment) {
        const what = `comment on pull request #${number}`;
        const path = `${repository}/issues/${number}/comments`;
        const operations = {
          ...{ what, path, method: 'PATCH' as const },
          list: () => askPages(ask, { what, path }, paging),
          text: (one: unknown) => textAt(one, 'body'),
          pathOf: (id: number) => `${repository}/issues/comments/${id}`,
          body: (body: string) => ({ body }),
        };
        return keepComment(ask, operations, comment);
      },
      async setStatus(commit, { context, state, description, url }) {
        await ask({
          what: 'set a commit status',
          method: 'POST',
          path: `${repository}/statuses/${commit}`,
          body: { context, state, description, ...(url === undefined ? {} : { target_url: url }) },
        });
      },
    },
  };
}

export function readPull(place: ForgePlace, json: unknown): ForgeRequest {
  const number = numberAt(json, 'number');
  const [url, head] = [textAt(json, 'html_url'), textAt(json, 'head', 'sha')];
  const [branch, target] = [textAt(json, 'head', 'ref'), textAt(json, 'base', 'ref')];
  if (number === undefined || url === undefined || head === undefined || branch === undefined || target === undefined)
    throw unexpected(place, 'a pull request');
  const isMerged = at(json, 'merged') === true || textAt(json, 'merged_at') !== undefined;
  const merged = isMerged ? textAt(json, 'merge_commit_sha') : undefined;
  const state = isMerged ? 'merged' : at(json, 'state') === 'open' ? 'open' : 'closed';
  return { number, url, state, branch, target, head, ...(merged === undefined ? {} : { merged }) };
}
