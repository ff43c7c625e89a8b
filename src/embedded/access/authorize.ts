/**
 * Decides what a user may do, as Kubernetes' RBAC does: from the Roles, ClusterRoles and their bindings in the store,
 * read anew for each question. Members of system:masters may do everything. Writes nothing.
 */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Attributes, Decision } from './attributes.ts';
import { type PolicyRule, ruleAllows, rulesOf } from './policy-rule.ts';
import { accountUserName, masters, type User } from './user.ts';

export interface HeldRules {
  readonly rules: readonly PolicyRule[];
  /** Roles that bindings name and that are not there. */
  readonly errors: readonly string[];
}

export interface Authorizer {
  decide(user: User, attributes: Attributes): Decision;
  /** Everything this user holds in a namespace; `''`: at the cluster scope. */
  rulesFor(user: User, namespace: string): HeldRules;
}

interface Grant {
  readonly rules: readonly PolicyRule[];
  readonly missing: string;
  /** `RoleBinding "a/ns" of Role "r" to User "u"` */
  readonly told: () => string;
}

export function createAuthorizer(objects: ObjectStore): Authorizer {
  return {
    decide(user, attributes) {
      if (user.groups.includes(masters)) return { allowed: true, reason: '' };
      const errors: string[] = [];
      const namespace = 'path' in attributes ? '' : attributes.namespace;
      for (const { rules, missing, told } of grants(objects, user, namespace)) {
        if (missing !== '') errors.push(missing);
        if (rules.some((rule) => ruleAllows(rule, attributes)))
          return { allowed: true, reason: `RBAC: allowed by ${told()}` };
      }
      return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${joined(errors)}` };
    },
    rulesFor(user, namespace) {
      const held = [...grants(objects, user, namespace)];
      return {
        rules: held.flatMap(({ rules }) => rules),
        errors: held.flatMap(({ missing }) => (missing === '' ? [] : [missing])),
      };
    },
  };
}

/** As Go joins an aggregate of errors. */
export function joined(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}

const rbac = 'rbac.authorization.k8s.io';

function* grants(objects: ObjectStore, user: User, namespace: string): Generator<Grant> {
  for (const binding of objects.list(`clusterrolebindings.${rbac}`)) {
    const grant = grantOf(objects, user, binding);
    if (grant !== undefined) yield grant;
  }
  if (namespace === '') return;
  for (const binding of objects.list(`rolebindings.${rbac}`, { namespace })) {
    const grant = grantOf(objects, user, binding);
    if (grant !== undefined) yield grant;
  }
}

function grantOf(objects: ObjectStore, user: User, binding: KubernetesObject): Grant | undefined {
  const { name = '', namespace = '' } = binding.metadata;
  const body = binding as unknown as JsonObject;
  const subject = objectsAt(body, 'subjects').find((one) => isMeant(one, user, namespace));
  if (subject === undefined) return undefined;
  const { kind, name: roleName } = objectAt(body, 'roleRef') ?? {};
  const role = findRole(objects, { kind: String(kind), name: String(roleName), namespace });
  const told = (): string => {
    const bound = namespace === '' ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${namespace}"`;
    return `${bound} of ${String(kind)} "${String(roleName)}" to ${subjectText(subject, namespace)}`;
  };
  const missing =
    role === undefined ? `${String(kind).toLowerCase()}.${rbac} ${JSON.stringify(roleName)} not found` : '';
  return { rules: role === undefined ? [] : rulesOf(role), missing, told };
}

export function findRole(
  objects: ObjectStore,
  { kind, name, namespace }: { kind: string; name: string; namespace: string },
): KubernetesObject | undefined {
  return kind === 'ClusterRole'
    ? objects.get(`clusterroles.${rbac}`, '', name)
    : objects.get(`roles.${rbac}`, namespace, name);
}

function isMeant(subject: JsonObject, user: User, namespace: string): boolean {
  const name = String(subject.name);
  if (subject.kind === 'User') return name === user.name;
  if (subject.kind === 'Group') return user.groups.includes(name);
  if (subject.kind !== 'ServiceAccount') return false;
  return user.name === accountUserName(String(subject.namespace ?? namespace), name);
}

function subjectText(subject: JsonObject, namespace: string): string {
  const { kind, name } = subject;
  if (kind !== 'ServiceAccount') return `${String(kind)} "${String(name)}"`;
  return `ServiceAccount "${String(name)}/${String(subject.namespace ?? namespace)}"`;
}
