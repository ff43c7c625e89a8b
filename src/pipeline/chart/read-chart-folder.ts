/**
 * Reads the files of a chart's folder in Helm's order (folder by folder, names bytewise), .helmignore applied, links
 * followed. Takes a path and the folder that links must not leave; returns the files. It writes nothing.
 */
import {
  type Dirent,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { compareStrings } from '../../foundation/base/byte-string.ts';
import { quote } from '../../foundation/template/quote.ts';
import { GoError } from '../../foundation/template/value.ts';
import type { HelmWarning, Warn } from '../../foundation/values/helm-warning.ts';
import { chartError } from './chart-error.ts';
import { type BufferedFile, MAX_CHART_SIZE, MAX_FILE_SIZE, withoutByteOrderMark } from './chart-files.ts';
import { type Ignores, readHelmIgnore } from './helm-ignore.ts';

interface Walk {
  readonly top: string;
  /** Undefined: links may lead anywhere, as on a developer's own command line. */
  readonly root: string | undefined;
  readonly ignores: Ignores;
  readonly files: BufferedFile[];
  /** Real paths of the folders entered by a link, against circles. */
  readonly entered: Set<string>;
  size: number;
  readonly warn: Warn | undefined;
  readonly times: boolean;
}

export interface ReadFolderOptions {
  readonly root?: string | undefined;
  /** With the times of the files, which only packing needs. */
  readonly times?: boolean;
  readonly warn?: Warn | undefined;
}

export function readChartFolder(path: string, { root, warn, times = false }: ReadFolderOptions = {}): BufferedFile[] {
  const ignores = readHelmIgnore(readIgnoreFile(join(path, '.helmignore')));
  const realRoot = root === undefined ? undefined : realpathSync(root);
  const walk: Walk = { top: path, root: realRoot, ignores, files: [], entered: new Set(), size: 0, warn, times };
  readFolder(walk, '');
  return walk.files;
}

function readIgnoreFile(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isDirectory()) throw new GoError(`read ${file}: is a directory`);
  return stats === undefined ? undefined : readFileSync(file, 'utf8');
}

function readFolder(walk: Walk, name: string): void {
  const entries = readdirSync(join(walk.top, name), { withFileTypes: true });
  entries.sort((a, b) => compareStrings(a.name, b.name));
  for (const entry of entries) readEntry(walk, name === '' ? entry.name : `${name}/${entry.name}`, entry);
}

function readEntry(walk: Walk, name: string, entry: Dirent): void {
  if (entry.isSymbolicLink()) {
    readLink(walk, name);
  } else if (entry.isDirectory()) {
    if (!walk.ignores(name, true)) readFolder(walk, name);
  } else if (!walk.ignores(name, false)) {
    if (!entry.isFile()) throw irregular(walk, name);
    readFile(walk, name);
  }
}

function readLink(walk: Walk, name: string): void {
  const { real, stats } = resolveLink(join(walk.top, name));
  walk.warn?.(linkFound(join(walk.top, name), real));
  if (walk.root !== undefined && !isInside(walk.root, real)) {
    throw chartError('chart.outside', `${name} is a link that leads out of the repository`, { place: { file: name } });
  }
  if (walk.ignores(name, stats.isDirectory())) return;
  if (stats.isFile()) {
    readFile(walk, name);
    return;
  }
  if (!stats.isDirectory()) throw irregular(walk, name);
  if (walk.entered.has(real)) throw new GoError(`error evaluating symlink ${join(walk.top, name)}: too many links`);
  walk.entered.add(real);
  readFolder(walk, name);
  walk.entered.delete(real);
}

const linkFound = (path: string, resolved: string): HelmWarning => ({
  level: 'INFO',
  message: 'found symbolic link in path. Contents of linked file included and used',
  attributes: [
    ['path', path],
    ['resolved', resolved],
  ],
  helm3: `walk.go:75: found symbolic link in path: ${path} resolves to ${resolved}. Contents of linked file included and used`,
});

function resolveLink(path: string): { real: string; stats: Stats } {
  try {
    const real = realpathSync(path);
    return { real, stats: statSync(real) };
  } catch (cause) {
    const loops = (cause as NodeJS.ErrnoException).code === 'ELOOP';
    const broken = loops ? 'EvalSymlinks: too many links' : `lstat ${missingBehind(path)}: no such file or directory`;
    throw new GoError(`error evaluating symlink ${path}: ${broken}`);
  }
}

/** The first step behind a link that is not there. */
function missingBehind(link: string): string {
  const target = resolve(realpathSync(dirname(link)), readlinkSync(link));
  let path = '/';
  for (const step of target.split('/').filter(Boolean)) {
    path = join(path, step);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return path;
    if (stats.isSymbolicLink() && !existsSync(path)) return missingBehind(path);
  }
  return path;
}

function readFile(walk: Walk, name: string): void {
  const path = `${walk.top}/${name}`;
  const data = readFileSync(path);
  if (data.length > MAX_FILE_SIZE) {
    const shown = quote(name.slice(name.lastIndexOf('/') + 1));
    throw chartError('chart.too-large', `chart file ${shown} is larger than the maximum file size ${MAX_FILE_SIZE}`);
  }
  walk.size += data.length;
  // Helm has no such limit for folders; ours keeps a checkout full of large files from filling the memory.
  if (walk.size > 2 * MAX_CHART_SIZE)
    throw chartError('chart.too-large', `the chart holds more than ${2 * MAX_CHART_SIZE} bytes`);
  walk.files.push({
    name,
    data: withoutByteOrderMark(data),
    modified: walk.times ? statSync(path).mtimeMs : undefined,
  });
}

const irregular = (walk: Walk, name: string): GoError =>
  new GoError(`cannot load irregular file ${join(walk.top, name)} as it has file mode type bits set`);

/** Both are real paths. */
export function isInside(root: string, path: string): boolean {
  const inside = relative(root, path);
  return inside === '' || (inside !== '..' && !inside.startsWith('../') && !isAbsolute(inside));
}
