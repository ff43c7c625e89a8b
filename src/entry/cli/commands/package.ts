/** `package`: what `helm package` does, in its words; nothing is signed. */
import { statSync } from 'node:fs';
import { join, normalize, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { toBytes } from '../../../foundation/base/byte-string.ts';
import { formatWarning } from '../../../foundation/values/helm-warning.ts';
import { packageChart } from '../../../pipeline/chart/package-chart.ts';
import { cliError } from '../cli-error.ts';
import { type ParsedFlags, parseFlags } from '../parse-flags.ts';
import type { CommandLine } from '../run-command-line.ts';
import { dependencyFlags } from './dependency-flags.table.ts';
import { flagLines } from './flag-lines.ts';
import { packageFlags, packageOwnFlags } from './package-flags.table.ts';

export async function packageCharts(line: CommandLine, args: readonly string[]): Promise<number> {
  const { values, operands } = parseFlags(args, packageFlags);
  if (is(values, 'help')) {
    line.stdout.write(help());
    return 0;
  }
  if (operands.length === 0) throw cliError('cli.arguments', 'need at least one argument, the path to the chart');
  if (is(values, 'sign')) {
    throw cliError('cli.not-yet', 'charts are not signed here', {
      hint: 'package it with helm package --sign, or without --sign; signatures are verified all the same',
    });
  }
  for (const chart of operands) await packOne(line, chart, values);
  return 0;
}

async function packOne(line: CommandLine, chart: string, values: ParsedFlags['values']): Promise<void> {
  const folder = resolve(line.folder, chart);
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) {
    throw cliError('cli.arguments', `stat ${chart}: no such file or directory`);
  }
  if (is(values, 'dependency-update')) await updateDependencies(line, chart, values);
  const destination = text(values, 'destination') ?? '.';
  const compat = text(values, 'compat') === 'helm3' ? 'helm3' : 'helm4';
  const { path, name, version } = await packageChart(folder, {
    destination: resolve(line.folder, destination),
    version: text(values, 'version'),
    appVersion: text(values, 'app-version'),
    compat,
    requireDependencies: true,
    shownAs: chart,
    warn: (warning) => line.stderr.write(toBytes(formatWarning(warning, compat))),
  });
  // Helm tells a given folder as it was given, and where it is itself in full.
  const shown = normalize(destination) === '.' ? path : join(destination, `${name}-${version}.tgz`);
  line.stdout.write(`Successfully packaged chart and saved it to: ${shown}\n`);
}

/** Its flags go along; what it says is not shown, as in Helm. */
async function updateDependencies(line: CommandLine, chart: string, values: ParsedFlags['values']): Promise<void> {
  const { dependency } = await import('./dependency.ts');
  const flags = [...values]
    .filter(([name]) => name in dependencyFlags.update)
    .flatMap(([name, given]) => given.map((value) => `--${name}=${value}`));
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
  await dependency({ ...line, stdout }, ['update', ...flags, '--', chart]);
}

const text = (values: ParsedFlags['values'], name: string): string | undefined => values.get(name)?.[0] || undefined;
const is = (values: ParsedFlags['values'], name: string): boolean => text(values, name) === 'true';

const help = (): string => `Usage: helm-gitops package CHART... [flags]

Packs folders of charts into archives, as helm package does: NAME-VERSION.tgz each.

Flags:
${flagLines(packageOwnFlags)}
With --dependency-update the flags of dependency update count too. Helm's other flags are accepted and change nothing here.
`;
