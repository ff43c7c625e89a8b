/** Pull requests of Bitbucket Cloud (API 2.0), which knows no labels. */
import { type AskForge, type ForgeAnswer, forgeName, unexpected } from './ask-forge.ts';
import type { Forge, ForgeRequest, Review } from './forge.ts';
import { keepComment } from './keep-comment.ts';
import type { ForgePlace } from './locate-forge.ts';
import { at, listAt, numberAt, textAt } from './read-answer.ts';

const states: ReadonlyMap<unknown, ForgeRequest['state']> = new Map([
  ['OPEN', 'open'],
  ['MERGED', 'merged'],
]);
const marks = { pending: 'INPROGRESS', success: 'SUCCESSFUL', failure: 'FAILED' } as const;

export function bitbucketForge(place: ForgePlace, ask: AskForge): Forge {
  const repository = `/repositories/${place.path.split('/').map(encodeURIComponent).join('/')}`;
  const requests = `${repository}/pullrequests`;
  const read = ({ json }: ForgeAnswer) => readRequest(place, json);
  const forge: Forge = {
    kind: 'bitbucket',
    name: forgeName(place),
    async findRequest(branch) {
      const query = encodeURIComponent(`source.branch.name = ${JSON.stringify(branch)} AND state = "OPEN"`);
      const { json } = await ask({ what: 'list pull requests', path: `${requests}?q=${query}` });
      const found = listAt(json, 'values').find(
        (one) =>
          textAt(one, 'source', 'branch', 'name') === branch &&
          at(one, 'source', 'repository', 'full_name') === at(one, 'destination', 'repository', 'full_name'),
      );
      return found === undefined ? undefined : readRequest(place, found);
    },
    readRequest: async (number) =>
      read(await ask({ what: `show pull request #${number}`, path: `${requests}/${number}` })),
    async openRequest({ branch, target, title, body: description }) {
      const there = await forge.findRequest(branch);
      if (there !== undefined) return forge.updateRequest(there.number, { title, body: description });
      const [source, destination] = [branch, target].map((name) => ({ branch: { name } }));
      const body = { title, description, source, destination, close_source_branch: true };
      return read(await ask({ what: 'open a pull request', method: 'POST', path: requests, body }));
    },
    async updateRequest(number, { title, body: description }) {
      const what = `change pull request #${number}`;
      return read(await ask({ what, method: 'PUT', path: `${requests}/${number}`, body: { title, description } }));
    },
    async closeRequest(number, why) {
      const what = `close pull request #${number}`;
      const { json } = await ask({ what, path: `${requests}/${number}` });
      if (at(json, 'state') !== 'OPEN') return;
      const description = `${why}\n\n${textAt(json, 'description') ?? ''}`;
      const texts = { title: textAt(json, 'title'), description };
      await ask({ what, method: 'PUT', path: `${requests}/${number}`, body: texts });
      await ask({ what, method: 'POST', path: `${requests}/${number}/decline` });
    },
    async reviews({ number, head }) {
      const what = `list reviews of pull request #${number}`;
      const request = await ask({ what, path: `${requests}/${number}` });
      const activity = await activitySince(head, `${requests}/${number}/activity?pagelen=50`, async (path) => {
        const { json } = await ask({ what, path });
        const next = textAt(json, 'next');
        const below = next?.startsWith(`${place.api}/`) ? next.slice(place.api.length) : undefined;
        return { items: listAt(json, 'values'), next: below };
      });
      return verdictsOn(head, { request: request.json, activity });
    },
    async merge({ number, head }, message) {
      const what = `merge pull request #${number}`;
      const now = await forge.readRequest(number);
      // Bitbucket takes no head to compare with: what is pushed between these two requests is merged.
      if (now.head !== head) return { type: 'refused', message: 'its head has moved' };
      const merged = await ask({
        what,
        method: 'POST',
        path: `${requests}/${number}/merge`,
        body: { type: 'pullrequest', message, close_source_branch: true },
        accept: [400, 403, 409],
      });
      if (merged.status >= 400) return { type: 'refused', message: merged.words || String(merged.status) };
      return { type: 'merged', commit: read(merged).merged };
    },
    async keepComment(number, comment) {
      const what = `comment on pull request #${number}`;
      const path = `${requests}/${number}/comments`;
      // The newest hundred: a page has no more.
      const listed = { what, path: `${path}?pagelen=100&sort=-created_on&q=${encodeURIComponent('deleted = false')}` };
      const operations = {
        ...{ what, path, method: 'PUT' as const },
        list: async () => listAt((await ask(listed)).json, 'values'),
        text: (one: unknown) => textAt(one, 'content', 'raw'),
        pathOf: (id: number) => `${path}/${id}`,
        body: (raw: string) => ({ content: { raw } }),
      };
      return keepComment(ask, operations, comment);
    },
    async setStatus(commit, { context, state, description, url }) {
      await ask({
        what: 'set a commit status',
        method: 'POST',
        path: `${repository}/commit/${commit}/statuses/build`,
        body: { key: context, name: context, state: marks[state], description, url: url ?? place.web },
      });
    },
  };
  return forge;
}

