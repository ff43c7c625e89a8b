/**
 * Takes a checkout and the configuration's defaults, returns each release that it defines, and everything that is wrong
 * with it: one broken definition never takes others down. It never touches a cluster, and never reads a chart or values.
 */
import type { Problem } from '../../foundation/base/problem.ts';
import { problemOf } from '../../foundation/base/problem.ts';
import { elsewhereOf, holds } from '../../foundation/base/repository-path.ts';
import type { Checkout } from '../source/checkout.ts';
import type { CheckoutFiles } from '../source/checkout-files.ts';
import type { OtherCheckout, OtherRepositories } from '../source/other-repositories.ts';
import { assignOwners, type OwnedFile } from './assign-owners.ts';
import { assignProject } from './assign-project.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkPromotions } from './check-promotions.ts';
import { collectFleet, type FleetApplication, type FleetIndex } from './collect-fleet.ts';
import { leadersOf, leadsToOthersOnly } from './foreign/apps-folders.ts';
import { expandSets, type SetCache } from './foreign/expand-sets.ts';
import { addFlux } from './foreign/flux/add-flux.ts';
import type { KnownFluxFiles } from './foreign/flux/flux-files.ts';
import type { OwnRepository } from './foreign/foreign-application.ts';
import type { ClusterFacts, RenderText } from './foreign/foreign-set.ts';
import { gatherProblems, type ReleaseProblem } from './gather-problems.ts';
import { joinFiles } from './join-files.ts';
import { openOthers } from './open-others.ts';
import type { ParsedFile, SettingsLayer } from './parse-definitions.ts';
import { type ParsedFiles, readFleet } from './read-fleet.ts';
import { refuseConflicts } from './refuse-conflicts.ts';
import { definitionId, type ReleaseDefinition } from './release-definition.ts';
import { type ResolvedReleases, resolveOnce } from './resolve-once.ts';
import type { ForeignContext, ResolvedRelease } from './resolve-release.ts';

export interface ReadDefinitionsInput {
  readonly checkout: Checkout;
  readonly files: CheckoutFiles;
  /** `defaults` of the configuration. */
  readonly defaults: SettingsLayer;
  /** Names of the configured clusters. */
  readonly clusters: readonly string[];
  /** Other names of the clusters, and URLs of their servers, as other tools' definitions have them. */
  readonly clusterAliases?: ReadonlyMap<string, string> | undefined;
  /** Labels of the clusters, by which other tools' definitions choose among them. */
  readonly clusterLabels?: ReadonlyMap<string, ClusterFacts['labels']> | undefined;
  /** For templates of other tools' definitions. */
  readonly renderText: RenderText;
  /** The repository itself: what other tools' definitions name by its URL lies beside them. */
  readonly own?: Pick<OwnRepository, 'urls' | 'revision' | 'mode'> | undefined;
  /** Applications of the other repositories, that dependencies may name. */
  readonly otherApplications?: readonly string[];
  /** Without it `spec.apps.git` is a problem. */
  readonly others?: OtherRepositories | undefined;
  /** What charts render of definitions, and what is wrong with that. */
  readonly nested?: { readonly files: readonly OwnedFile[]; readonly problems: readonly Problem[] };
  /** Passed in again next time, it saves parsing and resolving what has not changed. */
  readonly cache?: DefinitionCache;
}

export interface DefinitionCache {
  readonly files: ParsedFiles;
  readonly flux: KnownFluxFiles;
  readonly releases: ResolvedReleases;
  readonly sets: SetCache;
}

export function newDefinitionCache(): DefinitionCache {
  return { files: new Map(), flux: new Map(), releases: new WeakMap(), sets: new WeakMap() };
}

export interface DefinitionsRead {
  readonly definitions: readonly ReleaseDefinition[];
  readonly problems: readonly Problem[];
  /** What is not honoured of definitions that are, and documents that do not count where they stand. */
  readonly notices: readonly Problem[];
  /** Files that hold definitions which are not understood or refused: what runs because of them stays. */
  readonly unreadFiles: readonly string[];
  /** By file the names in documents that define nothing; `all` where none of the file's does, `empty` where it has none. */
  readonly strangers: ReadonlyMap<string, readonly string[] | 'all' | 'empty'>;
  /** YAML files looked at. */
  readonly files: number;
  /** Other repositories that were read, by name. */
  readonly others: ReadonlyMap<string, OtherCheckout>;
}

