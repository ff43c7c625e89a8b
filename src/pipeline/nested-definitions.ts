/**
 * Takes prepared releases, returns the definitions that their charts render, each with whose it is. What is the same as before
 * is not rendered again; a chart that fails to render keeps what it rendered last.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import { type Problem, problemOf } from '../foundation/base/problem.ts';
import type { PreparedRelease } from './context.ts';
import type { OwnedFile } from './definitions/assign-owners.ts';
import { type ParsedFile, parseDefinitions } from './definitions/parse-definitions.ts';
import { definitionId, type ReleaseDefinition } from './definitions/release-definition.ts';
import { mayHoldDefinitions, type TakenDefinition } from './render/take-definitions.ts';

/** Of one release. */
export interface Nested {
  /** Of the inputs that it was rendered from. */
  readonly digest: string;
  readonly files: readonly OwnedFile[];
  readonly problems: readonly Problem[];
  readonly definition: ReleaseDefinition;
  /** What it renders now is not known: this is what it rendered last, as far as that is. */
  readonly kept?: true;
}

/** By the id of the release that renders it. */
export type NestedDefinitions = ReadonlyMap<string, Nested>;

export type DefinitionsOf = (prepared: PreparedRelease) => Promise<readonly TakenDefinition[]>;

export interface NestingInput {
  readonly definitionsOf: DefinitionsOf;
  readonly releases: readonly PreparedRelease[];
  readonly before: NestedDefinitions;
  /** Still there, as far as anybody knows: defined but not prepared, or in a file that is not understood. */
  readonly isWithheld: (definition: ReleaseDefinition) => boolean;
}

export async function nestedDefinitions(input: NestingInput): Promise<NestedDefinitions> {
  const { releases, before, isWithheld } = input;
  const found = new Map<string, Nested>();
  // What is prepared says for itself what it renders, also where its file is said to be wrong because of that.
  const prepared = new Set(releases.map(({ definition }) => definitionId(definition)));
  for (const [id, nested] of before)
    if (!prepared.has(id) && isWithheld(nested.definition)) found.set(id, keptOf(nested));
  for (const release of releases) {
    if (!mayHoldDefinitions(release.chart)) continue;
    const id = definitionId(release.definition);
    const known = before.get(id);
    const isKnown = known?.digest === release.digest && !(known.kept && known.problems.length === 0);
    found.set(id, isKnown ? known : await renderNested(input, release, known));
  }
  return found;
}

/** Itself where it is kept already: whoever compares two looks compares by identity. */
const keptOf = (nested: Nested): Nested => (nested.kept ? nested : { ...nested, kept: true });

async function renderNested(
  { definitionsOf, before }: NestingInput,
  prepared: PreparedRelease,
  known: Nested | undefined,
): Promise<Nested> {
  const { definition, digest } = prepared;
  try {
    const taken = await definitionsOf(prepared);
    const rootFile = rootOf(definition, before);
    const problems: Problem[] = [];
    const parents = [...definition.origin.parents, definition.app];
    const files = taken.map((one) => ownedFile(prepared, one, { rootFile, parents, problems }));
    return { digest, files, problems, definition };
  } catch (thrown) {
    const error = asHelmGitopsError(thrown);
    if (error.fault === 'internal') throw thrown;
    const { code, message, hint } = error;
    const text = `${definitionId(definition)}: the applications that its chart renders are not known: ${message}`;
    const problem = { ...problemOf(error), code, message: text, place: definition.origin.place, hint };
    return { digest, files: known?.files ?? [], problems: [problem], definition, kept: true };
  }
}

/** The file that the chain of renders began in: whose Defaults count. */
function rootOf({ origin }: ReleaseDefinition, before: NestedDefinitions): string {
  for (const { files } of before.values())
    for (const { parsed, within } of files) if (parsed.file === origin.place.file) return within ?? parsed.file;
  return origin.place.file;
}

interface Owner {
  readonly rootFile: string;
  readonly parents: readonly string[];
  readonly problems: Problem[];
}

/** Of other kinds nothing counts but Argo CD's projects, where the chart lies in the configured repository itself. */
function ownedFile(
  { definition }: PreparedRelease,
  { source, text }: TakenDefinition,
  { rootFile, parents, problems }: Owner,
): OwnedFile {
  const [, ...rest] = source.split('/');
  const path = definition.chart.type === 'path' ? [definition.chart.path, ...rest].join('/') : source;
  const parsed = parseDefinitions(text, `${path} (rendered by ${definition.app})`);
  const applications = parsed.applications.filter((application) => {
    const problem = refused(application, parents);
    if (problem) problems.push(problem);
    return problem === undefined;
  });
  const sets = parents.length > deepest ? [] : parsed.sets;
  const isOwn = definition.chart.type === 'path' && definition.origin.elsewhere === undefined;
  const foreign = parsed.projects.filter(({ tool }) => tool !== undefined);
  const broken = [...parsed.broken];
  for (const { name, place } of isOwn ? [] : foreign) {
    const message = `AppProject ${name} is rendered by a chart from elsewhere, and counts only in configured repositories`;
    problems.push({ code: 'definition.ignored', message, place, hint: 'its applications wait: write it into a file' });
    broken.push({ kind: 'AppProject', name });
  }
  const none = { environments: [], defaults: [], strangers: [] };
  const known = { projects: isOwn ? foreign : [], sets, applications, broken };
  const { through = [], place } = definition.origin;
  const led = [...through, { file: place.file, name: definition.app }];
  return { parsed: { ...parsed, ...none, ...known }, parents, through: led, within: rootFile, text };
}

const deepest = 16;

function refused({ name, place, apps }: ParsedFile['applications'][number], parents: readonly string[]) {
  if (parents.includes(name) || parents.length > deepest) {
    const names = [...parents.slice(Math.max(0, parents.indexOf(name))), name].join(' → ');
    const message = `charts render each other's applications in a cycle: ${names}`;
    return { code: 'definition.cycle', message, place, hint: 'a chart renders applications of other charts only' };
  }
  if (apps === undefined) return undefined;
  const message = `application ${name} is rendered by a chart, and spec.apps leads to files`;
  return { code: 'definition.invalid', message, place, hint: 'give it a chart, or write it into a file' };
}
