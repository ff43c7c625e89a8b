/**
 * What is known of a cluster's objects without asking: watches tell which there are, and by a fingerprint whether one
 * is as it was when it last compared equal with what its release recorded. It saves reads; it never decides alone.
 */

import { hash } from 'node:crypto';
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';

export interface LiveKnowledge {
  presence(
    object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>,
  ): Promise<'present' | 'absent' | 'unknown'>;
  /** True where live is what just this object, applied, makes of it. */
  isClean(object: KubernetesObject): boolean;
  /** The whole object, of kinds that are watched whole. */
  whole(object: KubernetesObject): KubernetesObject | undefined;
  /** With the version that was seen last, so that a wait knows what is older. */
  asSeen(object: KubernetesObject): KubernetesObject;
  /** `object` was applied and `live` was the answer, or a comparison of the two found nothing. */
  foundEqual(object: KubernetesObject, live: KubernetesObject): void;
}

/** Their entries cover what controllers add to objects of a release: revisions, scales, bindings. */
const controllers: ReadonlySet<string> = new Set(['kube-controller-manager', 'kube-scheduler', 'kubelet']);

/**
 * Moves whenever somebody but a controller writes anything but status. managedFields tell who wrote which field, to the
 * second; what the same hand changes within one second is seen by the generation, or, of kinds that count none, by the
 * resource version.
 */
export function fingerprintOf({ metadata }: KubernetesObject): string {
  const entries = (metadata.managedFields ?? []).filter(
    ({ manager = '', subresource }) => subresource !== 'status' && !controllers.has(manager),
  );
  const { uid, deletionTimestamp, generation, resourceVersion, labels, annotations = {} } = metadata;
  const counted = generation ?? resourceVersion;
  const kept = Object.entries(annotations).filter(([name]) => !name.startsWith('deployment.kubernetes.io/'));
  return digestOf([uid, deletionTimestamp, counted, labels, kept, entries]);
}

/** Of an object as it is applied, Helm's marks included. */
export function appliedDigest(object: KubernetesObject): string {
  return digestOf(object);
}

function digestOf(value: unknown): string {
  return hash('sha1', writeExactJson(value), 'base64url');
}
