/** The arguments of `template`, read: flags by their meaning, values in the order in which Helm merges them. */

import { quote } from '../../../foundation/template/quote.ts';
import { formatWarning } from '../../../foundation/values/helm-warning.ts';
import type { Compat } from '../../../foundation/values/read-values.ts';
import type { MergeSource } from '../../../pipeline/values/merge-values.ts';
import { cliError } from '../cli-error.ts';
import { parseFlags } from '../parse-flags.ts';
import { kubeconfigNamespace } from './kubeconfig-namespace.ts';
import { flagsOf, templateFlags } from './template-flags.table.ts';

export interface TemplateOptions {
  readonly compat: Compat;
  /** Undefined: none was given. */
  readonly name: string | undefined;
  readonly nameTemplate: string;
  /** As it was typed. */
  readonly chart: string;
  readonly namespace: string;
  readonly sources: readonly MergeSource[];
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  readonly includeCrds: boolean;
  readonly noHooks: boolean;
  readonly skipTests: boolean;
  readonly skipSchemaValidation: boolean;
  readonly isUpgrade: boolean;
  readonly showOnly: readonly string[];
  readonly debug: boolean;
  /** Empty: print. */
  readonly outputDir: string;
  readonly useReleaseName: boolean;
}

export interface OptionsContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin. */
  readonly folder: string;
  /** Hears what Helm says of flags it would rather not see. */
  readonly say?: (line: string) => void;
}

/** `help` where that is what was asked for. */
export function readTemplateOptions(
  args: readonly string[],
  { environment, folder, say = () => {} }: OptionsContext,
): TemplateOptions | 'help' {
  const compat = compatOf(compatIn(args));
  const { values, operands } = parseFlags(args, flagsOf(compat));
  const all = (name: string): readonly string[] => values.get(name) ?? [];
  const text = (name: string): string => all(name)[0] ?? '';
  const is = (name: string): boolean => text(name) === 'true';
  if (is('help')) return 'help';
  for (const line of noticesOf(values, compat)) say(line);
  refuse(values, compat);
  const nameTemplate = text('name-template');
  const { name, chart } = nameAndChart(operands, { generated: is('generate-name'), nameTemplate });
  return {
    compat,
    name,
    nameTemplate,
    chart,
    namespace:
      text('namespace') ||
      environment['HELM_NAMESPACE'] ||
      kubeconfigNamespace({ environment, folder, file: text('kubeconfig'), context: text('kube-context') }),
    sources: sourcesOf(all),
    kubeVersion: text('kube-version'),
    apiVersions: all('api-versions'),
    includeCrds: is('include-crds'),
    noHooks: is('no-hooks'),
    skipTests: is('skip-tests'),
    skipSchemaValidation: is('skip-schema-validation'),
    isUpgrade: is('is-upgrade'),
    showOnly: all('show-only'),
    debug: values.has('debug') ? is('debug') : /^(?:1|t|T|true|TRUE|True)$/.test(environment['HELM_DEBUG'] ?? ''),
    outputDir: text('output-dir'),
    useReleaseName: is('release-name'),
  };
}

/** Nothing that changes what Helm would print is passed over in silence. */
function refuse(values: ReadonlyMap<string, readonly string[]>, compat: Compat): void {
  for (const group of compat === 'helm4' ? exclusive : []) {
    const [name, ...more] = group.filter((flag) => values.has(flag)).sort();
    if (more.length === 0) continue;
    const set = [name, ...more].join(' ');
    const message = `if any flags in the group [${group.join(' ')}] are set none of the others can be; [${set}] were all set`;
    throw cliError('cli.flag', message);
  }
  const dryRun = values.get('dry-run')?.[0];
  if (dryRun !== undefined) checkDryRun(dryRun, compat);
  for (const [name, [value]] of values) {
    const server = name === 'dry-run' && value === 'server';
    if (!server && (templateFlags[name]?.use !== 'refused' || value === 'false')) continue;
    throw cliError('cli.not-yet', `--${name}${server ? `=${value}` : ''} is not supported yet`, {
      hint: 'helm-gitops template renders charts on disk, without a cluster and without a network',
    });
  }
}

const exclusive = [
  ['force-replace', 'force-conflicts'],
  ['force', 'force-conflicts'],
  ['validate', 'dry-run'],
];

