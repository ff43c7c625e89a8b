/** People whom a cluster knows by tokens: ServiceAccounts, some of whom may write the state. */
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openClient } from '../embedded/api-client.ts';

export interface KubernetesPeople {
  /** `system:serviceaccount:NAMESPACE:NAME` */
  name(person: string): string;
  /** Good for an hour, or so many seconds; for the server, or for these audiences. */
  token(person: string, options?: { seconds?: number; audiences?: readonly string[] }): Promise<string>;
}

const rbac = 'rbac.authorization.k8s.io';

/** In a namespace of theirs; `deciders` may patch ConfigMaps in the namespace of the state. */
export async function kubernetesPeople(
  { client, kubeconfig }: { client: ClusterClient; kubeconfig: string },
  { namespace, people, deciders }: { namespace: string; people: readonly string[]; deciders: readonly string[] },
): Promise<KubernetesPeople> {
  const make = (object: { apiVersion: string; kind: string; metadata: object }) =>
    client.apply(object as Parameters<ClusterClient['apply']>[0], { fieldManager: 'test', force: true });
  await make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const name of people) await make({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  const role = {
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata: { name: 'deciders', namespace: 'helm-gitops' },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] }],
  };
  await make(role);
  const binding = {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'deciders', namespace: 'helm-gitops' },
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'deciders' },
    subjects: deciders.map((name) => ({ kind: 'ServiceAccount', namespace, name })),
  };
  await make(binding);
  return {
    name: (person) => `system:serviceaccount:${namespace}:${person}`,
    async token(person, { seconds = 3600, audiences = [] } = {}) {
      const api = await openClient(kubeconfig);
      try {
        const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${person}/token`;
        const spec = { expirationSeconds: seconds, ...(audiences.length > 0 ? { audiences } : {}) };
        const { body } = await api.send('POST', path, { spec });
        return (body as { status: { token: string } }).status.token;
      } finally {
        api.close();
      }
    },
  };
}
