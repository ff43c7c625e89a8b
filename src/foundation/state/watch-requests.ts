/** Follows the ConfigMaps with state and tells each request on them once, as long as it stands. */
import type { ClusterClient, Watch } from '../cluster/cluster-client.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import { type ConfigMapStore, kindLabel } from './config-map-store.ts';
import type { PersonRequest } from './release-state.ts';
import { type RequestTarget, requestTargetOf } from './request-target.ts';
import { requestAnnotation, requestsOf } from './requests.ts';

export interface RequestWatch {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly store: ConfigMapStore;
  readonly told: (target: RequestTarget, request: PersonRequest) => void;
  readonly lost?: (error: unknown) => void;
}

export function watchRequests({ client, namespace, store, told, lost }: RequestWatch): Watch {
  const known = new Set<string>();
  const look = (configMap: KubernetesObject) => {
    const name = configMap.metadata.name ?? '';
    store.observed(name, configMap);
    const requests = requestsOf(configMap.metadata.annotations);
    const target = requests.length > 0 ? requestTargetOf(configMap) : undefined;
    const present = new Set(requests.map((request) => `${name}\n${requestAnnotation(request)}`));
    for (const id of known) if (id.startsWith(`${name}\n`) && !present.has(id)) known.delete(id);
    for (const request of requests) {
      const id = `${name}\n${requestAnnotation(request)}`;
      if (target === undefined || known.has(id)) continue;
      known.add(id);
      told(target, request);
    }
  };
  return client.watch(
    { apiVersion: 'v1', kind: 'ConfigMap', namespace, labelSelector: kindLabel },
    {
      replaced(items) {
        const present = new Set(items.map(({ metadata }) => metadata.name ?? ''));
        store.forgetOthers(present);
        items.forEach(look);
        store.watched(true);
      },
      changed: (type, object) =>
        type === 'DELETED' ? store.observed(object.metadata.name ?? '', undefined) : look(object),
      lost(error) {
        store.watched(false);
        lost?.(error);
      },
      restored: () => store.watched(true),
    },
  );
}
