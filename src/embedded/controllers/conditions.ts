/** Conditions of a status: read, and written so that an unchanged state keeps its transition time. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ResourceName, Store, WriteOptions } from '../store.ts';
import { type Condition, controllerManager } from './workload.ts';

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Replaces the condition of that type, at the end; one with the same status and reason is left as it is. */
export function setCondition(conditions: readonly Condition[], condition: Condition): Condition[] {
  const current = findCondition(conditions, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return [...conditions];
  return replaceCondition(conditions, condition);
}

/** Replaces the condition even where only message or time changed. */
export function replaceCondition(conditions: readonly Condition[], condition: Condition): Condition[] {
  const current = findCondition(conditions, condition.type);
  const kept = current?.status === condition.status ? current.lastTransitionTime : undefined;
  const next = kept === undefined ? condition : { ...condition, lastTransitionTime: kept };
  return [...removeCondition(conditions, condition.type), next];
}

export function removeCondition(conditions: readonly Condition[], type: string): Condition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** Writes a status if it differs from the object's. */
export function writeStatus(
  store: Store,
  { resource, object, status }: { resource: ResourceName; object: KubernetesObject; status: object },
  options: WriteOptions = controllerManager,
): void {
  if (!equalJson(withoutUndefined(status), object.status)) {
    store.updateStatus(resource, { ...object, status: withoutUndefined(status) }, options);
  }
}

function withoutUndefined(status: object): object {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined));
}
