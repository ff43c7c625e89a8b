/**
 * Takes resolved releases, refuses those that would get their version from an environment that does not exist, or in a
 * circle. Pure.
 */
import type { Problem } from '../../foundation/base/problem.ts';
import { suggestionHint } from '../../foundation/document/suggest-name.ts';
import { type NamedPerson, type PeopleGate, peopleIn } from './promotion-schema.ts';
import type { ReleaseDefinition } from './release-definition.ts';
import { renderTemplate } from './render-template.ts';
import type { ResolvedRelease } from './resolve-release.ts';

export interface PromotionsChecked {
  readonly releases: readonly ResolvedRelease[];
  readonly refused: readonly ReleaseDefinition[];
  readonly problems: readonly Problem[];
}

export interface KnownEnvironments {
  /** That have a document. */
  readonly documents: Iterable<string>;
  /** False while some files are not understood: what is unknown may be in one of them. */
  readonly complete: boolean;
}

export function checkPromotions(
  releases: readonly ResolvedRelease[],
  { documents, complete }: KnownEnvironments,
): PromotionsChecked {
  const environments = new Set([...documents, ...releases.map(({ definition }) => definition.environment)]);
  const kept: ResolvedRelease[] = [];
  const refused: ReleaseDefinition[] = [];
  const problems = new Map<string, Problem>();
  for (const ofApp of Map.groupBy(releases, ({ definition }) => definition.app).values()) {
    const own = new Map(ofApp.map(({ definition }) => [definition.environment, definition]));
    for (const release of ofApp) {
      const problem = problemOf(release.definition, { own, environments, complete });
      if (problem === undefined) kept.push(release);
      else {
        refused.push(release.definition);
        problems.set(`${problem.place?.file}:${problem.place?.line} ${problem.message}`, problem);
      }
    }
  }
  return { releases: kept, refused, problems: [...problems.values()] };
}

interface Around {
  /** The same application, by environment. */
  readonly own: ReadonlyMap<string, ReleaseDefinition>;
  readonly environments: ReadonlySet<string>;
  readonly complete: boolean;
}

const code = 'definition.promotion';

function problemOf({ app, environment, promote, settings }: ReleaseDefinition, around: Around): Problem | undefined {
  if (promote === undefined) return undefined;
  const { own, environments, complete } = around;
  const { place, general } = promote;
  const { gates } = settings.promotion;
  const unreached = unreachable(promote, peopleIn(gates));
  if (unreached !== undefined) {
    const { what, hint } = unreached;
    const message = `${app}/${environment}: ${what} needs a pull request, and it is promoted by commit`;
    return { code, message, place, hint };
  }
  const uncounted = gates.map((gate) => (typeof gate === 'object' ? uncountable(gate) : undefined)).find(Boolean);
  if (uncounted !== undefined) {
    const hint = 'name each person once, with both names where they have two';
    return { code, message: `${app}/${environment}: ${uncounted}`, place, hint };
  }
  const unknown = promote.from.find((from) => !(general ? environments : own).has(from));
  if (unknown !== undefined && complete) {
    const known = general ? [...environments] : [...own.keys()];
    const message = general
      ? `there is no environment ${JSON.stringify(unknown)}, from which ${environment} is promoted`
      : `${app} does not run in environment ${JSON.stringify(unknown)}, from which it is promoted to ${environment}`;
    return { code, message, place, hint: suggestionHint(unknown, known) };
  }
  const still = promote.from.flatMap((from) => stillFile(own.get(from), own.get(environment)));
  if (still[0] !== undefined) {
    const message = `${app}: promotion.files names the same file in ${still[0].from} and ${environment}: ${still[0].path}`;
    return { code, message, place, hint: 'a path of a file that moves has {{environment}} in it' };
  }
  const circle = circleFrom(environment, own);
  if (circle === undefined) return undefined;
  const message = `${app} would be promoted in a circle: ${circle.join(' → ')}`;
  return { code, message, place, hint: 'the first environment of a chain has no promote.from' };
}

/** What takes a pull request. */
function unreachable({ as, merge }: NonNullable<ReleaseDefinition['promote']>, people: readonly NamedPerson[]) {
  if (as !== 'commit') return undefined;
  const hint = 'say promote.as: pullRequest';
  if (merge) return { what: 'promote.merge', hint };
  const silent = people.find(({ user }) => user === undefined);
  const otherwise = `${hint}, or name the user that Kubernetes knows: {user: …}`;
  return silent && { what: `an approval by ${silent.forge}`, hint: otherwise };
}

/** Whoever is named twice would count twice. */
function uncountable({ people, count }: PeopleGate): string | undefined {
  if (count > people.length) return `approvals by ${count} of ${people.length} people are asked for`;
  const forges = people.flatMap(({ forge }) => forge?.toLowerCase() ?? []);
  const users = people.flatMap(({ user }) => user ?? []);
  const twice = [forges, users].flatMap((names) => names.filter((name, at) => names.indexOf(name) !== at));
  return twice[0] === undefined ? undefined : `an approval names ${twice[0]} twice`;
}

/** Files that move whole, and are the same file in both. */
function stillFile(
  source: ReleaseDefinition | undefined,
  target: ReleaseDefinition | undefined,
): { from: string; path: string }[] {
  if (source === undefined || target === undefined) return [];
  return target.settings.promotion.files.flatMap((text) => {
    const [from, to] = [source, target].map(({ variables }) => renderTemplate({ text }, variables));
    return from !== undefined && from === to ? [{ from: source.environment, path: from }] : [];
  });
}

/** Through which a version would come back to its environment. */
function circleFrom(start: string, own: Around['own']): string[] | undefined {
  const seen = new Set<string>();
  const search = (environment: string, way: readonly string[]): string[] | undefined => {
    for (const from of own.get(environment)?.promote?.from ?? []) {
      if (from === start) return [start, ...way, start];
      if (seen.has(from)) continue;
      seen.add(from);
      const found = search(from, [from, ...way]);
      if (found) return found;
    }
    return undefined;
  };
  return search(start, []);
}
