/**
 * Takes what was parsed, returns it with the applications that Flux's objects come to: what one of them means depends on all
 * that lies beside it, so they are read together once the rest is known.
 */
import type { Problem } from '../../../../foundation/base/problem.ts';
import { elsewhereOf, holds, repositoryPath } from '../../../../foundation/base/repository-path.ts';
import type { CheckoutFiles } from '../../../source/checkout-files.ts';
import type { ParsedApplication, ParsedFile } from '../../parse-definitions.ts';
import type { OwnRepository } from '../foreign-application.ts';
import type { KnownFluxFiles } from './flux-files.ts';
import { type FluxRead, readFlux } from './read-flux.ts';

export interface FluxAdded {
  readonly files: readonly ParsedFile[];
  /** Manifests that are there and hold no release that Flux would apply, wherever in the repository. */
  readonly without: readonly string[];
  readonly problems: readonly Problem[];
  readonly notices: readonly Problem[];
}

export interface AroundFlux {
  /** The repository's configured path. */
  readonly path: string;
  readonly own: OwnRepository;
  readonly files: Pick<CheckoutFiles, 'list' | 'read'>;
}

const nothing: FluxRead = { applications: [], problems: [], notices: [], present: [] };

/** A folder in which something of Flux lies is read as Flux reads it. */
export async function addFlux(
  parsed: readonly ParsedFile[],
  { path, own, files }: AroundFlux,
  known: KnownFluxFiles,
): Promise<FluxAdded> {
  const ofFlux = parsed.filter(({ flux }) => flux);
  if (ofFlux.length === 0) return { files: parsed, without: [], problems: [], notices: [] };
  const named = parsed.flatMap(({ applications }) =>
    applications.flatMap(({ apps }) => (apps?.git ? [] : (apps?.path ?? []))),
  );
  const apart = named
    .flatMap((written) => repositoryPath(written) ?? [])
    .filter((folder) => folder !== path && !holds(path, folder));
  const roots = [path, ...apart].filter((root) => ofFlux.some(({ file }) => holds(root, file)));
  const { applications, problems, notices, present } =
    roots.length === 0 ? nothing : await readFlux({ roots, own, files }, known);
  const elsewhere = ofFlux.filter(({ file }) => elsewhereOf(file) !== '').map(({ file }) => ({ file }));
  const holding = withApplications(parsed, applications);
  const read = new Set(holding.map(({ file }) => file));
  const without = present.filter((file) => /\.ya?ml$/i.test(file) && !read.has(file));
  return { files: holding, without, problems: [...problems, ...elsewhere.map(notHere)], notices };
}

function notHere(place: { readonly file: string }): Problem {
  const message = 'definitions of Flux are read in repositories of the configuration alone';
  return { code: 'definition.unsupported', message, place };
}

/** Each is of the file that holds it, wherever in the repository that lies. */
function withApplications(parsed: readonly ParsedFile[], applications: readonly ParsedApplication[]): ParsedFile[] {
  const byFile = Map.groupBy(applications, ({ place }) => place.file);
  const known = new Set(parsed.map(({ file }) => file));
  const found = [...byFile.keys()].filter((file) => !known.has(file)).map(emptyFile);
  return [...parsed, ...found].map((one) => {
    const own = byFile.get(one.file);
    return own === undefined ? one : { ...one, applications: [...one.applications, ...own] };
  });
}

function emptyFile(file: string): ParsedFile {
  const none = { applications: [], environments: [], defaults: [], projects: [], sets: [], broken: [], strangers: [] };
  return { file, ...none, problems: [], others: false, flux: true };
}
