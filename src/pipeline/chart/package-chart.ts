/**
 * Packs a chart's folder as `helm package` does: the same entries in the same order with the same bytes and times. Takes
 * the folder and where the archive goes, returns what was made. It downloads nothing and signs nothing.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { writeArchive } from '../../foundation/archive/write-archive.ts';
import type { TarFile } from '../../foundation/archive/write-tar.ts';
import { toBytes } from '../../foundation/base/byte-string.ts';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { tryParseVersion } from '../../foundation/base/semver-constraint.ts';
import { GoError } from '../../foundation/template/value.ts';
import type { Warn } from '../../foundation/values/helm-warning.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import type { Chart, ChartMetadata } from './chart.ts';
import { chartError } from './chart-error.ts';
import type { BufferedFile } from './chart-files.ts';
import { checkMetadata } from './chart-metadata.ts';
import { loadChart } from './load-chart.ts';
import { writeLockYaml, writeMetadata } from './marshal-metadata.ts';
import { type ArchiveBudget, newArchiveBudget } from './read-chart-archive.ts';
import { readChartFolder } from './read-chart-folder.ts';
import { listSubcharts, subchartFiles } from './subchart-files.ts';

export interface PackageOptions {
  /** A folder; made when it is missing. */
  readonly destination: string;
  /** Instead of Chart.yaml's. */
  readonly version?: string | undefined;
  readonly appVersion?: string | undefined;
  readonly compat?: Compat | undefined;
  /** Refuses a chart whose Chart.yaml asks for charts that are not in charts/, as `helm package` does. */
  readonly requireDependencies?: boolean;
  /** How errors name the chart; default: the path. */
  readonly shownAs?: string | undefined;
  /** Hears what Helm warns of. */
  readonly warn?: Warn | undefined;
}

export interface PackagedChart {
  /** Of the archive, in the destination. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** `sha256:…` of the archive. */
  readonly digest: string;
}

export async function packageChart(folder: string, options: PackageOptions): Promise<PackagedChart> {
  const { destination, compat = 'helm4', shownAs = folder, warn } = options;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    const file = resolve(folder, 'Chart.yaml');
    throw chartError('chart.invalid', `unable to detect chart at ${file}: open ${file}: not a directory`);
  }
  const chart = await loadChart(folder, { compat, shownAs, warn, times: true });
  if (compat === 'helm4' && chart.metadata.apiVersion === 'v3') {
    throw chartError('chart.invalid', 'invalid chart apiVersion', { place: { file: `${shownAs}/Chart.yaml` } });
  }
  const metadata = metadataOf(chart, options, shownAs);
  if (options.requireDependencies === true) checkPresent(chart);
  const packing = { budget: newArchiveBudget(), entries: [] };
  await addChart(packing, {
    chart: { ...chart, metadata },
    files: readChartFolder(folder, { times: true }),
    prefix: '',
  });
  const archive = writeArchive(packing.entries, { extra: Buffer.from(EXTRA, 'latin1'), comment: 'Helm' });
  const { name, version } = metadata;
  const path = join(destination, `${name}-${version}.tgz`);
  save(destination, path, archive);
  return { path, name, version, digest: `sha256:${createHash('sha256').update(archive).digest('hex')}` };
}

/** The gzip field that all charts bear, by Helm's writers: a subfield `rr` of 40 bytes. */
const EXTRA = 'rr\x28\x00aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=';

function metadataOf(chart: Chart, { version = '', appVersion = '' }: PackageOptions, shownAs: string): ChartMetadata {
  const metadata = {
    ...chart.metadata,
    ...(version === '' ? {} : { version }),
    ...(appVersion === '' ? {} : { appVersion }),
  };
  if (tryParseVersion(metadata.version) === undefined) {
    throw chartError('chart.invalid', 'invalid semantic version', { hint: `${metadata.version} is none` });
  }
  try {
    return checkMetadata(metadata);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const message = `failed to save: chart validation: ${error.message}`;
    throw chartError('chart.invalid', message, { place: { file: shownAs } });
  }
}

function checkPresent({ metadata, dependencies }: Chart): void {
  const present = new Set(dependencies.map((child) => child.metadata.name));
  const missing = (metadata.dependencies ?? []).filter(({ name }) => !present.has(name)).map(({ name }) => name);
  if (missing.length === 0) return;
  throw chartError(
    'chart.dependency-missing',
    `found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`,
    { hint: 'helm-gitops dependency build brings them there, and so does --dependency-update' },
  );
}

interface Packing {
  readonly entries: TarFile[];
  readonly budget: ArchiveBudget;
}

interface Part {
  readonly chart: Chart;
  readonly files: readonly BufferedFile[];
  /** Of the folder that the chart's own lies in. */
  readonly prefix: string;
}

/** A chart in charts/ lies in a folder of the chart's name then, whatever its own was, archives unpacked. */
async function addChart(packing: Packing, { chart, files, prefix }: Part): Promise<void> {
  const { metadata, lock, schema } = chart;
  const base = posix.join(prefix, metadata.name);
  const written = files.findLast(({ name }) => name === 'Chart.yaml')?.modified ?? 0;
  const add = (name: string, data: Uint8Array, modified = written) =>
    packing.entries.push({ name: posix.join(base, name), data, modified });
  add('Chart.yaml', toBytes(writeMetadata(metadata)));
  if (metadata.apiVersion === 'v2' && lock !== undefined) {
    add('Chart.lock', toBytes(writeLockYaml(lock)), timeOf(String(lock['generated'])));
  }
  for (const { name, data, modified } of files) if (name === 'values.yaml') add(name, data, modified);
  if (schema !== undefined) {
    checkSchema(schema);
    add('values.schema.json', schema, files.findLast(({ name }) => name === 'values.schema.json')?.modified);
  }
  for (const { name, data, modified } of [...chart.templates, ...chart.files]) add(name, data, modified);
  for (const [index, subchart] of listSubcharts(files).entries()) {
    const child = chart.dependencies[index];
    if (child === undefined) continue;
    const inner = await subchartFiles(subchart, metadata.name, packing.budget);
    await addChart(packing, { chart: child, files: inner, prefix: `${base}/charts` });
  }
}

/** A lock without a time was generated in the year 1, which no archive can tell. */
function timeOf(generated: string): number | undefined {
  const time = Date.parse(generated);
  return Number.isNaN(time) || generated.startsWith('0001-01-01') ? undefined : time;
}

function checkSchema(schema: Uint8Array): void {
  try {
    JSON.parse(Buffer.from(schema).toString());
  } catch (cause) {
    throw chartError('chart.invalid', 'failed to save: invalid JSON in values.schema.json', { cause });
  }
}

/** Under another name first: nobody finds half an archive. */
function save(destination: string, path: string, archive: Uint8Array): void {
  const aside = join(destination, `.${randomUUID()}.tmp`);
  try {
    mkdirSync(destination, { recursive: true });
    writeFileSync(aside, archive, { mode: 0o644 });
    renameSync(aside, path);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const isFile = statSync(destination, { throwIfNoEntry: false })?.isDirectory() === false;
    if (!isFile) rmSync(aside, { force: true });
    const message = isFile ? `is not a directory: ${destination}` : `the archive cannot be written (${code})`;
    throw new HelmGitopsError('package.unwritable', 'user', `failed to save: ${message}`, { cause });
  }
}
