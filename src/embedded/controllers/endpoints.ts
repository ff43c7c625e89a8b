/** Writes which pods are behind each Service with a selector: an EndpointSlice, and Endpoints for older clients. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Controller, ControllerContext, ResourceName, Store } from '../store.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { matchesLabels } from './label-match.ts';
import { isFinished, isReady, isTerminating } from './pod-state.ts';
import { controlledBy, controllerManager, ownerReference, type Pod } from './workload.ts';

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
}

interface Service extends KubernetesObject {
  readonly spec: {
    readonly selector?: Record<string, string>;
    readonly ports?: readonly ServicePort[];
    readonly type?: string;
    readonly publishNotReadyAddresses?: boolean;
  };
}

const slices = 'endpointslices.discovery.k8s.io';

export function startEndpointsController(context: ControllerContext): Controller {
  const { store } = context;
  const selected = createSelectorIndex(store);
  const loop = startControlLoop(context, {
    name: 'endpoints',
    watched: ['services', 'pods'],
    keys(resource, object, previous) {
      if (resource === 'services') return [keyOf(object)];
      return previous !== undefined && isAlike(object as Pod, previous as Pod)
        ? []
        : selected.servicesOf([object, previous]);
    },
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const service = store.get('services', namespace, name) as Service | undefined;
      if (service === undefined) removeEndpoints(store, namespace, name);
      else if (service.metadata.deletionTimestamp === undefined) reconcileService(store, service);
    },
  });
  return {
    name: loop.name,
    stop() {
      selected.stop();
      loop.stop();
    },
  };
}

/** Services with selectors by namespace, so that a pod's change costs no look at other namespaces. */
function createSelectorIndex(store: Store) {
  const byNamespace = new Map<string, Map<string, Record<string, string>>>();
  const note = (service: Service, deleted: boolean): void => {
    const { namespace = '', name = '' } = service.metadata;
    const services = byNamespace.get(namespace) ?? new Map<string, Record<string, string>>();
    const { selector = {} } = service.spec;
    if (deleted || Object.keys(selector).length === 0) services.delete(name);
    else services.set(name, selector);
    if (services.size === 0) byNamespace.delete(namespace);
    else byNamespace.set(namespace, services);
  };
  const stop = store.subscribe(({ resource, object, type }) => {
    if (resource === 'services') note(object as Service, type === 'DELETED');
  });
  for (const service of store.list('services')) note(service as Service, false);
  return {
    stop,
    servicesOf(pods: readonly (KubernetesObject | undefined)[]): string[] {
      const namespace = pods[0]?.metadata.namespace ?? '';
      const matching = [...(byNamespace.get(namespace) ?? [])].filter(([, selector]) =>
        pods.some((pod) => pod !== undefined && matchesLabels(pod.metadata.labels ?? {}, selector)),
      );
      return matching.map(([name]) => `${namespace}/${name}`);
    },
  };
}

/** Nothing that endpoints show differs. */
function isAlike(pod: Pod, previous: Pod): boolean {
  const shown = (one: Pod) => [
    one.metadata.labels,
    one.metadata.deletionTimestamp,
    one.status?.podIP,
    one.status?.phase,
    isReady(one),
  ];
  return equalJson(shown(pod), shown(previous));
}

function removeEndpoints(store: Store, namespace: string, name: string): void {
  if (store.get('endpoints', namespace, name) !== undefined)
    store.delete('endpoints', namespace, name, controllerManager);
}

function reconcileService(store: Store, service: Service): void {
  const { selector = {}, type } = service.spec;
  if (Object.keys(selector).length === 0 || type === 'ExternalName') return;
  const namespace = service.metadata.namespace ?? '';
  const filter = (pod: KubernetesObject): boolean =>
    matchesLabels(pod.metadata.labels ?? {}, selector) && hasAddress(pod as Pod);
  const pods = store.list('pods', { namespace, filter }) as Pod[];
  writeSlice(store, service, pods);
  writeEndpoints(store, service, pods);
}

