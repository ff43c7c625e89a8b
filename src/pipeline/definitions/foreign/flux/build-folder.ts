/**
 * Takes a folder, returns the objects that Flux would apply of it: by its kustomization.yaml, or all its manifests where it
 * has none. What cannot be built is a problem beside the rest; nothing is fetched.
 */
import { posix } from 'node:path';
import { HelmGitopsError, type Place } from '../../../../foundation/base/errors.ts';
import { type Problem, problemOf } from '../../../../foundation/base/problem.ts';
import { folderOf, repositoryPath } from '../../../../foundation/base/repository-path.ts';
import type { Path, ReadDocument } from '../../../../foundation/document/read-documents.ts';
import type { Json, JsonObject } from '../../../../foundation/manifest/object.ts';
import { inlineValues } from '../../inline-values.ts';
import { checkFields, fieldTable } from '../check-fields.ts';
import { below, type FluxFiles, type FluxTree } from './flux-files.ts';
import { type FluxObject, groupOf, listOf, mapOf, textOf } from './flux-object.ts';
import { addGenerated, generateObject } from './generate-objects.ts';
import { kustomizeFields } from './kustomization-fields.table.ts';
import type { NameReference } from './name-objects.ts';
import {
  isMeant,
  type NamedComponent,
  type Overlay,
  overlayComponents,
  overlayPatches,
  withNames,
} from './overlay-folder.ts';
import { patchObjects } from './patch-objects.ts';
import { readPatches } from './read-patches.ts';

export interface Building {
  readonly tree: FluxTree;
  readonly files: FluxFiles;
  readonly problems: Problem[];
  readonly notices: Problem[];
  /** Files of the repository that were read as manifests. */
  readonly visited: Set<string>;
  readonly references: NameReference[];
  /** Folders that led here, outermost first. */
  readonly stack: readonly string[];
  /** Manifests of folders without a kustomization.yaml: charts and the like are passed over. */
  readonly lenient: boolean;
}

const table = fieldTable(kustomizeFields);
const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const invalid = 'definition.invalid';

/** `over`: what Flux's Kustomization asks for. */
export async function buildFolder(folder: string, building: Building, over?: Overlay): Promise<readonly FluxObject[]> {
  const path = kustomizationOf(folder, building.tree);
  if (path !== undefined) return await buildKustomization(path, { given: [], over }, building);
  const objects = await buildManifests(folder, building);
  if (over === undefined) return objects;
  const all = await withComponents(objects, overlayComponents(over), building);
  return withNames(await overlayPatches(all, over, building.problems), {}, over);
}

async function buildManifests(folder: string, building: Building): Promise<readonly FluxObject[]> {
  const objects: FluxObject[] = [];
  for (const found of manifestsBelow(folder, building)) {
    const problems: Problem[] = [];
    const notices: Problem[] = [];
    const inner = building.lenient ? { ...building, problems, notices } : building;
    const made = await accumulate(found, undefined, inner).catch((thrown: unknown) => {
      problems.push(problemOf(thrown));
      return [];
    });
    objects.push(...made);
    // What nothing of Flux lies in is somebody else's.
    const matters = made.some(isOfFlux) || building.tree.has(found);
    building.problems.push(...(matters ? problems : []));
    building.notices.push(...(matters ? notices : []));
  }
  return objects;
}

const isOfFlux = ({ apiVersion }: FluxObject) => /\.toolkit\.fluxcd\.io$/.test(groupOf(apiVersion));

function kustomizationOf(folder: string, tree: FluxTree): string | undefined {
  return names.map((name) => posix.join(folder, name)).find((path) => tree.has(path));
}

/** Files, and folders that have a kustomization.yaml: these are taken whole. */
function manifestsBelow(folder: string, { tree, lenient }: Building): string[] {
  const all = below(tree, folder);
  const isKustomization = (path: string) => names.includes(posix.basename(path));
  const roots = all.filter((path) => isKustomization(path) && folderOf(path) !== folder).map(folderOf);
  const charts = lenient ? all.filter((path) => posix.basename(path) === 'Chart.yaml').map(folderOf) : [];
  const within = (path: string, folders: readonly string[]) =>
    folders.some((one) => one === '' || path.startsWith(`${one}/`));
  const outer = roots.filter((root) => !within(root, roots) && !within(root, charts));
  const files = all.filter((path) => /\.ya?ml$/.test(path) && !within(path, roots) && !within(path, charts));
  return [...files, ...outer].sort();
}

