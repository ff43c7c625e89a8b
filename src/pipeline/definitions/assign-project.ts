/**
 * Takes an application and the fleet it is part of, returns the Project that limits it: its own, else that of the
 * application that led to it, which none of its children may leave. Throws a user's error; it reads nothing.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { suggestionHint } from '../../foundation/document/suggest-name.ts';
import type { FleetApplication, FleetIndex } from './collect-fleet.ts';
import type { ParsedProject } from './parse-definitions.ts';

/** `unknown`: the Project exists, but nobody knows what it says. */
export function assignProject(
  { application, parents }: Pick<FleetApplication, 'application' | 'parents'>,
  index: FleetIndex,
): ParsedProject | 'unknown' | undefined {
  const { name, project: own, projectPlace, place } = application;
  const inherited = parents
    .map((parent) => index.applicationNamed(parent)?.application)
    // Argo CD knows no such thing: there every application is of the project that it names.
    .filter((parent) => application.foreign === undefined || parent?.foreign === undefined)
    .find((parent) => parent?.project !== undefined);
  if (own !== undefined && inherited !== undefined && own !== inherited.project) {
    const message = `application ${name} cannot be of project ${own}: ${inherited.name}, which leads to it, is of project ${inherited.project}`;
    throw refused(message, projectPlace, `leave spec.project out, or write ${inherited.project}`);
  }
  const wanted = own ?? inherited?.project;
  const known = [...index.projects.keys()];
  if (wanted === undefined) {
    if (!index.hasProjects) return undefined;
    const hint = known.length === 0 ? 'give spec.project' : `give spec.project: ${known.join(' or ')}`;
    throw refused(`application ${name} is of no project, and the fleet has projects`, place, hint);
  }
  if (index.brokenProjects.has(wanted)) return 'unknown';
  const found = index.projects.get(wanted);
  if (found !== undefined) return found;
  // Argo CD's projects may lie in its cluster alone, and "default" limits nothing; where the fleet has Projects of our own,
  // nobody is of none.
  const isFree = index.projects.size === 0 || wanted === 'default';
  if (application.foreign !== undefined && !index.hasProjects && isFree) return undefined;
  const hint = suggestionHint(wanted, known) ?? 'add a Project document of that name';
  throw refused(`there is no Project ${JSON.stringify(wanted)}`, projectPlace, hint);
}

function refused(message: string, place: FleetApplication['application']['place'], hint: string): HelmGitopsError {
  return new HelmGitopsError('definition.project', 'user', message, { place, hint });
}
