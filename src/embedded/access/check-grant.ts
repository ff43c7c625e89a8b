/**
 * Nobody grants rights that they do not hold: checks a Role, ClusterRole or binding that someone is about to write.
 * The verbs `escalate` on the role and `bind` on the role that a binding names lift this.
 */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { forbidden, notFound, type Subject } from '../api/status-error.ts';
import { objectAt } from '../defaults/set-default.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { type Authorizer, findRole, joined } from './authorize.ts';
import { type PolicyRule, pathMatches, resourceMatches, rulesOf, ruleText } from './policy-rule.ts';
import { masters, type User } from './user.ts';

export interface GrantWrite {
  readonly objects: ObjectStore;
  readonly authorizer: Authorizer;
  readonly user: User;
  readonly type: ResourceType;
  readonly object: KubernetesObject;
  readonly before: KubernetesObject | undefined;
}

const group = 'rbac.authorization.k8s.io';

export function checkGrant(write: GrantWrite): void {
  const { type, user } = write;
  if (type.group !== group || user.groups.includes(masters)) return;
  if (type.plural === 'roles' || type.plural === 'clusterroles') checkRole(write);
  else checkBinding(write);
}

function checkRole(write: GrantWrite): void {
  const { authorizer, user, type, object, before } = write;
  const fields = (one: KubernetesObject | undefined): Json => [
    (one?.rules ?? null) as Json,
    (one?.aggregationRule ?? null) as Json,
  ];
  if (before !== undefined && equalJson(fields(object), fields(before))) return;
  const { namespace = '', name = '' } = object.metadata;
  const target = { group, resource: type.plural, subresource: '', namespace, name };
  if (authorizer.decide(user, { verb: 'escalate', ...target }).allowed) return;
  const wanted = object.aggregationRule === undefined ? rulesOf(object) : everything;
  refuseUnheld(write, wanted, namespace);
}

const any = ['*'];
const everything: readonly PolicyRule[] = [
  { verbs: any, apiGroups: any, resources: any, resourceNames: [], nonResourceURLs: [] },
  { verbs: any, apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: any },
];

function checkBinding(write: GrantWrite): void {
  const { objects, authorizer, user, type, object, before } = write;
  const grantees = ({ roleRef, subjects }: KubernetesObject): Json => [
    (roleRef ?? null) as Json,
    (subjects ?? null) as Json,
  ];
  if (before !== undefined && equalJson(grantees(object), grantees(before))) return;
  const { namespace = '' } = object.metadata;
  const reference = objectAt(object as unknown as JsonObject, 'roleRef') ?? {};
  const [kind, name] = [String(reference.kind), String(reference.name)];
  const target = { group, resource: `${kind.toLowerCase()}s`, subresource: '', namespace, name };
  if (authorizer.decide(user, { verb: 'bind', ...target }).allowed) return;
  const role = findRole(objects, { kind, name, namespace });
  const subject: Subject = { group, name: type.plural };
  if (role === undefined) throw notFound(subject, name);
  refuseUnheld(write, rulesOf(role), namespace);
}

function refuseUnheld(
  { authorizer, user, type, object }: GrantWrite,
  wanted: readonly PolicyRule[],
  namespace: string,
): void {
  const { rules, errors } = authorizer.rulesFor(user, namespace);
  const missing = wanted.flatMap(split).filter((one) => !rules.some((rule) => covers(rule, one)));
  if (missing.length === 0) return;
  const groups = user.groups.map((one) => JSON.stringify(one)).join(' ');
  const lines = compact(missing).map(ruleText).sort().join('\n');
  const trouble = errors.length === 0 ? '' : `; resolution errors: [${joined(errors).replace(/^\[|\]$/g, '')}]`;
  throw forbidden(
    { group, name: type.plural },
    object.metadata.name ?? '',
    `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines}${trouble}`,
  );
}

/** Into rules of one group, resource, name and verb each. */
function split(rule: PolicyRule): PolicyRule[] {
  const nothing = { apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };
  const paths = rule.nonResourceURLs.flatMap((url) =>
    rule.verbs.map((verb) => ({ ...nothing, verbs: [verb], nonResourceURLs: [url] })),
  );
  const names = rule.resourceNames.length === 0 ? [[]] : rule.resourceNames.map((name) => [name]);
  const resources = rule.apiGroups.flatMap((one) =>
    rule.resources.flatMap((resource) =>
      names.flatMap((resourceNames) =>
        rule.verbs.map((verb) => ({
          ...nothing,
          verbs: [verb],
          apiGroups: [one],
          resources: [resource],
          resourceNames,
        })),
      ),
    ),
  );
  return [...resources, ...paths];
}

function covers(owned: PolicyRule, single: PolicyRule): boolean {
  const within = (values: readonly string[], wanted: readonly string[]): boolean =>
    values.includes('*') || wanted.every((one) => values.includes(one));
  if (!within(owned.verbs, single.verbs)) return false;
  const [url] = single.nonResourceURLs;
  if (url !== undefined) return owned.nonResourceURLs.some((pattern) => pathMatches(pattern, url));
  const named = owned.resourceNames.length === 0;
  return (
    within(owned.apiGroups, single.apiGroups) &&
    single.resources.every((one) => resourceMatches(owned, one)) &&
    (named || (single.resourceNames.length > 0 && within(owned.resourceNames, single.resourceNames)))
  );
}

/** Rules that differ in their verb alone become one. */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames, rule.nonResourceURLs]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? rule : { ...known, verbs: [...known.verbs, ...rule.verbs] });
  }
  return [...merged.values()];
}
