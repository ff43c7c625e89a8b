/** What the daemon remembers of a release: undefined where it never had it, `unread` where that may not be read. */
import type { Config } from '../../config/config.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { readState } from '../../foundation/state/open-state.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';

export async function rememberedState(
  { state: { namespace } }: Config,
  client: ClusterClient,
  { namespace: where, releaseName }: ReleaseDefinition,
): Promise<ReleaseState | undefined | 'unread'> {
  const states = readState({ client, namespace, onUnreadable: () => undefined });
  return await states.read(where, releaseName).then(
    (stored) => stored?.state,
    () => 'unread' as const,
  );
}
