/**
 * Changes the other tool's own object, which its tool writes to all the time: what was planned upon must be the same, and
 * a race is tried again.
 */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../foundation/cluster/cluster-error.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { targetOf } from './handover.ts';
import { changed } from './takeover-errors.ts';

const tries = 5;

/** `make` gets the object as it is now, and returns a merge patch. */
export async function changeForeign(
  { client, signal }: { readonly client: ClusterClient; readonly signal: AbortSignal },
  object: KubernetesObject,
  make: (object: KubernetesObject) => object,
): Promise<void> {
  const target = targetOf({ ...object, ...object.metadata });
  for (let attempt = 1; ; attempt += 1) {
    const live = await client.get(target, { signal });
    if (live === undefined || live.metadata.uid !== object.metadata.uid)
      throw changed(`${target.kind} ${target.namespace}/${target.name}`);
    const patch = make(live) as { readonly metadata: object };
    const { resourceVersion } = live.metadata;
    const body = { ...patch, metadata: { ...patch.metadata, resourceVersion } };
    try {
      await client.patch(target, { type: 'merge', body }, { fieldManager: 'helm-gitops', signal });
      return;
    } catch (thrown) {
      if (!isClusterError(thrown, 'cluster.conflict') || attempt === tries) throw thrown;
    }
  }
}
