/**
 * The least that deploying a fleet can cost: the same writes as the daemon's, and nothing else. Per release the state, a
 * record, four applies, the record again, its predecessor where there is one, the state again.
 * `KUBECONFIG_REAL=… node bench/floor.ts [--releases 200]` prints `{"releases","install","upgrade"}` in seconds.
 */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { ClusterClient } from '../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../src/foundation/cluster/open-cluster.ts';
import { openHistory } from '../src/foundation/history/open-history.ts';
import type { ReleaseRecord, StoredRelease } from '../src/foundation/history/release-record.ts';
import type { KubernetesObject } from '../src/foundation/manifest/object.ts';
import { withOwnership } from '../src/pipeline/plan/ownership.ts';
import { deleteNamespaces } from './fleet/delete-namespaces.ts';
import { objectsOf } from './fleet/podinfo.ts';

export interface Floor {
  readonly releases: number;
  /** Seconds. */
  readonly install: number;
  readonly upgrade: number;
}

const parallel = 10;

export async function measureFloor(
  client: ClusterClient,
  { releases, namespace }: { releases: number; namespace: string },
): Promise<Floor> {
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const names = Array.from({ length: releases }, (_, index) => `floor-${index}`);
  const stored = new Map<string, StoredRelease>();
  const pass = async (version: number) => {
    const started = performance.now();
    const waiting = [...names];
    const worker = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        stored.set(name, await deploy(client, { name, namespace, version, previous: stored.get(name) }));
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return (performance.now() - started) / 1000;
  };
  const install = await pass(1);
  const upgrade = await pass(2);
  await deleteNamespaces(client, [namespace]);
  return { releases, install, upgrade };
}

interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly previous: StoredRelease | undefined;
}

async function deploy(client: ClusterClient, { name, namespace, version, previous }: Release): Promise<StoredRelease> {
  const objects = objectsOf(name, namespace, `message ${version}`);
  const history = openHistory({ client, namespace, name, onUnreadable: () => undefined });
  const record = (status: ReleaseRecord['info']['status']): ReleaseRecord => ({
    name,
    namespace,
    version,
    info: { first_deployed: '', last_deployed: '', description: '', status },
    chart: { metadata: { name: 'podinfo', version: '1.0.0' } },
    config: {},
    manifest: objects.map((object) => JSON.stringify(object)).join('\n'),
    hooks: [],
  });
  const state = (text: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `state.${name}`, namespace },
    data: { 'state.json': text.repeat(300) },
  });
  await (version === 1 ? client.create(state('a')) : client.update(state('c')));
  const pending = await history.create(record(version === 1 ? 'pending-install' : 'pending-upgrade'));
  await Promise.all(
    objects.map((object) =>
      client.apply(withOwnership(object, { name, namespace }), { fieldManager: 'helm', force: true }),
    ),
  );
  const deployed = await history.update(pending, record('deployed'));
  if (previous)
    await history.update(previous, { ...previous.record, info: { ...previous.record.info, status: 'superseded' } });
  await client.update(state('b'));
  return deployed;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { releases: { type: 'string', default: '200' } } });
  await using client = await openCluster({ name: 'floor', kubeconfig: process.env.KUBECONFIG_REAL ?? '' });
  const floor = await measureFloor(client, { releases: Number(values.releases), namespace: `floor-${process.pid}` });
  process.stdout.write(`${JSON.stringify(floor)}\n`);
}
