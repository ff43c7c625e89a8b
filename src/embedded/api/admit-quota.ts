/** Refuses a new object that a ResourceQuota of its namespace does not allow. Quotas with scopes are left aside. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { type Amount, amountOf, formatAmount } from '../schema/quantity.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { type ApiRequest, subjectOf } from './api-context.ts';
import { add, type Usage, usageOf } from './quota-usage.ts';
import { forbidden } from './status-error.ts';

export function admitQuota(request: ApiRequest, object: KubernetesObject): void {
  const { context, type, namespace } = request;
  for (const quota of context.objects.list('resourcequotas', { namespace })) {
    const hard = hardOf(quota);
    if (Object.keys(hard).length === 0) continue;
    const refuse = (why: string): Error => forbidden(subjectOf(type), object.metadata.name ?? '', why);
    const unset = type.name === 'pods' ? unsetAmounts(object, hard) : '';
    if (unset !== '') throw refuse(`failed quota: ${quota.metadata.name}: must specify ${unset}`);
    const asked = usageOf(type.storedAs, object);
    const touched = Object.keys(hard)
      .filter((name) => asked.has(name))
      .sort();
    if (touched.length === 0) continue;
    const used = usedIn(context.objects, namespace, touched);
    const exceeded = touched.filter(
      (name) => (used.get(name)?.nanos ?? 0n) + (asked.get(name)?.nanos ?? 0n) > amountOf(hard[name]).nanos,
    );
    if (exceeded.length === 0) continue;
    const shown = (amounts: Usage): string =>
      exceeded.map((name) => `${name}=${formatAmount(amounts.get(name) ?? none)}`).join(',');
    const limits = new Map(exceeded.map((name) => [name, amountOf(hard[name])]));
    throw refuse(
      `exceeded quota: ${quota.metadata.name}, requested: ${shown(asked)}, used: ${shown(used)}, limited: ${shown(limits)}`,
    );
  }
}

const none: Amount = { nanos: 0n, binary: false };

export function hardOf(quota: KubernetesObject): JsonObject {
  const spec = (quota.spec ?? {}) as JsonObject;
  const scoped = (Array.isArray(spec.scopes) && spec.scopes.length > 0) || spec.scopeSelector !== undefined;
  return scoped ? {} : (objectAt(spec, 'hard') ?? {});
}

const computed = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/;

/** `limits.cpu for: a,b; memory for: a`: containers that say nothing of what the quota counts. */
function unsetAmounts(pod: KubernetesObject, hard: JsonObject): string {
  const spec = (pod.spec ?? {}) as JsonObject;
  const containers = [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')];
  const missing = Object.keys(hard)
    .sort()
    .flatMap((key) => {
      const [, list = 'requests', name] = computed.exec(key) ?? [];
      if (name === undefined) return [];
      const silent = containers.filter(
        (container) => objectAt(objectAt(container, 'resources'), list)?.[name] === undefined,
      );
      return silent.length === 0
        ? []
        : [
            `${key} for: ${silent
              .map((container) => String(container.name))
              .sort()
              .join(',')}`,
          ];
    });
  return missing.join('; ');
}

/** Of these names alone, over the types that they can come from. */
export function usedIn(objects: ObjectStore, namespace: string, names: readonly string[]): Usage {
  const used = new Map<string, Amount>(names.map((name) => [name, none]));
  for (const resource of new Set(names.map(resourceOf))) {
    for (const object of objects.list(resource, { namespace })) {
      for (const [name, amount] of usageOf(resource, object)) if (used.has(name)) add(used, name, amount);
    }
  }
  return used;
}

export function resourceOf(name: string): string {
  if (name.startsWith('count/')) return name.slice('count/'.length);
  if (name.startsWith('services')) return 'services';
  if (name.endsWith('requests.storage') || name.endsWith('persistentvolumeclaims')) return 'persistentvolumeclaims';
  return computed.test(name) || name.startsWith('requests.') || name.startsWith('limits.') ? 'pods' : name;
}
