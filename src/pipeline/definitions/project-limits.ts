/**
 * Takes a Project and what one of its applications wants, throws a user's error for what the Project does not allow, with
 * what it does. A limit that the Project leaves out is none; an empty list allows nothing. Pure.
 */
import { formatPlace, HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import { matchesAny, matchGlob } from '../../foundation/base/match-glob.ts';
import { plainUrl } from './plain-url.ts';
import type { ProjectLimits, RemoteChart } from './release-definition.ts';

/** `.` in `repositories`: the repository that holds the definition. */
const own = '.';

export interface Destination {
  readonly cluster: string;
  readonly namespace: string;
}

export function refuseDestination(project: ProjectLimits, wanted: Destination, place: Place): void {
  if (allowsDestination(project, wanted)) return;
  const message = `namespace ${wanted.namespace} of cluster ${wanted.cluster} is no destination of project ${project.name}`;
  throw outside(message, place, `${describeProject(project)} allows ${describeDestinations(project)}`);
}

export function allowsDestination({ destinations }: ProjectLimits, { cluster, namespace }: Destination): boolean {
  return (
    destinations === undefined ||
    destinations.some((allowed) => matchGlob(allowed.cluster, cluster) && matchGlob(allowed.namespace, namespace))
  );
}

/** `chart` is undefined of one that lies in the definition's own repository. */
export function refuseRepository(project: ProjectLimits, chart: RemoteChart | undefined, place: Place): void {
  const { repositories } = project;
  if (repositories === undefined) return;
  const patterns = repositories.map((pattern) => (pattern === own ? own : plainUrl(pattern)));
  if ((chart === undefined ? [own] : urlsOf(chart)).some((url) => matchesAny(patterns, url))) return;
  const what = chart === undefined ? 'a chart of this repository' : `a chart from ${plainUrl(urlsOf(chart)[0] ?? '')}`;
  const allowed = repositories.length === 0 ? 'none' : repositories.join(', ');
  throw outside(
    `project ${project.name} does not allow ${what}`,
    place,
    `${describeProject(project)} allows ${allowed}`,
  );
}

export interface Kind {
  readonly group: string;
  readonly kind: string;
}

/** An entry is a kind, or `GROUP/KIND` with `core` for the group without a name. */
export function allowsKind({ kinds }: ProjectLimits, { group, kind }: Kind): boolean {
  const fits = (entry: string) => matchGlob(entry, entry.includes('/') ? `${group || 'core'}/${kind}` : kind);
  return !kinds.deny.some(fits) && (kinds.allow === undefined || kinds.allow.some(fits));
}

/** `project web (projects/web.yaml:3:18)` */
export function describeProject({ name, place }: ProjectLimits): string {
  return `project ${name} (${formatPlace(place)})`;
}

export function describeKinds({ kinds: { allow, deny } }: ProjectLimits): string {
  const parts = [
    ...(allow === undefined ? [] : [`allows ${allow.join(', ') || 'no kind'}`]),
    ...(deny.length === 0 ? [] : [`denies ${deny.join(', ')}`]),
  ];
  return parts.join(' and ');
}

export function describeDestinations({ destinations = [] }: ProjectLimits): string {
  const all = destinations.map(
    ({ cluster, namespace }) => `${namespace} of ${cluster === '*' ? 'any cluster' : cluster}`,
  );
  return all.length === 0 ? 'no destination' : `namespace ${all.join(', ')}`;
}

/** The repository, and the chart in it: `https://charts.example.com/*` fits every chart of it. */
function urlsOf(chart: RemoteChart): string[] {
  if (chart.type === 'oci') return [plainUrl(chart.reference.replace(/@[^/]*$/, '').replace(/:[^/]*$/, ''))];
  if (chart.type === 'git') return [plainUrl(chart.url)];
  const url = plainUrl(chart.repository);
  return [url, `${url}/`, ...(chart.name.includes('/') ? [] : [`${url}/${chart.name}`])];
}

function outside(message: string, place: Place, hint: string): HelmGitopsError {
  return new HelmGitopsError('definition.project', 'user', message, { place, hint });
}
