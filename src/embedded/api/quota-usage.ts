/** What an object uses of a ResourceQuota's resources: a count for each type, and what pods, claims and Services ask for. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { type Amount, amountOf } from '../schema/quantity.ts';
import type { ResourceName } from '../store.ts';

export type Usage = ReadonlyMap<string, Amount>;

const one: Amount = { nanos: 1_000_000_000n, binary: false };
const counted: ReadonlySet<string> = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
]);

export function add(usage: Map<string, Amount>, name: string, amount: Amount): void {
  const known = usage.get(name);
  usage.set(name, { nanos: (known?.nanos ?? 0n) + amount.nanos, binary: amount.binary || (known?.binary ?? false) });
}

export function usageOf(resource: ResourceName, object: KubernetesObject): Usage {
  const usage = new Map<string, Amount>();
  add(usage, `count/${resource}`, one);
  const spec = (object.spec ?? {}) as JsonObject;
  if (resource === 'pods') return addPod(usage, object, spec);
  if (counted.has(resource)) add(usage, resource, one);
  if (resource === 'persistentvolumeclaims') addClaim(usage, spec);
  if (resource === 'services') addService(usage, spec);
  return usage;
}

function addPod(usage: Map<string, Amount>, pod: KubernetesObject, spec: JsonObject): Usage {
  const phase = (pod.status as JsonObject | undefined)?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') return usage;
  add(usage, 'pods', one);
  for (const list of ['requests', 'limits'] as const) {
    for (const [name, amount] of podTotals(spec, list)) {
      add(usage, `${list}.${name}`, amount);
      if (list === 'requests') add(usage, name, amount);
    }
  }
  return usage;
}

/** Init containers run one after the other before the rest: only the largest counts, where it is larger. */
function podTotals(spec: JsonObject, list: 'requests' | 'limits'): Usage {
  const total = new Map<string, Amount>();
  const amounts = (container: JsonObject): [string, Amount][] =>
    Object.entries(objectAt(objectAt(container, 'resources'), list) ?? {}).map(([name, text]) => [
      name,
      amountOf(text),
    ]);
  for (const container of objectsAt(spec, 'containers'))
    for (const [name, amount] of amounts(container)) add(total, name, amount);
  for (const container of objectsAt(spec, 'initContainers')) {
    for (const [name, amount] of amounts(container)) {
      if (container.restartPolicy === 'Always') add(total, name, amount);
      else if (amount.nanos > (total.get(name)?.nanos ?? 0n)) total.set(name, amount);
    }
  }
  return total;
}

function addClaim(usage: Map<string, Amount>, spec: JsonObject): void {
  const storage = amountOf(objectAt(objectAt(spec, 'resources'), 'requests')?.storage);
  add(usage, 'requests.storage', storage);
  if (typeof spec.storageClassName !== 'string' || spec.storageClassName === '') return;
  const prefix = `${spec.storageClassName}.storageclass.storage.k8s.io`;
  add(usage, `${prefix}/requests.storage`, storage);
  add(usage, `${prefix}/persistentvolumeclaims`, one);
}

function addService(usage: Map<string, Amount>, spec: JsonObject): void {
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (external) for (const _port of objectsAt(spec, 'ports')) add(usage, 'services.nodeports', one);
  if (spec.type === 'LoadBalancer') add(usage, 'services.loadbalancers', one);
}
