/**
 * Takes what is recorded of a release, returns which of its objects an uninstall would delete, in Helm's order, and
 * which stay and why. It reads what is live and changes nothing. Helm looks at the newest revision alone; what earlier
 * ones left behind, because the newest never came to its end, goes too.
 */
import { inParallel } from '../../foundation/base/in-parallel.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { sortForUninstall } from '../../foundation/manifest/kind-order.ts';
import { type KubernetesObject, objectKey, objectLabel } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import { hasSyncOption, syncOptionsName } from '../../foundation/manifest/sync-options.ts';
import { ownershipProblem } from '../plan/ownership.ts';
import { placeRecordedWhole } from '../plan/place-objects.ts';

export interface RemovalInput {
  readonly client: ClusterClient;
  readonly release: { readonly name: string; readonly namespace: string };
  /** Oldest first: of an object that several recorded, the newest counts. */
  readonly manifests: readonly string[];
  /** `sync.prune: all`: kinds that hold data go too. */
  readonly everything: boolean;
  readonly signal: AbortSignal;
}

export interface Removals {
  /** As they are live. */
  readonly deleted: readonly KubernetesObject[];
  readonly kept: readonly KeptObject[];
}

export interface KeptObject {
  /** `ConfigMap/web` */
  readonly object: string;
  readonly reason: string;
}

/** Kinds whose removal takes data or other people's objects along. */
const keptKinds: ReadonlySet<string> = new Set(['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim']);

const parallel = 8;

export async function chooseRemovals(input: RemovalInput): Promise<Removals> {
  const { client, release, manifests, signal } = input;
  const discovery = await client.discovery({ signal });
  const objects = manifests.flatMap((manifest) => parseManifest(manifest));
  const placed = placeRecordedWhole({ objects, namespace: release.namespace, discovery });
  const recorded = sortForUninstall(placed, ({ kind }) => kind);
  const found = await inParallel(parallel, recorded, async (object) => {
    const { name, namespace } = object.metadata;
    if (name === undefined) return undefined;
    const live = await client.get({ apiVersion: object.apiVersion, kind: object.kind, namespace, name }, { signal });
    return live && { object, live };
  });
  const [deleted, kept]: [KubernetesObject[], KeptObject[]] = [[], []];
  for (const one of found.filter((item) => item !== undefined)) {
    const reason = keepReason(input, one);
    if (reason === undefined) deleted.push(one.live);
    else kept.push({ object: objectLabel(objectKey(one.object)), reason });
  }
  return { deleted, kept };
}

function keepReason(
  { release, everything }: RemovalInput,
  { object, live }: { object: KubernetesObject; live: KubernetesObject },
): string | undefined {
  // Helm neither deletes an object with another policy nor tells that it stays.
  const policy = [object, live].map(({ metadata }) => metadata.annotations?.['helm.sh/resource-policy']);
  const stated = policy.find((value) => value !== undefined);
  if (policy.some((value) => value?.trim().toLowerCase() === 'keep')) return 'helm.sh/resource-policy: keep';
  if (stated !== undefined) return `helm.sh/resource-policy: ${stated}`;
  if ([object, live].some((one) => hasSyncOption(one, 'Delete=false'))) return `${syncOptionsName}: Delete=false`;
  if (!everything && keptKinds.has(object.kind)) return `a ${object.kind} stays unless sync.prune is all`;
  return ownershipProblem(live, release) === undefined ? undefined : 'it belongs to something else by now';
}
