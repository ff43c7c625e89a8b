/**
 * The only place where git is started: one simple-git instance per folder with a fixed, minimal environment. What would
 * make a result depend on the machine (line endings, hooks) is switched off; the operator's own git configuration still
 * serves for what reaches a remote (proxies, credential helpers, certificates).
 */
import { simpleGit } from 'simple-git';
import { shellWord } from '../base/shell-word.ts';
import { gitError } from './git-error.ts';

export interface GitOptions {
  /** An existing folder in which git runs. */
  readonly directory: string;
  /** The process' environment; only what git and ssh need of it is passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly access?: GitAccess | undefined;
  /** Further variables of git's own: GIT_DIR and the like. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Further command-scope configuration. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a remote is reached; reaches git by its environment, which other users of the machine cannot see. */
export interface GitAccess {
  /** Only for URLs that begin with this. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly sshKeyFile?: string | undefined;
  readonly knownHostsFile?: string | undefined;
  readonly caFile?: string | undefined;
}

/** Runs git and returns what it prints; every failure is a HelmGitopsError. */
export type Git = (...args: string[]) => Promise<string>;

const inherited = [
  'PATH HOME USER LOGNAME TMPDIR TEMP TMP XDG_CONFIG_HOME SSH_AUTH_SOCK SSL_CERT_FILE SSL_CERT_DIR SYSTEMROOT',
  'HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy',
  'GIT_SSH_COMMAND GIT_SSL_CAINFO GIT_SSL_NO_VERIFY GIT_PROXY_SSL_CAINFO GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM',
].flatMap((line) => line.split(' '));

/** Command-scope configuration: above every file. */
const settings: Readonly<Record<string, string>> = {
  'core.autocrlf': 'false',
  'core.eol': 'lf',
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.quotePath': 'false',
  'core.symlinks': 'true',
  'core.untrackedCache': 'false',
  'gc.autoDetach': 'false',
  'advice.detachedHead': 'false',
  'fetch.recurseSubmodules': 'false',
  'submodule.recurse': 'false',
};

/** git is ended when it has said nothing for so long. */
const silence = 120_000;

export function openGit(options: GitOptions): Git {
  const { access } = options;
  const git = startGit(options);
  const secrets = [access?.password].filter((secret): secret is string => secret !== undefined && secret !== '');
  return async (...args) => {
    try {
      return await git.raw(args);
    } catch (error) {
      throw gitError(error, { url: access?.url, secrets });
    }
  };
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command whose failing is an answer; simple-git takes a code without a word on stderr for success. */
export async function askGit({ args, ...options }: GitOptions & { readonly args: string[] }): Promise<GitAnswer> {
  let answer: GitAnswer | undefined;
  const git = startGit(options, ({ exitCode, stdOut, stdErr }) => {
    const [stdout = '', stderr = ''] = [stdOut, stdErr].map((chunks) => Buffer.concat(chunks).toString());
    answer = { code: exitCode, stdout, stderr };
  });
  try {
    await git.raw(args);
  } catch (error) {
    if (answer === undefined) throw gitError(error, { url: options.access?.url, secrets: [] });
  }
  if (answer === undefined) throw gitError(new Error('no answer'), { url: options.access?.url, secrets: [] });
  return answer;
}

type OnEnd = (result: { exitCode: number; stdOut: Buffer[]; stdErr: Buffer[] }) => void;

function startGit({ directory, environment, access, variables, settings, signal }: GitOptions, onEnd?: OnEnd) {
  const env = gitEnvironment({ environment, access, variables, settings });
  return simpleGit({
    baseDir: directory,
    maxConcurrentProcesses: 4,
    timeout: { block: silence },
    allowEnvironment: Object.keys(env).filter((name) => name.toUpperCase().startsWith('GIT_')),
    unsafe: {
      allowUnsafeConfigEnvCount: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeSshCommand: true,
      allowUnsafeGpgProgram: true,
    },
    ...(signal === undefined ? {} : { abort: signal }),
    ...(onEnd === undefined
      ? {}
      : {
          errors: (_error: unknown, result: Parameters<OnEnd>[0]) => {
            onEnd(result);
            return undefined;
          },
        }),
  }).env(env);
}

function gitEnvironment({
  environment,
  access,
  variables,
  settings: further = {},
}: Omit<GitOptions, 'directory'>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of inherited) {
    const value = environment[name];
    if (value !== undefined) env[name] = value;
  }
  Object.assign(env, {
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:git:file',
  });
  const ssh = sshCommand(access, env.GIT_SSH_COMMAND);
  Object.assign(env, { GIT_SSH_COMMAND: ssh, ...variables });
  const pairs = [...Object.entries({ ...settings, ...further }), ...httpSettings(access)];
  env.GIT_CONFIG_COUNT = String(pairs.length);
  for (const [index, [key, value]] of pairs.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}

function httpSettings(access: GitAccess | undefined): [string, string][] {
  if (access === undefined || !/^https?:/.test(access.url)) return [];
  const { origin } = new URL(access.url);
  const pairs: [string, string][] = [];
  if (access.password !== undefined) {
    const basic = Buffer.from(`${access.username ?? ''}:${access.password}`).toString('base64');
    pairs.push([`http.${origin}/.extraHeader`, `Authorization: Basic ${basic}`]);
  }
  if (access.caFile !== undefined) pairs.push([`http.${origin}/.sslCAInfo`, access.caFile]);
  return pairs;
}

/** Never asks; an unknown host is refused unless its key is in the known hosts. */
function sshCommand(access: GitAccess | undefined, own: string | undefined): string {
  const options = ['-o BatchMode=yes', '-o ConnectTimeout=20'];
  if (access?.sshKeyFile !== undefined) options.push(`-i ${shellWord(access.sshKeyFile)}`, '-o IdentitiesOnly=yes');
  if (access?.knownHostsFile !== undefined) {
    options.push(`-o UserKnownHostsFile=${shellWord(access.knownHostsFile)}`, '-o StrictHostKeyChecking=yes');
  }
  return `${own ?? 'ssh'} ${options.join(' ')}`;
}
