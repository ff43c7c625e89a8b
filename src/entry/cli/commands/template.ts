/**
 * `template`: what `helm template` prints for a chart on disk, without a cluster and without a configuration. Errors are
 * worded as Helm words them, behind `Error: `; what Helm does not tell, the place and a hint, follows below.
 */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toBytes } from '../../../foundation/base/byte-string.ts';
import { asHelmGitopsError, HelmGitopsError } from '../../../foundation/base/errors.ts';
import { GoError, type GoMap } from '../../../foundation/template/value.ts';
import { formatWarning, type HelmWarning, type Warn } from '../../../foundation/values/helm-warning.ts';
import type { Chart } from '../../../pipeline/chart/chart.ts';
import { chartError } from '../../../pipeline/chart/chart-error.ts';
import { loadChart } from '../../../pipeline/chart/load-chart.ts';
import { checkDependencies } from '../../../pipeline/chart/resolve-dependencies.ts';
import { parseKubeVersion } from '../../../pipeline/render/kube-version.ts';
import { offlineCapabilities } from '../../../pipeline/render/offline-capabilities.table.ts';
import { renderChart } from '../../../pipeline/render/render-chart.ts';
import { renderError } from '../../../pipeline/render/render-error.ts';
import type { Capabilities } from '../../../pipeline/render/rendered-release.ts';
import { formatTemplateOutput } from '../../../pipeline/render/template-output.ts';
import { mergeValues } from '../../../pipeline/values/merge-values.ts';
import { cliError } from '../cli-error.ts';
import { exitCodeOf, formatError } from '../format-error.ts';
import type { CommandLine } from '../run-command-line.ts';
import { locateChart } from './locate-chart.ts';
import { checkReleaseName, releaseNameFrom } from './release-name.ts';
import { systemRandom } from './system-random.ts';
import { asHelmSays, debugAdvice, hasRelease, ranOutOfStack, unfinishedRelease } from './template-failure.ts';
import { templateHelp } from './template-help.ts';
import { readTemplateOptions, type TemplateOptions } from './template-options.ts';
import { writeTemplateFiles } from './write-template-files.ts';

export async function template(line: CommandLine, args: readonly string[]): Promise<number> {
  // Until the first run has come to its end, so that a second does not repeat what it said.
  const said: (string | Uint8Array)[] = [];
  const stderr = { write: (text: string | Uint8Array) => said.push(text) };
  const stdout = { write: (text: string | Uint8Array) => writeTo(line, 'stdout', text) };
  const { environment, folder, now, expectLong } = line;
  const { code, tooDeep } = await runTemplate({ environment, folder, stdout, stderr, now, expectLong }, args);
  if (tooDeep) return await (await import('./template-in-thread.ts')).templateInThread(line, args);
  for (const text of said) writeTo(line, 'stderr', text);
  return code;
}

function writeTo(line: CommandLine, to: 'stdout' | 'stderr', text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? toBytes(text) : text;
  const rest = line.writeNow === undefined ? bytes : line.writeNow(to, bytes);
  if (rest.length > 0) line[to].write(rest);
}

/** All of a command line that rendering needs. */
export type TemplateLine = Pick<CommandLine, 'environment' | 'folder' | 'now' | 'expectLong'> & {
  readonly stdout: TemplateOutput;
  readonly stderr: TemplateOutput;
};

interface TemplateOutput {
  write(text: string | Uint8Array): unknown;
}

export interface TemplateEnd {
  readonly code: number;
  /** The stack came to its end, ours and not Helm's. */
  readonly tooDeep: boolean;
}

export async function runTemplate(line: TemplateLine, args: readonly string[]): Promise<TemplateEnd> {
  try {
    const options = readTemplateOptions(args, { ...line, say: (text) => line.stderr.write(`${text}\n`) });
    if (options === 'help') line.stdout.write(templateHelp());
    else await print(line, options);
    return { code: 0, tooDeep: false };
  } catch (thrown) {
    const error = asHelmGitopsError(thrown);
    line.stderr.write(error.fault === 'internal' ? formatError(error) : toBytes(asHelmSays(error)));
    return { code: exitCodeOf(error), tooDeep: ranOutOfStack(error) };
  }
}

async function print(line: TemplateLine, options: TemplateOptions): Promise<void> {
  const { rendered, name } = await renderOrShow(line, options);
  if (options.outputDir === '') {
    line.stdout.write(toBytes(formatTemplateOutput(rendered, options)));
    return;
  }
  const folder = options.useReleaseName ? join(options.outputDir, name) : options.outputDir;
  const written = writeTemplateFiles(rendered, { ...options, root: line.folder, folder });
  line.stdout.write(`${written.map((file) => `wrote ${file}\n`).join('')}\n`);
  const [first] = options.showOnly;
  // Upstream quirk: nothing is left to choose from.
  if (first !== undefined) throw renderError('chart.no-template', `could not find template ${first} in chart`);
}

/** With --debug what was rendered before it failed is printed too. */
async function renderOrShow(line: TemplateLine, options: TemplateOptions) {
  try {
    return await renderNamed(line, options);
  } catch (thrown) {
    const error = asHelmGitopsError(thrown);
    if (!hasRelease(error)) throw error;
    if (options.debug) line.stdout.write(toBytes(shownOf(error, options)));
    else error.message += debugAdvice;
    throw error;
  }
}

