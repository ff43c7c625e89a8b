/**
 * Makes a chart of its files: metadata, values, templates, and the charts below charts/, folders and archives alike.
 * Takes files in Helm's order, returns the chart; throws GoErrors with Helm's texts. It reads nothing from disk.
 */
import { fromBytes } from '../../foundation/base/byte-string.ts';
import type { JsonObject } from '../../foundation/manifest/object.ts';
import { GoError, type GoMap } from '../../foundation/template/value.ts';
import type { HelmWarning, Warn } from '../../foundation/values/helm-warning.ts';
import { type Compat, readValues } from '../../foundation/values/read-values.ts';
import type { Chart, ChartFile } from './chart.ts';
import { digestChart } from './chart-digest.ts';
import type { BufferedFile } from './chart-files.ts';
import { readLock } from './chart-lock.ts';
import { checkMetadata, type RawMetadata, readMetadata } from './chart-metadata.ts';
import { type ArchiveBudget, newArchiveBudget } from './read-chart-archive.ts';
import { isSubchartFile, listSubcharts, subchartFiles } from './subchart-files.ts';

/** Which file of the chart an error is about; nested charts prefix their own folder. */
export class ChartFileError extends GoError {
  readonly file: string;
  constructor(message: string, file: string, cause: unknown) {
    super(message, { cause });
    this.file = file;
  }
}

interface Parts {
  metadata: RawMetadata | undefined;
  lock: JsonObject | undefined;
  values: GoMap;
  valuesFile: Chart['valuesFile'];
  schema: Uint8Array | undefined;
  readonly warn: Warn | undefined;
  readonly typesIn: string;
  readonly templates: ChartFile[];
  readonly files: ChartFile[];
}

export interface AssembleOptions {
  /** Of all archives of one chart together. */
  readonly budget?: ArchiveBudget;
  readonly warn?: Warn | undefined;
  /** Where Helm has its types, which shows in error texts. Of `v3` requirements.yaml is a file like any other. */
  readonly typesIn?: string;
  /** How people find the chart. */
  readonly shown?: string;
}

export async function assembleChart(
  files: readonly BufferedFile[],
  compat: Compat,
  {
    budget = newArchiveBudget(),
    warn,
    typesIn = compat === 'helm4' ? 'v2' : 'chart',
    shown = '',
  }: AssembleOptions = {},
): Promise<Chart> {
  const parts = sortFiles(files, compat, { warn, typesIn, shown });
  if (parts.metadata === undefined) throw new GoError('Chart.yaml file is missing');
  const { metadata: raw } = parts;
  const metadata = blame('Chart.yaml', '', () => checkMetadata(raw));
  const { lock, values, valuesFile, schema, templates } = parts;
  const dependencies = await assembleSubcharts(files, metadata.name, { compat, budget, warn, typesIn, shown });
  const chart = { metadata, lock, values, valuesFile, schema, templates, files: parts.files, dependencies };
  return withDigest(chart);
}

/** Hashed when the digest is asked for: who renders a chart once has no use for it. */
function withDigest(chart: Omit<Chart, 'digest'>): Chart {
  let digest: string | undefined;
  return {
    ...chart,
    get digest() {
      digest ??= digestChart(chart);
      return digest;
    },
  };
}

interface Wording {
  readonly warn: Warn | undefined;
  readonly typesIn: string;
  readonly shown: string;
}

function sortFiles(files: readonly BufferedFile[], compat: Compat, { warn, typesIn, shown }: Wording): Parts {
  const parts: Parts = {
    metadata: readChartYaml(files, typesIn),
    lock: undefined,
    values: noValues(),
    valuesFile: undefined,
    schema: undefined,
    warn,
    typesIn,
    templates: [],
    files: [],
  };
  for (const file of files) sortFile(parts, file, { compat, shown });
  return parts;
}

/** Helm's record tells a chart without values.yaml from one whose is empty. */
function noValues(): GoMap {
  const values: GoMap = new Map();
  values.isNil = true;
  return values;
}

function readChartYaml(files: readonly BufferedFile[], typesIn: string): RawMetadata | undefined {
  let metadata: RawMetadata | undefined;
  for (const file of files) {
    if (file.name !== 'Chart.yaml') continue;
    const base = metadata;
    metadata = blame('Chart.yaml', 'cannot load Chart.yaml: ', () => readMetadata(fromBytes(file.data), base, typesIn));
    // Helm 2 took charts without it.
    if ((metadata.apiVersion ?? '') === '') metadata.apiVersion = 'v1';
  }
  return metadata;
}

function sortFile(parts: Parts, file: BufferedFile, { compat, shown }: { compat: Compat; shown: string }): void {
  const { name, data } = file;
  if (name === 'Chart.yaml') return;
  if (parts.typesIn === 'v3' && name.startsWith('requirements.')) {
    parts.files.push(file);
  } else if (name === 'Chart.lock' || name === 'requirements.lock') {
    parts.lock = blame(name, `cannot load ${name}: `, () => readLock(fromBytes(data), parts.typesIn));
    if (name === 'requirements.lock' && parts.metadata?.apiVersion !== 'v1') parts.warn?.(oldLock);
    if (name === 'requirements.lock' && parts.metadata?.apiVersion === 'v1') parts.files.push(file);
  } else if (name === 'values.yaml') {
    parts.values = blame(name, 'cannot load values.yaml: ', () => readValues(fromBytes(data), compat));
    parts.valuesFile = { path: shown === '' ? name : `${shown}/${name}`, data };
  } else if (name === 'values.schema.json') {
    parts.schema = data;
  } else if (name === 'requirements.yaml') {
    if (parts.metadata?.apiVersion !== 'v1') parts.warn?.(oldDependencies);
    parts.metadata = blame(name, `cannot load ${name}: `, () =>
      readMetadata(fromBytes(data), parts.metadata, parts.typesIn),
    );
    if (parts.metadata.apiVersion === 'v1') parts.files.push(file);
  } else if (name.startsWith('templates/')) {
    parts.templates.push(file);
  } else if (!isSubchartFile(name)) {
    parts.files.push(file);
  }
}

async function assembleSubcharts(
  files: readonly BufferedFile[],
  parent: string,
  { shown: above, ...options }: Wording & { compat: Compat; budget: ArchiveBudget },
): Promise<Chart[]> {
  const charts: Chart[] = [];
  for (const subchart of listSubcharts(files)) {
    const { name } = subchart;
    try {
      const shown = `${above === '' ? '' : `${above}/`}charts/${name}`;
      const inner = await subchartFiles(subchart, parent, options.budget);
      charts.push(await assembleChart(inner, options.compat, { ...options, shown }));
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
      if (error.message.startsWith('error unpacking subchart tar')) throw error;
      const file = error instanceof ChartFileError ? `charts/${name}/${error.file}` : `charts/${name}`;
      const message = `error unpacking subchart ${name} in ${parent}: ${error.message}`;
      throw new ChartFileError(message, file, error.cause ?? error);
    }
  }
  return charts;
}

const oldWay = (line: number, text: string): HelmWarning => ({
  level: 'INFO',
  message: `Warning: ${text}`,
  helm3: `load.go:${line}: Warning: ${text}`,
});

const oldDependencies = oldWay(
  120,
  'Dependencies are handled in Chart.yaml since apiVersion "v2". We recommend migrating dependencies to Chart.yaml.',
);
const oldLock = oldWay(
  138,
  'Dependency locking is handled in Chart.lock since apiVersion "v2". We recommend migrating to Chart.lock.',
);

function blame<T>(file: string, prefix: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof GoError) throw new ChartFileError(prefix + error.message, file, error);
    throw error;
  }
}
