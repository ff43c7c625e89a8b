/** Gives each namespace its default service account and the cluster's root certificate, and keeps them there. */
import type { Controller, ControllerContext, StoreEvent } from '../store.ts';

const rootCertificate = 'kube-root-ca.crt';

export function startNamespaceFiller(context: ControllerContext, authority: string): Controller {
  const { store } = context;
  const fill = (namespace: string): void => {
    const found = store.get('namespaces', '', namespace);
    if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
    if (store.get('serviceaccounts', namespace, 'default') === undefined) {
      store.create('serviceaccounts', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace },
      });
    }
    if (store.get('configmaps', namespace, rootCertificate) === undefined) {
      const annotations = {
        'kubernetes.io/description':
          'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
      };
      store.create('configmaps', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: rootCertificate, namespace, annotations },
        data: { 'ca.crt': authority },
      });
    }
  };
  const concerns = ({ type, resource, object }: StoreEvent): string | undefined => {
    if (resource === 'namespaces' && type === 'ADDED') return object.metadata.name;
    if (type !== 'DELETED') return undefined;
    const { name, namespace } = object.metadata;
    return (resource === 'serviceaccounts' && name === 'default') ||
      (resource === 'configmaps' && name === rootCertificate)
      ? namespace
      : undefined;
  };
  for (const { metadata } of store.list('namespaces')) fill(metadata.name ?? '');
  const stop = store.subscribe((event) => {
    const namespace = concerns(event);
    if (namespace !== undefined) fill(namespace);
  });
  return { name: 'namespace-filler', stop };
}
