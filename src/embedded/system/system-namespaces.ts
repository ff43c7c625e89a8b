/** Makes what every cluster has from its start: system namespaces, the kubernetes Service, priority classes, default roles. */
import { equalJson } from '../../foundation/fields/json-value.ts';
import type { Json, KubernetesObject } from '../../foundation/manifest/object.ts';
import { defaultClusterRoleBindings, defaultClusterRoles, extensionReader } from '../access/default-role-objects.ts';
import type { ControllerContext, Store } from '../store.ts';

const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const manager = 'kube-apiserver';

export function ensureSystemObjects({ store }: ControllerContext): void {
  const ensure = (resource: string, object: KubernetesObject): void => {
    const { namespace = '', name = '' } = object.metadata;
    if (store.get(resource, namespace, name) === undefined) store.create(resource, object, { manager });
  };
  for (const name of namespaces) ensure('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  ensure('services', kubernetesService);
  for (const [name, value, description] of priorities) {
    ensure('priorityclasses.scheduling.k8s.io', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value,
      description,
    });
  }
  const access = 'rbac.authorization.k8s.io';
  for (const role of defaultClusterRoles()) ensureRules(store, role);
  for (const binding of defaultClusterRoleBindings()) ensure(`clusterrolebindings.${access}`, binding);
  ensure(`roles.${access}`, extensionReader);
}

/** A default role is kept as this version knows it; the rules of an aggregated one are another's work. */
function ensureRules(store: Store, role: KubernetesObject): void {
  const resource = 'clusterroles.rbac.authorization.k8s.io';
  const found = store.get(resource, '', role.metadata.name ?? '');
  if (found === undefined) {
    store.create(resource, role, { manager });
    return;
  }
  const parts = (one: KubernetesObject): Json => [
    (one.rules ?? null) as Json,
    (one.aggregationRule ?? null) as Json,
    (one.metadata.labels ?? null) as Json,
  ];
  const wanted = role.aggregationRule === undefined ? role : { ...role, rules: found.rules };
  if (equalJson(parts(found), parts(wanted))) return;
  const metadata = { ...found.metadata, labels: { ...found.metadata.labels, ...role.metadata.labels } };
  store.update(resource, { ...found, ...wanted, metadata }, { manager });
}

const kubernetesService: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    clusterIP: '10.96.0.1',
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    type: 'ClusterIP',
  },
};

const priorities: readonly (readonly [string, number, string])[] = [
  [
    'system-cluster-critical',
    2_000_000_000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ],
  [
    'system-node-critical',
    2_000_001_000,
    'Used for system critical pods that must not be moved from their current node.',
  ],
];
