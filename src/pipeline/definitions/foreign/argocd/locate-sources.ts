/**
 * Takes the sources of an Argo CD Application, returns how to find its chart and values once it is known what lies in the
 * repository of the definition itself. Values are in the order in which Argo CD gives them to helm. Pure.
 */
import { HelmGitopsError, type Place } from '../../../../foundation/base/errors.ts';
import { repositoryPath } from '../../../../foundation/base/repository-path.ts';
import type { Path } from '../../../../foundation/document/read-documents.ts';
import { holdsPassword, parseGitUrl } from '../../../../foundation/git/git-url.ts';
import type { ChartReference, FilesRoot, PlainManifests, ValueSource } from '../../release-definition.ts';
import type {
  ForeignDestination,
  ForeignInputs,
  ForeignSurroundings,
  OwnRepository,
  PlacedText,
  PlainFolder,
  SourceOverrides,
} from '../foreign-application.ts';
import { isOwnRepository, isOwnRevision } from '../own-repository.ts';
import type { ArgoApplication, ArgoHelm, ArgoSource } from './application-schema.ts';
import { type BuildEnvironment, environmentNames, expandEnvironment } from './build-environment.ts';
import { overrideNames, overrideSource } from './override-source.ts';
import type { ForeignDocument } from './translate-application.ts';
import { locateValueFile } from './value-file.ts';

export interface Surroundings extends ForeignSurroundings {
  readonly destination: ForeignDestination;
  readonly project: string;
}

export interface LocatedSources {
  readonly releaseName: PlacedText;
  readonly locate: (around: Surroundings) => ForeignInputs;
  readonly folder: (own: OwnRepository) => PlainFolder | undefined;
}

interface Rendering {
  readonly name: string;
  readonly source: ArgoSource;
  readonly at: Path;
  /** Those that value files may name, by their `$ref`. */
  readonly refs: ReadonlyMap<string, ArgoSource>;
  readonly document: ForeignDocument;
}

export function locateSources({ metadata, spec }: ArgoApplication, document: ForeignDocument): LocatedSources {
  const many = (spec.sources ?? []).length > 0;
  const sources = many ? (spec.sources ?? []) : [spec.source as ArgoSource];
  const index = Math.max(
    0,
    sources.findIndex(({ ref, path }) => !ref || path),
  );
  const source = sources[index] as ArgoSource;
  const at: Path = many ? ['spec', 'sources', index] : ['spec', 'source'];
  const refs = new Map(sources.flatMap((one) => (one.ref ? [[`$${one.ref}`, one] as const] : [])));
  const rendering: Rendering = { name: metadata.name, source, at, refs, document };
  const releaseName = source.helm?.releaseName;
  return {
    releaseName: releaseName
      ? { text: releaseName, place: document.place([...at, 'helm', 'releaseName']) }
      : { text: metadata.name, place: document.place(['metadata', 'name']) },
    locate: (around) => {
      const chart = chartOf(rendering, around);
      const repositories = [...new Set(sources.map(({ repoURL }) => repoURL))];
      const overrides: SourceOverrides = {
        names: overrideNames(metadata.name),
        apply: (texts) => {
          const { notices, ...found } = overrideSource(source, rendering, texts);
          const overridden = { ...rendering, ...found };
          const again = chartOf(overridden, around);
          const inputs = { chart: again, values: valuesOf(overridden, again, around) };
          return { inputs, skipCrds: found.source.helm?.skipCrds ?? false, notices };
        },
      };
      return { chart, values: valuesOf(rendering, chart, around), repositories, overrides };
    },
    folder: (own) => folderOf(source, own),
  };
}

