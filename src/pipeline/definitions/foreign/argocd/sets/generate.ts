/**
 * Takes the generators of an ApplicationSet, returns the parameters of each application that they make, in a stable order.
 * Throws a user's error, placed at the generator, for what cannot be generated: then nothing of the set counts.
 */
import { asHelmGitopsError, HelmGitopsError, type Place } from '../../../../../foundation/base/errors.ts';
import type { Path } from '../../../../../foundation/document/read-documents.ts';
import { GoError, type GoMap, type GoValue } from '../../../../../foundation/template/value.ts';
import { readYamlList } from '../../../../../foundation/yaml/read-yaml.ts';
import type { SetSurroundings } from '../../foreign-set.ts';
import { clusterParameters } from './cluster-parameters.ts';
import { combineTexts, mergeByKeys } from './combine-parameters.ts';
import { type Filling, fillData, fillText } from './fill-text.ts';
import { gitParameters } from './git-parameters.ts';
import { matchLabels } from './match-labels.ts';
import { flatten, goMapOf, mergeParameters, textMap } from './parameters.ts';
import type { ArgoGenerator, Selector } from './set-schema.ts';

export interface Generating {
  readonly around: SetSurroundings;
  readonly filling: Filling;
  readonly place: (path: Path) => Place;
}

export const generatorKinds = ['list', 'clusters', 'git', 'matrix', 'merge'] as const;
export type GeneratorKind = (typeof generatorKinds)[number];

/** A fleet has fewer; a matrix of matrixes has more in an instant. */
const limit = 10_000;

/** Of one kind of a generator, which of it are no more than that. */
export async function generate(
  generator: ArgoGenerator,
  { kind, at }: { readonly kind: GeneratorKind; readonly at: Path },
  generating: Generating,
): Promise<GoMap[]> {
  try {
    const made = await parametersOf(generator, { kind, at: [...at, kind] }, generating);
    if (made.length > limit) throw failed(`it makes more than ${limit} applications`);
    return made.filter((parameters) => isSelected(generator.selector, parameters));
  } catch (thrown) {
    const error = thrown instanceof GoError ? failed(thrown.message) : asHelmGitopsError(thrown);
    if (error.fault === 'internal' || error.place !== undefined) throw error;
    const { code, fault, message, hint, cause } = error;
    const text = message.startsWith('the generator') ? message : `the generator ${kind}: ${message}`;
    throw new HelmGitopsError(code, fault, text, { place: generating.place([...at, kind]), hint, cause });
  }
}

const failed = (message: string) => new HelmGitopsError('definition.generator', 'user', message);

const isSelected = (selector: Selector | undefined, parameters: GoMap): boolean =>
  selector === undefined || matchLabels(selector, flatten(parameters));

interface Kind {
  readonly kind: GeneratorKind;
  readonly at: Path;
}

async function parametersOf(generator: ArgoGenerator, { kind, at }: Kind, generating: Generating): Promise<GoMap[]> {
  const { list, clusters, git, matrix, merge } = generator;
  if (kind === 'list' && list !== undefined) return listParameters(list, generating);
  if (kind === 'clusters' && clusters !== undefined)
    return clusterParameters(clusters, withValues(generating), generating);
  if (kind === 'git' && git !== undefined) return await gitParameters(git, withValues(generating), generating);
  if (kind === 'matrix' && matrix !== undefined) return await matrixParameters(matrix.generators, at, generating);
  if (merge === undefined) return [];
  const { generators, mergeKeys = [] } = merge;
  if (generators.length < 2) throw failed('it merges two generators or more');
  const sets: GoMap[][] = [];
  for (const [index, inner] of generators.entries())
    sets.push(await innerParameters(inner, [...at, 'generators', index], generating));
  return mergeByKeys(sets, mergeKeys, generating.filling);
}

/** Without goTemplate an element is a map of texts, with one map of them in `values`. */
function listParameters(
  { elements = [], elementsYaml }: NonNullable<ArgoGenerator['list']>,
  { filling }: Generating,
): GoMap[] {
  const made = elements.map((element) => (filling.goTemplate ? goMapOf(element) : textsOf(element)));
  if (!elementsYaml) return made;
  for (const item of readYamlList(elementsYaml)) {
    if (item !== null && !(item instanceof Map)) throw failed('elementsYaml is no list of maps');
    made.push(item ?? new Map());
  }
  return made;
}