function readRequest(place: ForgePlace, json: unknown): ForgeRequest {
  const number = numberAt(json, 'id');
  const [url, head] = [textAt(json, 'links', 'html', 'href'), textAt(json, 'source', 'commit', 'hash')];
  const [branch, target] = [textAt(json, 'source', 'branch', 'name'), textAt(json, 'destination', 'branch', 'name')];
  if (number === undefined || url === undefined || head === undefined || branch === undefined || target === undefined)
    throw unexpected(place, 'a pull request');
  const state = states.get(at(json, 'state')) ?? 'closed';
  const merged = textAt(json, 'merge_commit', 'hash');
  return { number, url, state, branch, target, head, ...(state === 'merged' && merged ? { merged } : {}) };
}

interface Page {
  readonly items: readonly unknown[];
  readonly next: string | undefined;
}

const mostPages = 20;

/** Newest first, until something tells of another commit. */
async function activitySince(head: string, first: string, read: (path: string) => Promise<Page>): Promise<unknown[]> {
  const found: unknown[] = [];
  let path: string | undefined = first;
  for (let pages = 0; path !== undefined && pages < mostPages; pages++) {
    const { items, next }: Page = await read(path);
    found.push(...items);
    path = items.some((one) => isOther(one, head)) ? undefined : next;
  }
  return found;
}

/** It tells of the push of another commit. */
function isOther(activity: unknown, head: string): boolean {
  const hash = textAt(activity, 'update', 'source', 'commit', 'hash');
  return hash !== undefined && !isSame(hash, head);
}

interface Said {
  readonly request: unknown;
  /** Newest first. */
  readonly activity: readonly unknown[];
}

/** Only verdicts that stand, and that came after the push of the head: others were on another commit. */
function verdictsOn(head: string, { request, activity }: Said): Review[] {
  const others = activity.findIndex((one) => isOther(one, head));
  const since = others < 0 ? activity : activity.slice(0, others);
  const pushed = since.findLastIndex((one) => textAt(one, 'update', 'source', 'commit', 'hash') !== undefined);
  const people = since
    .slice(0, Math.max(0, pushed))
    .map((one) => at(one, 'approval', 'user') ?? at(one, 'changes_requested', 'user'));
  const spoke = new Set(people.flatMap((user) => textAt(user, 'uuid') ?? []));
  return listAt(request, 'participants').flatMap((one): Review[] => {
    const person = textAt(one, 'user', 'nickname');
    const state = at(one, 'state');
    if (person === undefined || !spoke.has(textAt(one, 'user', 'uuid') ?? '')) return [];
    if (state === 'changes_requested') return [{ person, verdict: 'rejected' }];
    return at(one, 'approved') === true ? [{ person, verdict: 'approved' }] : [];
  });
}

/** Some of its answers have twelve digits, others all. */
const isSame = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);
