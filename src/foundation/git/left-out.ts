/**
 * What git keeps in a commit in place of the thing itself: submodules, whose commits lie in another repository, and pointers
 * of Git LFS. Neither is fetched; whoever needs such a file is told so instead of reading nonsense.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes; a pointer is shorter. */
const longestPointer = 1_024;
const pointerHead = 'version https://git-lfs.github.com/spec/';

export function isLfsPointer(data: string | Uint8Array): boolean {
  if (data.length > longestPointer) return false;
  if (typeof data === 'string') return data.startsWith(pointerHead);
  return data[0] === firstByte && Buffer.from(data).toString().startsWith(pointerHead);
}

const firstByte = pointerHead.charCodeAt(0);

export const lfsHint =
  'objects of Git LFS are not fetched: keep this file in git itself (git lfs untrack, then commit it again)';

/** The submodule that holds a path of the repository below this folder. */
export function submoduleOf(root: string, path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(join(root, '.gitmodules'), 'utf8');
  } catch {
    return undefined;
  }
  const folders = [...text.matchAll(/^\s*path\s*=\s*(.*?)\s*$/gm)].map(([, folder = '']) =>
    folder.replace(/^"(.*)"$/, '$1'),
  );
  return folders.find((folder) => folder !== '' && (path === folder || path.startsWith(`${folder}/`)));
}

export const submoduleHint =
  'submodules are not fetched: a chart there is named by {git, revision, path}, definitions by apps: {git, revision, path}; values have to lie in this repository';
