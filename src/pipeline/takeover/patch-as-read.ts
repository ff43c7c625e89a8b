/** Patches an object as it was read just before: whoever writes to it in between makes it be read again, and judged anew. */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../foundation/cluster/cluster-error.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { targetOf } from './handover.ts';

const tries = 10;

export interface Patching {
  readonly client: ClusterClient;
  readonly signal: AbortSignal;
  readonly target: ReturnType<typeof targetOf>;
  readonly fieldManager: string;
}

/** `make` gets the object, undefined where it is gone, and returns a merge patch; undefined: nothing is to be done. */
export async function patchAsRead(
  { client, signal, target, fieldManager }: Patching,
  make: (live: KubernetesObject | undefined) => object | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await client.get(target, { signal });
    const patch = make(live) as { readonly metadata: object } | undefined;
    if (live === undefined || patch === undefined) return;
    const { resourceVersion } = live.metadata;
    const body = { ...patch, metadata: { ...patch.metadata, resourceVersion } };
    try {
      await client.patch(target, { type: 'merge', body }, { fieldManager, signal });
      return;
    } catch (thrown) {
      if (!isClusterError(thrown, 'cluster.conflict') || attempt === tries) throw thrown;
    }
  }
}
