/** Tells in each APIService whether anybody answers for it: the cluster itself does, no Service ever does. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { timestamp } from '../api/api-context.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import type { Controller, ControllerContext } from '../store.ts';

const resource = 'apiservices.apiregistration.k8s.io';

export function startApiServiceStatus({ store, clock, schedule }: ControllerContext): Controller {
  const tell = (name: string): void => {
    const current = store.get(resource, '', name);
    if (current === undefined) return;
    const service = objectAt(current.spec as JsonObject, 'service');
    const { status, reason, message } = service === undefined ? local : unavailable(current, service);
    const [known] = objectsAt(current.status as JsonObject | undefined, 'conditions');
    if (known?.reason === reason && known.message === message) return;
    const condition = { type: 'Available', status, lastTransitionTime: timestamp(clock), reason, message };
    store.updateStatus(resource, { ...current, status: { conditions: [condition] } }, { manager: 'kube-apiserver' });
  };
  const unavailable = ({ spec }: KubernetesObject, service: JsonObject) => {
    const [name, namespace] = [String(service.name), String(service.namespace)];
    const found = store.get('services', namespace, name);
    if (found === undefined)
      return {
        status: 'False',
        reason: 'ServiceNotFound',
        message: `service/${name} in "${namespace}" is not present`,
      };
    const { group, version } = spec as JsonObject;
    const address = `${String((found.spec as JsonObject).clusterIP)}:${String(service.port ?? 443)}`;
    const url = `https://${address}/apis/${String(group)}/${String(version)}`;
    const why = `Get "${url}": dial tcp ${address}: connect: connection refused`;
    const message = `failing or missing response from ${url}: ${why}`;
    return { status: 'False', reason: 'FailedDiscoveryCheck', message };
  };
  const later = (name: string): void => void schedule(0, () => tell(name));
  const stop = store.subscribe(({ resource: changed, type, object }) => {
    if (changed === resource && type !== 'DELETED') later(object.metadata.name ?? '');
    if (changed === 'services' && type !== 'MODIFIED')
      for (const one of store.list(resource)) later(one.metadata.name ?? '');
  });
  return { name: 'api-service-status', stop };
}

const local = { status: 'True', reason: 'Local', message: 'Local APIServices are always available' };
