/** The files of a checkout, and nothing outside it: what a hostile path or symbolic link names elsewhere is refused. */
import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fromBytes } from '../../foundation/base/byte-string.ts';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { isLfsPointer, lfsHint, submoduleHint, submoduleOf } from '../../foundation/git/left-out.ts';

export interface CheckoutFiles {
  /** Files below a folder in the order of their names, each as its path from the root. Throws where the folder is not there. */
  list(folder: string, filter: FileFilter): Promise<FileList>;
  /** Every file, as `list` has them: many releases may ask, and the files are read through once. */
  all(): Promise<readonly string[]>;
  /** The text of a file, whatever bytes it holds (byte-string.ts). Throws a user's error `source.unreadable` where there is none or it lies outside. */
  read(path: string): Promise<string>;
  /** Of a file whose contents git knows: another one, other contents. Undefined where only reading tells. */
  identityOf?(path: string): string | undefined;
  /** What was read, by path. */
  readonly known?: ReadonlyMap<string, KnownFile>;
}

interface KnownFile {
  /** Another one: other contents. */
  readonly identity: string;
  readonly text: string;
}

export interface CheckoutFilesOptions {
  /** Of a commit: its regular files, each with the id of its contents. */
  readonly contents?: ReadonlyMap<string, string> | undefined;
  /** An earlier revision's files: what is still the same is not read again. */
  readonly previous?: CheckoutFiles | undefined;
  /** Of a folder that people edit: when it is read, in milliseconds. Without it every file is read each time. */
  readonly now?: number | undefined;
}

export interface FileFilter {
  /** Given the names in a folder: leave it out, with all below? */
  readonly skip?: (folder: string, names: readonly string[]) => boolean;
  /** Is it a file to be listed? */
  readonly take: (name: string) => boolean;
}

export interface FileList {
  readonly files: readonly string[];
  /** Listed files and folders that could not be followed: links that lead outside or nowhere. */
  readonly unreadable: readonly string[];
}

const fileLimit = 8 * 1024 * 1024;

export async function openCheckoutFiles(root: string, options: CheckoutFilesOptions = {}): Promise<CheckoutFiles> {
  const real = await realpath(root);
  const { contents, now, previous } = options;
  /** Regular files that were listed: their folders are known to lie inside. */
  const listed = new Map<string, string>();
  const known = new Map<string, KnownFile>();
  const earlier = previous?.known;
  // They say how git writes contents into files.
  const attributes = [...(contents ?? [])].filter(([path]) => /(^|\/)\.gitattributes$/.test(path)).join();
  const identityOf = (path: string): string | undefined => {
    const id = contents?.get(path);
    return id === undefined ? undefined : `${id} ${attributes}`;
  };
  let reads = 0;
  const folders = new Map<string, string>();
  /** Of a commit. Where its names fold into one (`A/x` and a link `a`) a folder may be the link. */
  const placeOf = (path: string): string => {
    const folder = dirname(path);
    const place = folders.get(folder) ?? insideOf(real, folder);
    folders.set(folder, place);
    return place === join(real, folder) ? join(place, basename(path)) : insideOf(real, path);
  };
  const readOnce = (path: string): string => {
    const before = known.get(path) ?? earlier?.get(path);
    const keep = (file: KnownFile) => {
      known.set(path, file);
      return file.text;
    };
    const identity = identityOf(path);
    if (identity !== undefined) {
      if (before?.identity === identity) return keep(before);
      const file = listed.get(path) ?? placeOf(path);
      stateOf(path, file);
      return keep({ identity, text: readText(path, file) });
    }
    const file = listed.get(path) ?? insideOf(real, path);
    const state = stateOf(path, file);
    if (before?.identity === state.identity) return keep(before);
    const text = readText(path, file);
    if (now !== undefined && now - state.changed > unsettled) known.set(path, { identity: state.identity, text });
    return text;
  };
  const list: CheckoutFiles['list'] = async (folder, filter) => {
    const walk: Walk = { root: real, filter, listed, files: [], unreadable: [], visited: new Set(), links: [] };
    await walkFolder(folder, insideOf(real, folder), walk);
    const submodule = walk.files.length + walk.links.length === 0 ? submoduleOf(real, folder) : undefined;
    if (submodule !== undefined) throw inSubmodule(folder, submodule);
    // Links come last, so that what lies in two places is named by the real one.
    for (let link = walk.links.shift(); link !== undefined; link = walk.links.shift()) await followLink(link, walk);
    const byName = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
    return { files: walk.files.sort(byName), unreadable: walk.unreadable.sort(byName) };
  };
  let all: Promise<readonly string[]> | undefined;
  return {
    known,
    identityOf,
    list,
    all() {
      all ??= list('', { take: () => true }).then(({ files }) => files);
      return all;
    },
    read: async (path) => {
      // Thousands of small files: a blocking read takes a tenth of the time, as long as others get their turn.
      if (++reads % readsInTurn === 0) await setImmediate();
      return readOnce(path);
    },
  };
}

