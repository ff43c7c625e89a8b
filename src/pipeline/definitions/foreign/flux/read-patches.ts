/** Takes an entry of `patches` and its like, returns the patches that it gives, each with its places. */
import { HelmGitopsError, type Place } from '../../../../foundation/base/errors.ts';
import { type Path, type ReadDocument, readDocuments } from '../../../../foundation/document/read-documents.ts';
import type { Json, JsonObject } from '../../../../foundation/manifest/object.ts';
import { inlineValues } from '../../inline-values.ts';
import { mapOf, textOf } from './flux-object.ts';
import type { KustomizePatch } from './patch-objects.ts';

export interface PatchReading {
  /** The documents of a file beside the kustomization. */
  readonly read: (path: string, place: Place) => Promise<readonly ReadDocument[]>;
  readonly document: { place(path: Path, part?: 'key' | 'value'): Place };
  /** Of the entry, within its document. */
  readonly at: Path;
}

export async function readPatches(entry: Json, { read, document, at }: PatchReading): Promise<KustomizePatch[]> {
  const isText = typeof entry === 'string';
  const { path, patch, target } = mapOf(entry);
  const place = document.place(isText ? at : [...at, path === undefined ? 'patch' : 'path']);
  const selector = target === undefined ? undefined : mapOf(target);
  const isInline = isText ? entry.includes('\n') : typeof patch === 'string' && patch !== '';
  if (isInline) {
    const documents = readDocuments(isText ? entry : textOf(patch), { file: place.file, code: 'definition.invalid' });
    // A text within a text has no places of its own.
    return documents.flatMap((one) => patchOf(one, selector, () => place));
  }
  const file = isText ? entry : textOf(path);
  if (file === '') throw wrong('a patch is given by path or patch', place);
  const documents = await read(file, place);
  return documents.flatMap((one) => patchOf(one, selector, (inner, part) => one.place(inner, part)));
}

function patchOf(
  document: ReadDocument,
  target: JsonObject | undefined,
  place: KustomizePatch['place'],
): KustomizePatch[] {
  if (document.problems.length > 0) throw wrong('the patch is no YAML', place([]));
  const { data } = document;
  if (data === null || data === undefined) return [];
  if (Array.isArray(data)) {
    if (target === undefined) throw wrong('a patch of operations needs a target', place([]));
    const content = data.map((_, index) => inlineValues(document.node([index]), document.document));
    return [{ target, content, place }];
  }
  if (typeof data !== 'object') throw wrong('a patch is a map or a list of operations', place([]));
  return [{ target, content: inlineValues(document.node([]), document.document), place }];
}

function wrong(message: string, place: Place): HelmGitopsError {
  return new HelmGitopsError('definition.invalid', 'user', message, { place });
}
