import { expect, test } from 'vitest';
import type { ClusterClient, Discovery } from '../../../src/foundation/cluster/cluster-client.ts';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import { openWatchRights } from '../../../src/foundation/cluster/watch-rights.ts';

/** `allowed` holds `VERB GROUP/RESOURCE`, `*` for all. */
function clusterOf(allowed: readonly string[] | 'silent') {
  const asked: string[] = [];
  const client = {
    discovery: async () =>
      ({
        resource: ({ group, kind }: { group: string; kind: string }) =>
          kind === 'Unknown'
            ? undefined
            : { group, plural: `${kind.toLowerCase()}s`, namespaced: kind !== 'Namespace' },
      }) as unknown as Discovery,
    create: async (review: { spec: { resourceAttributes: { verb: string; group: string; resource: string } } }) => {
      const { verb, group, resource } = review.spec.resourceAttributes;
      asked.push(`${verb} ${group}/${resource}`);
      if (allowed === 'silent') throw clusterError('cluster.forbidden', 'no reviews');
      return { ...review, status: { allowed: allowed.includes(`${verb} ${group}/${resource}`) } };
    },
  } as unknown as ClusterClient;
  return { client, asked };
}

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
const secret = { apiVersion: 'v1', kind: 'Secret' };

test('who may do everything is asked about once', async () => {
  const { client, asked } = clusterOf(['* */*']);
  const rights = await openWatchRights(client);
  expect([await rights.scopeOf(deployment), rights.knownScope(secret)]).toEqual(['cluster', 'cluster']);
  expect(asked).toEqual(['* */*']);
});

test('of others each kind is asked about once, before anything is tried', async () => {
  const { client, asked } = clusterOf(['list apps/deployments', 'watch apps/deployments', 'list /secrets']);
  const rights = await openWatchRights(client);
  expect(rights.knownScope(deployment)).toBe('namespace');
  const scopes = await Promise.all([deployment, secret, deployment].map(rights.scopeOf));
  expect(scopes).toEqual(['cluster', 'namespace', 'cluster']);
  expect(rights.knownScope(deployment)).toBe('cluster');
  expect(asked).toEqual([
    '* */*',
    'list apps/deployments',
    'watch apps/deployments',
    'list /secrets',
    'watch /secrets',
  ]);
});

test('a kind without namespaces is watched only by who may', async () => {
  const kind = { apiVersion: 'v1', kind: 'Namespace' };
  expect(await (await openWatchRights(clusterOf([]).client)).scopeOf(kind)).toBe('none');
  const may = clusterOf(['list /namespaces', 'watch /namespaces']);
  expect(await (await openWatchRights(may.client)).scopeOf(kind)).toBe('cluster');
});

test('where the server does not say, it is tried', async () => {
  expect(await (await openWatchRights(clusterOf('silent').client)).scopeOf(secret)).toBe('cluster');
});
