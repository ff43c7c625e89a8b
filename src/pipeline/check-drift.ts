/**
 * Compares what a release's record says with what is live, object by object. The recorded manifest counts, never a
 * fresh render, and the API server itself says what the recorded object would be now (a forced dry run), so that
 * defaulting, quantities and random values cause nothing.
 */
import type { HelmGitopsError } from '../foundation/base/errors.ts';
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../foundation/cluster/cluster-error.ts';
import { ownersOf } from '../foundation/fields/owners.ts';
import type { ReleaseRecord } from '../foundation/history/release-record.ts';
import { type KubernetesObject, keyId, objectKey } from '../foundation/manifest/object.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { foldStringData } from './apply/fold-string-data.ts';
import { keepLiveFields } from './apply/keep-live-fields.ts';
import type { DriftIgnore } from './definitions/release-definition.ts';
import { type Drift, severityOf, worstFirst } from './plan/drift.ts';
import { maskedFields } from './plan/masked-fields.ts';
import { withOwnership } from './plan/ownership.ts';
import { placeRecorded } from './plan/place-objects.ts';

export interface DriftInput {
  readonly client: ClusterClient;
  readonly record: ReleaseRecord;
  readonly ignore: readonly DriftIgnore[];
  /** `keyId`s to look at; undefined: all of the release. */
  readonly only?: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** Told of each object that is just what its record makes of it. */
  readonly onEqual?: (recorded: KubernetesObject, live: KubernetesObject) => void;
  /** Told of each object of which the cluster does not say how it is; without this it ends the comparison. */
  readonly onUnknown?: (recorded: KubernetesObject, error: HelmGitopsError) => void;
}

export async function checkDrift(input: DriftInput): Promise<Drift[]> {
  const { client, record, only, signal } = input;
  const discovery = await client.discovery({ signal });
  const objects = placeRecorded({ objects: parseManifest(record.manifest), namespace: record.namespace, discovery });
  const wanted = objects.filter((object) => object.metadata.name && (!only || only.has(keyId(objectKey(object)))));
  const found = await Promise.all(wanted.map((object) => checkAlone(input, object)));
  return found.filter((drift) => drift !== undefined);
}

/** A webhook or an API without its backend concerns the objects that need it, and no others of the release. */
async function checkAlone(input: DriftInput, recorded: KubernetesObject): Promise<Drift | undefined> {
  try {
    return await checkObject(input, recorded);
  } catch (error) {
    const ofObject = isClusterError(error, 'cluster.server-error', 'cluster.unavailable', 'cluster.denied');
    if (!ofObject || input.onUnknown === undefined) throw error;
    input.onUnknown(recorded, error);
    return undefined;
  }
}

async function checkObject(input: DriftInput, recorded: KubernetesObject): Promise<Drift | undefined> {
  const { client, record, signal } = input;
  const { name = '', namespace } = recorded.metadata;
  if (isIgnored(input.ignore, recorded)) return undefined;
  const live = await client.get({ apiVersion: recorded.apiVersion, kind: recorded.kind, namespace, name }, { signal });
  const owned = withOwnership(recorded, record);
  const base = { key: objectKey(recorded), recorded: owned };
  if (!live)
    return {
      ...base,
      kind: 'missing',
      live: undefined,
      fields: [],
      manager: 'unknown',
      severity: severityOf(recorded.kind, []),
    };
  const wanted = keepLiveFields({ object: foldStringData(owned), live, ignore: input.ignore });
  const wouldBe = await dryRun(input, wanted);
  if (wouldBe === 'gone') return undefined;
  // Where the server refuses to say what would be, what both sides state is compared.
  const differences =
    wouldBe === 'refused' ? maskedFields(wanted, live, { extra: false }) : maskedFields(wouldBe, live);
  const fields = worstFirst(
    recorded.kind,
    differences.filter(({ pointer }) => !serverWritten.test(pointer)),
  );
  if (fields.length === 0) {
    input.onEqual?.(owned, live);
    return undefined;
  }
  const owner = fields
    .map(({ pointer }) => ownersOf(live, pointer).find(({ manager }) => manager !== 'helm'))
    .find((entry) => entry !== undefined);
  return {
    ...base,
    kind: 'changed',
    live,
    fields,
    manager: owner?.manager ?? 'unknown',
    severity: severityOf(recorded.kind, fields),
  };
}

const serverWritten =
  /^\/(status|metadata\/(managedFields|resourceVersion|generation|uid|creationTimestamp|selfLink))(\/|$)/;

function isIgnored(ignore: readonly DriftIgnore[], { kind, metadata }: KubernetesObject): boolean {
  return ignore.some(
    (rule) => rule.paths.length === 0 && (rule.kind ?? kind) === kind && (rule.name ?? metadata.name) === metadata.name,
  );
}

/** `gone` meanwhile: its deletion is looked at on its own. `refused`: a field that cannot change did, or no right to write. */
async function dryRun(
  { client, signal }: DriftInput,
  object: KubernetesObject,
): Promise<KubernetesObject | 'gone' | 'refused'> {
  try {
    return await client.apply(object, { fieldManager: 'helm', force: true, dryRun: true, signal });
  } catch (error) {
    if (isClusterError(error, 'cluster.not-found')) return 'gone';
    if (isClusterError(error, 'cluster.invalid', 'cluster.forbidden')) return 'refused';
    throw error;
  }
}
