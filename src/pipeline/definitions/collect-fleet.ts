/**
 * Takes the files that are read, returns what they define by name, and which names and folders are in doubt: claimed twice,
 * or by a definition that is not understood.
 */
import { formatPlace, type Place } from '../../foundation/base/errors.ts';
import type { Problem } from '../../foundation/base/problem.ts';
import { elsewhereOf, folderOf, holds } from '../../foundation/base/repository-path.ts';
import { suggestionHint } from '../../foundation/document/suggest-name.ts';
import type { OwnedFile } from './assign-owners.ts';
import type {
  BrokenDefinition,
  ParsedApplication,
  ParsedDefaults,
  ParsedEnvironment,
  ParsedProject,
} from './parse-definitions.ts';
import type { Leading } from './release-definition.ts';

export interface FleetApplication {
  readonly application: ParsedApplication;
  readonly file: string;
  readonly parents: readonly string[];
  readonly through: readonly Leading[];
}

export interface FleetIndex {
  /** Those with a chart, each name once. */
  readonly applications: readonly FleetApplication[];
  /** Those that lead to others. */
  readonly appsOfApps: readonly FleetApplication[];
  applicationNamed(name: string): FleetApplication | undefined;
  /** Every name there is, refused ones included. */
  readonly applicationNames: ReadonlySet<string>;
  readonly environments: ReadonlyMap<string, ParsedEnvironment>;
  readonly hasEnvironments: boolean;
  /** Environments that exist, but nobody knows how. */
  readonly brokenEnvironments: ReadonlySet<string>;
  readonly projects: ReadonlyMap<string, ParsedProject>;
  readonly hasProjects: boolean;
  /** Projects that exist, but nobody knows what they allow. */
  readonly brokenProjects: ReadonlySet<string>;
  /** Folders whose Defaults nobody knows. */
  readonly brokenDefaults: readonly string[];
  readonly unread: readonly string[];
  readonly problems: readonly Problem[];
  /** What does not count where it stands. */
  readonly ignored: readonly Problem[];
  /** Of the folders around a file, outer to inner. */
  defaultsOf(file: string): ParsedDefaults[];
  unknownEnvironment(name: string, place: Place): Problem;
}

interface Named<T> {
  readonly name: string;
  readonly place: Place;
  readonly value: T;
}

