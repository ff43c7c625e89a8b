/**
 * Takes the cluster that another tool's definition names and those of the configuration, returns the configured one's
 * name. Throws a user's error for one that is not configured. Pure.
 */
import { HelmGitopsError } from '../../../foundation/base/errors.ts';
import { suggestionHint } from '../../../foundation/document/suggest-name.ts';
import type { ForeignDestination } from './foreign-application.ts';

export interface KnownClusters {
  readonly names: readonly string[];
  /** Other names and URLs of servers, each with the cluster that is meant. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** What Argo CD and Flux call the cluster that they run in. */
const itself: ReadonlySet<string> = new Set(['in-cluster', 'https://kubernetes.default.svc']);

export function matchCluster({ text, by, place }: ForeignDestination['cluster'], known: KnownClusters): string {
  const { names, aliases } = known;
  const wanted = by === 'server' ? plainServer(text) : text;
  const alias = [...aliases].find(([name]) => (by === 'server' ? plainServer(name) : name) === wanted)?.[1];
  if (alias !== undefined) return alias;
  // A cluster without a URL is called by its name where a generator gives its server.
  if ((by === 'name' || !wanted.includes('://')) && names.includes(text)) return text;
  if (itself.has(wanted)) {
    const named = [...aliases].find(([name]) => itself.has(name))?.[1];
    if (named !== undefined) return named;
    const [only, ...others] = names;
    if (names.includes('in-cluster')) return 'in-cluster';
    if (only !== undefined && others.length === 0) return only;
    const message = `which of the ${names.length} configured clusters is ${wanted} is not said`;
    const hint = `give one of them the alias ${wanted} in the configuration: clusters[].aliases`;
    throw new HelmGitopsError('definition.cluster', 'user', message, { place, hint });
  }
  const message = `there is no cluster ${JSON.stringify(text)} in the configuration`;
  const near = by === 'name' ? suggestionHint(text, [...names, ...aliases.keys()]) : undefined;
  const hint = near ?? `give the cluster that is meant the alias ${JSON.stringify(text)}: clusters[].aliases`;
  throw new HelmGitopsError('definition.cluster', 'user', message, { place, hint });
}

/** `https://10.0.0.1:443/` is `https://10.0.0.1`. */
function plainServer(url: string): string {
  return url
    .toLowerCase()
    .replace(/\/+$/, '')
    .replace(/^(https:\/\/[^/]*):443$/, '$1');
}
