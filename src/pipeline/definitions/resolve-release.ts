/**
 * Takes one application in one environment, returns its release definition: settings layered, templates rendered, paths
 * checked. Throws a user's error at what is wrong with this one; it knows nothing of the others.
 */
import { HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import { repositoryPath } from '../../foundation/base/repository-path.ts';
import { suggestionHint } from '../../foundation/document/suggest-name.ts';
import { completeSettings } from './built-in-settings.ts';
import { chartReference } from './chart-reference.ts';
import { enforceSettings } from './enforce-settings.ts';
import { pinOf, promoteOf } from './environment-levels.ts';
import type { ForeignApplication, OwnRepository } from './foreign/foreign-application.ts';
import { localProject } from './foreign/local-project.ts';
import { matchCluster } from './foreign/match-cluster.ts';
import { overridesOf } from './foreign/overrides-of.ts';
import { layerSettings } from './layer-settings.ts';
import type { LocatedSettings } from './locate-settings.ts';
import type { ParsedApplication, ParsedEnvironment, SettingsLayer } from './parse-definitions.ts';
import {
  checkNamespace,
  checkReleaseName,
  elsewhere,
  namespaceOf,
  releaseNameOf,
  storageNamespaceOf,
} from './place-release.ts';
import { refuseDestination, refuseRepository } from './project-limits.ts';
import type {
  DefinitionOrigin,
  Dependency,
  ProjectLimits,
  ReleaseDefinition,
  ValueSource,
} from './release-definition.ts';
import { renderTemplate, type Variables } from './render-template.ts';
import { resolveChecks } from './resolve-checks.ts';

export interface ReleaseRequest {
  readonly application: ParsedApplication;
  /** The configuration's, then those of Defaults documents, outer to inner. */
  readonly defaults: readonly SettingsLayer[];
  readonly environment: string;
  /** Undefined where none is needed. */
  readonly environmentDefinition: ParsedEnvironment | undefined;
  readonly namespace: string;
  readonly clusters: readonly string[];
  readonly origin: DefinitionOrigin;
  readonly project: ProjectLimits | undefined;
  /** For definitions of other tools. */
  readonly around: ForeignContext;
}

export interface ForeignContext {
  readonly own: OwnRepository;
  /** Other names of the configured clusters. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** A release, and where each of its dependencies is written. */
export interface ResolvedRelease {
  readonly definition: ReleaseDefinition;
  readonly dependencyPlaces: readonly Place[];
}

export function resolveRelease(request: ReleaseRequest): ResolvedRelease {
  const { application, environment, environmentDefinition } = request;
  if (application.foreign !== undefined) return resolveForeign(request, application.foreign);
  const settings = observed(request, enforceSettings(layerSettings(layersOf(request)), environmentDefinition?.enforce));
  const cluster = clusterOf(request);
  const project = localProject(request.project, cluster, {
    names: request.clusters,
    aliases: request.around.aliases,
  });
  const known = withoutUndefined({ app: application.name, environment, cluster, project: project?.name });
  const own = ownVariables(environmentDefinition, known);
  const { formerly = [] } = application;
  // A release lies where its application's first name put it.
  const placing = { ...own, ...known, app: formerly[0] ?? application.name };
  const namespace = namespaceOf(settings, request, placing);
  const storageNamespace = storageNamespaceOf(settings, request, { ...placing, namespace });
  const variables: Variables = { ...own, ...known, namespace };
  const chart = chartReference(settings.chart, application.place, variables);
  if (project !== undefined) {
    const { place, ...asked } = { place: settings.places?.namespace ?? application.place, cluster, namespace };
    refuseDestination(project, asked, place);
    if (storageNamespace !== undefined)
      refuseDestination(project, { cluster, namespace: storageNamespace }, settings.places?.storageNamespace ?? place);
    // Who may name another repository for definitions may have its charts.
    if (chart.type !== 'path' || request.origin.elsewhere === undefined)
      refuseRepository(project, chart.type === 'path' ? undefined : chart, chart.place);
  }
  const dependencies = dependenciesOf(settings, request, variables);
  const ignore = settings.drift?.ignore?.map((entry) => ({
    ...entry,
    ...(entry.name === undefined
      ? {}
      : { name: renderTemplate({ text: entry.name, place: application.place }, variables) }),
  }));
  const drift = ignore === undefined ? settings.drift : { ...settings.drift, ignore };
  return {
    definition: {
      app: application.name,
      environment,
      cluster,
      namespace,
      ...(storageNamespace === undefined ? {} : { storageNamespace }),
      releaseName: releaseNameOf(settings, application.place, { ...placing, namespace }),
      ...(formerly.length === 0 ? {} : { formerly }),
      ...pinOf(request, variables),
      ...promoteOf(request),
      origin: request.origin,
      chart,
      values: (settings.values ?? []).map((source) => resolveSource(source, variables)),
      variables,
      createNamespace: environmentDefinition?.createNamespace ?? { labels: {}, annotations: {} },
      settings: completeSettings(
        { ...settings, drift },
        dependencies.map(({ place: _place, ...dependency }) => dependency),
        resolveChecks(settings.rollback?.checks, { place: application.place, variables }),
      ),
      ...(project === undefined ? {} : { project }),
    },
    dependencyPlaces: dependencies.map(({ place }) => place),
  };
}

/** Of a repository that is only observed all is. */
function observed({ around }: ReleaseRequest, settings: LocatedSettings): LocatedSettings {
  return around.own.mode === undefined ? settings : { ...settings, mode: around.own.mode };
}

/** What another tool's definition says is literal, and lies where it says; under it our own defaults hold. */
function resolveForeign(request: ReleaseRequest, foreign: ForeignApplication): ResolvedRelease {
  const { application, environment, clusters, around } = request;
  const settings = observed(request, layerSettings(layersOf(request)));
  const { destination } = foreign;
  const known = { names: clusters, aliases: around.aliases };
  const cluster = matchCluster(destination.cluster, known);
  const project = localProject(request.project, cluster, known);
  const namespace = checkNamespace(destination.namespace);
  const storageNamespace = elsewhere(foreign.storageNamespace, namespace);
  const { chart, values, repositories, overrides } = foreign.locate({ own: around.own });
  if (project !== undefined) {
    refuseDestination(project, { cluster, namespace }, destination.namespace.place);
    if (foreign.storageNamespace !== undefined && storageNamespace !== undefined)
      refuseDestination(project, { cluster, namespace: storageNamespace }, foreign.storageNamespace.place);
    if (project.tool === undefined) refuseRepository(project, chart.type === 'path' ? undefined : chart, chart.place);
    else
      for (const url of repositories)
        refuseRepository(project, { type: 'git', url, revision: '', path: '' }, chart.place);
  }
  const variables = withoutUndefined({
    app: application.name,
    environment,
    cluster,
    namespace,
    project: project?.name,
  });
  const dependencies = dependenciesOf(settings, request, variables);
  const below = (settings.values ?? []).map((source) => resolveSource(source, variables));
  const definition: ReleaseDefinition = {
    app: application.name,
    environment,
    cluster,
    namespace,
    ...(storageNamespace === undefined ? {} : { storageNamespace }),
    releaseName: checkReleaseName(foreign.releaseName),
    origin: request.origin,
    chart,
    values: [...below, ...values],
    variables,
    createNamespace: foreign.createNamespace,
    settings: completeSettings(
      settings,
      dependencies.map(({ place: _place, ...dependency }) => dependency),
      resolveChecks(settings.rollback?.checks, { place: application.place, variables }),
    ),
    foreign: foreign.object,
    ...(foreign.serviceAccount === undefined ? {} : { serviceAccount: foreign.serviceAccount }),
    ...(project === undefined ? {} : { project }),
  };
  return {
    definition:
      overrides === undefined ? definition : { ...definition, overrides: overridesOf(overrides, definition, below) },
    dependencyPlaces: dependencies.map(({ place }) => place),
  };
}

function layersOf({ application, defaults, environment, environmentDefinition }: ReleaseRequest): LocatedSettings[] {
  const both = (layer: SettingsLayer) => [layer.settings, layer.environments?.get(environment)?.settings ?? {}];
  const [configuration, ...folders] = defaults;
  return [
    ...(configuration === undefined ? [] : both(configuration)),
    environmentDefinition?.settings ?? {},
    ...folders.flatMap(both),
    ...both(application),
  ];
}

function withoutUndefined(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function clusterOf({ environment, environmentDefinition, clusters, application }: ReleaseRequest): string {
  const named = environmentDefinition?.cluster;
  if (named !== undefined) {
    if (clusters.includes(named.name)) return named.name;
    const message = `environment ${environment}: there is no cluster ${JSON.stringify(named.name)} in the configuration`;
    throw wrong('cluster', message, named.place, suggestionHint(named.name, clusters));
  }
  const [only, ...others] = clusters;
  if (only !== undefined && others.length === 0) return only;
  const message = `environment ${environment} names no cluster, and there are ${clusters.length}`;
  const hint = `give spec.cluster of the Environment: ${clusters.join(', ')}`;
  throw wrong('cluster', message, environmentDefinition?.place ?? application.place, hint);
}

const reserved = ['app', 'environment', 'cluster', 'namespace', 'project'];

function ownVariables(environment: ParsedEnvironment | undefined, known: Variables): Variables {
  const variables: Record<string, string> = {};
  for (const [name, text] of Object.entries(environment?.variables ?? {})) {
    const place = environment?.variablesPlace;
    if (reserved.includes(name)) throw wrong('invalid', `the variable {{${name}}} is already taken`, place);
    variables[name] = renderTemplate({ text, place }, known);
  }
  return variables;
}

const helmName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function resolveSource(source: ValueSource, variables: Variables): ValueSource {
  if (source.type === 'inline' || source.type === 'text' || source.type === 'files') return source;
  const { place } = source;
  if (source.type === 'secret' || source.type === 'configMap') {
    const [name, key] = [source.name, source.key].map((text) => renderTemplate({ text, place }, variables));
    return { ...source, name: objectName(name as string, place), key: key as string };
  }
  if (source.type !== 'file') {
    return { ...source, expression: renderTemplate({ text: source.expression, place }, variables) };
  }
  const path = insidePath(renderTemplate({ text: source.path, place }, variables), place);
  if (source.template || !globSigns.test(path)) return { ...source, path };
  return { type: 'files', root: { type: 'own' }, path, glob: true, optional: source.optional, place };
}

/** `values/shop/*.yaml`, in the order of their names. */
const globSigns = /[*?[{]/;

function objectName(name: string, place: Place): string {
  if (name.length <= 253 && helmName.test(name)) return name;
  throw wrong('invalid', `${JSON.stringify(name)} cannot be the name of a Secret or ConfigMap`, place);
}

function insidePath(written: string, place: Place): string {
  const path = repositoryPath(written);
  if (path !== undefined) return path;
  const hint = "paths are relative to the repository's root";
  throw wrong('invalid', `${JSON.stringify(written)} leads out of the repository`, place, hint);
}

function dependenciesOf(
  settings: LocatedSettings,
  { application, environment }: ReleaseRequest,
  variables: Variables,
): (Dependency & { readonly place: Place })[] {
  const found = new Map<string, Dependency & { readonly place: Place }>();
  for (const { place, optional, ready, ...written } of settings.dependsOn ?? []) {
    const app = renderTemplate({ text: written.app, place }, variables);
    const other = written.environment;
    const target = other === undefined ? environment : renderTemplate({ text: other, place }, variables);
    const itself = app === application.name && target === environment;
    // A level that speaks for many may name one of them.
    if (itself && place.file !== application.place.file) continue;
    if (itself) throw wrong('cycle', `${app} depends on itself`, place);
    found.set(`${app}/${target}`, {
      app,
      environment: target,
      optional,
      ...(ready === undefined ? {} : { ready }),
      place,
    });
  }
  return [...found.values()];
}

function wrong(name: string, message: string, place: Place | undefined, hint?: string): HelmGitopsError {
  return new HelmGitopsError(`definition.${name}`, 'user', message, { place, hint });
}
