import { expect, test } from 'vitest';
import type { ClusterClient, Discovery } from '../../../src/foundation/cluster/cluster-client.ts';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import type { ClusterErrorCode } from '../../../src/foundation/cluster/cluster-errors.table.ts';
import { openWatchRights } from '../../../src/foundation/cluster/watch-rights.ts';

/** `allowed` holds `VERB GROUP/RESOURCE`, `*` for all. */
function clusterOf(allowed: readonly string[] | 'silent', broken: ClusterErrorCode[] = []) {
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
      const code = broken.shift();
      if (code) throw clusterError(code, 'no answer');
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

test('a broken connection grants nothing: the account is asked again', async () => {
  const broken: ClusterErrorCode[] = ['cluster.unreachable', 'cluster.server-error'];
  const { client } = clusterOf(['list /secrets', 'watch /secrets'], broken);
  await expect(openWatchRights(client)).rejects.toThrow('no answer');
  await expect(openWatchRights(client)).rejects.toThrow('no answer');
  const rights = await openWatchRights(client);
  expect([await rights.scopeOf(secret), await rights.scopeOf(deployment)]).toEqual(['cluster', 'namespace']);
});

test('a kind whose question was lost is followed the safer way, and asked about again', async () => {
  const broken: ClusterErrorCode[] = [];
  const { client } = clusterOf(['list /secrets', 'watch /secrets'], broken);
  const rights = await openWatchRights(client);
  broken.push('cluster.timeout', 'cluster.timeout');
  expect([await rights.scopeOf(secret), rights.knownScope(secret)]).toEqual(['namespace', 'namespace']);
  expect([await rights.scopeOf(secret), rights.knownScope(secret)]).toEqual(['cluster', 'cluster']);
});
