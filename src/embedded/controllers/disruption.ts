/** The status of PodDisruptionBudgets: how many of their pods are healthy, and how many may be disturbed. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Controller, ControllerContext } from '../store.ts';
import { findCondition, setCondition, writeStatus } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { matchesSelector } from './label-match.ts';
import { isActive, isReady } from './pod-state.ts';
import {
  type Condition,
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
      if (budget !== undefined) reconcileBudget(context, budget);
    },
  });
}

function covers({ spec }: Budget, pod: KubernetesObject): boolean {
  return spec.selector !== undefined && matchesSelector(pod.metadata.labels ?? {}, spec.selector);
}

function reconcileBudget({ store, clock }: ControllerContext, budget: Budget): void {
  const pods = store.list('pods', {
    namespace: budget.metadata.namespace ?? '',
    filter: (pod) => covers(budget, pod),
  }) as Pod[];
  const expectedPods = pods.filter(isActive).length;
  const currentHealthy = pods.filter((pod) => isActive(pod) && isReady(pod)).length;
  const { minAvailable, maxUnavailable } = budget.spec;
  const desiredHealthy =
    maxUnavailable === undefined
      ? intOrPercent(minAvailable ?? 1, expectedPods, Math.ceil)
      : Math.max(0, expectedPods - intOrPercent(maxUnavailable, expectedPods, Math.ceil));
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