/** A file or a folder. `place` is where it is named. */
async function accumulate(path: string, place: Place | undefined, building: Building): Promise<readonly FluxObject[]> {
  const file = building.tree.get(path);
  if (file !== undefined) {
    building.visited.add(file);
    const read = await building.files.read(file);
    building.problems.push(...read.problems);
    return read.objects;
  }
  const kustomization = kustomizationOf(path, building.tree);
  if (kustomization !== undefined) return await buildKustomization(kustomization, { given: [] }, building);
  const what = below(building.tree, path).length > 0 ? 'has no kustomization.yaml' : 'does not exist';
  throw new HelmGitopsError(invalid, 'user', `${path || '.'} ${what}`, { place });
}

interface Kustomization {
  readonly folder: string;
  readonly data: JsonObject;
  readonly document: ReadDocument;
}

interface Around {
  /** What a component is laid over. */
  readonly given: readonly FluxObject[];
  readonly over?: Overlay | undefined;
}

async function buildKustomization(
  path: string,
  { given, over }: Around,
  building: Building,
): Promise<readonly FluxObject[]> {
  const folder = folderOf(path);
  if (building.stack.includes(folder)) {
    const message = `folders name each other in a circle: ${[...building.stack, folder].join(' → ')}`;
    throw new HelmGitopsError('definition.cycle', 'user', message, {
      place: { file: building.tree.get(path) ?? path },
    });
  }
  const inner = { ...building, stack: [...building.stack, folder] };
  const read = await readKustomization(path, inner);
  if (read === undefined) return [];
  const { data, document } = read;
  const label = `the kustomization of ${folder || '.'}`;
  const { refused, notices } = checkFields(data, { table, document, label });
  building.notices.push(...notices);
  const components = pathsOf(read, 'components').map(([one, place]) => ({ path: one, place, isOptional: false }));
  const ofFlux = over === undefined ? [] : overlayComponents(over);
  const resources = [...given, ...(await resourcesOf(read, inner))];
  const accumulated = await withComponents(resources, [...components, ...ofFlux], inner);
  const objects = await generatedOver(accumulated, read, inner);
  building.references.push(...(await referencesOf(read, inner)));
  // What is copied or computed would be missing: none of it is right.
  const isSpoilt = refused.length > 0 && objects.some(isOfFlux);
  (isSpoilt ? building.problems : building.notices).push(...refused);
  if (isSpoilt) return objects.filter(({ kind }) => kind !== 'HelmRelease');
  return withNames(await patched(objects, { ...read, over }, inner), data, over);
}

async function withComponents(
  objects: readonly FluxObject[],
  components: readonly NamedComponent[],
  building: Building,
): Promise<readonly FluxObject[]> {
  let all = objects;
  for (const { path, place, isOptional } of components) {
    const found = kustomizationOf(path, building.tree);
    if (found !== undefined) all = await buildKustomization(found, { given: all }, building);
    else if (!isOptional) building.problems.push(problem(`${path} is no component`, place));
  }
  return all;
}

async function readKustomization(
  path: string,
  { tree, files, problems, visited }: Building,
): Promise<Kustomization | undefined> {
  const file = tree.get(path) ?? path;
  visited.add(file);
  const [document, second] = (await files.read(file)).documents.filter(
    ({ document: { contents } }) => contents !== null,
  );
  if (document === undefined) return undefined;
  if (document.problems.length > 0) {
    problems.push(...document.problems);
    return undefined;
  }
  if (second !== undefined) problems.push(problem('a kustomization is one document', second.place([])));
  return { folder: folderOf(path), data: inlineValues(document.node([]), document.document), document };
}

function problem(message: string, place: Place | undefined, code = invalid): Problem {
  return { code, message, place };
}

const isRemote = (written: string) =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(written) || /^(git@|github\.com[/:])/.test(written) || written.includes('?ref=');

