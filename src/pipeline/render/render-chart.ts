/**
 * Renders a chart as Helm does: dependencies, values, schema, templates, sorting. Takes a chart, merged values and what
 * the cluster offers, returns the release that Helm would store; synchronous, and without effect on its inputs.
 */
import { posix } from 'node:path';
import { fromBytes } from '../../foundation/base/byte-string.ts';
import { execute } from '../../foundation/template/exec.ts';
import { addParsed, type Limits, newTemplateSet, type TemplateSet } from '../../foundation/template/template-set.ts';
import { GoError, type GoMap, type GoValue, int } from '../../foundation/template/value.ts';
import type { Warn } from '../../foundation/values/helm-warning.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import type { Chart } from '../chart/chart.ts';
import type { ObjectPatch } from '../definitions/release-definition.ts';
import { bindFunctions, type Lookup, lookupFunction, withoutNoValue } from './bind-functions.ts';
import { answersOf, capabilitiesObject, type Questions } from './capabilities-object.ts';
import { helmFunctions } from './functions/function-table.ts';
import { patchDocuments } from './patch-documents.ts';
import { renderError } from './render-error.ts';
import { executionFailure, parseFailure, type RenderErrorContext } from './render-failure.ts';
import type { Capabilities, CrdFile, RenderedRelease } from './rendered-release.ts';
import { ManifestError, type SortedManifest, type SortedManifests, sortManifests } from './sort-manifests.ts';
import type { RenderSources } from './sources.ts';
import { type ChartTemplates, parseTemplate, type TemplateCache, templatesOf } from './template-cache.ts';
import { listTemplates, type ScopedTemplate } from './template-scopes.ts';
import { coalesceValues } from './values/coalesce.ts';
import { processDependencies } from './values/process-dependencies.ts';
import { processedChart } from './values/processed-chart.ts';
import { checkSchemas } from './values/schema-check.ts';
import { chartFullPath, isCompatibleRange, type ScopedChart, scopeChart } from './values/scoped-chart.ts';
import { valuesViews } from './values-object.ts';

export interface RenderChartInput {
  readonly chart: Chart;
  /** Merged, without the chart's own. */
  readonly values: GoMap;
  readonly release: {
    readonly name: string;
    readonly namespace: string;
    readonly revision: number;
    readonly isInstall: boolean;
    readonly isUpgrade: boolean;
  };
  readonly capabilities: Capabilities;
  readonly compat: Compat;
  /** None: every lookup finds nothing, as without a cluster. */
  readonly lookup?: Lookup | undefined;
  readonly sources: RenderSources;
  readonly limits?: Partial<Limits> | undefined;
  readonly cache?: TemplateCache | undefined;
  readonly skipSchemaValidation?: boolean;
  /** The notes of subcharts too. */
  readonly subchartNotes?: boolean;
  /** Of the definition: applied to what was rendered, hooks included. */
  readonly patches?: readonly ObjectPatch[];
  /** Hears what Helm warns of. */
  readonly warn?: Warn | undefined;
}

export function renderChart(input: RenderChartInput): RenderedRelease {
  const { compat, capabilities } = input;
  checkInstallable(input.chart);
  const questions: Questions = { kubeVersion: false, apiVersions: new Map(), apiVersionList: false };
  const chart = scopeChart(input.chart);
  const known = templatesOf(input.cache, input.chart, compat);
  const values = renderValues(chart, input, known);
  checkKubeVersion(chart, capabilities, { compat, questions });
  const templates = listTemplates(chart, {
    values,
    release: releaseObject(input.release),
    capabilities: capabilitiesObject(capabilities, compat, questions),
    compat,
    valuesOf: valuesViews(compat),
  });
  const { files, unstable } = renderTemplates(templates, input, known);
  const notes = takeNotes(files, chart, input.subchartNotes ?? false);
  const { patches = [] } = input;
  const patched = patches.length === 0 ? files : patchDocuments(files, patches, compat);
  const { hooks, manifests } = sorted(patched, input);
  const answers = answersOf(questions, capabilities);
  return {
    manifest: manifestText(manifests),
    hooks,
    notes,
    crds: crdFiles(chart),
    // Who only prints a render has no use for it; what copies or posts the render reads it.
    get processed() {
      return processedChart(chart);
    },
    answers,
    unstable,
  };
}

function checkInstallable({ metadata: { type = '' } }: Chart): void {
  if (type === '' || type === 'application') return;
  throw renderError('chart.not-installable', `${type} charts are not installable`);
}

/** The chart's values with the user's over them, dependencies enabled and imported. Changes the scoped chart. */
function renderValues(chart: ScopedChart, input: RenderChartInput, known: ChartTemplates): GoMap {
  const coalesced = coalescedValues(chart, input);
  if (input.skipSchemaValidation === true) return coalesced;
  const problems = checkSchemas(chart, coalesced, { known: known.schemas, warn: input.warn });
  if (problems === '') return coalesced;
  const message = `values don't meet the specifications of the schema(s) in the following chart(s):\n${problems}`;
  throw renderError('chart.schema', message, { place: { file: 'values.schema.json' } });
}

