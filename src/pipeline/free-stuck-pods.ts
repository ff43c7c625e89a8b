/**
 * Takes StatefulSets as they were just put back, deletes what keeps them from it: pods of another template that never became
 * ready. Their controller goes pod by pod and waits for such a one for ever, as Kubernetes documents it ("forced rollback").
 * Pods that are ready are left to the controller.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { CallOptions, ClusterClient } from '../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../foundation/manifest/object.ts';
import { selectorText } from './observe/find-pods.ts';
import { conditionsOf, read, readNumber, readText } from './observe/kinds/verdict.ts';

/** Milliseconds between looks, and how often the controller is waited for. */
const pause = 200;
const looks = 50;

export async function freeStuckPods(
  client: ClusterClient,
  { written, ...call }: CallOptions & { written: readonly KubernetesObject[] },
): Promise<void> {
  const sets = written.filter(({ apiVersion, kind }) => kind === 'StatefulSet' && apiVersion === 'apps/v1');
  await Promise.all(sets.map((set) => freeSet(client, set, call).catch(unlessBug)));
}

async function freeSet(client: ClusterClient, set: KubernetesObject, call: CallOptions): Promise<void> {
  const { namespace = '', name = '' } = set.metadata;
  for (let look = 0; look < looks; look++) {
    const live = await client.get({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name }, call);
    if (live === undefined) return;
    if ((readNumber(live, 'status', 'observedGeneration') ?? 0) >= (live.metadata.generation ?? 0))
      return await deleteStuck(client, live, call);
    await delay(pause, undefined, call);
  }
}

async function deleteStuck(client: ClusterClient, set: KubernetesObject, call: CallOptions): Promise<void> {
  const { namespace = '', uid } = set.metadata;
  const wanted = readText(set, 'status', 'updateRevision');
  const labelSelector = selectorText(read(set, 'spec', 'selector'));
  if (wanted === undefined || labelSelector === '') return;
  const { items } = await client.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector }, call);
  for (const { metadata, ...pod } of items) {
    const isOwn = metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller);
    const isReady = conditionsOf({ metadata, ...pod }).some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    );
    if (!isOwn || isReady || metadata.labels?.['controller-revision-hash'] === wanted) continue;
    const preconditions = metadata.uid === undefined ? {} : { preconditions: { uid: metadata.uid } };
    await client.delete(
      { apiVersion: 'v1', kind: 'Pod', namespace, name: metadata.name ?? '' },
      { ...call, ...preconditions },
    );
  }
}

/** Without the right to it the wait for readiness tells what stands still. */
function unlessBug(thrown: unknown): void {
  const error = asHelmGitopsError(thrown);
  if (error.fault === 'internal') throw error;
}
