/**
 * Takes what a HelmRelease says of its chart and the sources beside it, returns where the chart is. Throws a user's error for
 * a source that is not there or not supported. Pure.
 */

import { HelmGitopsError, type Place } from '../../../../foundation/base/errors.ts';
import { repositoryPath } from '../../../../foundation/base/repository-path.ts';
import type { Path } from '../../../../foundation/document/read-documents.ts';
import { holdsPassword } from '../../../../foundation/git/git-url.ts';
import type { ChartReference, FilesRoot } from '../../release-definition.ts';
import type { OwnRepository } from '../foreign-application.ts';
import { isOwnRepository, isOwnRevision } from '../own-repository.ts';
import { checkSource } from './check-source.ts';
import { type FluxObject, mapOf, shownName, textOf } from './flux-object.ts';
import type { FluxWorld } from './flux-world.ts';
import { type ChartSpec, chartSpec, type HelmReleaseSpec } from './release-schema.ts';

export interface LocatedChartSource {
  readonly chart: ChartReference;
  /** URLs, as written. */
  readonly repositories: readonly string[];
  readonly valuesFiles: readonly string[];
  readonly ignoreMissing: boolean;
  /** Where the paths of values files begin. */
  readonly root: FilesRoot;
  readonly place: Place;
}

export interface ChartQuestion {
  readonly spec: HelmReleaseSpec;
  readonly release: FluxObject;
  readonly namespace: string;
  readonly world: FluxWorld;
  readonly own: OwnRepository;
}

type PlaceOf = (...path: Path) => Place;

export function locateChart(question: ChartQuestion): LocatedChartSource {
  const { spec, release, namespace, world } = question;
  const place: PlaceOf = (...path) => release.place(['spec', ...path]);
  if (spec.chart !== undefined) {
    const at: PlaceOf = (...path) => place('chart', 'spec', ...path);
    return fromSource(spec.chart.spec, { ...question, at });
  }
  const { kind, name, namespace: other = namespace } = spec.chartRef ?? { kind: '', name: '' };
  if (kind === 'OCIRepository') {
    const source = found(world, { kind, name, namespace: other }, place('chartRef'));
    const { url, ...chart } = fromRegistry(source);
    return { chart, repositories: [url], ...noFiles, place: place('chartRef') };
  }
  if (kind !== 'HelmChart')
    throw unsupported(`a chart of ${kind || 'this kind'} is not supported`, place('chartRef', 'kind'));
  const chart = found(world, { kind, name, namespace: other }, place('chartRef'));
  const checked = chartSpec.safeParse(chart.data['spec']);
  if (!checked.success) throw invalid(`HelmChart ${shownName(chart)} is not understood`, chart.place(['spec']));
  const at: PlaceOf = (...path) => chart.place(['spec', ...path]);
  const { namespace: _own, ...sourceRef } = checked.data.sourceRef;
  return fromSource({ ...checked.data, sourceRef }, { ...question, namespace: other, at });
}

const noFiles = { valuesFiles: [], ignoreMissing: false, root: { type: 'chart' } } as const;
const settingsOf = (place: Place) => ({ keyring: undefined, lock: 'update', place }) as const;

function fromSource(spec: ChartSpec, { at, ...question }: ChartQuestion & { at: PlaceOf }): LocatedChartSource {
  const { chart, version = '', sourceRef } = spec;
  const { kind, name, namespace = question.namespace } = sourceRef;
  const place = at('chart');
  const files = {
    valuesFiles: [...(spec.valuesFile ? [spec.valuesFile] : []), ...(spec.valuesFiles ?? [])],
    ignoreMissing: spec.ignoreMissingValuesFiles ?? false,
    place: at(spec.valuesFile ? 'valuesFile' : 'valuesFiles'),
  };
  if (kind === 'GitRepository') return { ...fromGit(chart, { ...question, name, namespace, at }), ...files };
  if (kind !== 'HelmRepository')
    throw unsupported(
      `a chart of a ${kind} is not supported`,
      at('sourceRef', 'kind'),
      'HelmRepository, GitRepository',
    );
  const source = found(question.world, { kind, name, namespace }, at('sourceRef'));
  const fields = mapOf(source.data['spec']);
  const url = checkedUrl(textOf(fields['url']), source);
  const wanted = version === '*' ? '' : version.trim();
  const isRegistry = textOf(fields['type']) === 'oci' || url.startsWith('oci://');
  const reference: ChartReference = isRegistry
    ? { type: 'oci', reference: `${registryUrl(url, source)}/${chart}`, version: wanted, ...settingsOf(place) }
    : { type: 'repository', repository: httpUrl(url, source), name: chart, version: wanted, ...settingsOf(place) };
  return { chart: reference, repositories: [url], root: { type: 'chart' }, ...files };
}

