/**
 * Reads a chart from a folder or a packed archive, as `helm template` does, its charts/ included. Takes a path, returns
 * the chart; a broken one is an error with Helm's text and the place of the mistake. It downloads nothing.
 */
import { readFileSync, type Stats, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { ArchiveError } from '../../foundation/archive/archive-error.ts';
import { fromBytes } from '../../foundation/base/byte-string.ts';
import { HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import { isLfsPointer, lfsHint } from '../../foundation/git/left-out.ts';
import { GoError } from '../../foundation/template/value.ts';
import type { Warn } from '../../foundation/values/helm-warning.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { assembleChart, ChartFileError } from './assemble-chart.ts';
import type { Chart } from './chart.ts';
import { chartError } from './chart-error.ts';
import type { BufferedFile } from './chart-files.ts';
import { ChartFault, readApiVersion } from './chart-metadata.ts';
import { locateInChart } from './locate-in-chart.ts';
import { readChartArchive } from './read-chart-archive.ts';
import { readChartFolder } from './read-chart-folder.ts';
import { sniffContentType } from './sniff-content-type.ts';

export interface LoadChartOptions {
  readonly compat?: Compat;
  /** Nothing outside this folder is read, links included. */
  readonly root?: string | undefined;
  /** How errors name the chart; default: the path. */
  readonly shownAs?: string;
  /** Hears what Helm warns of. */
  readonly warn?: Warn | undefined;
  /** With the times of the files, which only packing needs. */
  readonly times?: boolean;
  /** Helm's sentences also where they say less, or name the whole path; what they leave out becomes the hint. */
  readonly exact?: boolean;
}

export async function loadChart(path: string, options: LoadChartOptions = {}): Promise<Chart> {
  const shown = options.shownAs ?? path;
  try {
    const { compat = 'helm4', warn } = options;
    const { files, apiVersion } = await readFiles(path, options, shown);
    const chart = await assembleChart(files, compat, {
      warn,
      shown,
      ...(apiVersion === 'v3' ? { typesIn: 'v3' } : {}),
    });
    // Helm finds this out when it installs.
    if (apiVersion === 'v3' && options.exact !== true) throw versionFault('invalid chart apiVersion');
    return chart;
  } catch (error) {
    if (error instanceof HelmGitopsError && error.code === 'chart.outside' && error.place !== undefined) {
      throw chartError('chart.outside', error.message, {
        place: { ...error.place, file: `${shown}/${error.place.file}` },
      });
    }
    if (!(error instanceof GoError)) throw error;
    const archive = archiveErrorOf(error);
    throw chartError(archive?.tooLarge ? 'chart.too-large' : 'chart.invalid', error.message, {
      place: placeOf(error, path, shown),
      hint: hintOf(error, archive),
      cause: error,
    });
  }
}

/** An archive within the chart fails inside the error about its file. */
function archiveErrorOf(error: unknown): ArchiveError | undefined {
  if (error instanceof ArchiveError) return error;
  return error instanceof Error && error.cause !== undefined ? archiveErrorOf(error.cause) : undefined;
}

function hintOf(error: GoError, archive: ArchiveError | undefined): string | undefined {
  if (archive?.entry !== undefined) return `the archive's entry is ${JSON.stringify(archive.entry)}`;
  return error.message === UNREADABLE && error.cause instanceof GoError ? error.cause.message : undefined;
}

/** All that Helm 4 tells of an archive that it cannot read. */
const UNREADABLE = 'unable to load chart archive';

interface ReadFiles {
  readonly files: BufferedFile[];
  /** Undefined: Helm 3, which does not ask. */
  readonly apiVersion: string | undefined;
}

async function readFiles(path: string, options: LoadChartOptions, shown: string): Promise<ReadFiles> {
  const { compat = 'helm4', exact = false } = options;
  if (statOf(path, shown).isDirectory()) {
    const ofGit = options.root === undefined ? undefined : wholeFiles(readChartFolder(path, options), shown);
    const apiVersion = compat === 'helm4' ? checkApiVersion(readFromDisk(path)) : undefined;
    return { files: ofGit ?? readChartFolder(path, options), apiVersion };
  }
  const archive = readFileSync(path);
  if (options.root !== undefined && isLfsPointer(archive)) throw pointerFound(shown);
  if (archive[0] !== 0x1f || archive[1] !== 0x8b || archive[2] !== 8) {
    throw notAnArchive(archive, exact ? path : shown);
  }
  const files = await readArchive(archive, exact && compat === 'helm4');
  const own = files.find(({ name }) => name === 'Chart.yaml')?.data;
  return { files, apiVersion: compat === 'helm4' ? checkApiVersion(own) : undefined };
}

/** What Helm reads of a chart; other files are only bytes to it. */
const readByHelm = /^((Chart|values|requirements)\.yaml|values\.schema\.json|[^/]*\.lock|(templates|crds|charts)\/.*)$/;

function wholeFiles(files: BufferedFile[], shown: string): BufferedFile[] {
  const pointer = files.find(({ name, data }) => readByHelm.test(name) && isLfsPointer(data));
  if (pointer !== undefined) throw pointerFound(`${shown}/${pointer.name}`);
  return files;
}

function pointerFound(file: string): HelmGitopsError {
  const message = `${file} is a pointer of Git LFS, not the file itself`;
  return chartError('chart.invalid', message, { place: { file }, hint: lfsHint });
}

async function readArchive(archive: Uint8Array, briefly: boolean): Promise<BufferedFile[]> {
  try {
    return await readChartArchive(archive);
  } catch (error) {
    if (briefly && error instanceof GoError) throw new GoError(UNREADABLE, { cause: error });
    throw error;
  }
}

/** Helm 4 looks at the version of the format before anything else; v3 it reads and then cannot install. */
function checkApiVersion(data: Uint8Array | undefined): string {
  if (data === undefined) throw new GoError('unable to detect chart version, no Chart.yaml found');
  const apiVersion = apiVersionOf(data);
  if (!['', 'v1', 'v2', 'v3'].includes(apiVersion)) throw versionFault('unsupported chart version');
  return apiVersion;
}

const versionFault = (message: string): ChartFileError =>
  new ChartFileError(message, 'Chart.yaml', new ChartFault('', ['apiVersion']));

/** .helmignore may leave it out of the files. */
function readFromDisk(path: string): Uint8Array {
  const file = resolve(path, 'Chart.yaml');
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'EISDIR' ? `read ${file}: is a directory` : `open ${file}: no such file or directory`;
    throw new GoError(`unable to detect chart at ${file}: ${reason}`);
  }
}

function apiVersionOf(data: Uint8Array): string {
  try {
    return readApiVersion(fromBytes(data));
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new ChartFileError(`cannot load Chart.yaml: ${error.message}`, 'Chart.yaml', error);
  }
}

function statOf(path: string, shown: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      throw chartError('chart.not-found', `${shown} cannot be read`, { cause });
    throw chartError('chart.not-found', `path ${JSON.stringify(shown)} not found`, { place: { file: shown } });
  }
}

function notAnArchive(data: Uint8Array, shown: string): GoError {
  const type = sniffContentType(data);
  if (type === 'application/octet-stream' && ['.yml', '.yaml'].includes(extname(shown))) {
    return new GoError(`file '${shown}' seems to be a YAML file, but expected a gzipped archive`);
  }
  return new GoError(`file '${shown}' does not appear to be a gzipped archive; got '${type}'`);
}

function placeOf(error: GoError, path: string, shown: string): Place {
  if (!(error instanceof ChartFileError)) return { file: shown };
  const fault = error.cause instanceof ChartFault ? error.cause.path : undefined;
  return { ...locateInChart(path, error.file, { message: error.message, fault }), file: `${shown}/${error.file}` };
}