const readsInTurn = 128;
/** Milliseconds: within them a second edit may leave size and time as they were. */
const unsettled = 2_000;

interface FileState {
  readonly identity: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

function stateOf(path: string, file: string): FileState {
  const info = lstatSync(file, { throwIfNoEntry: false, bigint: true });
  if (info === undefined) throw unreadable(path, 'does not exist');
  if (!info.isFile()) throw unreadable(path, 'is no file');
  if (info.size > fileLimit) throw unreadable(path, 'is larger than 8 MiB');
  const { ino, size, mtimeNs, ctimeNs, ctimeMs } = info;
  return { identity: [ino, size, mtimeNs, ctimeNs].join(), changed: Number(ctimeMs) };
}

function readText(path: string, file: string): string {
  let text: string;
  try {
    text = fromBytes(readFileSync(file));
  } catch (cause) {
    throw unreadable(path, 'cannot be read', cause);
  }
  if (isLfsPointer(text)) throw unreadable(path, 'is a pointer of Git LFS, not the file itself', undefined, lfsHint);
  return text;
}

function inSubmodule(path: string, submodule: string): HelmGitopsError {
  return unreadable(path, `lies in the git submodule ${submodule}, which is not fetched`, undefined, submoduleHint);
}

/** Where a path of the repository really lies; an error where that is outside. */
function insideOf(root: string, path: string): string {
  let target: string;
  try {
    target = realpathSync.native(join(root, path));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const submodule = missing ? submoduleOf(root, path) : undefined;
    if (submodule !== undefined) throw inSubmodule(path, submodule);
    throw unreadable(path, missing ? 'does not exist' : 'cannot be read', cause);
  }
  if (target !== root && !target.startsWith(root + sep)) throw unreadable(path, 'lies outside of the repository');
  return target;
}

function unreadable(path: string, what: string, cause?: unknown, hint?: string): HelmGitopsError {
  return new HelmGitopsError('source.unreadable', 'user', `${path || '.'} ${what}`, {
    place: { file: path || '.' },
    hint,
    cause,
  });
}

interface Walk {
  readonly root: string;
  readonly filter: FileFilter;
  readonly listed: Map<string, string>;
  readonly files: string[];
  readonly unreadable: string[];
  /** Real folders seen, so that links in a circle end. */
  readonly visited: Set<string>;
  readonly links: Link[];
}

interface Link {
  readonly path: string;
  readonly name: string;
}

async function walkFolder(folder: string, real: string, walk: Walk): Promise<void> {
  if (walk.visited.has(real)) return;
  walk.visited.add(real);
  const entries = await readdir(real, { withFileTypes: true });
  const names = entries.map((entry) => entry.name);
  if (walk.filter.skip?.(folder, names)) return;
  const below: Promise<void>[] = [];
  for (const entry of entries) {
    if (entry.name === '.git') continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) below.push(walkFolder(path, join(real, entry.name), walk));
    else if (entry.isSymbolicLink()) walk.links.push({ path, name: entry.name });
    else if (entry.isFile() && walk.filter.take(entry.name)) {
      walk.files.push(path);
      walk.listed.set(path, join(real, entry.name));
    }
  }
  await Promise.all(below);
}

async function followLink({ path, name }: Link, walk: Walk): Promise<void> {
  try {
    const target = insideOf(walk.root, path);
    const info = await stat(target);
    if (info.isDirectory()) await walkFolder(path, target, walk);
    else if (info.isFile() && walk.filter.take(name)) walk.files.push(path);
  } catch {
    if (walk.filter.take(name)) walk.unreadable.push(path);
  }
}
