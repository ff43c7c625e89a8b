/**
 * Folders of plain manifests that hold applications: an application of applications, as Argo CD has it. Takes what was
 * parsed, returns which folders are still to be read, and which applications are nothing but such a folder. Pure.
 */
import { elsewhereOf, holds } from '../../../foundation/base/repository-path.ts';
import type { ParsedApplication, ParsedFile } from '../parse-definitions.ts';
import type { Leading } from '../release-definition.ts';
import type { OwnRepository, PlainFolder } from './foreign-application.ts';

/** Each folder once, by its path. */
export function plainFolders(files: Iterable<ParsedFile>, own: OwnRepository): ReadonlyMap<string, PlainFolder> {
  const folders = new Map<string, PlainFolder>();
  for (const { applications } of files) {
    for (const { foreign } of applications) {
      const folder = foreign?.folder?.(own);
      if (folder !== undefined) folders.set(`${folder.path} ${folder.recurse}`, folder);
    }
  }
  return folders;
}

/** Its folder holds definitions and nothing else: they are read, and there is nothing left to deploy. */
export function leadsToOthersOnly(
  { foreign }: ParsedApplication,
  files: readonly ParsedFile[],
  own: OwnRepository,
): boolean {
  const folder = foreign?.folder?.(own);
  if (folder === undefined) return false;
  const within = files.filter(({ file }) => isWithin(file, folder));
  return within.some(holdsDefinitions) && within.every((parsed) => holdsDefinitions(parsed) && !parsed.others);
}

/** By whose folders a file is read that lies beside the configured path, outermost first. */
export function leadersOf(
  files: readonly ParsedFile[],
  { path, own }: { readonly path: string; readonly own: OwnRepository },
): (file: string) => readonly Leading[] {
  const leaders = files.flatMap(({ file, applications }) =>
    applications.flatMap(({ name, foreign }) => {
      const folder = foreign?.folder?.(own);
      return folder === undefined ? [] : [{ file, name, folder }];
    }),
  );
  const leadTo = (file: string, below: readonly string[]): Leading[] => {
    if (holds(path, file) || elsewhereOf(file) !== '' || below.includes(file)) return [];
    const found = leaders.find((one) => isWithin(file, one.folder) && one.file !== file);
    return found ? [...leadTo(found.file, [...below, file]), { file: found.file, name: found.name }] : [];
  };
  return (file) => leadTo(file, []);
}

function holdsDefinitions({ applications, projects, sets, problems }: ParsedFile): boolean {
  return applications.length + projects.length + sets.length + problems.length > 0;
}

function isWithin(file: string, { path, recurse }: PlainFolder): boolean {
  const prefix = path === '' ? '' : `${path}/`;
  return file.startsWith(prefix) && (recurse || !file.slice(prefix.length).includes('/'));
}
