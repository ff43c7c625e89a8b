/**
 * Takes a workload, returns the pods of its *new* template, read from the cluster. Pods of the template before may be
 * as broken as they like: they are no fault of this change.
 */
import type { CallOptions, ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { read, readList, readNumber, readText } from './kinds/verdict.ts';

export function hasPods(object: { apiVersion: string; kind: string }): boolean {
  return /^(apps\/v1 (Deployment|StatefulSet|DaemonSet|ReplicaSet)|batch\/v1 Job|v1 (Pod|ReplicationController))$/.test(
    `${object.apiVersion} ${object.kind}`,
  );
}

export async function findPods(
  client: ClusterClient,
  workload: KubernetesObject,
  call: CallOptions,
): Promise<KubernetesObject[]> {
  const { namespace = '', uid } = workload.metadata;
  if (workload.kind === 'Pod') return [workload];
  const labelSelector = selectorText(read(workload, 'spec', 'selector'));
  if (labelSelector === '' || uid === undefined) return [];
  const list = async (apiVersion: string, kind: string) =>
    (await client.list({ apiVersion, kind, namespace, labelSelector }, call)).items;
  if (workload.kind === 'Deployment') {
    const revision = workload.metadata.annotations?.[revisionAnnotation];
    const [sets, pods] = await Promise.all([list('apps/v1', 'ReplicaSet'), list('v1', 'Pod')]);
    const newest = sets.find(
      (set) => isOwnedBy(set, uid) && set.metadata.annotations?.[revisionAnnotation] === revision,
    );
    return newest === undefined ? [] : pods.filter((pod) => isOwnedBy(pod, newest.metadata.uid));
  }
  const pods = (await list('v1', 'Pod')).filter((pod) => isOwnedBy(pod, uid));
  const hash = await templateHash(client, workload, { labelSelector, ...call });
  // ReplicaSets and Jobs have no hash: their template never changes, all their pods count.
  return hash === undefined ? pods : pods.filter((pod) => pod.metadata.labels?.[hashLabel] === hash);
}

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'controller-revision-hash';

async function templateHash(
  client: ClusterClient,
  workload: KubernetesObject,
  { labelSelector, ...call }: CallOptions & { labelSelector: string },
): Promise<string | undefined> {
  if (workload.kind === 'StatefulSet') return readText(workload, 'status', 'updateRevision');
  if (workload.kind !== 'DaemonSet') return undefined;
  // A DaemonSet's status does not tell: the newest ControllerRevision does.
  const { namespace = '', uid } = workload.metadata;
  const query = { apiVersion: 'apps/v1', kind: 'ControllerRevision', namespace, labelSelector };
  const revisions = (await client.list(query, call)).items.filter((revision) => isOwnedBy(revision, uid));
  const newest = revisions.sort((a, b) => (readNumber(b, 'revision') ?? 0) - (readNumber(a, 'revision') ?? 0))[0];
  return newest?.metadata.labels?.[hashLabel];
}

export function isOwnedBy(object: KubernetesObject, uid: string | undefined): boolean {
  return uid !== undefined && (object.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false);
}

/** A LabelSelector, or a ReplicationController's plain map, as a query. */
export function selectorText(selector: unknown): string {
  const plain =
    read(selector, 'matchLabels') ?? (read(selector, 'matchExpressions') === undefined ? selector : undefined);
  const labels = Object.entries((plain ?? {}) as Record<string, unknown>).map(
    ([key, value]) => `${key}=${String(value)}`,
  );
  const expressions = readList(selector, 'matchExpressions').map((expression) => {
    const key = readText(expression, 'key') ?? '';
    const values = readList(expression, 'values').join(',');
    const operator = readText(expression, 'operator');
    if (operator === 'In') return `${key} in (${values})`;
    if (operator === 'NotIn') return `${key} notin (${values})`;
    return operator === 'DoesNotExist' ? `!${key}` : key;
  });
  return [...labels, ...expressions].join(',');
}
