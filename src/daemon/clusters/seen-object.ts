/** What the live view keeps of an object that a watch told of; of workloads all of it. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { isOlderVersion } from '../../foundation/manifest/resource-version.ts';
import { fingerprintOf } from '../../pipeline/plan/live-knowledge.ts';

export interface Seen {
  /** Undefined of what nobody tracks. */
  readonly fingerprint: string | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  /** Of workloads. */
  readonly whole: KubernetesObject | undefined;
}

export const workloadKinds: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

export const seenIn = (object: KubernetesObject, withFingerprint: boolean): Seen => ({
  fingerprint: withFingerprint ? fingerprintOf(object) : undefined,
  uid: object.metadata.uid,
  resourceVersion: object.metadata.resourceVersion,
  whole: workloadKinds.has(object.kind) ? object : undefined,
});

export function isOlder({ metadata }: KubernetesObject, known: Seen | undefined): boolean {
  return known?.uid === metadata.uid && isOlderVersion(metadata.resourceVersion, known?.resourceVersion);
}