function textsOf(element: Readonly<Record<string, unknown>>): GoMap {
  const entries = Object.entries(element).flatMap(([key, value]) =>
    key === 'values' && typeof value === 'object' && value !== null
      ? Object.entries(value).map(([name, inner]) => [`values.${name}`, inner as unknown] as const)
      : [[key, value] as const],
  );
  for (const [key, value] of entries)
    if (typeof value !== 'string')
      throw new HelmGitopsError('definition.generator', 'user', `the element's ${key} is no text`, {
        hint: 'quote it, or say goTemplate: true',
      });
  return new Map(entries as [string, string][]);
}

/** What stands in `values` may name what the generator itself found. */
const withValues =
  ({ filling }: Generating) =>
  (parameters: GoMap, values: Readonly<Record<string, string>> = {}): GoMap => {
    const filled = Object.entries(values).map(([key, text]) => [key, fillText(text, parameters, filling)] as const);
    if (filled.length === 0) return parameters;
    const entries: [string, GoValue][] = filling.goTemplate
      ? [['values', textMap(filled)]]
      : filled.map(([key, text]) => [`values.${key}`, text]);
    return new Map([...parameters, ...entries]);
  };

async function matrixParameters(
  generators: readonly ArgoGenerator[],
  at: Path,
  generating: Generating,
): Promise<GoMap[]> {
  const [first, second, third] = generators;
  if (first === undefined || second === undefined || third !== undefined)
    throw failed(`it has ${generators.length} generators, and takes two`);
  const made: GoMap[] = [];
  for (const one of await innerParameters(first, [...at, 'generators', 0], generating)) {
    const filled = one.size === 0 ? second : fillGenerator(second, one, generating.filling);
    for (const other of await innerParameters(filled, [...at, 'generators', 1], generating))
      made.push(generating.filling.goTemplate ? mergeParameters(other, one) : combineTexts(one, other));
    if (made.length > limit) throw failed(`it makes more than ${limit} applications`);
  }
  return made;
}

/** One kind, and no template of its own that would count. */
async function innerParameters(generator: ArgoGenerator, at: Path, generating: Generating): Promise<GoMap[]> {
  const kinds = generatorKinds.filter((kind) => generator[kind] !== undefined);
  const [kind, other] = kinds;
  if (kind === undefined || other !== undefined) {
    const message = kind === undefined ? 'it holds no generator that is known' : 'it holds several generators at once';
    throw new HelmGitopsError('definition.generator', 'user', message, { place: generating.place(at) });
  }
  return await generate(generator, { kind, at }, generating);
}

/** With what the first generator of a matrix found. Its own selector stays, and values that name what it will find itself. */
function fillGenerator(generator: ArgoGenerator, parameters: GoMap, filling: Filling): ArgoGenerator {
  const { selector, ...rest } = generator;
  const fill = (text: string) => fillText(text, parameters, filling);
  const late = (text: string) => {
    try {
      return fillText(text, parameters, { ...filling, missingKey: 'error' });
    } catch (error) {
      if (/map has no entry for key|can't evaluate field/.test(asHelmGitopsError(error).message)) return text;
      throw error;
    }
  };
  const filled = Object.entries(rest).map(([kind, body]) => {
    if (!['clusters', 'git'].includes(kind)) return [kind, fillData(body, fill)] as const;
    const { values, ...others } = body as NonNullable<ArgoGenerator['git']>;
    const kept = values === undefined ? {} : { values: mapValues(values, late) };
    return [kind, { ...(fillData(others, fill) as object), ...kept }] as const;
  });
  return { ...Object.fromEntries(filled), ...(selector === undefined ? {} : { selector }) } as ArgoGenerator;
}

const mapValues = (values: Readonly<Record<string, string>>, change: (text: string) => string) =>
  Object.fromEntries(Object.entries(values).map(([key, text]) => [key, change(text)]));
