/** Changes the other tool's own object, which its tool writes to all the time: what was planned upon must be the same. */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { targetOf } from './handover.ts';
import { patchAsRead } from './patch-as-read.ts';
import { changed } from './takeover-errors.ts';

/** `make` gets the object as it is now, and returns a merge patch. */
export async function changeForeign(
  given: { readonly client: ClusterClient; readonly signal: AbortSignal },
  object: KubernetesObject,
  make: (object: KubernetesObject) => object,
): Promise<void> {
  const { client, signal } = given;
  const target = targetOf({ ...object, ...object.metadata });
  await patchAsRead({ client, signal, target, fieldManager: 'helm-gitops' }, (live) => {
    if (live === undefined || live.metadata.uid !== object.metadata.uid)
      throw changed(`${target.kind} ${target.namespace}/${target.name}`);
    return make(live);
  });
}
