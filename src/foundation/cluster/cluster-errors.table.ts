/** Codes of everything that can go wrong between us and an API server, with the fault that decides what follows. */
import type { Fault } from '../base/errors.ts';

export const clusterErrors = {
  'cluster.aborted': { fault: 'transient', summary: 'the caller gave up waiting' },
  'cluster.already-exists': { fault: 'user', summary: 'an object of that name exists already' },
  'cluster.bad-request': { fault: 'user', summary: 'the API server does not understand the object' },
  'cluster.certificate': { fault: 'transient', summary: "the API server's certificate is not trusted" },
  'cluster.conflict': { fault: 'transient', summary: 'somebody else changed the object meanwhile' },
  'cluster.credentials': { fault: 'transient', summary: 'credentials for the cluster could not be obtained' },
  'cluster.denied': { fault: 'user', summary: 'an admission policy refuses the object' },
  'cluster.expired': { fault: 'transient', summary: 'the resource version is too old' },
  'cluster.forbidden': { fault: 'transient', summary: 'the cluster does not grant a right that is needed' },
  'cluster.invalid': { fault: 'user', summary: 'the object breaks a rule of its kind' },
  'cluster.kubeconfig': { fault: 'user', summary: 'the kubeconfig cannot be read or understood' },
  'cluster.namespace-required': { fault: 'internal', summary: 'a namespaced object came without its namespace' },
  'cluster.not-allowed': { fault: 'user', summary: 'the kind does not support that verb' },
  'cluster.not-found': { fault: 'transient', summary: 'an object that is needed does not exist' },
  'cluster.protocol': { fault: 'transient', summary: 'the answer is not one of a Kubernetes API server' },
  'cluster.quota-exceeded': { fault: 'transient', summary: "the namespace's quota is used up" },
  'cluster.server-error': { fault: 'transient', summary: 'the API server failed' },
  'cluster.terminating': { fault: 'transient', summary: 'the namespace is being deleted' },
  'cluster.timeout': { fault: 'transient', summary: 'the API server did not answer in time' },
  'cluster.too-large': { fault: 'user', summary: 'the object is larger than the API server takes' },
  'cluster.too-many-requests': { fault: 'transient', summary: 'the API server asks for fewer requests' },
  'cluster.unauthorized': { fault: 'transient', summary: 'the cluster does not accept the credentials' },
  'cluster.unavailable': { fault: 'transient', summary: 'the API server is not ready to serve' },
  'cluster.unknown-kind': { fault: 'transient', summary: 'the cluster does not serve the kind' },
  'cluster.unreachable': { fault: 'transient', summary: 'the API server cannot be reached' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;

export type ClusterErrorCode = keyof typeof clusterErrors;