export async function readDefinitions(input: ReadDefinitionsInput): Promise<DefinitionsRead> {
  const { checkout, others, cache = newDefinitionCache() } = input;
  const { own } = aroundOf(input, undefined);
  const opened = new Map<string, OtherCheckout>();
  const files = joinFiles(input.files, opened);
  const open = others && openOthers(others, opened);
  const expand = (file: ParsedFile) =>
    expandSets(file, { ...setsAround(input, file, opened), opened, cache: cache.sets });
  const nameOther = others?.nameOf;
  const fleet = await readFleet({ path: checkout.path, own, files, nameOther, expand, open }, cache.files);
  const flux = await addFlux(fleet.files, { path: checkout.path, own, files }, cache.flux);
  const ownership = assignOwners(flux.files, others?.nameOf);
  const { nested = { files: [], problems: [] } } = input;
  const rendered = await Promise.all(
    nested.files.map(async (one) =>
      one.parsed.sets.length === 0 ? one : { ...one, parsed: await expand(one.parsed) },
    ),
  );
  const leaders = leadersOf(flux.files, { path: checkout.path, own });
  const owned = ownership.owned.map((one) => ({ ...one, through: [...one.through, ...leaders(one.parsed.file)] }));
  const index = collectFleet([...owned, ...rendered]);
  const problems = [...nested.problems, ...fleet.problems, ...ownership.problems, ...index.problems, ...flux.problems];
  const unread = new Set([...fleet.unread, ...ownership.unread, ...index.unread]);
  for (const application of index.appsOfApps) {
    const problem = projectProblem(application, index);
    if (problem !== undefined) problems.push(problem);
  }
  const resolved: ResolvedRelease[] = [];
  const refused: ReleaseProblem[] = [];
  const ownFiles = fleet.files.filter(({ file }) => elsewhereOf(file) === '');
  for (const application of index.applications) {
    if (leadsToOthersOnly(application.application, ownFiles, own)) continue;
    const outcome = resolveApplication(application, index, { ...input, cache, opened });
    resolved.push(...outcome.releases);
    problems.push(...outcome.problems);
    refused.push(...outcome.refused);
    if (outcome.withheld) unread.add(application.file);
  }
  problems.push(...gatherProblems(refused));
  const known = new Set([...index.applicationNames, ...(input.otherApplications ?? [])]);
  const elsewhere = new Set(input.otherApplications);
  const complete = unread.size === 0;
  const promotions = checkPromotions(resolved, { documents: index.environments.keys(), complete });
  const dependencies = checkDependencies(promotions.releases, { known, others: elsewhere, complete });
  const agreement = refuseConflicts(dependencies.definitions);
  problems.push(...promotions.problems, ...dependencies.problems, ...agreement.problems);
  for (const { origin } of [...promotions.refused, ...dependencies.refused, ...agreement.refused])
    unread.add(origin.place.file);
  for (const { place } of problems) if (place !== undefined) unread.add(place.file);
  const sorted = [...agreement.definitions].sort(byId);
  const notices = inOrder([
    ...index.ignored,
    ...flux.notices,
    ...index.applications.flatMap(({ application }) => application.foreign?.notices ?? []),
    ...[...index.projects.values()].flatMap((project) => project.notices ?? []),
    ...[...fleet.files, ...rendered.map(({ parsed }) => parsed)].flatMap(({ sets }) =>
      sets.flatMap((set) => set.notices),
    ),
  ]);
  return {
    definitions: sorted,
    problems: inOrder(problems),
    notices,
    unreadFiles: [...unread].sort(),
    strangers: strangersIn(flux.files, flux.without),
    files: fleet.count,
    others: opened,
  };
}

function strangersIn(files: readonly ParsedFile[], without: readonly string[]): DefinitionsRead['strangers'] {
  const found = new Map<string, readonly string[] | 'all' | 'empty'>(without.map((file) => [file, 'all']));
  for (const { file, applications, environments, defaults, projects, sets, strangers, others } of files) {
    const known = applications.length + environments.length + defaults.length + projects.length + sets.length;
    if (known === 0) found.set(file, others ? 'all' : 'empty');
    else if (strangers.length > 0) found.set(file, strangers);
  }
  return found;
}

interface Outcome {
  readonly releases: readonly ResolvedRelease[];
  readonly problems: readonly Problem[];
  /** What is wrong in one environment, and may be in others. */
  readonly refused: readonly ReleaseProblem[];
  /** Something of it cannot be resolved for now. */
  readonly withheld: boolean;
}

