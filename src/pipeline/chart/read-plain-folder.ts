/**
 * Reads a folder of plain manifests as a chart whose templates hold no template. Takes the folder, which of its files count
 * and what links must not leave; returns a chart's files. Definitions of applications in it are left out: they are read as
 * such. It writes nothing.
 */
import { type Dirent, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compareStrings, fromBytes, toBytes } from '../../foundation/base/byte-string.ts';
import { compileGlob, GlobError } from '../../foundation/base/glob.ts';
import type { PlainManifests } from '../definitions/release-definition.ts';
import { chartError } from './chart-error.ts';
import { type BufferedFile, MAX_FILE_SIZE, withoutByteOrderMark } from './chart-files.ts';
import { withHelmHooks } from './plain-hooks.ts';
import { isInside } from './read-chart-folder.ts';

export interface PlainFolder {
  readonly folder: string;
  /** Nothing outside it is read. */
  readonly root: string;
  /** How people find it. */
  readonly shown: string;
  readonly plain: PlainManifests;
}

/** Undefined: it is a chart after all. */
export function readPlainFolder({ folder, root, shown, plain }: PlainFolder): BufferedFile[] | undefined {
  if (!plain.explicit && existsSync(join(folder, 'Chart.yaml'))) return undefined;
  const kustomization = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].find((name) =>
    existsSync(join(folder, name)),
  );
  if (!plain.explicit && kustomization !== undefined) {
    const place = { file: `${shown}/${kustomization}` };
    throw chartError('chart.unsupported', `${shown} is made for Kustomize, which is not run`, { place });
  }
  const walk: Walk = { folder, root: realpathSync(root), shown, plain, takes: filterOf(plain), files: [], size: 0 };
  readBelow(walk, '');
  const name = basename(shown).replace(/[^A-Za-z0-9._-]/g, '-') || 'manifests';
  const metadata = `apiVersion: v2\nname: ${JSON.stringify(name)}\nversion: 0.0.0\ndescription: plain manifests\n`;
  return [{ name: 'Chart.yaml', data: Buffer.from(metadata) }, ...walk.files];
}

interface Walk extends PlainFolder {
  readonly takes: (path: string) => boolean;
  readonly files: BufferedFile[];
  size: number;
}

/** Bytes of all of them. */
const limit = 20 * 1024 * 1024;

function filterOf({ include, exclude }: PlainManifests): (path: string) => boolean {
  const [included, excluded] = [include, exclude].map((pattern) => {
    try {
      return pattern === undefined || pattern === '' ? undefined : compileGlob(pattern);
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      throw chartError('chart.invalid', `the pattern ${JSON.stringify(pattern)} of files is broken`);
    }
  });
  return (path) => excluded?.(path) !== true && included?.(path) !== false;
}

function readBelow(walk: Walk, below: string): void {
  const entries = readdirSync(join(walk.folder, below), { withFileTypes: true });
  entries.sort((left, right) => compareStrings(left.name, right.name));
  for (const entry of entries) if (entry.name !== '.git') readEntry(walk, below, entry);
}

function readEntry(walk: Walk, below: string, entry: Dirent): void {
  const name = below === '' ? entry.name : `${below}/${entry.name}`;
  if (entry.isDirectory()) {
    if (walk.plain.recurse) readBelow(walk, name);
    return;
  }
  if (!/\.(ya?ml|json|jsonnet)$/.test(entry.name) || !walk.takes(name)) return;
  // Said of the application, and no manifest.
  if (/^\.argocd-source(-.*)?\.yaml$/.test(entry.name)) return;
  const place = { file: `${walk.shown}/${name}` };
  if (entry.name.endsWith('.jsonnet'))
    throw chartError('chart.unsupported', `${walk.shown} holds jsonnet, which is not run`, { place });
  const path = join(walk.folder, name);
  if (entry.isSymbolicLink() && !leadsInside(walk.root, path))
    throw chartError('chart.outside', `${name} is a link that leads out of the repository, or nowhere`, { place });
  const info = statSync(path);
  if (!info.isFile()) return;
  walk.size += info.size;
  if (info.size > MAX_FILE_SIZE || walk.size > limit)
    throw chartError('chart.too-large', `${walk.shown} holds too much: ${name} is past the limit`, { place });
  const text = withoutDefinitions(fromBytes(withoutByteOrderMark(readFileSync(path))));
  if (text.trim() !== '') walk.files.push({ name: templateName(name), data: toBytes(literal(withHelmHooks(text))) });
}

function leadsInside(root: string, path: string): boolean {
  try {
    return isInside(root, realpathSync(path));
  } catch {
    return false;
  }
}

/** Helm takes a file that begins with `_` for one that renders nothing. */
const templateName = (name: string) => `templates/${name.replace(/(^|\/)_/g, '$1-_')}`;

const literal = (text: string) => text.replaceAll('{{', '{{`{{`}}');

/** Documents, each from its `---` on. */
function withoutDefinitions(text: string): string {
  if (!/argoproj\.io\/|helm-gitops\.io\//.test(text)) return text;
  return text
    .split(/^(?=---(?:\s|$))/m)
    .filter((document) => !isDefinition(document))
    .join('');
}

function isDefinition(document: string): boolean {
  const apiVersion = /^apiVersion:\s*["']?([^\s"']+)/m.exec(document)?.[1] ?? '';
  const kind = /^kind:\s*["']?(\w+)/m.exec(document)?.[1] ?? '';
  if (apiVersion.startsWith('helm-gitops.io/')) return true;
  return apiVersion.startsWith('argoproj.io/') && ['Application', 'AppProject', 'ApplicationSet'].includes(kind);
}
