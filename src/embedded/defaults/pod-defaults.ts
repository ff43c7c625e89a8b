/** The defaults that Kubernetes 1.36 fills into a pod's spec, in a pod and in every pod template. Changes it in place. */
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { quantityNanos } from '../schema/quantity.ts';
import { objectAt, objectsAt, setDefault } from './set-default.ts';

export function podSpecDefaults(spec: JsonObject): void {
  setDefault(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'securityContext', {});
  setDefault(spec, 'schedulerName', 'default-scheduler');
  if (typeof spec.serviceAccountName === 'string') spec.serviceAccount = spec.serviceAccountName;
  else if (typeof spec.serviceAccount === 'string') spec.serviceAccountName = spec.serviceAccount;
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'])
    for (const container of objectsAt(spec, list)) containerDefaults(container);
  for (const volume of objectsAt(spec, 'volumes')) volumeDefaults(volume);
  for (const constraint of objectsAt(spec, 'topologySpreadConstraints')) {
    setDefault(constraint, 'whenUnsatisfiable', 'DoNotSchedule');
  }
}

/** On its node's network a pod has its ports there too; its template does not say so. */
function hostPorts(spec: JsonObject): void {
  for (const list of ['initContainers', 'containers'])
    for (const container of objectsAt(spec, list))
      for (const port of objectsAt(container, 'ports'))
        if (port.containerPort !== undefined) setDefault(port, 'hostPort', port.containerPort);
}

function containerDefaults(container: JsonObject): void {
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  if (typeof container.image === 'string') setDefault(container, 'imagePullPolicy', pullPolicy(container.image));
  for (const port of objectsAt(container, 'ports')) setDefault(port, 'protocol', 'TCP');
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) probeDefaults(objectAt(container, probe));
  const lifecycle = objectAt(container, 'lifecycle');
  for (const handler of ['postStart', 'preStop']) httpDefaults(objectAt(objectAt(lifecycle, handler), 'httpGet'));
  for (const variable of objectsAt(container, 'env')) {
    const source = objectAt(objectAt(variable, 'valueFrom'), 'fieldRef');
    if (source !== undefined) setDefault(source, 'apiVersion', 'v1');
  }
  requestsFromLimits(objectAt(container, 'resources'));
}

function pullPolicy(image: string): string {
  const name = image.split('@')[0] ?? '';
  if (image.includes('@') && !/:[^/]+$/.test(name)) return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(name)?.[1] ?? 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function probeDefaults(probe: JsonObject | undefined): void {
  if (probe === undefined) return;
  setDefault(probe, 'timeoutSeconds', 1);
  setDefault(probe, 'periodSeconds', 10);
  setDefault(probe, 'successThreshold', 1);
  setDefault(probe, 'failureThreshold', 3);
  httpDefaults(objectAt(probe, 'httpGet'));
  const grpc = objectAt(probe, 'grpc');
  if (grpc !== undefined) setDefault(grpc, 'service', '');
}

function httpDefaults(action: JsonObject | undefined): void {
  if (action === undefined) return;
  setDefault(action, 'path', '/');
  setDefault(action, 'scheme', 'HTTP');
}

function requestsFromLimits(resources: JsonObject | undefined): void {
  const limits = objectAt(resources, 'limits');
  if (resources === undefined || limits === undefined) return;
  const requests = { ...objectAt(resources, 'requests') };
  for (const [name, amount] of Object.entries(limits)) if (!Object.hasOwn(requests, name)) requests[name] = amount;
  resources.requests = sorted(requests);
}

function sorted(map: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((key) => [key, map[key] as Json]),
  );
}

const fileModes: Readonly<Record<string, true>> = { secret: true, configMap: true, downwardAPI: true, projected: true };

function volumeDefaults(volume: JsonObject): void {
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  if (sources.length === 0) volume.emptyDir = {};
  for (const key of sources) {
    const source = objectAt(volume, key);
    if (source === undefined) continue;
    if (fileModes[key]) setDefault(source, 'defaultMode', 420);
    if (key === 'hostPath') setDefault(source, 'type', '');
    if (key === 'iscsi') setDefault(source, 'iscsiInterface', 'default');
    if (key === 'rbd') {
      setDefault(source, 'pool', 'rbd');
      setDefault(source, 'user', 'admin');
      setDefault(source, 'keyring', '/etc/ceph/keyring');
    }
    if (key === 'downwardAPI') fieldRefs(source);
    if (key === 'projected') projectedDefaults(source);
    if (key === 'ephemeral') {
      const claim = objectAt(objectAt(source, 'volumeClaimTemplate'), 'spec');
      if (claim !== undefined) setDefault(claim, 'volumeMode', 'Filesystem');
    }
  }
}

function projectedDefaults(projected: JsonObject): void {
  for (const source of objectsAt(projected, 'sources')) {
    const token = objectAt(source, 'serviceAccountToken');
    if (token !== undefined) setDefault(token, 'expirationSeconds', 3600);
    fieldRefs(objectAt(source, 'downwardAPI') ?? {});
  }
}

function fieldRefs(source: JsonObject): void {
  for (const item of objectsAt(source, 'items')) {
    const reference = objectAt(item, 'fieldRef');
    if (reference !== undefined) setDefault(reference, 'apiVersion', 'v1');
  }
}

/** Only pods have these, not templates. */
export function podDefaults(pod: JsonObject): void {
  const spec = objectAt(pod, 'spec');
  if (spec === undefined) return;
  setDefault(spec, 'enableServiceLinks', true);
  if (spec.hostNetwork === true) hostPorts(spec);
}

/** `Guaranteed`, `Burstable` or `BestEffort`, as the API server writes into a new pod's status. */
export function qosClass(spec: JsonObject): string {
  const containers = [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')];
  let any = false;
  let guaranteed = containers.length > 0;
  for (const container of containers) {
    const resources = objectAt(container, 'resources');
    const limits = objectAt(resources, 'limits') ?? {};
    const requests = objectAt(resources, 'requests') ?? {};
    for (const name of ['cpu', 'memory']) {
      const limit = amountOf(limits, name);
      const request = amountOf(requests, name);
      if (limit > 0n || request > 0n) any = true;
      if (limit === 0n || limit !== request) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function amountOf(amounts: JsonObject, name: string): bigint {
  const amount = amounts[name];
  return typeof amount === 'string' ? (quantityNanos(amount) ?? 0n) : 0n;
}