export function collectFleet(all: readonly OwnedFile[]): FleetIndex {
  const { owned, ignored } = withoutForeignRules(all);
  const problems = owned.flatMap(({ parsed }) => parsed.problems);
  const unread = owned.filter(({ parsed }) => parsed.problems.length > 0).map(({ parsed }) => parsed.file);
  const broken = owned.flatMap(({ parsed }) =>
    parsed.broken.map((definition) => ({ ...definition, file: parsed.file })),
  );

  const environments = onlyOnes(
    owned.flatMap(({ parsed }) =>
      parsed.environments.map((value) => ({ name: value.name, place: value.place, value })),
    ),
    'Environment',
    problems,
  );
  const applications = onlyOnes(
    owned.flatMap(({ parsed, parents, through, within = parsed.file }) =>
      parsed.applications.map((application) => {
        const led = [...through, ...(application.through ?? [])];
        const value: FleetApplication = { application, file: within, parents, through: led };
        return { name: application.name, place: application.place, value };
      }),
    ),
    'application',
    problems,
  );
  const projects = onlyOnes(
    owned.flatMap(({ parsed }) => parsed.projects.map((value) => ({ name: value.name, place: value.place, value }))),
    'Project',
    problems,
  );
  const defaults = onlyOnes(
    owned.flatMap(({ parsed }) =>
      parsed.defaults.map((value) => ({ name: folderOf(parsed.file), place: value.place, value })),
    ),
    'Defaults document of the folder',
    problems,
  );

  const brokenEnvironments = inDoubt('Environment', environments, broken);
  const brokenProjects = inDoubt('Project', projects, broken);
  const brokenKind = (kind: string) => broken.filter((definition) => definition.kind === kind);
  for (const { kind, name } of broken) {
    if (kind !== 'AppProject' || name === undefined) continue;
    brokenProjects.add(name);
    projects.once.delete(name);
  }
  // Projects of other tools limit who is of them, and force nobody into one.
  const ownProjects = [...projects.once.values()].filter(({ tool }) => tool === undefined).length;
  const doubtful = brokenKind('Project').length + projects.twice.length;
  const known = [...environments.once.keys()];
  return {
    applications: [...applications.once.values()].filter(({ application }) => application.apps === undefined),
    appsOfApps: [...applications.once.values()].filter(({ application }) => application.apps !== undefined),
    applicationNamed: (name) => applications.once.get(name),
    applicationNames: new Set([
      ...applications.once.keys(),
      ...applications.twice,
      ...brokenKind('Application').flatMap(({ name }) => name ?? []),
    ]),
    environments: environments.once,
    hasEnvironments: environments.once.size + brokenEnvironments.size + brokenKind('Environment').length > 0,
    brokenEnvironments,
    projects: projects.once,
    hasProjects: ownProjects + doubtful > 0,
    brokenProjects,
    brokenDefaults: [...defaults.twice, ...brokenKind('Defaults').map(({ file }) => folderOf(file))],
    unread,
    problems,
    ignored,
    defaultsOf: (file) =>
      [...defaults.once]
        .filter(([folder]) => holds(folder, file))
        .sort(([left], [right]) => left.length - right.length)
        .map(([, value]) => value),
    unknownEnvironment: (name, place) => ({
      code: 'definition.environment',
      message: `there is no Environment ${JSON.stringify(name)}`,
      place,
      hint: suggestionHint(name, known) ?? 'add an Environment document of that name',
    }),
  };
}

/** What holds for the whole fleet is said in repositories of the configuration alone. */
function withoutForeignRules(all: readonly OwnedFile[]): { owned: OwnedFile[]; ignored: Problem[] } {
  const ignored: Problem[] = [];
  const owned = all.map((one) => {
    const { parsed } = one;
    if (elsewhereOf(parsed.file) === '') return one;
    const { environments, projects, defaults } = parsed;
    const rules = { Environment: environments, Project: projects, Defaults: defaults };
    for (const [kind, documents] of Object.entries(rules))
      for (const { place } of documents) {
        const message = `${kind} counts only in repositories of the configuration, and is left out here`;
        ignored.push({ code: 'definition.ignored', message, place });
      }
    const broken = parsed.broken.filter(({ kind }) => kind === 'Application');
    return { ...one, parsed: { ...parsed, environments: [], projects: [], defaults: [], broken } };
  });
  return { owned, ignored };
}

/** Given twice, or not understood: taken out of those that are known. */
function inDoubt(
  wanted: string,
  { once, twice }: { once: Map<string, unknown>; twice: readonly string[] },
  broken: readonly BrokenDefinition[],
): Set<string> {
  const names = new Set(twice);
  for (const { kind, name } of broken) if (kind === wanted && name !== undefined) names.add(name);
  for (const name of names) once.delete(name);
  return names;
}

/** Those that bear their name alone; a name that is given twice is a problem of each bearer. */
function onlyOnes<T>(all: readonly Named<T>[], what: string, problems: Problem[]) {
  const once = new Map<string, T>();
  const twice: string[] = [];
  for (const [name, bearers] of Map.groupBy(all, (entry) => entry.name)) {
    const [first] = bearers;
    if (bearers.length === 1 && first !== undefined) {
      once.set(name, first.value);
      continue;
    }
    twice.push(name);
    for (const bearer of bearers) {
      const others = bearers.filter((other) => other !== bearer).map(({ place }) => formatPlace(place));
      const message = `there is another ${what} ${JSON.stringify(name || '.')}: ${others.join(', ')}`;
      problems.push({ code: 'definition.duplicate', message, place: bearer.place, hint: 'both are refused' });
    }
  }
  return { once, twice };
}
