/**
 * Takes parsed files, returns which of them are read and whose they are: a folder that an application of applications
 * names belongs to it, at any depth; two that name each other are a cycle. Never reads anything itself.
 */
import type { Problem } from '../../foundation/base/problem.ts';
import { elsewhereOf, holds, placeIn, repositoryPath } from '../../foundation/base/repository-path.ts';
import type { OtherRepositories } from '../source/other-repositories.ts';
import type { ParsedApplication, ParsedFile } from './parse-definitions.ts';
import type { Leading } from './release-definition.ts';

export interface OwnedFile {
  readonly parsed: ParsedFile;
  /** Applications whose `spec.apps` led here, outermost first. */
  readonly parents: readonly string[];
  /** Those, and whatever else led here. */
  readonly through: readonly Leading[];
  /** Of one that a chart rendered: the file that led to the chart. */
  readonly within?: string;
  readonly text?: string;
}

export interface Ownership {
  readonly owned: readonly OwnedFile[];
  /** Files below a folder whose owner is in doubt: neither read nor to be taken for gone. */
  readonly unread: readonly string[];
  readonly problems: readonly Problem[];
}

/** An application of applications, and the folder it names. */
export interface AppsFolder {
  readonly application: ParsedApplication;
  readonly file: string;
  readonly folder: string;
}

/** Of other repositories; undefined where there are none. */
export type NameOther = OtherRepositories['nameOf'] | undefined;

/** Those whose folder lies in its repository; the others are problems. */
export function appsFolders(
  files: readonly ParsedFile[],
  nameOther: NameOther,
): { folders: AppsFolder[]; problems: Problem[] } {
  const folders: AppsFolder[] = [];
  const problems: Problem[] = [];
  for (const { file, applications } of files) {
    for (const application of applications) {
      if (application.apps === undefined) continue;
      const { path, git, revision, place } = application.apps;
      const within = repositoryPath(path);
      const name = git === undefined ? elsewhereOf(file) : nameOther?.({ git, revision });
      if (name === undefined) {
        const message = 'definitions of other repositories are not read here';
        problems.push({ code: 'definition.apps', message, place });
      } else if (within !== undefined) folders.push({ application, file, folder: placeIn(name, within) });
      else problems.push({ code: 'definition.apps', message: `spec.apps.path leads out of the repository`, place });
    }
  }
  return { folders, problems };
}

export function assignOwners(files: readonly ParsedFile[], nameOther?: NameOther): Ownership {
  const named = appsFolders(files, nameOther);
  const problems = [...named.problems];
  const folders = named.folders.filter((folder) => !refuseItself(folder, problems));
  const doubtful = new Set<AppsFolder>();
  refuseSharedFolders(folders, doubtful, problems);
  refuseCycles(folders, doubtful, problems);
  const owned: OwnedFile[] = [];
  const unread: string[] = [];
  for (const parsed of files) {
    const chain = ownersOf(parsed.file, folders);
    if (chain.some((owner) => doubtful.has(owner))) unread.push(parsed.file);
    else {
      const through = chain.map(({ application, file }) => ({ file, name: application.name }));
      owned.push({ parsed, parents: through.map(({ name }) => name), through });
    }
  }
  return { owned, unread, problems };
}

/** The innermost folder that holds the file says whose it is. */
function ownerOf(file: string, folders: readonly AppsFolder[]): AppsFolder | undefined {
  let owner: AppsFolder | undefined;
  for (const candidate of folders) {
    if (!holds(candidate.folder, file)) continue;
    if (owner === undefined || candidate.folder.length > owner.folder.length) owner = candidate;
  }
  return owner;
}

/** Outermost first; a chain that closes on itself ends where it would begin again. */
function ownersOf(file: string, folders: readonly AppsFolder[]): AppsFolder[] {
  const chain: AppsFolder[] = [];
  let owner = ownerOf(file, folders);
  while (owner !== undefined && !chain.includes(owner)) {
    chain.unshift(owner);
    owner = ownerOf(owner.file, folders);
  }
  return chain;
}

function refuseSharedFolders(folders: readonly AppsFolder[], doubtful: Set<AppsFolder>, problems: Problem[]): void {
  for (const sharers of Map.groupBy(folders, ({ folder }) => folder).values()) {
    if (sharers.length < 2) continue;
    const names = sharers.map(({ application }) => application.name).join(' and ');
    for (const sharer of sharers) {
      doubtful.add(sharer);
      const message = `the folder ${sharer.folder || '.'} is named by ${names}; it can belong to one only`;
      problems.push({ code: 'definition.apps', message, place: sharer.application.apps?.place });
    }
  }
}

/** Its claim counts for nothing: who lies in the folder beside it has nothing to do with that. */
function refuseItself({ application: { name, apps }, file, folder }: AppsFolder, problems: Problem[]): boolean {
  if (!holds(folder, file)) return false;
  const message = `${name} → ${name}: the folder ${folder || '.'} holds the application that names it`;
  problems.push({ code: 'definition.cycle', message, place: apps?.place, hint: moveOut });
  return true;
}

const moveOut = 'move the application out of the folder that it names';

function refuseCycles(folders: readonly AppsFolder[], doubtful: Set<AppsFolder>, problems: Problem[]): void {
  for (const start of folders) {
    const chain = ownersOf(start.file, folders);
    if (!chain.includes(start)) continue;
    doubtful.add(start);
    const cycle = chain.slice(chain.indexOf(start)).map(({ application }) => application.name);
    const names = [...cycle, start.application.name].join(' → ');
    const message = `applications name each other's folders in a cycle: ${names}`;
    problems.push({ code: 'definition.cycle', message, place: start.application.apps?.place, hint: moveOut });
  }
}
