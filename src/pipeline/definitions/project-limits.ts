/**
 * Takes a Project and what one of its applications wants, throws a user's error for what the Project does not allow, with
 * what it does. A limit that the Project leaves out is none; an empty list allows nothing. Pure.
 */
import { formatPlace, HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import { compileGlob, GlobError } from '../../foundation/base/glob.ts';
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
  const urls = chart === undefined ? [own] : urlsOf(chart);
  if (project.tool === undefined ? isListed(repositories, urls) : isPermitted(repositories, urls[0] ?? '')) return;
  const what = chart === undefined ? 'a chart of this repository' : `a chart from ${plainUrl(urlsOf(chart)[0] ?? '')}`;
  const allowed = repositories.length === 0 ? 'none' : repositories.join(', ');
  throw outside(
    `project ${project.name} does not allow ${what}`,
    place,
    `${describeProject(project)} allows ${allowed}`,
  );
}

function isListed(repositories: readonly string[], urls: readonly string[]): boolean {
  const patterns = repositories.map((pattern) => (pattern === own ? own : plainUrl(pattern)));
  return urls.some((url) => matchesAny(patterns, url));
}

/** By Argo CD's rules: a star alone is all, `!` denies, and a denial allows everything else. */
function isPermitted(repositories: readonly string[], url: string): boolean {
  const fits = (pattern: string) => pattern === '*' || matchesUrl(plainUrl(pattern), url);
  const denied = repositories.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  if (denied.some(fits)) return false;
  return denied.length > 0 || repositories.some(fits);
}

/** A pattern that cannot be read fits nothing. */
function matchesUrl(pattern: string, url: string): boolean {
  try {
    return compileGlob(pattern)(url);
  } catch (error) {
    if (error instanceof GlobError) return false;
    throw error;
  }
}

export interface Kind {
  readonly group: string;
  readonly kind: string;
  /** False of an object that lies in no namespace. */
  readonly namespaced?: boolean;
}

/** An entry is a kind, or `GROUP/KIND` with `core` for the group without a name. */
export function allowsKind({ kinds }: ProjectLimits, { group, kind, namespaced = true }: Kind): boolean {
  const allow = namespaced ? kinds.allow : (kinds.clusterAllow ?? kinds.allow);
  const fits = (entry: string) => matchGlob(entry, entry.includes('/') ? `${group || 'core'}/${kind}` : kind);
  return !kinds.deny.some(fits) && (allow === undefined || allow.some(fits));
}

/** `project web (projects/web.yaml:3:18)` */
export function describeProject({ name, place }: ProjectLimits): string {
  return `project ${name} (${formatPlace(place)})`;
}

export function describeKinds({ kinds: { allow, deny, clusterAllow } }: ProjectLimits): string {
  const parts = [
    ...(clusterAllow === undefined ? [] : [`allows outside namespaces ${clusterAllow.join(', ') || 'no kind'}`]),
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