function shownOf(error: HelmGitopsError, options: TemplateOptions): string {
  try {
    return formatTemplateOutput(unfinishedRelease(error), options);
  } catch (thrown) {
    // Helm 3 tells only that it found nothing to show.
    if (options.compat === 'helm3') throw thrown;
    return '';
  }
}

/** In Helm's order, for the first of several mistakes is the one that is told. */
async function renderNamed(line: TemplateLine, options: TemplateOptions) {
  const { compat, skipSchemaValidation, namespace, isUpgrade } = options;
  const capabilities = capabilitiesOf(options);
  const sources = {
    now: line.now,
    randomBytes: systemRandom,
    // Only when a template prints a time: to find the zone takes as long as to render a small chart.
    get timeZone() {
      return line.environment['TZ'] || localTimeZone();
    },
  };
  const name = releaseNameFrom(options, sources);
  const path = locateChart(options.chart, line.folder);
  const values = await readValueFlags(line, options);
  const warn: Warn = (warning) => line.stderr.write(toBytes(formatWarning(warning, compat)));
  const chart = await loadChart(path, { compat, shownAs: options.chart, exact: true, warn });
  if (isInstallable(chart)) {
    if (chart.metadata.deprecated === true) warn(deprecated);
    if (compat === 'helm4' && chart.metadata.apiVersion === 'v3') refuseVersion3(chart);
    checkDependencies(chart, { folder: path, shown: options.chart, compat });
    checkReleaseName(name, compat, warn);
  }
  if (templateBytes(chart) > longBytes) line.expectLong?.();
  const release = { name, namespace, revision: 1, isInstall: !isUpgrade, isUpgrade };
  const rendered = renderChart({ chart, values, release, capabilities, compat, sources, skipSchemaValidation, warn });
  return { rendered, name };
}

const longBytes = 40_000;

function templateBytes({ templates, dependencies }: Chart): number {
  const own = templates.reduce((sum, { data }) => sum + data.length, 0);
  return dependencies.reduce((sum, chart) => sum + templateBytes(chart), own);
}

/** Helm 4 counts the charts below such a chart against those it names, and panics where fewer are there. */
function refuseVersion3({ metadata, dependencies }: Chart): never {
  const named = metadata.dependencies?.length ?? 0;
  const message =
    dependencies.length > named
      ? "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: unsupported chart dependency type"
      : 'invalid chart apiVersion';
  throw chartError('chart.invalid', message, { hint: 'apiVersion v3 is not installable yet: v2 is' });
}

const deprecated: HelmWarning = {
  level: 'WARN',
  message: 'this chart is deprecated',
  helm3: 'WARNING: This chart is deprecated',
};

/** Of others the renderer tells that they are not, before anything else is asked of them. */
const isInstallable = ({ metadata: { type = '' } }: Chart): boolean => type === '' || type === 'application';

function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function capabilitiesOf({ kubeVersion, apiVersions, compat }: TemplateOptions): Capabilities {
  const known = { ...offlineCapabilities, apiVersions: [...offlineCapabilities.apiVersions, ...apiVersions] };
  if (kubeVersion === '') return known;
  const parsed = parseKubeVersion(kubeVersion);
  if (parsed === undefined) {
    const text = JSON.stringify(kubeVersion);
    const reason = /^\s*v?\d/.test(kubeVersion)
      ? `illegal version string ${text}`
      : `could not parse ${text} as version`;
    throw cliError('cli.flag', `invalid kube version '${kubeVersion}': ${reason}`, {
      hint: 'for example --kube-version 1.33',
    });
  }
  const { version, normalized } = parsed;
  return { ...known, kubeVersion: compat === 'helm3' ? normalized : version, normalizedKubeVersion: normalized };
}

async function readValueFlags(line: TemplateLine, { sources, compat }: TemplateOptions): Promise<GoMap> {
  const readFile = (path: string) => Promise.resolve(readNamed(path, line.folder));
  try {
    return (await mergeValues({ sources, readFile, variables: {}, compat })).values;
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new HelmGitopsError('values.not-found', 'user', error.message, {
      hint: `paths are relative to ${line.folder}`,
    });
  }
}

/** Fails as Go does: `--set-file` puts its own words before. */
function readNamed(path: string, folder: string): Uint8Array {
  if (path.trim() === '-') return readFileSync(0);
  if (/^(?:https?|oci):\/\//.test(path)) {
    throw cliError('cli.not-yet', `values from ${path} are not downloaded yet`, {
      hint: 'download the file and name it, or pass it on standard input as -f -',
    });
  }
  try {
    return readFileSync(resolve(folder, path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new GoError(`read ${path}: is a directory`);
    if (code === 'ENOENT') throw new GoError(`open ${path}: no such file or directory`);
    if (code === 'ENOTDIR') throw new GoError(`open ${path}: not a directory`);
    if (code === 'EACCES') throw new GoError(`open ${path}: permission denied`);
    throw error;
  }
}
