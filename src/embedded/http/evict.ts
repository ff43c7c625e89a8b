/** Evicts a pod as far as its disruption budgets allow: a deletion that may be refused with 429. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { deleteObject } from '../api/delete-object.ts';
import { StatusError } from '../api/status-error.ts';
import { withWebhooks } from '../api/webhook-calls.ts';
import { matchesSelector } from '../controllers/label-match.ts';
import type { LabelSelector } from '../controllers/workload.ts';
import { objectAt } from '../defaults/set-default.ts';
import { apiRequest, readObjectBody, storedObject } from './exchange-parts.ts';
import { sendJson } from './respond.ts';
import type { Exchange } from './server-context.ts';

const budgets = 'poddisruptionbudgets.policy';

export async function evict(exchange: Exchange): Promise<void> {
  const body = await readObjectBody(exchange, 'Eviction');
  const { gracePeriodSeconds } = objectAt(body, 'deleteOptions') ?? {};
  takeFromBudgets(exchange, storedObject(exchange));
  const options = typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {};
  await withWebhooks({ ...apiRequest(exchange), subresource: '' }, (request) => deleteObject(request, options));
  const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  sendJson(exchange.response, 201, JSON.stringify(success));
}

/** Pods that have ended or have not begun disturb nobody. */
function takeFromBudgets({ server, target }: Exchange, pod: KubernetesObject): void {
  const { objects } = server.api;
  const { phase } = (pod.status ?? {}) as JsonObject;
  if (phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending') return;
  for (const budget of objects.list(budgets, { namespace: target.namespace })) {
    const selector = objectAt(budget.spec as JsonObject, 'selector');
    if (selector === undefined || !matchesSelector(pod.metadata.labels ?? {}, selector as LabelSelector)) continue;
    const status = (budget.status ?? {}) as JsonObject;
    const allowed = typeof status.disruptionsAllowed === 'number' ? status.disruptionsAllowed : 0;
    if (allowed <= 0) throw tooManyEvictions(budget, status);
    objects.put(budgets, { ...budget, status: { ...status, disruptionsAllowed: allowed - 1 } });
  }
}

function tooManyEvictions(
  budget: KubernetesObject,
  { desiredHealthy = 0, currentHealthy = 0 }: JsonObject,
): StatusError {
  const message = `The disruption budget ${budget.metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return new StatusError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message }],
  });
}
