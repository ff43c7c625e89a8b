/** State and lease on a real API server (KUBECONFIG_REAL, see tools/realcluster); skipped without one. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { acquireLease } from '../../src/foundation/state/acquire-lease.ts';
import { openState } from '../../src/foundation/state/open-state.ts';
import { putRequest } from '../../src/foundation/state/put-request.ts';
import type { ReleaseState } from '../../src/foundation/state/release-state.ts';

const kubeconfig = process.env.KUBECONFIG_REAL;
const namespace = `contract-state-${process.pid}`;
const state: ReleaseState = {
  format: 1,
  identity: {
    installation: 'i',
    app: 'shop',
    environment: 'dev',
    repository: 'r',
    path: 'p',
    namespace: 'web',
    release: 'shop',
  },
  onRemove: 'keep',
};

describe.skipIf(!kubeconfig)('on a real API server (skipped without KUBECONFIG_REAL)', () => {
  let client: ClusterClient;
  beforeAll(async () => {
    client = await openCluster({ name: 'real', kubeconfig: kubeconfig ?? '' });
  });
  afterAll(async () => {
    await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    await client[Symbol.asyncDispose]();
  });
  const open = (installation: string) =>
    openState({
      client,
      namespace,
      installation,
      onUnreadable: (target, error) => expect.fail(`${target}: ${error.message}`),
    });
  const lease = (identity: string, onStandby?: (holder: string) => void) =>
    acquireLease({
      client,
      namespace,
      identity,
      duration: 1500,
      retry: 50,
      signal: new AbortController().signal,
      now: () => new Date(),
      ...(onStandby ? { onStandby } : {}),
    });

  test('a lease before anything else makes the namespace, passes on when given back, and is kept meanwhile', async () => {
    const first = await lease('a');
    const waited: string[] = [];
    const second = lease('b', (holder) => waited.push(holder));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(first.lost.aborted).toBe(false);
    expect(waited).toEqual(['a']);
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
  });

  test('two writers lose no change, and both know the same installation', async () => {
    const [one, two] = [await open('one'), await open('two')];
    expect(two.installation).toBe(one.installation);
    await one.change('web', 'shop', () => state);
    const failure = { digest: 'd', at: 't', reason: 'r', message: 'm' };
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 ? one : two).change(
          'web',
          'shop',
          (before) => before && { ...before, failure: { ...failure, attempts: (before.failure?.attempts ?? 0) + 1 } },
        ),
      ),
    );
    expect((await one.read('web', 'shop'))?.state.failure?.attempts).toBe(8);
  });

  test('a request is heard, and answered while others write', async () => {
    const states = await open('one');
    const target = { kind: 'release', namespace: 'web', release: 'shop' } as const;
    const heard: string[] = [];
    await using watch = states.watchRequests((_, request) => {
      heard.push(request.id);
      const outcome = { id: request.id, verb: request.verb, at: 't', outcome: 'done' } as const;
      void states.answerRequest({ target, outcome });
    });
    await watch.synced;
    await Promise.all(
      ['1', '2', '3'].map((id) => putRequest({ client, namespace }, target, { verb: 'sync', id, arguments: {} })),
    );
    await vi.waitFor(async () => {
      const after = await states.read('web', 'shop');
      expect(after?.requests).toEqual([]);
      expect(after?.state.requests?.map(({ id }) => id).sort()).toEqual(['1', '2', '3']);
    });
    expect(heard.sort()).toEqual(['1', '2', '3']);
  });
});
