/** A PersistentVolumeClaim is ready when bound, or when its class binds only for a pod that uses it. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import { failed, progressing, readText, ready, type Verdict } from './verdict.ts';

/** @param waitsForConsumer whether its StorageClass has `volumeBindingMode: WaitForFirstConsumer` */
export function persistentVolumeClaimReadiness(object: KubernetesObject, waitsForConsumer: boolean): Verdict {
  const phase = readText(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Bound') return ready('it is bound', 'Bound');
  if (phase === 'Lost') return failed('Lost', 'the volume that it was bound to is gone');
  // A pod that uses it is not ready before it is bound; without one it never will be (Helm waits in vain).
  if (waitsForConsumer) return ready('it is bound when a pod uses it', 'WaitForFirstConsumer');
  return progressing('NotBound', `it is not bound (${phase})`);
}
