/**
 * Takes the path of a value file as an Argo CD Application writes it, returns in which repository it lies and where. Throws a
 * user's error for one that leads out of it, and for URLs. Pure.
 */
import { HelmGitopsError, type Place } from '../../../../foundation/base/errors.ts';
import { repositoryPath } from '../../../../foundation/base/repository-path.ts';
import { suggestionHint } from '../../../../foundation/document/suggest-name.ts';
import type { FilesRoot } from '../../release-definition.ts';

export interface ValueFile {
  readonly root: FilesRoot;
  readonly path: string;
  readonly glob: boolean;
}

export interface ValueFileQuestion {
  readonly text: string;
  readonly place: Place;
  /** Where a path without a `$ref` begins, and the folder of the chart in it. */
  readonly beside: FilesRoot;
  readonly folder: string;
  /** By `$ref`. */
  readonly refs: ReadonlyMap<string, () => FilesRoot>;
  /** The build environment. */
  readonly expand: (text: string) => string;
}

export function locateValueFile({ text, place, beside, folder, refs, expand }: ValueFileQuestion): ValueFile {
  const [first = '', ...rest] = text.split('/');
  const ref = first.startsWith('$') ? refs.get(first) : undefined;
  if (ref !== undefined) return inside(ref(), expand(rest.join('/')), place);
  refuseUnknownRef(first, refs, place);
  const written = expand(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) {
    const hint = 'commit the file to the repository, and name it by its path';
    const message = 'a value file that is fetched by its URL is not supported';
    throw new HelmGitopsError('definition.unsupported', 'user', message, { place, hint });
  }
  if (written.startsWith('/')) return inside(beside, written.replace(/^\/+/, ''), place);
  return inside(beside, folder === '' ? written : `${folder}/${written}`, place);
}

/** A name that is neither a source nor of the build environment would stand for nothing, and name another file. */
function refuseUnknownRef(first: string, refs: ReadonlyMap<string, unknown>, place: Place): void {
  if (!/^\$[A-Za-z0-9_-]+$/.test(first) || first.startsWith('$ARGOCD_')) return;
  const message = `there is no source with ref: ${first.slice(1)}`;
  const hint = suggestionHint(first, [...refs.keys()]);
  throw new HelmGitopsError('definition.invalid', 'user', message, { place, hint });
}

function inside(root: FilesRoot, written: string, place: Place): ValueFile {
  const path = repositoryPath(written);
  if (path !== undefined && path !== '') return { root, path, glob: /[*?[{]/.test(path) };
  const message = path === '' ? 'a value file has no name' : `${JSON.stringify(written)} leads out of the repository`;
  throw new HelmGitopsError('definition.invalid', 'user', message, { place });
}
