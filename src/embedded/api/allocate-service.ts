/** Gives a Service its cluster IP and node ports, as the real API server does between validation and storage. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { invalidValue } from '../validation/field-error.ts';
import { type ApiContext, kindSubject } from './api-context.ts';
import { invalid } from './status-error.ts';

/** 10.96.0.0/16, of which .0.1 is the API server's own and .0.0–.0.255 are left for static use. */
const network = '10.96.';
const firstPort = 30_000;
const lastPort = 32_767;

export function allocateForService(
  context: ApiContext,
  service: KubernetesObject,
  before: KubernetesObject | undefined,
): KubernetesObject {
  const spec: JsonObject = { ...(service.spec as JsonObject) };
  const old = (before?.spec ?? {}) as JsonObject;
  if (spec.type === 'ExternalName') {
    for (const field of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy']) delete spec[field];
    if (spec.clusterIP === '' || old.type !== 'ExternalName') delete spec.clusterIP;
    return { ...service, spec };
  }
  const taken = takenBy(context, service);
  if (!spec.clusterIP && old.clusterIP && old.type !== 'ExternalName') spec.clusterIP = old.clusterIP;
  if (!spec.clusterIP) spec.clusterIP = freeAddress(taken.addresses);
  else if (spec.clusterIP !== 'None' && spec.clusterIP !== old.clusterIP)
    checkAddress(context, { ...service, spec }, taken.addresses);
  spec.clusterIPs = [spec.clusterIP];
  // Without a selector, a headless Service names addresses of either family.
  const both = spec.clusterIP === 'None' && objectAt(spec, 'selector') === undefined;
  const given = Array.isArray(spec.ipFamilies) && spec.ipFamilies.length > 0;
  if (!given) spec.ipFamilies = both ? ['IPv4', 'IPv6'] : ['IPv4'];
  spec.ipFamilyPolicy ??= both && !given ? 'RequireDualStack' : 'SingleStack';
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer')
    spec.ports = nodePorts(context, service, { spec, old, taken: taken.ports });
  return { ...service, spec: ordered(spec) };
}

interface Taken {
  readonly addresses: Set<string>;
  readonly ports: Set<number>;
}

function takenBy(context: ApiContext, except: KubernetesObject): Taken {
  const addresses = new Set<string>();
  const ports = new Set<number>();
  for (const service of context.objects.list('services')) {
    if (service.metadata.uid === except.metadata.uid) continue;
    const spec = service.spec as JsonObject;
    if (typeof spec.clusterIP === 'string') addresses.add(spec.clusterIP);
    for (const port of objectsAt(spec, 'ports')) if (typeof port.nodePort === 'number') ports.add(port.nodePort);
  }
  return { addresses, ports };
}

function freeAddress(taken: ReadonlySet<string>): string {
  for (let number = 256; number < 65_535; number++) {
    const address = `${network}${number >> 8}.${number & 255}`;
    if (!taken.has(address)) return address;
  }
  throw new Error('no cluster IP is free');
}

function checkAddress(context: ApiContext, service: KubernetesObject, taken: ReadonlySet<string>): void {
  const address = String((service.spec as JsonObject).clusterIP);
  const type = context.registry.byName('services');
  if (type === undefined) return;
  const failed = (why: string): Error =>
    invalid(kindSubject(type), service.metadata.name ?? '', [
      invalidValue('spec.clusterIPs', [address], `failed to allocate IP ${address}: ${why}`),
    ]);
  if (!address.startsWith(network))
    throw failed(`the provided IP (${address}) is not in the valid range. The range of valid IPs is 10.96.0.0/16`);
  if (taken.has(address)) throw failed('provided IP is already allocated');
}

function nodePorts(
  context: ApiContext,
  service: KubernetesObject,
  state: { spec: JsonObject; old: JsonObject; taken: Set<number> },
): JsonObject[] {
  const { spec, old, taken } = state;
  const wanted = spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false;
  const former = objectsAt(old, 'ports');
  return objectsAt(spec, 'ports').map((port) => {
    const given = typeof port.nodePort === 'number' ? port.nodePort : 0;
    const same = former.find((one) => one.port === port.port && one.protocol === port.protocol);
    const kept = given === 0 && typeof same?.nodePort === 'number' ? same.nodePort : given;
    if (kept !== 0 && taken.has(kept)) throw portTaken(context, service, kept);
    if (kept === 0 && !wanted) return port;
    const nodePort = kept === 0 ? freePort(taken, service) : kept;
    taken.add(nodePort);
    return { ...port, nodePort };
  });
}

function portTaken(context: ApiContext, service: KubernetesObject, port: number): Error {
  const type = context.registry.byName('services');
  const subject = type === undefined ? { group: '', name: 'Service' } : kindSubject(type);
  return invalid(subject, service.metadata.name ?? '', [
    invalidValue('spec.ports[0].nodePort', port, 'provided port is already allocated'),
  ]);
}

/** Spread by the service's uid, so that ports look as random as they really are. */
function freePort(taken: ReadonlySet<number>, service: KubernetesObject): number {
  const size = lastPort - firstPort + 1;
  const start = Number.parseInt((service.metadata.uid ?? '0').slice(0, 6), 16) % size;
  for (let step = 0; step < size; step++) {
    const port = firstPort + ((start + step) % size);
    if (!taken.has(port)) return port;
  }
  throw new Error('no node port is free');
}

const order = ['ports', 'selector', 'clusterIP', 'clusterIPs', 'type'];

/** Go's order for what was added here. */
function ordered(spec: JsonObject): JsonObject {
  const head = order.flatMap((key) => (spec[key] === undefined ? [] : [[key, spec[key]] as const]));
  return { ...Object.fromEntries(head), ...spec };
}
