/** Fills ClusterRoles that have an aggregationRule with the rules of the ClusterRoles that it selects. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { matchesSelector } from '../controllers/label-match.ts';
import type { LabelSelector } from '../controllers/workload.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import type { Controller, ControllerContext } from '../store.ts';

const resource = 'clusterroles.rbac.authorization.k8s.io';

export function startRoleAggregator({ store, schedule }: ControllerContext): Controller {
  let waiting = false;
  const aggregate = (): void => {
    waiting = false;
    const roles = store.list(resource);
    for (const role of roles) {
      const selectors = objectsAt(objectAt(role as unknown as JsonObject, 'aggregationRule'), 'clusterRoleSelectors');
      if (selectors.length === 0) continue;
      const rules = selectedRules(role, roles, selectors);
      if (!equalJson(rules, (role.rules ?? []) as Json))
        store.update(resource, { ...role, rules }, { manager: 'clusterrole-aggregation-controller' });
    }
  };
  const later = (): void => {
    if (waiting) return;
    waiting = true;
    schedule(0, aggregate);
  };
  const stop = store.subscribe((event) => {
    if (event.resource === resource) later();
  });
  // One role's rules are another's part: twice is enough for the default ones, and what changes asks again.
  aggregate();
  aggregate();
  aggregate();
  return { name: 'role-aggregator', stop };
}

function selectedRules(owner: KubernetesObject, roles: readonly KubernetesObject[], selectors: JsonObject[]): Json[] {
  const rules: Json[] = [];
  const known = new Set<string>();
  for (const selector of selectors) {
    for (const role of roles) {
      if (role.metadata.name === owner.metadata.name) continue;
      if (!matchesSelector(role.metadata.labels ?? {}, selector as LabelSelector)) continue;
      for (const rule of objectsAt(role as unknown as JsonObject, 'rules')) {
        const text = JSON.stringify(rule);
        if (known.has(text)) continue;
        known.add(text);
        rules.push(rule);
      }
    }
  }
  return rules;
}
