/** Whether a write is one that a webhook, a policy or its binding is about: by rules and selectors. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { matchesSelector } from '../controllers/label-match.ts';
import type { LabelSelector } from '../controllers/workload.ts';
import { objectAt } from '../defaults/set-default.ts';
import type { ApiRequest } from './api-context.ts';

export interface AdmittedWrite {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly object: KubernetesObject | undefined;
  readonly before: KubernetesObject | undefined;
}

/** `selectors`: what holds the two of them. No rule at all matches nothing. */
export function isMatched(
  request: ApiRequest,
  selectors: JsonObject,
  { rules, write }: { rules: readonly JsonObject[]; write: AdmittedWrite },
): boolean {
  return rules.some((rule) => ruleMatches(request, rule, write.operation)) && isSelected(request, selectors, write);
}

export function isSelected(request: ApiRequest, selectors: JsonObject, write: AdmittedWrite): boolean {
  return (
    namespaceMatches(request, objectAt(selectors, 'namespaceSelector'), write) &&
    objectMatches(objectAt(selectors, 'objectSelector'), write)
  );
}

export function ruleMatches(request: ApiRequest, rule: JsonObject, operation: string): boolean {
  const { type, version, admittedAs } = request;
  const subresource = admittedAs?.subresource ?? request.subresource;
  const { resourceNames } = rule;
  if (Array.isArray(resourceNames) && resourceNames.length > 0 && !resourceNames.includes(request.name)) return false;
  const has = (field: string, value: string): boolean => {
    const listed = rule[field];
    return Array.isArray(listed) && (listed.includes('*') || listed.includes(value));
  };
  const scope = rule.scope ?? '*';
  return (
    has('operations', operation) &&
    has('apiGroups', type.group) &&
    has('apiVersions', version) &&
    (scope === '*' || (scope === 'Namespaced') === type.namespaced) &&
    resourceMatches(rule.resources, type.plural, subresource)
  );
}

/** `*`: all but subresources; `*` + `/*`: those too; `pods/*`, `*` + `/scale`. */
function resourceMatches(listed: unknown, plural: string, subresource: string): boolean {
  if (!Array.isArray(listed)) return false;
  const resources = listed.map(String);
  return resources.some((one) => {
    const [wanted = '', part = ''] = one.split('/');
    return (wanted === '*' || wanted === plural) && (part === '*' || part === subresource);
  });
}

function namespaceMatches(request: ApiRequest, selector: JsonObject | undefined, write: AdmittedWrite): boolean {
  if (selector === undefined) return true;
  const { type, context, namespace } = request;
  if (!type.namespaced && type.name !== 'namespaces') return true;
  const labelled =
    type.name === 'namespaces' ? (write.object ?? write.before) : context.objects.get('namespaces', '', namespace);
  return matchesSelector(labelled?.metadata.labels ?? {}, selector as LabelSelector);
}

function objectMatches(selector: JsonObject | undefined, { object, before }: AdmittedWrite): boolean {
  if (selector === undefined) return true;
  return [object, before].some(
    (one) => one !== undefined && matchesSelector(one.metadata.labels ?? {}, selector as LabelSelector),
  );
}
