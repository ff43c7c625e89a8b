/** The fixtures of Argo CD's and Flux's definitions in memory, and where in them each field of docs/compatibility.md stands. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isScalar, parseAllDocuments, parse as parseYaml } from 'yaml';
import { HelmGitopsError } from '../../src/foundation/base/errors.ts';
import { newDefinitionCache } from '../../src/pipeline/definitions/read-definitions.ts';
import type { OtherReference, OtherRepositories } from '../../src/pipeline/source/other-repositories.ts';
import { memoryFiles, readFleetOf } from '../pipeline/definitions/memory-files.ts';
import { compatibilityTables } from './compatibility-tables.ts';
import { clustersOf, type FleetFixture, fixtures } from './fleet-fixture.ts';

export interface ForeignFixture {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** What the definitions come to with another text of a file, places aside. */
  readonly comesTo: (file: string, text: string) => Promise<ComesTo>;
}

export interface ComesTo {
  readonly releases: string;
  readonly problems: readonly string[];
  readonly notices: readonly string[];
}

export interface Occurrence {
  readonly fixture: ForeignFixture;
  /** Where it stands: `shop.yaml spec.source.helm.values`. */
  readonly shown: string;
  /** What leaving it out does, and another text in its place. */
  readonly without: () => Promise<readonly Effect[]>;
  readonly otherwise: () => Promise<readonly Effect[]>;
}

/** Something else is deployed, or is a problem; something is told no more. */
export type Effect = 'changes' | 'tells' | 'nothing';

const tools = /^(argocd|flux)-/;
/** Places, what is told, and the whole object where a condition for a dependency (`readyExpr`) may ask of it. */
const leftOut = /place$|^line$|^notices$|^data$/i;

export const foreignFixtures = (): ForeignFixture[] =>
  readdirSync(fixtures)
    .filter((name) => tools.test(name))
    .sort()
    .map(openFixture);

function openFixture(name: string): ForeignFixture {
  const folder = join(fixtures, name);
  const notOfIt = /^(fixture\.yaml|expected\.txt|before|then|others|served)(\/|$)/;
  const files = { ...textsOf(join(fixtures, '.charts'), 'charts/'), ...textsOf(folder, '', notOfIt) };
  const { repository = {}, ...fixture } = parseYaml(readFileSync(join(folder, 'fixture.yaml'), 'utf8')) as FleetFixture;
  const { path = 'apps', aliases = [] } = repository as { path?: string; aliases?: string[] };
  const clusters = clustersOf(fixture);
  const input = {
    path,
    own: { urls: aliases, revision: undefined },
    clusters: clusters.map((one) => one.name),
    clusterAliases: new Map(clusters.flatMap((one) => (one.aliases ?? []).map((alias) => [alias, one.name] as const))),
    clusterLabels: new Map(clusters.map((one) => [one.name, one.labels ?? {}])),
    others: othersOf(join(folder, 'others')),
    cache: newDefinitionCache(),
  };
  const comesTo = async (file: string, text: string): Promise<ComesTo> => {
    const { definitions, problems, notices } = await readFleetOf({ ...files, [file]: text }, input);
    const sorted = [...definitions].sort((a, b) => (a.app < b.app ? -1 : 1));
    return {
      releases: JSON.stringify(sorted, (key, value) => (leftOut.test(key) ? undefined : value)),
      problems: problems.map(({ message }) => message),
      notices: notices.map(({ message }) => message),
    };
  };
  return { name, files, comesTo };
}

/** Of each there is the tag alone: without the revision nothing is found. */
function othersOf(folder: string): OtherRepositories {
  const nameOf = ({ git, revision = 'HEAD' }: OtherReference) => `${git}@${revision}`;
  return {
    nameOf,
    open: async (reference) => {
      const { git, revision } = reference;
      const found = revision === 'v1.0.0' ? textsOf(join(folder, git.split('/').at(-1) ?? ''), '') : {};
      if (Object.keys(found).length === 0)
        throw new HelmGitopsError('git.failed', 'user', `${nameOf(reference)} is not there`);
      const checkout = { repository: 'fleet', revision: 'v1.0.0', commit: undefined, root: '/nowhere', path: '' };
      return { url: git, revision, checkout, files: memoryFiles(found), problem: undefined };
    },
  };
}

function textsOf(folder: string, under: string, except?: RegExp): Record<string, string> {
  if (!existsSync(folder)) return {};
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const wanted = paths.filter((path) => !except?.test(path));
  return Object.fromEntries(wanted.map((path) => [under + path, readFileSync(join(folder, path), 'utf8')]));
}

/** By chapter of docs/compatibility.md and field. */
export function occurrencesIn(all: readonly ForeignFixture[]): ReadonlyMap<string, readonly Occurrence[]> {
  const found = new Map<string, Occurrence[]>();
  for (const fixture of all)
    for (const [file, text] of Object.entries(fixture.files)) {
      if (!/\.ya?ml$/.test(file) || file.includes('/templates/')) continue;
      // As it is written by whoever takes something out of it.
      const before = once(() => fixture.comesTo(file, printed(parseAllDocuments(text) as Document[])));
      for (const [index, document] of (parseAllDocuments(text) as Document[]).entries())
        for (const { key, path } of fieldsOf(document)) {
          const shown = `${fixture.name}/${file} ${path.join('.')}`;
          const effectsOf = async (by?: string) =>
            compared(await before(), await fixture.comesTo(file, changedAt({ text, index, path }, by)));
          const [without, otherwise] = [() => effectsOf(), () => effectsOf('otherwise')];
          found.set(key, [...(found.get(key) ?? []), { fixture, shown, without, otherwise }]);
        }
    }
  return found;
}