function resolveApplication(
  found: FleetApplication,
  index: FleetIndex,
  input: ReadDefinitionsInput & { readonly cache: DefinitionCache; readonly opened: DefinitionsRead['others'] },
): Outcome {
  const { application, file } = found;
  if (index.brokenDefaults.some((folder) => holds(folder, file)))
    return { releases: [], problems: [], refused: [], withheld: true };
  let project: ReturnType<typeof assignProject>;
  try {
    project = assignProject(found, index);
  } catch (error) {
    return { releases: [], problems: [problemOf(error)], refused: [], withheld: true };
  }
  if (project === 'unknown') return { releases: [], problems: [], refused: [], withheld: true };
  const defaults = [input.defaults, ...index.defaultsOf(file)];
  const isForeign = application.foreign !== undefined;
  const stated = isForeign
    ? undefined
    : [...defaults, application].findLast((level) => level.environments !== undefined)?.environments;
  const releases: ResolvedRelease[] = [];
  const problems: Problem[] = [];
  const refused: ReleaseProblem[] = [];
  let withheld = false;
  for (const environment of stated?.keys() ?? ['default']) {
    if (!isForeign && index.brokenEnvironments.has(environment)) {
      withheld = true;
      continue;
    }
    const environmentDefinition = isForeign ? undefined : index.environments.get(environment);
    const place = stated?.get(environment)?.place ?? application.place;
    if (stated !== undefined && environmentDefinition === undefined && index.hasEnvironments) {
      problems.push(index.unknownEnvironment(environment, place));
      continue;
    }
    const { repository, path, url } = input.checkout;
    const { place: definedAt, outline } = application;
    const elsewhere = elsewhereOf(file);
    const known = {
      ...(url !== undefined && { url }),
      ...(outline !== undefined && { outline }),
      ...(elsewhere !== '' && { elsewhere }),
    };
    const { parents, through } = found;
    const led = through.length === 0 ? {} : { through };
    const origin = { repository, path, parents, ...led, place: definedAt, ...known };
    const namespace = stated === undefined ? (application.formerly?.[0] ?? application.name) : environment;
    const { clusters } = input;
    try {
      releases.push(
        resolveOnce(input.cache.releases, {
          application,
          defaults,
          environment,
          environmentDefinition,
          namespace,
          clusters,
          origin,
          project,
          around: aroundOf(input, input.opened.get(elsewhere)),
        }),
      );
    } catch (error) {
      const environments = stated?.size ?? 1;
      refused.push({ problem: problemOf(error), app: application.name, environment, environments });
    }
  }
  return { releases, problems, refused, withheld: withheld || problems.length + refused.length > 0 };
}

const noAliases: ReadonlyMap<string, string> = new Map();

/** A set's own repository is the one that holds it. */
function setsAround(input: ReadDefinitionsInput, { file }: ParsedFile, opened: DefinitionsRead['others']) {
  const { files, others, renderText, clusters, clusterLabels } = input;
  const elsewhere = elsewhereOf(file);
  const { own, aliases } = aroundOf(input, opened.get(elsewhere));
  const facts = clusters.map((name) => ({
    name,
    aliases: [...aliases].filter(([, cluster]) => cluster === name).map(([alias]) => alias),
    labels: clusterLabels?.get(name) ?? {},
  }));
  const { files: ownFiles = files } = opened.get(elsewhere) ?? {};
  return { own, elsewhere, clusters: facts, files: ownFiles, others, renderText };
}

/** `other` is the repository that holds the definition, where it is not the followed one. */
function aroundOf(
  { own, checkout, clusterAliases = noAliases }: ReadDefinitionsInput,
  other: OtherCheckout | undefined,
): ForeignContext {
  const { mode } = own ?? {};
  const { urls = [], revision } = other === undefined ? (own ?? {}) : { urls: [other.url], revision: other.revision };
  const { commit } = (other ?? { checkout }).checkout;
  return { own: { urls, revision, mode, commit: commit?.id }, aliases: clusterAliases };
}

/** What is wrong with the project of an application of applications; its children are looked at by themselves. */
function projectProblem(found: FleetApplication, index: FleetIndex): Problem | undefined {
  try {
    assignProject(found, index);
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}

function byId(left: ReleaseDefinition, right: ReleaseDefinition): number {
  const [a, b] = [definitionId(left), definitionId(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By place; what several environments say alike is said once. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const key = ({ code, message, place }: Problem) =>
    [place?.file, place?.line, place?.column, code, message].join('\0');
  const unique = [...new Map(problems.map((problem) => [key(problem), problem])).values()];
  return unique.sort((left, right) => {
    const [a, b] = [left.place, right.place];
    if (a?.file !== b?.file) return (a?.file ?? '') < (b?.file ?? '') ? -1 : 1;
    return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
  });
}
