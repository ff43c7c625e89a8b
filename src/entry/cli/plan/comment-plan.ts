/** Writes a plan beneath a pull request, where an earlier one of the same repository is replaced. */
import type { Config, RepositoryConfig } from '../../../config/config.ts';
import { findCredential } from '../../../foundation/credentials/find-credential.ts';
import { openForge } from '../../../foundation/forge/open-forge.ts';
import { displayUrl } from '../../../foundation/git/git-url.ts';
import { enclosingRepository } from '../../../foundation/git/working-tree.ts';
import { openHttpClient } from '../../../foundation/http/open-http-client.ts';
import { cliError } from '../cli-error.ts';
import type { CommandLine } from '../run-command-line.ts';

export interface PlanComment {
  /** Of the pull request. */
  readonly number: number;
  /** Markdown. */
  readonly text: string;
  /** Where several are configured. */
  readonly repository: string | undefined;
}

export function requestNumber(text: string): number {
  const number = Number(text.replace(/^[#!]/, ''));
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw cliError('cli.flag', `--comment: ${JSON.stringify(text)} is not the number of a pull request`);
}

export async function commentPlan(line: CommandLine, config: Config, comment: PlanComment): Promise<void> {
  const { environment, signal } = line;
  const repository = chooseRepository(config, comment.repository);
  const url = await urlOf(line, repository);
  await using http = openHttpClient({ environment });
  const credentials = findCredential({ credentials: config.credentials, environment, home: '' });
  const opened = await openForge({ url, configured: repository.forge, http, findCredential: credentials, signal });
  if ('missing' in opened) throw cliError('cli.no-comment', `no comment can be written: ${opened.missing}`);
  const body = line.mask?.text(comment.text) ?? comment.text;
  await opened.forge.keepComment(comment.number, { name: `plan ${repository.name}`, body });
  line.stderr.write(`commented on #${comment.number} of ${displayUrl(url)}\n`);
}

function chooseRepository({ repositories }: Config, name: string | undefined): RepositoryConfig {
  const [first, ...others] = repositories.filter((one) => name === undefined || one.name === name);
  if (first !== undefined && others.length === 0) return first;
  const hint = `name one of ${repositories.map((one) => one.name).join(', ')} with --repository`;
  throw cliError('cli.no-comment', 'of which repository the pull request is, is not said', { hint });
}

/** A pipeline reads the clone that it stands in. */
async function urlOf({ environment, signal }: CommandLine, { type, url }: RepositoryConfig): Promise<string> {
  if (type === 'remote') return url;
  const origin = await (await enclosingRepository({ folder: url, environment, signal }))?.origin();
  if (origin !== undefined) return origin;
  throw cliError('cli.no-comment', `no comment can be written: the folder ${url} comes from no remote repository`);
}
