/** The arguments of `dependency`, read: what is to be done with which chart, and how charts are fetched for it. */
import { join, normalize, resolve } from 'node:path';
import type { Compat } from '../../../foundation/values/read-values.ts';
import { cliError } from '../cli-error.ts';
import { type ParsedFlags, parseFlags } from '../parse-flags.ts';
import type { CommandLine } from '../run-command-line.ts';
import { dependencyFlags } from './dependency-flags.table.ts';

/** What Helm's flags say about fetching, files as absolute paths. */
export interface FetchingFlags {
  readonly repositoryConfig: string | undefined;
  readonly registryConfig: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly plainHttp: boolean;
  readonly skipRefresh: boolean;
}

export interface DependencyOptions {
  readonly verb: 'list' | 'update' | 'build';
  /** As it was typed, cleaned; `.` when nothing was. */
  readonly chart: string;
  readonly compat: Compat;
  readonly maxColumnWidth: number;
  readonly fetching: FetchingFlags;
  /** Absolute; undefined without --verify. */
  readonly keyring: string | undefined;
}

const verbs: ReadonlyMap<string, DependencyOptions['verb']> = new Map([
  ['list', 'list'],
  ['ls', 'list'],
  ['update', 'update'],
  ['up', 'update'],
  ['build', 'build'],
]);

const everyFlag = { ...dependencyFlags.list, ...dependencyFlags.build };

/** `help` where that is what was asked for. */
export function readDependencyOptions(line: CommandLine, args: readonly string[]): DependencyOptions | 'help' {
  const [first = 'help', chart = '.', ...more] = parseFlags(args, everyFlag).operands;
  const verb = verbs.get(first);
  if (verb === undefined && first !== 'help') {
    throw cliError('cli.arguments', `unknown command "${first}" for "helm-gitops dependency"`, {
      hint: 'one of list, update, build',
    });
  }
  const { values } = parseFlags(args, verb === undefined ? everyFlag : dependencyFlags[verb]);
  if (verb === undefined || is(values, 'help')) return 'help';
  if (more.length > 0) {
    throw cliError(
      'cli.arguments',
      `"helm-gitops dependency ${verb}" accepts at most 1 argument\n\nUsage:  helm-gitops dependency ${verb} CHART [flags]`,
    );
  }
  return {
    verb,
    // Go's filepath.Clean leaves no slash at the end.
    chart: normalize(chart).replace(/(.)\/$/, '$1'),
    compat: compatOf(text(values, 'compat')),
    maxColumnWidth: widthOf(text(values, 'max-col-width') ?? '80'),
    fetching: fetchingFlags(values, line.folder),
    keyring: is(values, 'verify') ? (file(values, 'keyring', line.folder) ?? defaultKeyring(line)) : undefined,
  };
}

type Values = ParsedFlags['values'];

/** An empty text is none, as Helm has it. */
const text = (values: Values, name: string): string | undefined => values.get(name)?.[0] || undefined;
const is = (values: Values, name: string): boolean => text(values, name) === 'true';

function file(values: Values, name: string, folder: string): string | undefined {
  const path = text(values, name);
  return path === undefined ? undefined : resolve(folder, path);
}

function fetchingFlags(values: Values, folder: string): FetchingFlags {
  return {
    repositoryConfig: file(values, 'repository-config', folder),
    registryConfig: file(values, 'registry-config', folder),
    username: text(values, 'username'),
    password: text(values, 'password'),
    caFile: file(values, 'ca-file', folder),
    certFile: file(values, 'cert-file', folder),
    keyFile: file(values, 'key-file', folder),
    insecureSkipTlsVerify: is(values, 'insecure-skip-tls-verify'),
    plainHttp: is(values, 'plain-http'),
    skipRefresh: is(values, 'skip-refresh'),
  };
}

function compatOf(given: string | undefined): Compat {
  if (given === undefined || given === 'helm4') return 'helm4';
  if (given === 'helm3') return 'helm3';
  throw cliError('cli.flag', `unknown --compat "${given}"`, { hint: 'one of helm4, helm3' });
}

function widthOf(given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  const text = JSON.stringify(given);
  throw cliError(
    'cli.flag',
    `invalid argument ${text} for "--max-col-width" flag: strconv.ParseUint: parsing ${text}: invalid syntax`,
  );
}

function defaultKeyring({ environment }: CommandLine): string {
  return join(environment['GNUPGHOME'] ?? join(environment['HOME'] ?? '', '.gnupg'), 'pubring.gpg');
}
