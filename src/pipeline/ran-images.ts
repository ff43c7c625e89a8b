/**
 * Takes a revision of a release, returns the images that its pods run, each with the digests that came of it on the nodes. It
 * reads the record, the workloads and their pods, and writes nothing.
 */
import type { CallOptions, ClusterClient } from '../foundation/cluster/cluster-client.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import type { ReleaseHistory } from '../foundation/history/release-record.ts';
import type { KubernetesObject } from '../foundation/manifest/object.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { accountOf, actFor } from './act-for.ts';
import type { PreparedRelease, ReleaseContext } from './context.ts';
import { findPods, hasPods } from './observe/find-pods.ts';
import { readList, readText } from './observe/kinds/verdict.ts';
import type { RanImage } from './values/pin-images.ts';

export interface RanRevision {
  readonly client: ClusterClient;
  readonly history: Pick<ReleaseHistory, 'get'>;
  /** Of the release, for objects that name none. */
  readonly namespace: string;
  /** Helm's number; undefined: it never ran. */
  readonly version: number | undefined;
}

/** As the daemon asks. */
export function ranBy(
  context: ReleaseContext,
  { definition }: Pick<PreparedRelease, 'definition'>,
  version: number | undefined,
): RanRevision {
  const { client, history } = actFor(context, accountOf(definition));
  const records = history(recordsNamespace(definition), definition.releaseName);
  return { client, history: records, namespace: definition.namespace, version };
}

export async function ranImages(
  { client, history, namespace, version }: RanRevision,
  call: CallOptions,
): Promise<readonly RanImage[]> {
  const record = version === undefined ? undefined : (await history.get(version))?.record;
  const workloads = parseManifest(record?.manifest ?? '').filter(hasPods);
  const pods = await Promise.all(
    workloads.map(async ({ apiVersion, kind, metadata }) => {
      const at = { apiVersion, kind, namespace: metadata.namespace ?? namespace, name: metadata.name ?? '' };
      const live = await client.get(at, call);
      return live === undefined ? [] : await findPods(client, live, call);
    }),
  );
  return pods.flat().flatMap(imagesOf);
}

function imagesOf(pod: KubernetesObject): RanImage[] {
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((list) => readList(pod, 'status', list));
  const containers = ['initContainers', 'containers'].flatMap((list) => readList(pod, 'spec', list));
  return containers.map((container) => {
    const name = readText(container, 'name');
    const status = statuses.find((one) => readText(one, 'name') === name);
    // Without a repository it is the id of an image that was never pulled.
    const [, digest] = /@(sha256:[0-9a-f]{64})$/.exec(readText(status, 'imageID') ?? '') ?? [];
    return { image: readText(container, 'image') ?? '', digest };
  });
}