function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

function compared(before: ComesTo, after: ComesTo): Effect[] {
  const same = (field: keyof ComesTo) => JSON.stringify(before[field]) === JSON.stringify(after[field]);
  const effects: Effect[] = [];
  if (!same('releases') || !same('problems')) effects.push('changes');
  if (!same('notices')) effects.push('tells');
  return effects.length === 0 ? ['nothing'] : effects;
}

const printed = (all: readonly Document[]) => all.map((document) => document.toString()).join('---\n');

interface Spot extends Pick<Field, 'path'> {
  readonly text: string;
  readonly index: number;
}

/** The text without what stands there or, where that is one, with another text. */
function changedAt({ text, index, path }: Spot, by?: string): string {
  const all = parseAllDocuments(text) as Document[];
  const one = all[index];
  if (by === undefined) one?.deleteIn(path);
  else if (typeof one?.getIn(path) === 'string') one.setIn(path, by);
  return printed(all);
}

interface Field {
  readonly key: string;
  readonly path: readonly (string | number)[];
}

export const fieldKey = (chapter: string, field: string) => `${chapter}: ${field}`;

const chapterOf = ({ apiVersion, kind }: { apiVersion: string; kind: string }): string | undefined => {
  if (apiVersion.startsWith('kustomize.toolkit.fluxcd.io/')) return "Flux's Kustomization";
  return /^argoproj\.io\/|\.toolkit\.fluxcd\.io\//.test(apiVersion) && Object.hasOwn(compatibilityTables, kind)
    ? kind
    : undefined;
};

function fieldsOf(document: Document): Field[] {
  if (!isMap(document.contents)) return [];
  const text = (name: string) => String(document.get(name) ?? '');
  const [apiVersion, kind] = [text('apiVersion'), text('kind')];
  const isKustomize =
    apiVersion.startsWith('kustomize.config.k8s.io/') || (apiVersion === '' && document.has('resources'));
  const chapter = isKustomize ? 'kustomization.yaml' : chapterOf({ apiVersion, kind });
  const fields: Field[] = [];
  const add = (of: string, field: string, path: Field['path']) => fields.push({ key: fieldKey(of, field), path });
  if (chapter !== undefined) {
    const known = new Set(compatibilityTables[chapter]?.map(({ field }) => field));
    walk(document.toJS(), [], (pattern, path) => {
      for (const name of named(pattern, known)) add(chapter, name, path);
    });
  }
  for (const { of, field, path } of markersOf(document, chapter)) add(of, field, path);
  return fields;
}

/** `metadata.labels.a` is `metadata.labels.NAME`, and `spec.sources[].path` is told with `spec.source.path`. */
function* named(written: string, known: ReadonlySet<string>): Generator<string> {
  const single = written.replace(/^spec\.sources\[\]/, 'spec.source');
  for (const one of [
    single,
    single.replace(/\.[^.]+$/, '.NAME'),
    single.replace(/(labels|annotations|values|matchLabels)\..*$/, '$1.NAME'),
  ])
    if (known.has(one)) return yield one;
}

function walk(
  value: unknown,
  path: readonly (string | number)[],
  visit: (pattern: string, path: readonly (string | number)[]) => void,
): void {
  const pattern = path.map((step) => (typeof step === 'number' ? '[]' : `.${step}`)).join('');
  if (path.length > 0) visit(pattern.slice(1), path);
  if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...path, index], visit);
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) walk(item, [...path, name], visit);
}

/** What stands in lists and annotations, with chapters of its own. */
function* markersOf(
  document: Document,
  chapter: string | undefined,
): Generator<{ of: string; field: string; path: Field['path'] }> {
  const options = document.toJS()?.spec?.syncPolicy?.syncOptions ?? [];
  if (chapter === 'Application')
    for (const [index, option] of options.entries())
      yield { of: 'Sync options', field: option, path: ['spec', 'syncPolicy', 'syncOptions', index] };
  const annotations = document.getIn(['metadata', 'annotations']);
  if (!isMap(annotations)) return;
  const of =
    chapter === 'Application'
      ? 'Annotations'
      : chapter === 'HelmRelease'
        ? 'Annotations of a HelmRelease'
        : 'Annotations on objects';
  for (const { key, value } of annotations.items) {
    const [name, written] = [String(isScalar(key) ? key.value : key), String(isScalar(value) ? value.value : value)];
    const path = ['metadata', 'annotations', name];
    const row = compatibilityTables[of]?.find(({ field }) => fits(field, name, written));
    if (row) yield { of, field: row.field, path };
    if (of !== 'Annotations on objects') continue;
    if (name === 'argocd.argoproj.io/hook') yield { of: 'Hooks in folders of plain manifests', field: written, path };
    if (name === 'argocd.argoproj.io/sync-options')
      for (const option of written.split(',')) yield { of: 'Sync options of objects', field: option.trim(), path };
  }
}

const fits = (field: string, name: string, value: string) =>
  field.endsWith('*') ? name.startsWith(field.slice(0, -1)) : field === name || field === `${name}: ${value}`;
