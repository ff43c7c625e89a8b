/**
 * The files that Flux would build from: those of the repository, or of an artifact that is put together from its folders.
 * Reads texts and makes objects of them, each file once.
 */
import type { Problem } from '../../../../foundation/base/problem.ts';
import { type ReadDocument, readDocuments } from '../../../../foundation/document/read-documents.ts';
import type { CheckoutFiles } from '../../../source/checkout-files.ts';
import { type FluxObject, fluxObject } from './flux-object.ts';

/** By its path within the tree: the file of the repository. */
export type FluxTree = ReadonlyMap<string, string>;

export interface ReadFile {
  readonly text: string;
  readonly documents: readonly ReadDocument[];
  readonly objects: readonly FluxObject[];
  readonly problems: readonly Problem[];
}

export interface FluxFiles {
  /** The repository as it is. */
  readonly own: FluxTree;
  read(file: string): Promise<ReadFile>;
}

/** By file: an unchanged text is not parsed again. */
export type KnownFluxFiles = Map<string, ReadFile>;

const flux = /toolkit\.fluxcd\.io/;

export async function openFluxFiles(
  files: Pick<CheckoutFiles, 'list' | 'read'>,
  known: KnownFluxFiles,
): Promise<FluxFiles> {
  const { files: names } = await files.list('', { take: () => true });
  const present = new Set(names);
  for (const name of known.keys()) if (!present.has(name)) known.delete(name);
  const read = new Map<string, Promise<ReadFile>>();
  const readOnce = async (file: string): Promise<ReadFile> => {
    const text = await files.read(file);
    const before = known.get(file);
    if (before?.text === text) return before;
    const parsed = parseFile(text, file);
    known.set(file, parsed);
    return parsed;
  };
  return {
    own: new Map(names.map((name) => [name, name])),
    read(file) {
      const reading = read.get(file) ?? readOnce(file);
      read.set(file, reading);
      return reading;
    },
  };
}

/** What is no YAML and nothing of Flux is somebody else's. */
function parseFile(text: string, file: string): ReadFile {
  if (!/\.ya?ml$/i.test(file) && !/(^|\/)Kustomization$/.test(file))
    return { text, documents: [], objects: [], problems: [] };
  const documents = readDocuments(text, { file, code: 'definition.syntax' });
  const problems = documents.flatMap((document) => document.problems);
  const objects = documents.flatMap((document) => fluxObject(document) ?? []);
  return { text, documents, objects, problems: flux.test(text) ? problems : [] };
}

/** Files directly in a folder and those below, by their paths within the tree. */
export function below(tree: FluxTree, folder: string): string[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  return [...tree.keys()].filter((path) => path.startsWith(prefix));
}
