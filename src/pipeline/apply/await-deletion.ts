/**
 * Waits until deleted objects are gone. Names each that does not go with what holds it: its finalizers and who would
 * have to remove them. It never removes a finalizer itself.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { inParallel } from '../../foundation/base/in-parallel.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { type KubernetesObject, objectKey, objectLabel } from '../../foundation/manifest/object.ts';

export interface DeletionWait {
  readonly client: ClusterClient;
  /** As they were when they were deleted. */
  readonly objects: readonly KubernetesObject[];
  /** Milliseconds */
  readonly timeout: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Told of what is still there after a second, and then each time it is held by something else. */
  readonly onStuck: (stuck: StuckObject) => void;
}

export interface StuckObject {
  /** `ConfigMap/web` */
  readonly object: string;
  readonly message: string;
}

/** Milliseconds */
const firstPause = 25;
const longestPause = 500;
const quiet = 1_000;
const parallel = 8;

/** Returns what is still there when time is up. */
export async function awaitDeletion(wait: DeletionWait): Promise<StuckObject[]> {
  const { now, timeout, signal, onStuck } = wait;
  const started = now().getTime();
  const told = new Map<KubernetesObject, string>();
  let waiting = wait.objects;
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    const looks = await inParallel(parallel, waiting, async (object) => ({ object, live: await lookAt(wait, object) }));
    const left = looks.flatMap(({ object, live }) => (live ? [{ object, live }] : []));
    if (left.length === 0) return [];
    const waited = now().getTime() - started;
    const stuck = left.map(({ live }) => ({ object: objectLabel(objectKey(live)), message: whyStuck(live) }));
    if (waited >= timeout) return stuck;
    for (const [index, one] of waited < quiet ? [] : stuck.entries()) {
      const { object } = left[index] as (typeof left)[number];
      if (told.get(object) !== one.message) onStuck(one);
      told.set(object, one.message);
    }
    waiting = left.map(({ object }) => object);
    await delay(pause, undefined, { signal });
  }
}

async function lookAt(
  { client, signal }: DeletionWait,
  object: KubernetesObject,
): Promise<KubernetesObject | undefined> {
  const { apiVersion, kind, metadata } = object;
  const target = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name ?? '' };
  const live = await client.get(target, { signal });
  // Another one of that name is nobody's business here.
  return live?.metadata.uid === metadata.uid ? live : undefined;
}

/** Finalizers of Kubernetes itself, and what they wait for. */
const ownFinalizers: Readonly<Record<string, string>> = {
  foregroundDeletion: 'the garbage collector, once everything that it owns is gone',
  orphan: 'the garbage collector',
  'kubernetes.io/pvc-protection': 'Kubernetes, once no Pod uses it',
  'kubernetes.io/pv-protection': 'Kubernetes, once no PersistentVolumeClaim is bound to it',
  'batch.kubernetes.io/job-tracking': 'the Job controller',
  'service.kubernetes.io/load-balancer-cleanup': "the cloud provider's service controller",
  'customresourcecleanup.apiextensions.k8s.io': 'the API server, once no object of that kind is left',
};

/** `is being deleted: finalizer example.com/hold has to be removed by whoever set it (widget-operator)` */
export function whyStuck(live: KubernetesObject): string {
  const { finalizers = [], deletionTimestamp, managedFields } = live.metadata;
  const holders = finalizers.map((finalizer) => {
    const own = Object.hasOwn(ownFinalizers, finalizer) ? ownFinalizers[finalizer] : undefined;
    const setters = (managedFields ?? []).filter(({ fieldsV1 }) => ownsFinalizer(fieldsV1, finalizer));
    const managers = [...new Set(setters.map(({ manager }) => manager ?? 'unknown'))].join(', ');
    const by = own ?? `the controller behind it${managers === '' ? '' : ` (set by ${managers})`}`;
    return `finalizer ${finalizer} has to be removed by ${by}`;
  });
  if (holders.length > 0) return `is being deleted: ${holders.join('; ')}`;
  return deletionTimestamp === undefined ? 'is not being deleted' : 'is being deleted';
}

function ownsFinalizer(fields: unknown, finalizer: string): boolean {
  const metadata = field(fields, 'f:metadata');
  return field(field(metadata, 'f:finalizers'), `v:${JSON.stringify(finalizer)}`) !== undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