function fromGit(
  written: string,
  { own, world, name, namespace, at }: ChartQuestion & { name: string; at: PlaceOf },
): Pick<LocatedChartSource, 'chart' | 'repositories' | 'root'> {
  const place = at('chart');
  const path = repositoryPath(written.replace(/^\/+/, ''));
  if (path === undefined) throw invalid(`${JSON.stringify(written)} leads out of the repository`, place);
  const source = world.find('GitRepository', namespace, name);
  const isOwn = isOwnSource({ kind: 'GitRepository', name, namespace }, world, own);
  if (isOwn || source === undefined) {
    if (!isOwn) found(world, { kind: 'GitRepository', name, namespace }, at('sourceRef'));
    return { chart: { type: 'path', path, lock: 'update', place }, repositories: [], root: { type: 'own' } };
  }
  const { url, revision } = gitSource(found(world, { kind: 'GitRepository', name, namespace }, at('sourceRef')));
  return {
    chart: { type: 'git', url, revision, path, ...settingsOf(place) },
    repositories: [url],
    root: { type: 'git', url, revision },
  };
}

/** What a bootstrap of Flux calls the repository that holds everything. */
const bootstrapped = 'flux-system';

/** Of a GitRepository: is it the very commit that holds the definitions? */
export function isOwnSource(
  { kind, name, namespace }: Pick<FluxObject, 'kind' | 'name' | 'namespace'>,
  world: FluxWorld,
  own: OwnRepository,
): boolean {
  if (kind !== 'GitRepository') return false;
  const source = world.find(kind, namespace, name);
  if (name === bootstrapped) return true;
  if (source === undefined) return false;
  const spec = mapOf(source.data['spec']);
  return isOwnRepository(textOf(spec['url']), own) && isOwnRevision(revisionOf(source), own);
}

function gitSource(source: FluxObject): { readonly url: string; readonly revision: string | undefined } {
  const url = checkedUrl(textOf(mapOf(source.data['spec'])['url']), source);
  if (!/^(https?|ssh):\/\//.test(url))
    throw invalid(`GitRepository ${shownName(source)} has no URL of a repository`, source.place(['spec', 'url']));
  return { url, revision: revisionOf(source) };
}

/** In the order that Flux looks; undefined: HEAD, where Flux 2 means the branch master. */
function revisionOf({ data }: FluxObject): string | undefined {
  const ref = mapOf(mapOf(data['spec'])['ref']);
  const [commit, name, semver, tag, branch] = ['commit', 'name', 'semver', 'tag', 'branch'].map((field) =>
    textOf(ref[field]),
  );
  return commit || name?.replace(/^refs\/(heads|tags)\//, '') || semver || tag || branch || undefined;
}

function fromRegistry(source: FluxObject): Extract<ChartReference, { type: 'oci' }> & { readonly url: string } {
  const spec = mapOf(source.data['spec']);
  const url = registryUrl(checkedUrl(textOf(spec['url']), source), source);
  const ref = mapOf(spec['ref']);
  const [digest, semver, tag] = [textOf(ref['digest']), textOf(ref['semver']), textOf(ref['tag'])];
  const pinned = digest === '' ? (semver === '' ? `:${tag || 'latest'}` : '') : `@${digest}`;
  const place = source.place(['spec', 'url']);
  return {
    type: 'oci',
    reference: `${url}${pinned}`,
    version: digest === '' ? semver : '',
    ...settingsOf(place),
    url,
  };
}

function found(world: FluxWorld, what: Pick<FluxObject, 'kind' | 'name' | 'namespace'>, place: Place): FluxObject {
  const { kind, name, namespace } = what;
  const object = world.find(kind, namespace, name);
  const checked = object && checkSource(object);
  const [refused] = checked?.refused ?? [];
  if (refused?.place !== undefined) throw unsupported(refused.message, refused.place);
  if (object !== undefined && checked !== undefined) return object;
  throw new HelmGitopsError('definition.source', 'user', `there is no ${kind} ${namespace}/${name}`, {
    place,
    hint: 'it is looked for among what the repository applies; the path to read is the one that Flux was bootstrapped with',
  });
}

function checkedUrl(url: string, source: FluxObject): string {
  const place = source.place(['spec', 'url']);
  if (url === '') throw invalid(`${source.kind} ${shownName(source)} has no url`, place);
  if (!holdsPassword(url)) return url.replace(/\/+$/, '');
  const hint = 'give them in the configuration, under credentials';
  throw invalid('a URL in git holds no name and password', place, hint);
}

function registryUrl(url: string, source: FluxObject): string {
  if (/^oci:\/\/[^/]+/.test(url)) return url;
  throw invalid(`${source.kind} ${shownName(source)} has no URL oci://…`, source.place(['spec', 'url']));
}

function httpUrl(url: string, source: FluxObject): string {
  if (/^https?:\/\//i.test(url)) return url;
  throw invalid(`${source.kind} ${shownName(source)} has no URL https://…`, source.place(['spec', 'url']));
}

function invalid(message: string, place: Place, hint?: string): HelmGitopsError {
  return new HelmGitopsError('definition.invalid', 'user', message, { place, hint });
}

function unsupported(message: string, place: Place, hint?: string): HelmGitopsError {
  return new HelmGitopsError('definition.unsupported', 'user', message, { place, hint });
}
