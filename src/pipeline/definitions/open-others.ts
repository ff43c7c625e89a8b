/**
 * Opens the repositories that applications of applications name, where their projects allow it. Takes the way to a
 * repository and a place for what is opened, returns what `readFleet` asks with; a problem is placed where it is named.
 */
import { asHelmGitopsError, type HelmGitopsError } from '../../foundation/base/errors.ts';
import { type Problem, problemOf } from '../../foundation/base/problem.ts';
import { elsewhereOf } from '../../foundation/base/repository-path.ts';
import type { OtherCheckout, OtherRepositories } from '../source/other-repositories.ts';
import { type AppsFolder, assignOwners } from './assign-owners.ts';
import { assignProject } from './assign-project.ts';
import { collectFleet, type FleetIndex } from './collect-fleet.ts';
import { refuseRepository } from './project-limits.ts';
import type { OpenedOther, OpenOthers } from './read-fleet.ts';

/** Whoever names more than this is caught in a circle of revisions. */
const limit = 100;

export function openOthers(others: OtherRepositories, opened: Map<string, OtherCheckout>): OpenOthers {
  return async (named, read) => {
    const index = collectFleet(assignOwners(read, others.nameOf).owned);
    return await Promise.all(
      named.map(async (one): Promise<OpenedOther> => {
        const { git, revision, place } = one.application.apps ?? {};
        if (git === undefined || place === undefined) return { readable: false };
        const name = elsewhereOf(one.folder);
        const refused = refusalOf(one, index);
        if (refused !== undefined) return { readable: false, ...refused };
        try {
          if (!opened.has(name) && opened.size >= limit) return { readable: false, problem: tooMany(place) };
          const other = await others.open({ git, revision });
          const isFirst = !opened.has(name);
          opened.set(name, other);
          return { readable: true, ...(other.problem && isFirst ? { problem: told(other.problem, name, place) } : {}) };
        } catch (thrown) {
          const error = asHelmGitopsError(thrown);
          if (error.fault === 'internal') throw thrown;
          return { readable: false, problem: told(error, name, place) };
        }
      }),
    );
  };
}

type Place = Problem['place'];

/** What is wrong with the application itself is told elsewhere. */
function refusalOf({ application }: AppsFolder, index: FleetIndex): { problem?: Problem } | undefined {
  const found = index.applicationNamed(application.name);
  const { git, revision, place } = application.apps ?? {};
  if (found?.application !== application || git === undefined || place === undefined) return {};
  let project: ReturnType<typeof assignProject>;
  try {
    project = assignProject(found, index);
  } catch {
    return {};
  }
  if (project === 'unknown') return {};
  try {
    if (project !== undefined) refuseRepository(project, { type: 'git', url: git, revision, path: '' }, place);
    return undefined;
  } catch (error) {
    const problem = problemOf(error);
    return { problem: { ...problem, message: problem.message.replace('a chart from', 'definitions from') } };
  }
}

function told({ code, message, hint }: HelmGitopsError, name: string, place: Place): Problem {
  if (code === 'source.offline') return { code, message, place };
  return { code: 'definition.apps', message: `${name} cannot be read: ${message}`, place, hint };
}

function tooMany(place: Place): Problem {
  const message = `the fleet names more than ${limit} other repositories and revisions`;
  return { code: 'definition.apps', message, place, hint: 'do applications name each other in a circle of revisions?' };
}
