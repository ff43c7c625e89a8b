/** Puts one drifted object back: the complete recorded object is applied, kept fields filled from what is live now. */
import { HelmGitopsError } from '../foundation/base/errors.ts';
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import { keepLiveFields } from './apply/keep-live-fields.ts';
import type { DriftIgnore } from './definitions/release-definition.ts';
import type { Drift } from './plan/drift.ts';

export interface CorrectionOptions {
  readonly ignore: readonly DriftIgnore[];
  readonly signal: AbortSignal;
}

/** A controller that writes status while we do is met again; what cannot be had in so many tries is looked at anew. */
const tries = 5;

export async function correctDrift(
  client: ClusterClient,
  drift: Drift,
  { ignore, signal }: CorrectionOptions,
): Promise<void> {
  const { apiVersion, kind, metadata } = drift.recorded;
  for (let attempt = 1; ; attempt += 1) {
    const live = await client.get(
      { apiVersion, kind, namespace: metadata.namespace, name: metadata.name ?? '' },
      { signal },
    );
    const object = live ? keepLiveFields({ object: drift.recorded, live, ignore }) : drift.recorded;
    const resourceVersion = live?.metadata.resourceVersion;
    const guarded = resourceVersion ? { ...object, metadata: { ...object.metadata, resourceVersion } } : object;
    try {
      await client.apply(guarded, { fieldManager: 'helm', force: true, signal });
      return;
    } catch (error) {
      if (attempt >= tries || !(error instanceof HelmGitopsError && error.code === 'cluster.conflict')) throw error;
    }
  }
}