function checkDryRun(value: string, compat: Compat): void {
  if (['', 'client', 'server'].includes(value)) return;
  if (compat === 'helm3') {
    if (['false', 'true', 'none'].includes(value)) return;
    const message = 'Invalid dry-run flag. Flag must one of the following: false, true, none, client, server';
    throw cliError('cli.flag', message);
  }
  if (/^(?:1|t|T|true|TRUE|True)$/.test(value)) return;
  const known = /^(?:0|f|F|false|FALSE|False|none)$/.test(value);
  const allowed = known ? '"server" or "client"' : '"none", "server", or "client"';
  throw cliError('cli.flag', `invalid dry-run value (${quote(value)}). Must be ${allowed}`);
}

function noticesOf(values: ReadonlyMap<string, readonly string[]>, compat: Compat): string[] {
  if (compat === 'helm3') return [];
  const notices: string[] = [];
  for (const [name, [value = '']] of values) {
    const { deprecated } = templateFlags[name] ?? {};
    if (deprecated !== undefined) notices.push(`Flag --${name} has been deprecated, ${deprecated}`);
    if (name === 'wait' && ['true', 'false'].includes(value)) {
      const instead = value === 'true' ? 'watcher' : 'hookOnly';
      notices.push(warning(`--wait=${value} is deprecated (boolean value) and can be replaced with --wait=${instead}`));
    }
    if (name !== 'dry-run') continue;
    if (value === '') notices.push(warning("--dry-run is deprecated and should be replaced with '--dry-run=client'"));
    else if (/^(?:1|t|true)$/i.test(value))
      notices.push(
        warning(`boolean '--dry-run=${value}' flag is deprecated and must be replaced with '--dry-run=client'`),
      );
  }
  return notices;
}

const warning = (message: string): string =>
  formatWarning({ level: 'WARN', message, helm3: undefined }, 'helm4').trimEnd();

/** Which flags there are hangs on it, so that it is looked for before they are read. */
function compatIn(args: readonly string[]): string {
  const end = args.indexOf('--');
  const flags = end < 0 ? args : args.slice(0, end);
  const at = flags.findLastIndex((argument) => argument === '--compat' || argument.startsWith('--compat='));
  if (at < 0) return '';
  return flags[at] === '--compat' ? (flags[at + 1] ?? '') : (flags[at] ?? '').slice('--compat='.length);
}

function compatOf(text: string): Compat {
  if (text === '' || text === 'helm4') return 'helm4';
  if (text === 'helm3') return 'helm3';
  throw cliError('cli.flag', `unknown --compat "${text}"`, { hint: 'one of helm4, helm3' });
}

interface Naming {
  readonly generated: boolean;
  readonly nameTemplate: string;
}

function nameAndChart(operands: readonly string[], { generated, nameTemplate }: Naming) {
  const [first, second, ...more] = operands;
  const fail = (message: string) => cliError('cli.arguments', message);
  if (first === undefined) {
    throw fail(
      '"helm-gitops template" requires at least 1 argument\n\nUsage:  helm-gitops template [NAME] [CHART] [flags]',
    );
  }
  if (more.length > 0) throw fail(`expected at most two arguments, unexpected arguments: ${more.join(', ')}`);
  if (second === undefined) return { name: undefined, chart: first };
  if (generated) throw fail('cannot set --generate-name and also specify a name');
  if (nameTemplate !== '') throw fail('cannot set --name-template and also specify a name');
  return { name: first, chart: second };
}

/** Files first, then one kind of `--set` after the other, wherever they stood. */
function sourcesOf(all: (name: string) => readonly string[]): MergeSource[] {
  const files = all('values').map(
    (path): MergeSource => ({ type: 'file', path, optional: false, template: false, place: { file: '--values' } }),
  );
  const kinds = [
    ['set-json', 'setJson'],
    ['set', 'set'],
    ['set-string', 'setString'],
    ['set-file', 'setFile'],
    ['set-literal', 'setLiteral'],
  ] as const;
  const sets = kinds.flatMap(([flag, type]) =>
    all(flag).map((expression): MergeSource => ({ type, expression, place: { file: `--${flag}` } })),
  );
  return [...files, ...sets];
}
