/**
 * Takes folders that Flux applies, returns every object that it would apply from them, Kustomizations followed as far as
 * they lead, each with the Kustomization that it came by. What cannot be followed is a problem; the rest is followed.
 */
import { HelmGitopsError } from '../../../../foundation/base/errors.ts';
import { type Problem, problemOf } from '../../../../foundation/base/problem.ts';
import { repositoryPath } from '../../../../foundation/base/repository-path.ts';
import { checkDocument } from '../../../../foundation/document/check-document.ts';
import { checkFields, fieldTable } from '../check-fields.ts';
import { dropNulls } from '../drop-nulls.ts';
import type { OwnRepository } from '../foreign-application.ts';
import { artifactTree } from './artifact-tree.ts';
import { type Building, buildFolder } from './build-folder.ts';
import type { FluxFiles, FluxTree } from './flux-files.ts';
import { type FluxObject, groupOf, shownName } from './flux-object.ts';
import { fluxWorld } from './flux-world.ts';
import { kustomizationFields } from './kustomization-fields.table.ts';
import { type KustomizationSpec, kustomizationSchema } from './kustomization-schema.ts';
import { isOwnSource } from './locate-chart.ts';
import { hashNames } from './name-objects.ts';
import { substituteObject } from './substitute-object.ts';
import { variablesOf } from './variables-of.ts';

export interface AppliedObject {
  readonly object: FluxObject;
  readonly by: FollowedKustomization | undefined;
}

export interface FollowedKustomization {
  readonly object: FluxObject;
  readonly spec: KustomizationSpec;
  readonly parent: FollowedKustomization | undefined;
  /** `NAMESPACE/NAME` */
  readonly key: string;
}

export interface Followed {
  readonly applied: readonly AppliedObject[];
  readonly problems: readonly Problem[];
  readonly notices: readonly Problem[];
}

export interface Following {
  readonly roots: readonly string[];
  readonly files: FluxFiles;
  readonly own: OwnRepository;
}

interface State {
  readonly files: FluxFiles;
  readonly own: OwnRepository;
  readonly roots: readonly string[];
  readonly problems: Problem[];
  readonly notices: Problem[];
  readonly visited: Set<string>;
  applied: AppliedObject[];
}

const table = fieldTable(kustomizationFields);
const group = 'kustomize.toolkit.fluxcd.io';

export async function followKustomizations({ roots, files, own }: Following): Promise<Followed> {
  const state: State = { files, own, roots, problems: [], notices: [], visited: new Set(), applied: [] };
  for (const root of roots) {
    const building = buildingOf(state, { tree: files.own, lenient: true });
    const objects = await tried(state, () => buildFolder(root, building));
    state.applied.push(...hashNames(objects ?? [], building.references).map((object) => ({ object, by: undefined })));
  }
  // What a root holds by itself counts no more where a Kustomization applies it.
  state.visited.clear();
  const found = kustomizationsIn(state.applied, state);
  const twins = refuseTwins(found, state);
  const done = new Set<string>();
  let pending = await followRoots(found, state, done);
  while (pending.length > 0) {
    const ready = pending.filter((one) => isReady(one, state));
    const now = ready.length > 0 ? ready : pending;
    pending = pending.filter((one) => !now.includes(one));
    for (const one of now) {
      if (done.has(one.key)) continue;
      done.add(one.key);
      const applied = await follow(one, state);
      state.applied.push(...applied);
      pending.push(...kustomizationsIn(applied, state).filter(({ key }) => !done.has(key)));
    }
  }
  const covered = (object: FluxObject) => state.visited.has(object.place([]).file);
  const applied = state.applied.filter(({ object, by }) => by !== undefined || !(twins || covered(object)));
  return { applied, problems: state.problems, notices: state.notices };
}

/** A bootstrap of Flux applies the very folder that is read: what it applies counts as it applies it. */
async function followRoots(
  found: readonly FollowedKustomization[],
  state: State,
  done: Set<string>,
): Promise<FollowedKustomization[]> {
  const leads = ({ spec }: FollowedKustomization) =>
    spec.sourceRef.kind === 'GitRepository' &&
    state.roots.includes(repositoryPath((spec.path ?? '').replace(/^\/+/, '')) ?? '//');
  for (const one of found.filter(leads)) {
    done.add(one.key);
    state.applied.push(...(await follow(one, state)));
  }
  const covered = new Set(state.visited);
  const inner = kustomizationsIn(
    state.applied.filter(({ by }) => by !== undefined),
    state,
  );
  const outer = found.filter(({ object }) => !covered.has(object.place([]).file));
  return [...outer, ...inner].filter(({ key }) => !done.has(key));
}

function buildingOf(state: State, given: Pick<Building, 'tree' | 'lenient'>): Building {
  const { files, problems, notices, visited } = state;
  return { ...given, files, problems, notices, visited, references: [], stack: [] };
}

async function tried<T>({ problems }: State, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    problems.push(problemOf(thrown));
    return undefined;
  }
}

