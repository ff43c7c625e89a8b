import { describe, expect, test, vi } from 'vitest';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { acquireLease, type KeptLeases, type LeaseOptions } from '../../../src/foundation/state/acquire-lease.ts';
import { type MemoryCluster, memoryCluster } from '../../support/memory-cluster.ts';

function take(cluster: MemoryCluster, identity: string, more: Partial<LeaseOptions> = {}) {
  const signal = new AbortController().signal;
  const timing = { duration: 1000, retry: 10, now: () => new Date() };
  return acquireLease({ client: cluster, namespace: 'state', identity, signal, ...timing, ...more });
}

const holder = (cluster: MemoryCluster) =>
  (cluster.objects.get('Lease/state/helm-gitops')?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;

// A process that stands still for a second loses a lease of a second, and rightly: hence the retries.
describe.concurrent('the lease', { retry: 3 }, () => {
  test('is taken when nobody has it, renewed, and given back', async () => {
    const cluster = memoryCluster();
    const lease = await take(cluster, 'a');
    const first = cluster.objects.get('Lease/state/helm-gitops');
    expect(first?.spec).toMatchObject({
      holderIdentity: 'a',
      leaseTransitions: 0,
      renewTime: expect.stringMatching(/\.\d{6}Z$/),
    });
    await vi.waitFor(
      () =>
        expect(cluster.objects.get('Lease/state/helm-gitops')?.metadata.resourceVersion).not.toBe(
          first?.metadata.resourceVersion,
        ),
      2000,
    );
    await lease[Symbol.asyncDispose]();
    expect(holder(cluster)).toBe('');
    expect(lease.lost.aborted).toBe(false);
  });

  test('is waited for while somebody renews it, and taken when given back', async () => {
    const cluster = memoryCluster();
    const first = await take(cluster, 'a');
    const told: string[] = [];
    const second = take(cluster, 'b', { onStandby: (name) => told.push(name) });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(holder(cluster)).toBe('a');
    expect(told).toEqual(['a']);
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(cluster.objects.get('Lease/state/helm-gitops')?.spec).toMatchObject({ leaseTransitions: 1 });
  });

  test('that this process keeps under another name of the cluster is refused, until it is given back', async () => {
    const cluster = memoryCluster();
    const kept: KeptLeases = new Map();
    const near = await take({ ...cluster, name: 'near' }, 'a', { kept });
    const far = () => take({ ...cluster, name: 'far' }, 'a', { kept });
    await expect(far()).rejects.toMatchObject({
      code: 'state.cluster-twice',
      message:
        'cluster far is cluster near by another name: both keep their state in namespace state of one API server',
      hint: 'leave far out of clusters; what definitions call it goes into aliases of near',
    });
    // The same one goes on: its former work may not have ended yet.
    await using again = await take({ ...cluster, name: 'near' }, 'a', { kept });
    await vi.waitFor(() => expect(near.taken).toBe(true), 2000);
    await near[Symbol.asyncDispose]();
    expect([...kept.values()]).toEqual([{ cluster: 'near' }]);
    await again[Symbol.asyncDispose]();
    await (await far())[Symbol.asyncDispose]();
    expect(kept.size).toBe(0);
  });

  test('of a holder that died is taken over when its time is up', async () => {
    const cluster = memoryCluster();
    const spec = { holderIdentity: 'dead', leaseDurationSeconds: 1, renewTime: '2020-01-01T00:00:00.000000Z' };
    const metadata = { name: 'helm-gitops', namespace: 'state' };
    cluster.put({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
    const lease = await take(cluster, 'b');
    expect(holder(cluster)).toBe('b');
    await lease[Symbol.asyncDispose]();
  });

  test('is kept when the answer to a renewal was lost', async () => {
    const cluster = memoryCluster();
    const lease = await take(cluster, 'a');
    let lost = 0;
    const { update } = cluster;
    cluster.update = async (...call) => {
      const written = await update(...call);
      lost += 1;
      if (lost === 1) throw clusterError('cluster.timeout', 'no answer');
      return written;
    };
    await vi.waitFor(() => expect(lost).toBeGreaterThan(2), 4000);
    expect(lease.lost.aborted).toBe(false);
    await lease[Symbol.asyncDispose]();
  });

  test('is not taken back at once from who has just taken it under the same identity', async () => {
    const cluster = memoryCluster();
    const former = await take(cluster, 'a');
    const restarted = await take(cluster, 'a');
    await vi.waitFor(() => expect(former.lost.aborted).toBe(true), 2000);
    expect(former.taken).toBe(true);
    const told: string[] = [];
    const again = take(cluster, 'a', { yields: true, onStandby: (name) => told.push(name) });
    await vi.waitFor(() => expect(told).toEqual(['a']), 2000);
    expect(restarted.lost.aborted).toBe(false);
    await former[Symbol.asyncDispose]();
    await restarted[Symbol.asyncDispose]();
    await (await again)[Symbol.asyncDispose]();
  });

  test('goes on at once with a restarted holder, and the former process notices', async () => {
    const cluster = memoryCluster();
    const former = await take(cluster, 'a');
    const restarted = await take(cluster, 'a');
    await vi.waitFor(() => expect(former.lost.aborted).toBe(true), 2000);
    expect(former.lost.reason).toMatchObject({ code: 'state.lease-lost' });
    await former[Symbol.asyncDispose]();
    expect(holder(cluster)).toBe('a');
    await restarted[Symbol.asyncDispose]();
  });

  test('is lost before others may take it when the API server does not answer', async () => {
    const cluster = memoryCluster();
    const lease = await take(cluster, 'a');
    cluster.before = () => {
      throw clusterError('cluster.unreachable', 'x');
    };
    await vi.waitFor(() => expect(lease.lost.aborted).toBe(true), 2000);
    await lease[Symbol.asyncDispose]();
  });

  test.each([
    ['the answer to a renewal is lost', true],
    ['a renewal is refused without a reason', false],
  ])('is kept when %s', async (_what, isDone) => {
    const cluster = memoryCluster();
    const lease = await take(cluster, 'a', { duration: 600 });
    let renewals = 0;
    cluster.before = (call, object) => {
      if (!call.startsWith('update Lease')) return;
      renewals += 1;
      if (renewals % 2 === 0) return;
      if (isDone) cluster.put(object as KubernetesObject);
      throw clusterError(isDone ? 'cluster.unreachable' : 'cluster.conflict', 'x');
    };
    await vi.waitFor(() => expect(renewals).toBeGreaterThan(5), 5000);
    expect(lease.lost.aborted).toBe(false);
    expect(holder(cluster)).toBe('a');
    await lease[Symbol.asyncDispose]();
  });

  test('makes its namespace where that is missing', async () => {
    const cluster = memoryCluster();
    cluster.before = (call) => {
      if (call.startsWith('create Lease') && !cluster.objects.has('Namespace//state'))
        throw clusterError('cluster.not-found', 'x');
    };
    await (await take(cluster, 'a'))[Symbol.asyncDispose]();
    expect(cluster.objects.has('Namespace//state')).toBe(true);
  });

  test('is no longer waited for when the caller gives up', async () => {
    const cluster = memoryCluster();
    const first = await take(cluster, 'a');
    await expect(take(cluster, 'b', { signal: AbortSignal.timeout(30) })).rejects.toThrow();
    await first[Symbol.asyncDispose]();
  });
});