/** Where each entry of a list of paths leads, within the tree. */
function pathsOf({ folder, data, document }: Kustomization, field: string): [path: string, place: Place][] {
  return listOf(data[field]).map((written, index) => {
    const path = repositoryPath(posix.join(folder, textOf(written)));
    return [path ?? textOf(written), document.place([field, index])];
  });
}

async function resourcesOf(kustomization: Kustomization, building: Building): Promise<FluxObject[]> {
  const objects: FluxObject[] = [];
  for (const field of ['resources', 'bases']) {
    const written = listOf(kustomization.data[field]).map(textOf);
    for (const [index, [path, place]] of pathsOf(kustomization, field).entries()) {
      if (isRemote(written[index] ?? '')) {
        const message = `${written[index]} is not fetched: what it holds is left out`;
        building.notices.push(problem(message, place, 'definition.unsupported'));
        continue;
      }
      try {
        objects.push(...(await accumulate(path, place, building)));
      } catch (thrown) {
        building.problems.push(problemOf(thrown));
      }
    }
  }
  return objects;
}

async function generatedOver(
  objects: readonly FluxObject[],
  { folder, data, document }: Kustomization,
  { tree, files, problems }: Building,
): Promise<readonly FluxObject[]> {
  let all = objects;
  const options = mapOf(data['generatorOptions']);
  for (const kind of ['ConfigMap', 'Secret'] as const) {
    const field = kind === 'ConfigMap' ? 'configMapGenerator' : 'secretGenerator';
    for (const [index, value] of listOf(data[field]).entries()) {
      const entry = mapOf(value);
      const place = document.place([field, index]);
      const read = async (path: string) => {
        const file = tree.get(repositoryPath(posix.join(folder, path)) ?? '');
        if (file === undefined) throw new HelmGitopsError(invalid, 'user', `${path} does not exist`, { place });
        return { text: (await files.read(file)).text, file };
      };
      try {
        const made = await generateObject({ kind, entry, options, place, read });
        all = addGenerated(all, made, textOf(entry['behavior']));
      } catch (thrown) {
        problems.push(problemOf(thrown));
      }
    }
  }
  return all;
}

/** The order of Kustomize: strategic merges, patches, JSON 6902. */
async function patched(
  objects: readonly FluxObject[],
  { data, document, folder, over }: Kustomization & Pick<Around, 'over'>,
  building: Building,
): Promise<readonly FluxObject[]> {
  let all = objects;
  const read = async (path: string, place: Place) => {
    const file = building.tree.get(repositoryPath(posix.join(folder, path)) ?? '');
    if (file === undefined) throw new HelmGitopsError(invalid, 'user', `${path} does not exist`, { place });
    building.visited.add(file);
    const { documents, problems } = await building.files.read(file);
    building.problems.push(...problems);
    return documents;
  };
  for (const field of ['patchesStrategicMerge', 'patches', 'patchesJson6902']) {
    for (const [index, entry] of listOf(data[field]).entries()) {
      const at: Path = [field, index];
      try {
        for (const patch of await readPatches(entry, { read, document, at })) all = patchObjects(all, patch);
      } catch (thrown) {
        // Whoever it was meant for is not what it should be.
        building.problems.push(problemOf(thrown));
        all = all.filter(({ kind }) => !isMeant(kind, entry));
      }
    }
    if (field === 'patches' && over !== undefined) all = await overlayPatches(all, over, building.problems);
  }
  return all;
}

async function referencesOf(kustomization: Kustomization, { tree, files }: Building): Promise<NameReference[]> {
  const found: NameReference[] = [];
  for (const [path] of pathsOf(kustomization, 'configurations')) {
    const file = tree.get(path);
    const document = file === undefined ? undefined : (await files.read(file)).documents[0];
    const data = document?.problems.length === 0 ? mapOf(document.data as Json) : {};
    for (const reference of listOf(data['nameReference'])) {
      const { kind, fieldSpecs } = mapOf(reference);
      for (const spec of listOf(fieldSpecs).map(mapOf))
        found.push({ kind: textOf(kind), by: textOf(spec['kind']), path: textOf(spec['path']).split('/') });
    }
  }
  return found;
}
