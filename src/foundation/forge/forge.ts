/**
 * What is asked of a forge: pull requests from branches of our own, what people say to them, and statuses of commits. The
 * same for Gitea and Forgejo, GitHub, GitLab and Bitbucket; `openForge` gives one for a repository.
 *
 * How it is used: push the branch first (`writeRevision` with `aside`), then `openRequest`, which is safe to repeat: a
 * request that is open from that branch already is brought up to date and returned. Keep its `number`; ask `readRequest`
 * what became of it, `reviews` who approves of it as it is now, and `merge` it with the head that was looked at, or
 * `closeRequest` it with a reason. A forge that refuses an operation is an error (`forge.…`) that names forge, operation,
 * status and what to do; only a refused merge is an answer, since it is for people and checks to change that.
 */
import type { ForgeKind } from '../git/repository-config.ts';

export interface Forge {
  readonly kind: ForgeKind;
  /** `Gitea at git.example.com`: for messages. */
  readonly name: string;
  /** The open request from that branch of the repository itself. */
  findRequest(branch: string): Promise<ForgeRequest | undefined>;
  readRequest(number: number): Promise<ForgeRequest>;
  openRequest(opening: RequestOpening): Promise<ForgeRequest>;
  updateRequest(number: number, texts: RequestTexts): Promise<ForgeRequest>;
  /** `why` is put before the request's text. Nothing happens to one that is not open. */
  closeRequest(number: number, why: string): Promise<void>;
  /** Of each person the last verdict on the head as it is now: what was said of an earlier one does not count. */
  reviews(request: ForgeRequest): Promise<readonly Review[]>;
  /** Of just this head; the branch goes away with it where the forge does that. */
  merge(request: ForgeRequest, message: string): Promise<MergeOutcome>;
  /** One for each name: an earlier one is written again. */
  keepComment(number: number, comment: RequestComment): Promise<'written' | 'renewed'>;
  /** Of a commit, by the status' context: the last one counts. */
  setStatus(commit: string, status: CommitStatus): Promise<void>;
}

export interface ForgeRequest {
  /** As people see it: `12` of `#12`. */
  readonly number: number;
  /** For people. */
  readonly url: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly branch: string;
  /** The branch that it is to be merged into. */
  readonly target: string;
  /** The id of the commit that would be merged; Bitbucket tells its first twelve digits. */
  readonly head: string;
  /** The commit that it became on the target. */
  readonly merged?: string;
}

export interface RequestTexts {
  /** One line. */
  readonly title: string;
  /** Markdown; what is longer than the forge takes is cut. */
  readonly body: string;
}

export interface RequestOpening extends RequestTexts {
  readonly branch: string;
  readonly target: string;
  /** Made where they are missing and the token may; without that right, and on Bitbucket, there are none. */
  readonly labels: readonly string[];
}

export interface RequestComment {
  /** `plan fleet`: by which it is found again. */
  readonly name: string;
  /** Markdown; what is longer than the forge takes is cut. */
  readonly body: string;
}

export interface Review {
  /** The name by which the forge knows the person: that of the login, on Bitbucket the nickname. */
  readonly person: string;
  readonly verdict: 'approved' | 'rejected';
}

export type MergeOutcome =
  | { readonly type: 'merged'; readonly commit: string | undefined }
  /** In the forge's words: checks, reviews or rights are missing, there are conflicts, or the head has moved. */
  | { readonly type: 'refused'; readonly message: string };

export interface CommitStatus {
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure';
  /** One line; forges take 140 characters. */
  readonly description: string;
  readonly url?: string | undefined;
}