function coalescedValues(chart: ScopedChart, { values, compat, warn }: RenderChartInput): GoMap {
  let failed = compat === 'helm4' ? 'chart dependencies processing failed' : '';
  try {
    processDependencies(chart, values, { compat, warn });
    failed = '';
    return coalesceValues(chart, values, { compat, warn });
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    if (failed === '') throw renderError('chart.values', error.message, { cause: error });
    warn?.({ level: 'ERROR', message: failed, attributes: [['error', error.message]], helm3: undefined });
    throw renderError('chart.values', `${failed}: ${error.message}`, { cause: error });
  }
}

function checkKubeVersion(
  { metadata: { kubeVersion = '' } }: ScopedChart,
  { kubeVersion: version, normalizedKubeVersion }: Capabilities,
  { compat, questions }: { compat: Compat; questions: Questions },
): void {
  if (kubeVersion === '') return;
  questions.kubeVersion = true;
  const known = normalizedKubeVersion ?? version;
  if (isCompatibleRange(kubeVersion, known)) return;
  const shown = compat === 'helm4' ? version : known;
  throw renderError(
    'chart.incompatible',
    `chart requires kubeVersion: ${kubeVersion} which is incompatible with Kubernetes ${shown}`,
    {
      place: { file: 'Chart.yaml' },
    },
  );
}

function releaseObject({ name, namespace, revision, isInstall, isUpgrade }: RenderChartInput['release']): GoMap {
  return new Map<string, GoValue>([
    ['Name', name],
    ['Namespace', namespace],
    ['IsUpgrade', isUpgrade],
    ['IsInstall', isInstall],
    ['Revision', int(revision)],
    ['Service', 'Helm'],
  ]);
}

interface RenderedFiles {
  readonly files: Map<string, string>;
  readonly unstable: boolean;
}

/** Parsing and rendering follow one order; what a template changes of `.Values` is seen by those that come later. */
function renderTemplates(
  templates: readonly ScopedTemplate[],
  input: RenderChartInput,
  known: ChartTemplates,
): RenderedFiles {
  const { compat, sources } = input;
  let unstable = false;
  const noting: RenderSources = {
    now: () => sources.now(),
    randomBytes: (count) => sources.randomBytes(count),
    get timeZone() {
      return sources.timeZone;
    },
    lintMode: sources.lintMode,
    onRandom: (name) => {
      unstable = true;
      sources.onRandom?.(name);
    },
  };
  const functions = helmFunctions({ compat, sources: noting }).set('lookup', lookupFunction(input.lookup));
  const set = newTemplateSet({ name: 'gotpl', functions, missingKey: 'zero', limits: input.limits ?? {} });
  bindFunctions(set, known);
  const context = errorContext(templates, compat);
  for (const template of templates) addTemplate(set, template, { known, context });
  const files = new Map<string, string>();
  const valuesOf = valuesViews(compat);
  for (const { name, scope, basePath } of templates) {
    if (posix.basename(name).startsWith('_')) continue;
    scope.set(
      'Template',
      valuesOf(
        new Map([
          ['Name', name],
          ['BasePath', basePath],
        ]),
      ),
    );
    files.set(name, renderFile(set, name, { scope, context }));
  }
  return { files, unstable };
}

function errorContext(templates: readonly ScopedTemplate[], compat: Compat): RenderErrorContext {
  const textOf = (name: string): string | undefined => {
    const template = templates.find((candidate) => candidate.name === name);
    return template === undefined ? undefined : fromBytes(template.file.data);
  };
  return { compat, textOf };
}

function addTemplate(
  set: TemplateSet,
  template: ScopedTemplate,
  { known, context }: { known: ChartTemplates; context: RenderErrorContext },
): void {
  try {
    addParsed(set, parseTemplate(set, template, known));
  } catch (error) {
    throw parseFailure(error, template.name, context);
  }
}

function renderFile(
  set: TemplateSet,
  name: string,
  { scope, context }: { scope: GoMap; context: RenderErrorContext },
): string {
  try {
    return withoutNoValue(execute(set, name, scope));
  } catch (error) {
    throw executionFailure(error, name, context);
  }
}

/** Takes every NOTES.txt out of the files; of several, in the order of their names, where Helm's is random. */
function takeNotes(files: Map<string, string>, chart: ScopedChart, subchartNotes: boolean): string {
  const own = posix.join(chartFullPath(chart), 'templates', 'NOTES.txt');
  const notes: string[] = [];
  for (const name of [...files.keys()].sort()) {
    if (!name.endsWith('NOTES.txt')) continue;
    if (subchartNotes || name === own) notes.push(files.get(name) ?? '');
    files.delete(name);
  }
  return notes.reduce((text, note) => (text === '' ? note : `${text}\n${note}`), '');
}

function sorted(files: ReadonlyMap<string, string>, { compat, warn }: RenderChartInput): SortedManifests {
  try {
    return sortManifests(files, compat, warn);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const file = error.file.slice(error.file.indexOf('/') + 1);
    throw renderError('chart.template', error.message, { place: { file }, cause: error });
  }
}

function manifestText(manifests: readonly SortedManifest[]): string {
  return manifests.map(({ name, content }) => `---\n# Source: ${name}\n${content}\n`).join('');
}

function crdFiles(chart: ScopedChart): CrdFile[] {
  const own = chart.chart.files
    .filter(({ name }) => name.startsWith('crds/') && /\.(?:ya?ml|json)$/i.test(name))
    .map(({ name, data }) => ({ name: posix.join(chartFullPath(chart), name), text: fromBytes(data) }));
  return [...own, ...chart.dependencies.flatMap(crdFiles)];
}
