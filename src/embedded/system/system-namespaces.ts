/** Makes what every cluster has from its start: system namespaces, the kubernetes Service, priority classes, admin roles. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ControllerContext } from '../store.ts';

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
  const rules = [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ];
  const access = 'rbac.authorization.k8s.io';
  for (const name of ['cluster-admin', 'admin', 'edit', 'view']) {
    ensure(`clusterroles.${access}`, {
      apiVersion: `${access}/v1`,
      kind: 'ClusterRole',
      metadata: { name },
      rules: name === 'cluster-admin' ? rules : rules.slice(0, 1),
    });
  }
  ensure(`clusterrolebindings.${access}`, {
    apiVersion: `${access}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'cluster-admin' },
    roleRef: { apiGroup: access, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: access, kind: 'Group', name: 'system:masters' }],
  });
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
