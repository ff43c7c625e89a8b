/** The status of PodDisruptionBudgets: how many of their pods are healthy, and how many may be disturbed. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Controller, ControllerContext, Store } from '../store.ts';
import { findCondition, setCondition, writeStatus } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { matchesSelector } from './label-match.ts';
import { isActive, isReady } from './pod-state.ts';
import {
  type Condition,
  controllerOf,
  type IntOrPercent,
  intOrPercent,
  type LabelSelector,
  type Pod,
  timestamp,
} from './workload.ts';

interface Budget extends KubernetesObject {
  readonly spec: {
    readonly minAvailable?: IntOrPercent;
    readonly maxUnavailable?: IntOrPercent;
    readonly selector?: LabelSelector;
  };
  readonly status?: { conditions?: readonly Condition[] };
}

const budgets = 'poddisruptionbudgets.policy';

export function startDisruptionController(context: ControllerContext): Controller {
  const { store } = context;
  const events = createEventRecorder(context, 'controllermanager');
  return startControlLoop(context, {
    name: 'disruption',
    watched: [budgets, 'pods'],
    keys(resource, object, previous) {
      if (resource === budgets) return [keyOf(object)];
      const found = store.list(budgets, { namespace: object.metadata.namespace ?? '' }) as Budget[];
      return found
        .filter((budget) => covers(budget, object) || (previous !== undefined && covers(budget, previous)))
        .map(keyOf);
    },
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const budget = store.get(budgets, namespace, name) as Budget | undefined;
      if (budget !== undefined) reconcileBudget({ context, events }, budget);
    },
  });
}

interface Environment {
  readonly context: ControllerContext;
  readonly events: EventRecorder;
}

/** A number counts the pods there are, a share or `maxUnavailable` those that their controllers ask for. */
function expectation(
  store: Store,
  { spec }: Budget,
  pods: readonly Pod[],
): { expectedPods: number; desiredHealthy: number } {
  const { minAvailable = 1, maxUnavailable } = spec;
  if (maxUnavailable === undefined && typeof minAvailable === 'number')
    return { expectedPods: pods.length, desiredHealthy: minAvailable };
  const expectedPods = expectedScale(store, pods);
  const part = intOrPercent(maxUnavailable ?? minAvailable, expectedPods, Math.ceil);
  return { expectedPods, desiredHealthy: maxUnavailable === undefined ? part : Math.max(0, expectedPods - part) };
}

function expectedScale(store: Store, pods: readonly Pod[]): number {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const controller = scalableOf(store, pod);
    if (controller !== undefined)
      scales.set(controller.metadata.uid ?? '', (controller.spec as { replicas?: number }).replicas ?? 1);
  }
  return [...scales.values()].reduce((sum, scale) => sum + scale, 0);
}

/** The topmost controller that has a number of replicas. */
function scalableOf(store: Store, object: KubernetesObject): KubernetesObject | undefined {
  const owner = controllerOf(object);
  const resource = owner === undefined ? undefined : store.resourceOf(owner.apiVersion, owner.kind);
  if (owner === undefined || resource === undefined) return undefined;
  const found = store.get(resource, object.metadata.namespace ?? '', owner.name);
  if (found === undefined) return undefined;
  return scalableOf(store, found) ?? ('replicas' in ((found.spec ?? {}) as object) ? found : undefined);
}

function covers({ spec }: Budget, pod: KubernetesObject): boolean {
  return spec.selector !== undefined && matchesSelector(pod.metadata.labels ?? {}, spec.selector);
}

function reconcileBudget({ context, events }: Environment, budget: Budget): void {
  const { store, clock } = context;
  const pods = store.list('pods', {
    namespace: budget.metadata.namespace ?? '',
    filter: (pod) => covers(budget, pod),
  }) as Pod[];
  if (pods.length === 0)
    events.record({ about: budget, type: 'Normal', reason: 'NoPods', message: 'No matching pods found' });
  const { expectedPods, desiredHealthy } = expectation(store, budget, pods);
  const currentHealthy = pods.filter((pod) => isActive(pod) && isReady(pod)).length;
  const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const allowed = disruptionsAllowed > 0;
  const conditions = setCondition(budget.status?.conditions ?? [], {
    type: 'DisruptionAllowed',
    status: allowed ? 'True' : 'False',
    reason: allowed ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    lastTransitionTime: timestamp(clock.now()),
  });
  const current = findCondition(conditions, 'DisruptionAllowed');
  const observed = { ...current, observedGeneration: budget.metadata.generation };
  const status = {
    conditions: [observed],
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed,
    expectedPods,
    observedGeneration: budget.metadata.generation,
  };
  writeStatus(store, { resource: budgets, object: budget, status });
}
