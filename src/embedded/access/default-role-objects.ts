/** The default ClusterRoles and their bindings as objects. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { defaultRoles } from './default-roles.table.ts';
import { authenticated, masters, unauthenticated } from './user.ts';

const group = 'rbac.authorization.k8s.io';
const apiVersion = `${group}/v1`;

/** Made of all roles that are labelled to be part of them. */
const aggregated = ['admin', 'edit', 'view'];
/** `admin` holds what `edit` holds, and `edit` what `view` holds. */
const partOf: Readonly<Record<string, string>> = {
  edit: 'admin',
  view: 'edit',
  'system:aggregate-to-admin': 'admin',
  'system:aggregate-to-edit': 'edit',
  'system:aggregate-to-view': 'view',
};

export function defaultClusterRoles(): KubernetesObject[] {
  const rules = new Map<string, JsonObject[]>();
  for (const line of defaultRoles.trim().split('\n')) {
    const [name = '', groups = '', targets = '', verbs = ''] = line.split('|').map((cell) => cell.trim());
    rules.set(name, [...(rules.get(name) ?? []), parseRule(groups, targets, verbs)]);
  }
  return [
    ...[...rules].map(([name, list]) => ({ ...clusterRole(name), rules: list })),
    ...aggregated.map((name) => ({ ...clusterRole(name), aggregationRule: { clusterRoleSelectors: selectors(name) } })),
  ];
}

function parseRule(groups: string, targets: string, verbs: string): JsonObject {
  if (groups === '') return { nonResourceURLs: targets.split('+'), verbs: verbs.split('+') };
  const apiGroups = groups.split('+').map((one) => (one === 'core' ? '' : one));
  return { apiGroups, resources: targets.split('+'), verbs: verbs.split('+') };
}

const selectors = (name: string): JsonObject[] => [{ matchLabels: { [`${group}/aggregate-to-${name}`]: 'true' } }];

function clusterRole(name: string): KubernetesObject {
  const owner = partOf[name];
  return {
    apiVersion,
    kind: 'ClusterRole',
    metadata: {
      ...defaultMetadata(name),
      labels: {
        'kubernetes.io/bootstrapping': 'rbac-defaults',
        ...(owner === undefined ? {} : { [`${group}/aggregate-to-${owner}`]: 'true' }),
      },
    },
  };
}

function defaultMetadata(name: string) {
  return {
    name,
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
  };
}

const bindings: readonly (readonly [role: string, ...groups: string[]])[] = [
  ['cluster-admin', masters],
  ['system:basic-user', authenticated],
  ['system:discovery', authenticated],
  ['system:monitoring', 'system:monitoring'],
  ['system:public-info-viewer', authenticated, unauthenticated],
  ['system:service-account-issuer-discovery', 'system:serviceaccounts'],
];

export function defaultClusterRoleBindings(): KubernetesObject[] {
  return bindings.map(([role, ...groups]) => ({
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: defaultMetadata(role),
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: role },
    subjects: groups.map((name) => ({ apiGroup: group, kind: 'Group', name })),
  }));
}

/** What aggregated API servers bind in kube-system. */
export const extensionReader: KubernetesObject = {
  apiVersion,
  kind: 'Role',
  metadata: { ...defaultMetadata('extension-apiserver-authentication-reader'), namespace: 'kube-system' },
  rules: [
    {
      apiGroups: [''],
      resourceNames: ['extension-apiserver-authentication'],
      resources: ['configmaps'],
      verbs: ['get', 'list', 'watch'],
    },
  ],
};
