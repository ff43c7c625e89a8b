/**
 * The parameters that Argo CD takes from its cluster Secrets, taken from the configuration: name, server, labels. The cluster
 * that Argo CD would run in, and of which nothing is configured, has no Secret there either, and so no labels. Pure.
 */
import { normalizeName } from '../../../../../foundation/base/normalize-name.ts';
import type { GoMap, GoValue } from '../../../../../foundation/template/value.ts';
import type { ClusterFacts } from '../../foreign-set.ts';
import { matchCluster } from '../../match-cluster.ts';
import type { Generating } from './generate.ts';
import { isSelective, matchLabels } from './match-labels.ts';
import { textMap } from './parameters.ts';
import type { ArgoGenerator } from './set-schema.ts';

type WithValues = (parameters: GoMap, values?: Readonly<Record<string, string>>) => GoMap;

const itself = { name: 'in-cluster', server: 'https://kubernetes.default.svc' };

export function clusterParameters(
  { selector = {}, values, flatList = false }: NonNullable<ArgoGenerator['clusters']>,
  withValues: WithValues,
  { around, filling }: Generating,
): GoMap[] {
  const found: GoMap[] = [];
  const local = around.clusters.find((cluster) => isLocal(cluster, around.clusters));
  for (const cluster of around.clusters) {
    if (cluster === local) continue;
    const labels = new Map([...Object.entries(cluster.labels), ['argocd.argoproj.io/secret-type', 'cluster'] as const]);
    if (!matchLabels(selector, labels)) continue;
    const server = cluster.aliases.find((alias) => alias.includes('://')) ?? cluster.name;
    found.push(withValues(parametersOf({ name: cluster.name, server }, labels, filling.goTemplate), values));
  }
  if (local !== undefined && !isSelective(selector))
    found.push(withValues(parametersOf(itself, undefined, filling.goTemplate), values));
  return flatList ? [new Map([['clusters', found]])] : found;
}

/** What the configuration tells more of is known to Argo CD by a Secret of its own. */
function isLocal(cluster: ClusterFacts, all: readonly ClusterFacts[]): boolean {
  if (Object.keys(cluster.labels).length > 0) return false;
  if (cluster.aliases.includes(itself.name) || cluster.aliases.includes(itself.server)) return true;
  if (cluster.aliases.some((alias) => alias.includes('://'))) return false;
  const aliases = new Map(all.flatMap((one) => one.aliases.map((alias) => [alias, one.name] as const)));
  try {
    const destination = { by: 'name', text: itself.name, place: { file: '' } } as const;
    return matchCluster(destination, { names: all.map(({ name }) => name), aliases }) === cluster.name;
  } catch {
    return false;
  }
}

function parametersOf(
  { name, server }: { readonly name: string; readonly server: string },
  labels: ReadonlyMap<string, string> | undefined,
  goTemplate: boolean,
): GoMap {
  const own: [string, GoValue][] = [
    ['name', name],
    ['nameNormalized', normalizeName(name)],
    ['server', server],
    ['project', ''],
  ];
  if (labels === undefined) return new Map(own);
  const metadata: GoMap = new Map([['labels', textMap(labels)]]);
  if (goTemplate) return new Map([...own, ['metadata', metadata]]);
  return new Map([...own, ...[...labels].map(([key, value]): [string, GoValue] => [`metadata.labels.${key}`, value])]);
}
