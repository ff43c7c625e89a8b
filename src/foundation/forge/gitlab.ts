/** Merge requests of GitLab, gitlab.com or another (API v4). */
import { type AskForge, askPages, type ForgeAnswer, forgeError, forgeName, unexpected } from './ask-forge.ts';
import type { CommitStatus, Forge, ForgeRequest, Review } from './forge.ts';
import { keepComment } from './keep-comment.ts';
import type { ForgePlace } from './locate-forge.ts';
import { at, listAt, numberAt, textAt } from './read-answer.ts';

const states: ReadonlyMap<unknown, ForgeRequest['state']> = new Map([
  ['opened', 'open'],
  ['locked', 'open'],
  ['merged', 'merged'],
]);

const size = 100;
const paging = { size, page: (number: number) => `per_page=${size}&page=${number}` };

export function gitlabForge(place: ForgePlace, ask: AskForge): Forge {
  const project = `/projects/${encodeURIComponent(place.path)}`;
  const requests = `${project}/merge_requests`;
  const read = ({ json }: ForgeAnswer) => readMergeRequest(place, json);
  const forge: Forge = {
    kind: 'gitlab',
    name: forgeName(place),
    async findRequest(branch) {
      const query = `state=opened&source_branch=${encodeURIComponent(branch)}`;
      const { json } = await ask({ what: 'list merge requests', path: `${requests}?${query}` });
      const found = (Array.isArray(json) ? json : []).find(
        (one) =>
          textAt(one, 'source_branch') === branch && at(one, 'source_project_id') === at(one, 'target_project_id'),
      );
      return found === undefined ? undefined : readMergeRequest(place, found);
    },
    readRequest: async (number) =>
      read(await ask({ what: `show merge request !${number}`, path: `${requests}/${number}` })),
    async openRequest({ branch, target, title, body, labels }) {
      const opened = await ask({
        what: 'open a merge request',
        method: 'POST',
        path: requests,
        body: {
          ...{ source_branch: branch, target_branch: target, title, description: body },
          ...{ labels: labels.join(','), remove_source_branch: true },
        },
        accept: [409],
      });
      if (opened.status !== 409) return read(opened);
      const there = await forge.findRequest(branch);
      if (there === undefined) throw unexpected(place, `the merge request that it says is open from ${branch}`);
      return forge.updateRequest(there.number, { title, body });
    },
    async updateRequest(number, { title, body: description }) {
      const what = `change merge request !${number}`;
      return read(await ask({ what, method: 'PUT', path: `${requests}/${number}`, body: { title, description } }));
    },
    async closeRequest(number, why) {
      const what = `close merge request !${number}`;
      const { json } = await ask({ what, path: `${requests}/${number}` });
      if (at(json, 'state') !== 'opened') return;
      const description = `${why}\n\n${textAt(json, 'description') ?? ''}`;
      await ask({ what, method: 'PUT', path: `${requests}/${number}`, body: { state_event: 'close', description } });
    },
    async reviews({ number, head }) {
      const what = `list approvals of merge request !${number}`;
      const approvals = await ask({ what, path: `${requests}/${number}/approvals` });
      const versions = await ask({ what, path: `${requests}/${number}/versions` });
      return approvalsOf(approvals.json, Array.isArray(versions.json) ? versions.json : [], head);
    },
    async merge({ number, head: sha }, message) {
      const merged = await ask({
        what: `merge merge request !${number}`,
        method: 'PUT',
        path: `${requests}/${number}/merge`,
        body: { sha, should_remove_source_branch: true, merge_commit_message: message, squash_commit_message: message },
        accept: [401, 403, 405, 406, 409, 422],
      });
      if (merged.status >= 400) return { type: 'refused', message: merged.words || String(merged.status) };
      return { type: 'merged', commit: read(merged).merged };
    },
    async keepComment(number, comment) {
      const what = `comment on merge request !${number}`;
      const path = `${requests}/${number}/notes`;
      const operations = {
        ...{ what, path, method: 'PUT' as const },
        list: () => askPages(ask, { what, path }, paging),
        text: (one: unknown) => textAt(one, 'body'),
        pathOf: (id: number) => `${path}/${id}`,
        body: (body: string) => ({ body }),
      };
      return keepComment(ask, operations, comment);
    },
    async setStatus(commit, { context: name, state, description, url }) {
      const answer = await ask({
        what: 'set a commit status',
        method: 'POST',
        path: `${project}/statuses/${commit}`,
        body: {
          ...{ name, description, state: state === 'failure' ? 'failed' : state },
          ...(url === undefined ? {} : { target_url: url }),
        },
        accept: [400],
      });
      if (answer.status === 400 && !isSoAlready(state, answer.words)) {
        const message = `${forge.name} does not set the commit status ${name} to ${state} in ${place.path}: ${answer.words}`;
        throw forgeError('forge.refused', message);
      }
    },
  };
  return forge;
}

/** One that is over is followed by another of its name; only what it is already, and from what runs back to waiting, is refused. */
function isSoAlready(state: CommitStatus['state'], words: string): boolean {
  const [, from] = /cannot transition status via :\w+ from :(\w+)/i.exec(words) ?? [];
  return from !== undefined && same[state].includes(from);
}

const same: Readonly<Record<CommitStatus['state'], readonly string[]>> = {
  pending: ['pending', 'running'],
  success: ['success'],
  failure: ['failed'],
};

function readMergeRequest(place: ForgePlace, json: unknown): ForgeRequest {
  const number = numberAt(json, 'iid');
  const [url, head] = [textAt(json, 'web_url'), textAt(json, 'sha')];
  const [branch, target] = [textAt(json, 'source_branch'), textAt(json, 'target_branch')];
  if (number === undefined || url === undefined || head === undefined || branch === undefined || target === undefined)
    throw unexpected(place, 'a merge request');
  const state = states.get(at(json, 'state')) ?? 'closed';
  const merged = textAt(json, 'merge_commit_sha') ?? textAt(json, 'squash_commit_sha');
  return { number, url, state, branch, target, head, ...(state === 'merged' && merged ? { merged } : {}) };
}

/** An approval names no commit: it counts when it is younger than the push of the head. Before GitLab 18.4 it has no time. */
function approvalsOf(approvals: unknown, versions: readonly unknown[], head: string): Review[] {
  const pushes = versions.filter((one) => textAt(one, 'head_commit_sha') === head);
  const pushed = Math.min(...pushes.map((one) => Date.parse(textAt(one, 'created_at') ?? '')));
  const isFirst = versions.length === 1 && pushes.length === 1;
  return listAt(approvals, 'approved_by').flatMap((one): Review[] => {
    const person = textAt(one, 'user', 'username');
    const time = Date.parse(textAt(one, 'approved_at') ?? '');
    const counts = isFirst || time >= pushed;
    return person !== undefined && counts ? [{ person, verdict: 'approved' }] : [];
  });
}
