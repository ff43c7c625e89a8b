import type { ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';

/** `CLUSTER/NAMESPACE/RELEASE` */
export function placeName(place: Pick<ReleaseDefinition, 'cluster' | 'namespace' | 'releaseName'>): string {
  return `${place.cluster}/${place.namespace}/${place.releaseName}`;
}