function chartOf({ source, at, document }: Rendering, { own }: Surroundings): ChartReference {
  const { repoURL, chart, targetRevision = '' } = source;
  const place = document.place([...at, chart ? 'chart' : source.path === undefined ? 'repoURL' : 'path']);
  const settings = { keyring: undefined, lock: 'update', place } as const;
  refusePassword(repoURL, document.place([...at, 'repoURL']));
  const isRegistry =
    repoURL.startsWith('oci://') || (chart !== undefined && chart !== '' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(repoURL));
  if (isRegistry) {
    if (!chart && source.path && repositoryPath(source.path) !== '')
      throw unsupported('a folder within an artifact of a registry is not supported', document.place([...at, 'path']));
    const base = `oci://${repoURL.replace(/^oci:\/\//, '').replace(/\/+$/, '')}${chart ? `/${chart}` : ''}`;
    const isDigest = /^sha256:[0-9a-f]{64}$/.test(targetRevision);
    const reference = isDigest ? `${base}@${targetRevision}` : base;
    return { type: 'oci', reference, version: isDigest ? '' : targetRevision, ...settings };
  }
  if (chart) {
    if (!/^https?:\/\//i.test(repoURL)) throw wrongUrl(document.place([...at, 'repoURL']));
    return { type: 'repository', repository: repoURL, name: chart, version: targetRevision, ...settings };
  }
  const path = insidePath(source.path ?? '', place);
  if (isOwnRepository(repoURL, own) && isOwnRevision(targetRevision, own))
    return { type: 'path', path, lock: 'update', place, ...plainOf(source) };
  refuseLocal(repoURL, document.place([...at, 'repoURL']));
  return { type: 'git', url: repoURL, revision: gitRevision(targetRevision), path, ...settings, ...plainOf(source) };
}

/** All of its files, in the repository of the definition. */
function folderOf(
  { chart, repoURL, targetRevision, path, ...source }: ArgoSource,
  own: OwnRepository,
): PlainFolder | undefined {
  const { plain } = plainOf({ repoURL, ...source });
  const folder = repositoryPath(path ?? '');
  if (chart || folder === undefined || plain === undefined || plain.include || plain.exclude) return undefined;
  if (!isOwnRepository(repoURL, own) || !isOwnRevision(targetRevision, own)) return undefined;
  return { path: folder, recurse: plain.recurse };
}

/** A block for Helm says that it is a chart; one for a directory that it is none. */
function plainOf({ helm, directory = {} }: ArgoSource): { readonly plain?: PlainManifests } {
  const { recurse = false, include, exclude } = directory;
  const explicit = recurse || Boolean(include) || Boolean(exclude);
  return helm !== undefined && !explicit ? {} : { plain: { explicit, recurse, include, exclude } };
}

/** What the remote's HEAD names is asked for by naming nothing. */
const gitRevision = (written: string | undefined) => (!written || written === 'HEAD' ? undefined : written);

function valuesOf(rendering: Rendering, chart: ChartReference, around: Surroundings): ValueSource[] {
  const { source, at, document } = rendering;
  const { helm } = source;
  if (helm === undefined) return [];
  const environment = environmentOf(rendering, around, chart);
  const place = (...path: Path) => document.place([...at, 'helm', ...path]);
  const roots = rootsOf(rendering, chart, around.own);
  const fileAt = (text: string, where: Place) => {
    const expand = (written: string) => expandEnvironment(checked(written, where, around, chart), environment);
    return locateValueFile({ text, place: where, expand, ...roots });
  };
  const optional = helm.ignoreMissingValueFiles ?? false;
  const files = (helm.valueFiles ?? []).map((text, index): ValueSource => {
    const where = place('valueFiles', index);
    const { root, path, glob } = fileAt(text, where);
    if (root.type === 'own' && !glob) return { type: 'file', path, optional, template: false, place: where };
    return { type: 'files', root, path, glob, optional, place: where };
  });
  const given = helm.parameters ?? [];
  const set = (forced: boolean) =>
    parametersOf(given, forced).map(({ name, value, index }): ValueSource => {
      const where = place('parameters', index, 'value');
      const text = escapeCommas(expandEnvironment(checked(value, where, around, chart), environment));
      return { type: forced ? 'setString' : 'set', expression: `${name}=${text}`, place: where };
    });
  const fromFiles = (helm.fileParameters ?? []).map(({ name = '', path = '' }, index): ValueSource => {
    const where = place('fileParameters', index, 'path');
    const { root, path: found } = fileAt(path, where);
    return { type: 'files', root, path: found, glob: false, optional: false, sets: name, place: where };
  });
  return [...files, ...inlineOf(helm, rendering), ...set(false), ...set(true), ...fromFiles];
}

/** `valuesObject` takes the place of `values`. */
function inlineOf({ values, valuesObject }: ArgoHelm, { at, document }: Rendering): ValueSource[] {
  if (valuesObject !== undefined) {
    const path = [...at, 'helm', 'valuesObject'];
    return [
      {
        type: 'inline',
        values: document.values(path),
        place: document.place(path, 'key'),
      },
    ];
  }
  if (!values) return [];
  const path = [...at, 'helm', 'values'];
  const place = document.place(path);
  // The text of a block begins below its indicator.
  const isBlock = /[|>][-+0-9]*\s*(#.*)?$/.test(place.excerpt ?? '');
  return [{ type: 'text', text: values, line: (place.line ?? 1) + (isBlock ? 1 : 0), place }];
}

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly index: number;
}

/** One of each name, the last; Argo CD keeps those that are forced to be text apart. */
function parametersOf(given: NonNullable<ArgoHelm['parameters']>, forced: boolean): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const [index, { name = '', value = '', forceString = false }] of given.entries()) {
    if (forceString !== forced) continue;
    found.delete(name);
    found.set(name, { name, value, index });
  }
  return [...found.values()];
}