function kustomizationsIn(applied: readonly AppliedObject[], state: State): FollowedKustomization[] {
  return applied.flatMap(({ object, by: parent }) => {
    if (object.kind !== 'Kustomization' || groupOf(object.apiVersion) !== group) return [];
    const data = dropNulls(object.data, ['values']);
    const label = `Kustomization ${shownName(object)}`;
    const { value, problems } = checkDocument(kustomizationSchema, {
      data,
      place: object.place,
      code: 'definition.invalid',
    });
    const fields = checkFields(data, { table, document: object, label });
    state.problems.push(...problems.map((one) => ({ ...one, message: `${label}: ${one.message}` })), ...fields.refused);
    state.notices.push(...fields.notices);
    if (value === undefined || fields.refused.length > 0) return [];
    return [{ object, spec: value.spec, parent, key: shownName(object) }];
  });
}

/** Two clusters' folders read as one: nobody could say which is meant. */
function refuseTwins(found: FollowedKustomization[], { problems }: State): boolean {
  const before = found.length;
  for (const [key, twins] of Map.groupBy(found, (one) => one.key)) {
    const files = [...new Set(twins.map(({ object }) => object.place([]).file))];
    if (files.length < 2) continue;
    for (const twin of twins) {
      problems.push({
        code: 'definition.duplicate',
        message: `there is another Kustomization ${key}: ${files.join(', ')}`,
        place: twin.object.place(['metadata', 'name']),
        hint: 'give the repository the path of one cluster: clusters/production',
      });
      found.splice(found.indexOf(twin), 1);
    }
  }
  return found.length < before;
}

/** Whatever it is made from has been found. */
function isReady({ object, spec }: FollowedKustomization, { applied }: State): boolean {
  const world = fluxWorld(applied.map((one) => one.object));
  const { kind, name, namespace = object.namespace } = spec.sourceRef;
  const known = kind !== 'ExternalArtifact' || artifactTree({ name, namespace }, applied, new Map()) !== undefined;
  const from = spec.postBuild?.substituteFrom ?? [];
  return known && from.every((one) => world.find(one.kind, object.namespace, one.name) !== undefined);
}

async function follow(one: FollowedKustomization, state: State): Promise<AppliedObject[]> {
  const built = await tried(state, () => build(one, state));
  const world = fluxWorld(state.applied.map(({ object }) => object));
  const variables = variablesOf(one.spec, { namespace: one.object.namespace, world });
  return (built ?? []).flatMap((object) => {
    try {
      return [{ object: substituteObject(object, variables), by: one }];
    } catch (thrown) {
      // Of what is not followed anyway nobody has to know.
      if (/toolkit\.fluxcd\.io$/.test(groupOf(object.apiVersion))) state.problems.push(problemOf(thrown));
      return [];
    }
  });
}

async function build(one: FollowedKustomization, state: State): Promise<readonly FluxObject[]> {
  const { spec, object } = one;
  const tree = treeOf(one, state);
  const place = object.place(['spec', 'path']);
  const folder = repositoryPath((spec.path ?? '').replace(/^\/+/, ''));
  if (folder === undefined)
    throw new HelmGitopsError('definition.invalid', 'user', 'spec.path leads out of the repository', { place });
  const isThere = folder === '' || [...tree.keys()].some((path) => path.startsWith(`${folder}/`));
  if (!isThere)
    throw new HelmGitopsError('definition.invalid', 'user', `Kustomization ${one.key}: there is no folder ${folder}`, {
      place,
    });
  const building = buildingOf(state, { tree, lenient: tree === state.files.own && state.roots.includes(folder) });
  const built = await buildFolder(folder, building, { folder, spec, object });
  return hashNames(built, building.references);
}

function treeOf({ object, spec, key }: FollowedKustomization, state: State): FluxTree {
  const { kind, name, namespace = object.namespace } = spec.sourceRef;
  const place = object.place(['spec', 'sourceRef']);
  const world = fluxWorld(state.applied.map((one) => one.object));
  const unsupported = (message: string, hint?: string) =>
    new HelmGitopsError('definition.unsupported', 'user', `Kustomization ${key}: ${message}`, { place, hint });
  if (kind === 'ExternalArtifact') {
    const tree = artifactTree({ name, namespace }, state.applied, state.files.own);
    if (tree !== undefined) return tree;
    throw unsupported(`no ArtifactGenerator makes the artifact ${namespace}/${name} from folders of this repository`);
  }
  if (isOwnSource({ kind, name, namespace }, world, state.own)) return state.files.own;
  if (kind !== 'GitRepository') throw unsupported(`what a ${kind} holds is not followed`);
  if (world.find(kind, namespace, name) === undefined)
    throw unsupported(
      `there is no GitRepository ${namespace}/${name}`,
      'it is looked for among what the repository applies',
    );
  throw unsupported(
    `the GitRepository ${namespace}/${name} is another one, and not followed`,
    'give it as a repository of the configuration; one that is this one by another URL: repositories[].aliases',
  );
}
