/**
 * Takes the objects of a release, returns what it takes to write those that grant rights themselves: Kubernetes lets nobody
 * grant what he does not have. Rules of rendered roles are needed as they are; other roles are named to be bound.
 */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Grant, PolicyRule } from './grant.ts';

interface Placed {
  readonly object: KubernetesObject;
  readonly namespace: string;
}

const group = 'rbac.authorization.k8s.io';

export function grantingRights(account: string, objects: readonly Placed[]): Grant[] {
  const ours = objects.filter(({ object }) => object.apiVersion.startsWith(`${group}/`));
  const roles = new Set(ours.map(({ object, namespace }) => `${object.kind}/${namespace}/${object.metadata.name}`));
  return ours.flatMap(({ object, namespace }): Grant[] => {
    if (object.kind === 'Role' || object.kind === 'ClusterRole') {
      const held = rulesOf(object).map((rule) => ({ account, namespace, rule }));
      const { name = '' } = object.metadata;
      return object['aggregationRule'] === undefined
        ? held
        : [...held, { account, namespace, rule: onRole('escalate', object.kind, name) }];
    }
    const { kind, name } = roleRefOf(object);
    const place = kind === 'Role' ? namespace : '';
    if (kind === '' || roles.has(`${kind}/${place}/${name}`)) return [];
    return [{ account, namespace, rule: onRole('bind', kind, name) }];
  });
}

function onRole(verb: string, kind: string, name: string): PolicyRule {
  const resources = [kind === 'Role' ? 'roles' : 'clusterroles'];
  return { apiGroups: [group], resources, resourceNames: [name], verbs: [verb] };
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** What is no rule, the API server refuses anyway. */
function rulesOf(role: KubernetesObject): PolicyRule[] {
  const rules = Array.isArray(role['rules']) ? role['rules'] : [];
  return rules
    .filter((rule): rule is Record<string, unknown> => typeof rule === 'object' && rule !== null)
    .map((rule) => {
      const names = texts(rule['resourceNames']);
      const urls = texts(rule['nonResourceURLs']);
      return {
        apiGroups: texts(rule['apiGroups']),
        resources: texts(rule['resources']),
        verbs: texts(rule['verbs']),
        ...(names.length > 0 ? { resourceNames: names } : {}),
        ...(urls.length > 0 ? { nonResourceURLs: urls } : {}),
      };
    });
}

function roleRefOf(binding: KubernetesObject): { kind: string; name: string } {
  const { kind, name } = (binding['roleRef'] ?? {}) as Record<string, unknown>;
  return { kind: typeof kind === 'string' ? kind : '', name: typeof name === 'string' ? name : '' };
}