function hasAddress(pod: Pod): boolean {
  return pod.status?.podIP !== undefined && !isFinished(pod);
}

/** The number behind a port: a named one is looked up in the pod. */
function targetPort(
  { port, targetPort: target = port, protocol = 'TCP' }: ServicePort,
  pod: Pod | undefined,
): number | undefined {
  if (typeof target === 'number') return target;
  if (/^\d+$/.test(target)) return Number(target);
  const ports = pod?.spec.containers.flatMap((container) => container.ports ?? []) ?? [];
  return ports.find((one) => one.name === target && (one.protocol ?? 'TCP') === protocol)?.containerPort;
}

function endpointPorts(service: Service, pod: Pod | undefined): Record<string, unknown>[] {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = targetPort(servicePort, pod);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function targetReference(pod: Pod): object {
  return { kind: 'Pod', name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid };
}

function writeSlice(store: Store, service: Service, pods: readonly Pod[]): void {
  const serves = (pod: Pod): boolean => isReady(pod) || service.spec.publishNotReadyAddresses === true;
  const endpoints = pods.map((pod) => ({
    addresses: [pod.status?.podIP],
    conditions: { ready: serves(pod) && !isTerminating(pod), serving: serves(pod), terminating: isTerminating(pod) },
    nodeName: pod.spec.nodeName,
    targetRef: targetReference(pod),
    ...(pod.spec.hostname && pod.spec.subdomain === service.metadata.name ? { hostname: pod.spec.hostname } : {}),
  }));
  const ports = endpointPorts(service, pods[0]);
  const [existing] = controlledBy<KubernetesObject>(store, service, slices);
  if (existing !== undefined) {
    writeIfChanged(store, slices, existing, { endpoints, ports });
    return;
  }
  const name = service.metadata.name ?? '';
  const labels = {
    ...service.metadata.labels,
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    'kubernetes.io/service-name': name,
  };
  const metadata = {
    generateName: `${name}-`,
    namespace: service.metadata.namespace ?? '',
    labels,
    ownerReferences: [ownerReference(service)],
  };
  store.create(
    slices,
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints, ports },
    controllerManager,
  );
}

function writeIfChanged(
  store: Store,
  resource: ResourceName,
  existing: KubernetesObject,
  fields: Record<string, unknown>,
): void {
  const changed = Object.entries(fields).some(([key, value]) => !equalJson(existing[key], value));
  if (changed) store.update(resource, { ...existing, ...fields }, controllerManager);
}

function writeEndpoints(store: Store, service: Service, pods: readonly Pod[]): void {
  const { name = '', namespace = '' } = service.metadata;
  const address = (pod: Pod) => ({
    ip: pod.status?.podIP,
    nodeName: pod.spec.nodeName,
    targetRef: targetReference(pod),
  });
  const all = pods.filter((pod) => !isTerminating(pod));
  const isShown = (pod: Pod): boolean => isReady(pod) || service.spec.publishNotReadyAddresses === true;
  const ready = all.filter(isShown).map(address);
  const waiting = all.filter((pod) => !isShown(pod)).map(address);
  const ports = endpointPorts(service, all[0]).map(({ name: portName, ...port }) =>
    portName === '' ? port : { name: portName, ...port },
  );
  const subset = {
    ...(ready.length > 0 ? { addresses: ready } : {}),
    ...(waiting.length > 0 ? { notReadyAddresses: waiting } : {}),
    ...(ports.length > 0 ? { ports } : {}),
  };
  const subsets = all.length > 0 ? [subset] : undefined;
  const existing = store.get('endpoints', namespace, name);
  if (existing !== undefined) {
    writeIfChanged(store, 'endpoints', existing, { subsets });
    return;
  }
  const labels = { ...service.metadata.labels, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
  store.create(
    'endpoints',
    { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace, labels }, subsets },
    controllerManager,
  );
}
