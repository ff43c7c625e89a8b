/** Keeps the status of ResourceQuotas: what is allowed, and what the objects of their namespace use. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { hardOf, resourceOf, usedIn } from '../api/admit-quota.ts';
import { formatAmount } from '../schema/quantity.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Controller, ControllerContext } from '../store.ts';

export function startQuotaCounter(context: ControllerContext, objects: ObjectStore): Controller {
  const { store } = context;
  const waiting = new Set<string>();

  const count = (namespace: string): void => {
    waiting.delete(namespace);
    for (const quota of store.list('resourcequotas', { namespace })) {
      const hard = hardOf(quota);
      const names = Object.keys(hard).sort();
      const used = Object.fromEntries(
        [...usedIn(objects, namespace, names)].map(([name, amount]) => [name, formatAmount(amount)]),
      );
      const status = names.length === 0 ? {} : { hard, used };
      if (!equalJson(status, quota.status ?? {})) store.updateStatus('resourcequotas', { ...quota, status });
    }
  };
  const plan = (namespace: string): void => {
    if (waiting.has(namespace)) return;
    waiting.add(namespace);
    context.schedule(0, () => count(namespace));
  };
  const counts = (quota: KubernetesObject, resource: string): boolean =>
    Object.keys(hardOf(quota)).some((name) => resourceOf(name) === resource);

  for (const { metadata } of store.list('resourcequotas')) plan(metadata.namespace ?? '');
  const stop = store.subscribe(({ resource, object }) => {
    const { namespace } = object.metadata;
    if (namespace === undefined) return;
    if (
      resource === 'resourcequotas' ||
      store.list('resourcequotas', { namespace }).some((quota) => counts(quota, resource))
    )
      plan(namespace);
  });
  return { name: 'quota-counter', stop };
}