/** Argo CD's: a comma is text, unless a backslash says so already or the whole is a list in braces. */
function escapeCommas(value: string): string {
  if (value.startsWith('{') && value.endsWith('}')) return value;
  return value.replace(/(?<!\\),/g, '\\,');
}

const revisionNames = /^ARGOCD_APP_REVISION(_SHORT(_8)?)?$/;

/** The commit of a chart that lies elsewhere is not known here. */
function checked(text: string, place: Place, { own }: Surroundings, { type }: ChartReference): string {
  const name = environmentNames(text).find((one) => revisionNames.test(one));
  if (name === undefined || (type === 'path' && own.commit !== undefined)) return text;
  throw unsupported(`$${name} is known only where the chart lies beside the definition, in git`, place);
}

function environmentOf({ name, source }: Rendering, around: Surroundings, chart: ChartReference): BuildEnvironment {
  const revision = chart.type === 'path' ? (around.own.commit ?? '') : '';
  return {
    ARGOCD_APP_NAME: name,
    ARGOCD_APP_NAMESPACE: around.destination.namespace.text,
    ARGOCD_APP_PROJECT_NAME: around.project,
    ARGOCD_APP_REVISION: revision,
    ARGOCD_APP_REVISION_SHORT: revision.slice(0, 7),
    ARGOCD_APP_REVISION_SHORT_8: revision.slice(0, 8),
    ARGOCD_APP_SOURCE_REPO_URL: source.repoURL,
    ARGOCD_APP_SOURCE_PATH: source.path ?? '',
    ARGOCD_APP_SOURCE_TARGET_REVISION: source.targetRevision ?? '',
  };
}

/** Where paths begin: beside the chart, and at each source that has a `ref`. */
function rootsOf({ source, at, refs, document }: Rendering, chart: ChartReference, own: Surroundings['own']) {
  const rootOf = (one: ArgoSource, place: Place): FilesRoot => {
    if (isOwnRepository(one.repoURL, own) && isOwnRevision(one.targetRevision, own)) return { type: 'own' };
    refusePassword(one.repoURL, place);
    refuseLocal(one.repoURL, place);
    return { type: 'git', url: one.repoURL, revision: gitRevision(one.targetRevision) };
  };
  const place = document.place([...at, 'repoURL']);
  const isGit = chart.type === 'git' || chart.type === 'path';
  return {
    beside: isGit ? rootOf(source, place) : ({ type: 'chart' } as const),
    folder: isGit ? chart.path : '',
    refs: new Map([...refs].map(([name, one]) => [name, () => rootOf(one, place)])),
  };
}

function insidePath(written: string, place: Place): string {
  const path = repositoryPath(written);
  if (path !== undefined) return path;
  const message = `${JSON.stringify(written)} leads out of the repository`;
  throw new HelmGitopsError('definition.invalid', 'user', message, { place });
}

function refusePassword(url: string, place: Place): void {
  if (!holdsPassword(url)) return;
  const hint = 'give them in the configuration, under credentials';
  throw new HelmGitopsError('definition.invalid', 'user', 'a URL in git holds no name and password', { place, hint });
}

function refuseLocal(url: string, place: Place): void {
  let local = true;
  try {
    local = parseGitUrl(url).type === 'local' || /^file:/i.test(url);
  } catch {
    throw wrongUrl(place);
  }
  if (local) throw wrongUrl(place);
}

function wrongUrl(place: Place): HelmGitopsError {
  return new HelmGitopsError('definition.invalid', 'user', 'repoURL is no URL of a repository', { place });
}

function unsupported(message: string, place: Place): HelmGitopsError {
  return new HelmGitopsError('definition.unsupported', 'user', message, { place });
}
