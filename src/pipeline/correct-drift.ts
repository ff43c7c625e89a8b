/** Puts one drifted object back: the complete recorded object is applied, kept fields filled from live. */
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import { keepLiveFields } from './apply/keep-live-fields.ts';
import type { DriftIgnore } from './definitions/release-definition.ts';
import type { Drift } from './plan/drift.ts';

export async function correctDrift(
  client: ClusterClient,
  drift: Drift,
  options: { ignore: readonly DriftIgnore[]; signal: AbortSignal },
): Promise<void> {
  const { live, recorded } = drift;
  const object = live ? keepLiveFields({ object: recorded, live, ignore: options.ignore }) : recorded;
  const { resourceVersion } = live?.metadata ?? {};
  const guarded = resourceVersion ? { ...object, metadata: { ...object.metadata, resourceVersion } } : object;
  await client.apply(guarded, { fieldManager: 'helm', force: true, signal: options.signal });
}
