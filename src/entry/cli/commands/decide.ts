/**
 * `approve` and `reject` with `--server`: decides by the daemon's API, as whom Kubernetes knows by a token: that of
 * `--token-file`, else that of the kubeconfig's user. The token is sent by TLS, or to this machine, and nowhere else.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../../../config/config.ts';
import { foreignFolders } from '../../../daemon/clusters/configured-clusters.ts';
import { bearerOf } from '../../../foundation/cluster/open-cluster.ts';
import { openHttpClient } from '../../../foundation/http/open-http-client.ts';
import { cliError } from '../cli-error.ts';
import { type GlobalOptions, readConfig } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';

export interface DecideOptions extends GlobalOptions {
  readonly verb: 'approve' | 'reject';
  readonly id: string;
  readonly reason: string | undefined;
  /** `http://127.0.0.1:8080` */
  readonly server: string;
  readonly tokenFile: string | undefined;
  /** Whose user of the kubeconfig decides; needed with several. */
  readonly cluster: string | undefined;
}

/** Milliseconds: a plan is tried anew before it counts. */
const patience = 330_000;
const longestAnswer = 65_536;
const answers = [400, 401, 403, 404, 409, 413, 415, 421, 429, 503];
/** It may pass later. */
const passing = [429, 503];

export async function decide(line: CommandLine, options: DecideOptions): Promise<number> {
  const { id, verb, reason, server } = options;
  const url = decisionUrl(server, id);
  const bearerToken = await tokenOf(line, options);
  await using client = openHttpClient({ environment: line.environment });
  const answer = await client.request({
    ...{ url, method: 'POST', credential: { bearerToken }, timeout: patience, attempts: 1, accept: answers },
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ decision: verb, ...(reason === undefined ? {} : { reason }) }),
    signal: line.signal,
  });
  const said = readAnswer(await answer.text(longestAnswer));
  if (answer.status !== 200) {
    const code = passing.includes(answer.status) ? 'cli.no-answer' : 'cli.undecided';
    throw cliError(code, said['error'] ?? `${server} answered ${answer.status}`, { hint: said['hint'] });
  }
  const since = said['since'] === undefined ? '' : `, since ${said['since']}`;
  line.stdout.write(`${said['app']}/${said['environment']}: ${verb} done, ${id} by ${said['by']}${since}\n`);
  return 0;
}

function decisionUrl(server: string, id: string): string {
  const base = URL.parse(server);
  if (base === null || !/^https?:$/.test(base.protocol))
    throw cliError('cli.flag', `--server: ${JSON.stringify(server)} is not the URL of a daemon`, {
      hint: 'for example --server http://127.0.0.1:8080, after kubectl port-forward',
    });
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(base.hostname);
  if (base.protocol === 'http:' && !isHere)
    throw cliError('cli.flag', `--server: the token could be read on the way to ${base.host}`, {
      hint: 'use https://, or kubectl port-forward and http://127.0.0.1:PORT',
    });
  return `${base.origin}${base.pathname.replace(/\/+$/, '')}/api/v1/decisions/${encodeURIComponent(id)}`;
}

async function tokenOf(line: CommandLine, options: DecideOptions): Promise<string> {
  const { tokenFile } = options;
  if (tokenFile === undefined) return kubeconfigToken(line, await readConfig(line, options), options.cluster);
  const text = await readFile(resolve(line.folder, tokenFile), 'utf8').catch((cause: unknown) => {
    throw cliError('cli.flag', `--token-file: ${tokenFile} cannot be read`, { cause });
  });
  if (/^\s*\S+\s*$/.test(text)) return text.trim();
  throw cliError('cli.flag', `--token-file: ${tokenFile} holds no token`, { hint: 'kubectl create token NAME > FILE' });
}

async function kubeconfigToken(line: CommandLine, config: Config, wanted: string | undefined): Promise<string> {
  const { clusters } = config;
  const names = clusters.map(({ name }) => name).join(', ');
  const cluster =
    wanted === undefined && clusters.length === 1 ? clusters[0] : clusters.find(({ name }) => name === wanted);
  if (cluster === undefined)
    throw cliError(
      'cli.flag',
      wanted === undefined ? 'several clusters are configured' : `there is no cluster ${wanted}`,
      {
        hint: `--cluster says as whose user of the kubeconfig to decide (${names}), --token-file gives a token`,
      },
    );
  const { name } = cluster;
  const place =
    cluster.type === 'inCluster'
      ? { name }
      : cluster.type === 'embedded'
        ? { name, kubeconfig: cluster.kubeconfig }
        : { name, kubeconfig: cluster.file, ...(cluster.context ? { context: cluster.context } : {}) };
  const foreign = foreignFolders(config);
  const token = await bearerOf({ ...place, environment: line.environment, foreign });
  if (token !== undefined) return token;
  throw cliError('cli.flag', `the user of the kubeconfig of cluster ${name} has no token`, {
    hint: 'give one with --token-file: kubectl create token NAME, or that of your identity provider',
  });
}

function readAnswer(text: string): Readonly<Record<string, string | undefined>> {
  try {
    const value: unknown = JSON.parse(text);
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(entries.flatMap(([key, one]) => (typeof one === 'string' ? [[key, one] as const] : [])));
  } catch {
    return {};
  }
}
