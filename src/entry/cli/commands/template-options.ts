/** The arguments of `template`, read: flags by their meaning, values in the order in which Helm merges them. */

import type { Compat } from '../../../foundation/values/read-values.ts';
import type { MergeSource } from '../../../pipeline/values/merge-values.ts';
import { cliError } from '../cli-error.ts';
import { parseFlags } from '../parse-flags.ts';
import { templateFlags } from './template-flags.table.ts';

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

/** `help` where that is what was asked for. */
export function readTemplateOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): TemplateOptions | 'help' {
  const { values, operands } = parseFlags(args, templateFlags);
  const all = (name: string): readonly string[] => values.get(name) ?? [];
  const text = (name: string): string => all(name)[0] ?? '';
  const is = (name: string): boolean => text(name) === 'true';
  if (is('help')) return 'help';
  refuse(values);
  const nameTemplate = text('name-template');
  const { name, chart } = nameAndChart(operands, { generated: is('generate-name'), nameTemplate });
  return {
    compat: compatOf(text('compat')),
    name,
    nameTemplate,
    chart,
    namespace: text('namespace') || environment['HELM_NAMESPACE'] || 'default',
    sources: sourcesOf(all),
    kubeVersion: text('kube-version'),
    apiVersions: all('api-versions'),
    includeCrds: is('include-crds'),
    noHooks: is('no-hooks'),
    skipTests: is('skip-tests'),
    skipSchemaValidation: is('skip-schema-validation'),
    isUpgrade: is('is-upgrade'),
    showOnly: all('show-only'),
    debug: is('debug'),
    outputDir: text('output-dir'),
    useReleaseName: is('release-name'),
  };
}

/** Nothing that changes what Helm would print is passed over in silence. */
function refuse(values: ReadonlyMap<string, readonly string[]>): void {
  for (const [name, [value]] of values) {
    const server = name === 'dry-run' && !['client', 'true', ''].includes(value ?? '');
    if (!server && (templateFlags[name]?.use !== 'refused' || value === 'false')) continue;
    throw cliError('cli.not-yet', `--${name}${server ? `=${value}` : ''} is not supported yet`, {
      hint: 'helm-gitops template renders charts on disk, without a cluster and without a network',
    });
  }
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
