/**
 * Takes a Project of another tool and the cluster that a release goes to, returns it with destinations that name that
 * cluster as the configuration does; those that mean other clusters are left out. Pure.
 */
import { matchGlob } from '../../../foundation/base/match-glob.ts';
import type { ProjectLimits } from '../release-definition.ts';
import { type KnownClusters, matchCluster } from './match-cluster.ts';

export function localProject<Project extends ProjectLimits | undefined>(
  project: Project,
  cluster: string,
  known: KnownClusters,
): Project {
  if (project?.tool === undefined) return project;
  const names = [cluster, ...[...known.aliases].filter(([, target]) => target === cluster).map(([alias]) => alias)];
  const own = ['in-cluster', 'https://kubernetes.default.svc'].filter((name) => means(name, cluster, known));
  const all = [...names, ...own];
  const destinations = (project.destinations ?? []).filter((one) => all.some((name) => fits(one.cluster, name)));
  return { ...project, destinations: destinations.map(({ namespace }) => ({ cluster, namespace })) };
}

/** In Argo CD a star stands for anything. */
const fits = (pattern: string, name: string) =>
  matchGlob(pattern.replaceAll('*', '**').replace(/\/+$/, ''), name.replace(/\/+$/, ''));

function means(name: string, cluster: string, known: KnownClusters): boolean {
  try {
    return (
      matchCluster({ by: name.includes(':') ? 'server' : 'name', text: name, place: { file: '' } }, known) === cluster
    );
  } catch {
    return false;
  }
}
