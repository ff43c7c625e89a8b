/** Which of a release's recorded values came from a Secret or an encrypted file, by the daemon's state; none where it may not be read. */
import type { Config } from '../../config/config.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { readState } from '../../foundation/state/open-state.ts';
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';

export async function recordedSecretKeys(
  { state: { namespace } }: Config,
  client: ClusterClient,
  { namespace: where, releaseName }: ReleaseDefinition,
): Promise<readonly string[]> {
  const states = readState({ client, namespace, onUnreadable: () => undefined });
  const stored = await states.read(where, releaseName).catch(() => undefined);
  return stored?.state.deployed?.secretKeys ?? [];
}
