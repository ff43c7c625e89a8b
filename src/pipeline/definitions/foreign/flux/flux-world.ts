/** What lies beside a HelmRelease: the sources and the ConfigMaps that the same repository applies. */
import type { FluxObject } from './flux-object.ts';

export interface FluxWorld {
  find(kind: string, namespace: string, name: string): FluxObject | undefined;
  /** Labels and annotations of a namespace that is applied too. */
  namespace(name: string): FluxObject | undefined;
}

export function fluxWorld(objects: readonly FluxObject[]): FluxWorld {
  const byKey = new Map(objects.map((object) => [keyOf(object.kind, object.namespace, object.name), object]));
  return {
    find: (kind, namespace, name) => byKey.get(keyOf(kind, namespace, name)) ?? byKey.get(keyOf(kind, '', name)),
    namespace: (name) => byKey.get(keyOf('Namespace', '', name)),
  };
}

const keyOf = (kind: string, namespace: string, name: string) => `${kind} ${namespace}/${name}`;
