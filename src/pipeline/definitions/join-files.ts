/** Takes the files of a repository and of others by their names, returns all of them as one; see `placeIn`. */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { elsewhereOf, pathWithin, placeIn } from '../../foundation/base/repository-path.ts';
import type { CheckoutFiles } from '../source/checkout-files.ts';

export function joinFiles(
  own: CheckoutFiles,
  others: ReadonlyMap<string, { files: CheckoutFiles }>,
): Pick<CheckoutFiles, 'list' | 'read'> {
  const find = (path: string) => {
    const name = elsewhereOf(path);
    const files = name === '' ? own : others.get(name)?.files;
    if (files === undefined) throw new Error(`${name} is not open`);
    return { name, files, within: pathWithin(path) };
  };
  return {
    async list(folder, filter) {
      const { name, files, within } = find(folder);
      const list = await files.list(within, filter).catch((error: unknown) => {
        throw placeElsewhere(error, name);
      });
      const place = (path: string) => placeIn(name, path);
      return { files: list.files.map(place), unreadable: list.unreadable.map(place) };
    },
    async read(path) {
      const { name, files, within } = find(path);
      return await files.read(within).catch((error: unknown) => {
        throw placeElsewhere(error, name);
      });
    },
  };
}

/** An error about a file of another repository names that one too. */
export function placeElsewhere(error: unknown, name: string): unknown {
  if (name === '' || !(error instanceof HelmGitopsError) || error.place === undefined) return error;
  const { code, fault, message, place, hint, cause } = error;
  if (elsewhereOf(place.file) !== '') return error;
  const file = placeIn(name, place.file);
  const text = message.startsWith(`${place.file} `) ? `${file}${message.slice(place.file.length)}` : message;
  return new HelmGitopsError(code, fault, text, { place: { ...place, file }, hint, cause });
}
