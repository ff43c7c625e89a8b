/**
 * Compares what a release's record says with what is live, object by object. The recorded manifest counts, never a
 * fresh render, and the API server itself says what the recorded object would be now (a forced dry run), so that
 * defaulting, quantities, webhooks and random values cause nothing. Of CustomResourceDefinitions in crds/ it only sees
 * whether they are there.
 */
import type { HelmGitopsError } from '../foundation/base/errors.ts';
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import { clusterError, isClusterError } from '../foundation/cluster/cluster-error.ts';
import { helmManager } from '../foundation/fields/field-managers.ts';
import type { ReleaseRecord } from '../foundation/history/release-record.ts';
import { type KubernetesObject, keyId, objectKey, objectLabel } from '../foundation/manifest/object.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { foldStringData } from './apply/fold-string-data.ts';
import { keepLiveFields, keptPointers } from './apply/keep-live-fields.ts';
import type { DriftIgnore } from './definitions/release-definition.ts';
import { compareObject, missingObject, withoutDefaults } from './plan/compare-object.ts';
import type { Drift } from './plan/drift.ts';
import { isIgnored, silencedBy } from './plan/ignored-object.ts';
import { withOwnership } from './plan/ownership.ts';
import { placeRecorded } from './plan/place-objects.ts';
import { recordedCrds } from './plan/recorded-crds.ts';

export interface DriftInput {
  readonly client: ClusterClient;
  readonly record: ReleaseRecord;
  readonly ignore: readonly DriftIgnore[];
  /** Whether the release brings the definitions of its crds/ folder. */
  readonly crds: boolean;
  /** `keyId`s to look at; undefined: all of the release. */
  readonly only?: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** Told of each object that is just what its record makes of it; others may have added to it. */
  readonly onEqual?: (recorded: KubernetesObject, live: KubernetesObject) => void;
  /** Told of each object of which the cluster does not say how it is; without this it ends the comparison. */
  readonly onUnknown?: (recorded: KubernetesObject, error: HelmGitopsError) => void;
}

export async function checkDrift(input: DriftInput): Promise<Drift[]> {
  const { client, record, only, signal } = input;
  const discovery = await client.discovery({ signal });
  const objects = placeRecorded({ objects: parseManifest(record.manifest), namespace: record.namespace, discovery });
  const isWanted = (object: KubernetesObject) => object.metadata.name && (!only || only.has(keyId(objectKey(object))));
  const found = await Promise.all([
    ...objects.filter(isWanted).map((object) => checkAlone(input, object, checkObject)),
    ...(input.crds ? recordedCrds(record) : [])
      .filter(isWanted)
      .map((object) => checkAlone(input, object, checkPresence)),
  ]);
  return found.flat();
}

type Check = (input: DriftInput, recorded: KubernetesObject) => Promise<Drift[]>;

/** A webhook or an API without its backend concerns the objects that need it, and no others of the release. */
async function checkAlone(input: DriftInput, recorded: KubernetesObject, check: Check): Promise<Drift[]> {
  if (isIgnored(input.ignore, recorded)) return [];
  try {
    return await check(input, recorded);
  } catch (error) {
    const ofObject = isClusterError(error, 'cluster.conflict', 'cluster.server-error', 'cluster.unavailable');
    if (!ofObject || input.onUnknown === undefined) throw error;
    input.onUnknown(recorded, error);
    return [];
  }
}

async function readLive({ client, signal }: DriftInput, { apiVersion, kind, metadata }: KubernetesObject) {
  const { name = '', namespace } = metadata;
  return await client.get({ apiVersion, kind, name, ...(namespace ? { namespace } : {}) }, { signal });
}

async function checkPresence(input: DriftInput, crd: KubernetesObject): Promise<Drift[]> {
  const live = await readLive(input, crd);
  if (!live) return [missingObject(crd)];
  input.onEqual?.(crd, live);
  return [];
}

async function checkObject(input: DriftInput, object: KubernetesObject): Promise<Drift[]> {
  const recorded = withOwnership(object, input.record);
  const folded = foldStringData(recorded);
  for (let attempt = 1; ; attempt += 1) {
    const live = await readLive(input, object);
    if (!live) return [missingObject(recorded)];
    const silenced = silencedBy(recorded, live);
    if (silenced !== undefined) return silenced;
    const wanted = keepLiveFields({ object: folded, live, ignore: input.ignore });
    const wouldBe = await dryRun(input, asOf(wanted, live));
    if (wouldBe === 'gone') return [];
    if (wouldBe !== 'moved') return await judge(input, { recorded, wanted, live, wouldBe });
    if (attempt >= tries)
      throw clusterError('cluster.conflict', `${label(object)} moves faster than it can be compared`);
  }
}

/** Controllers write to an object right after it changed. */
const tries = 10;

/** Both answers are of one version, or what a controller wrote between the two would be drift. */
function asOf(object: KubernetesObject, { metadata: { resourceVersion } }: KubernetesObject): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, ...(resourceVersion ? { resourceVersion } : {}) } };
}

const label = (object: KubernetesObject) => objectLabel(objectKey(object));

interface Answers {
  readonly recorded: KubernetesObject;
  readonly wanted: KubernetesObject;
  readonly live: KubernetesObject;
  readonly wouldBe: KubernetesObject | 'refused';
}

async function judge(input: DriftInput, { recorded, wanted, live, wouldBe }: Answers): Promise<Drift[]> {
  const kept = keptPointers(wanted, live, input.ignore);
  const drifts = compareObject({ recorded, wanted, live, kept, wouldBe: wouldBe === 'refused' ? undefined : wouldBe });
  if (wouldBe !== 'refused' && !drifts.some(({ kind }) => kind === 'changed')) input.onEqual?.(recorded, live);
  const told = await Promise.all(drifts.map((drift) => (drift.kind === 'extra' ? added(input, drift, wanted) : drift)));
  return told.filter((drift) => drift !== undefined);
}

/** Whoever applies or restores a whole object owns what the server filled in, too: told is what differs from that. */
async function added({ client, signal }: DriftInput, extra: Drift, wanted: KubernetesObject) {
  const name = `${(wanted.metadata.name ?? '').slice(0, 50)}-probe`;
  try {
    const probe = { ...wanted, metadata: { ...wanted.metadata, name } };
    return withoutDefaults(extra, await client.apply(probe, { fieldManager: helmManager, dryRun: true, signal }));
  } catch (error) {
    // Names that are bound to the content, a right for just one name: then it is told as it was found.
    if (isClusterError(error, 'cluster.not-found', ...refusals)) return extra;
    throw error;
  }
}

/** A webhook that is down (500), refuses (denied) or takes no dry runs (400), a field that cannot change, a missing right. */
const refusals = [
  'cluster.bad-request',
  'cluster.denied',
  'cluster.forbidden',
  'cluster.invalid',
  'cluster.server-error',
] as const;

/** `gone` meanwhile: its deletion is looked at on its own. `moved`: it is not the one that was read any more. */
async function dryRun(
  { client, signal }: DriftInput,
  object: KubernetesObject,
): Promise<KubernetesObject | 'gone' | 'moved' | 'refused'> {
  try {
    return await client.apply(object, { fieldManager: helmManager, force: true, dryRun: true, signal });
  } catch (error) {
    if (isClusterError(error, 'cluster.not-found')) return 'gone';
    if (isClusterError(error, 'cluster.conflict')) return 'moved';
    if (isClusterError(error, ...refusals)) return 'refused';
    throw error;
  }
}
