/**
 * Takes a cluster and an identity, returns when this process is the one that may write there. A holder that stopped
 * is waited out by our own clock, never by comparing clocks; one that was restarted under the same identity goes on at
 * once, and a former process of that identity notices.
 * @throws HelmGitopsError `state.cluster-twice` where this process keeps that Lease already, under another name of the cluster
 */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { HelmGitopsError } from '../base/errors.ts';
import type { ClusterClient } from '../cluster/cluster-client.ts';
import { isClusterError } from '../cluster/cluster-error.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import { ensureStateNamespace } from './ensure-state-namespace.ts';

export interface LeaseOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly name?: string;
  /** The same after a restart, and no other process's. */
  readonly identity: string;
  /** Milliseconds, whole seconds, without a renewal until others may take over. */
  readonly duration?: number;
  /** Milliseconds between looks while somebody else holds it. */
  readonly retry?: number;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Told once for each holder that is waited for. */
  readonly onStandby?: (holder: string) => void;
  /** Leases that this process keeps: two names may be one cluster's. */
  readonly kept?: KeptLeases;
  /** One of our own identity is waited for too: it has taken the lease from us, and would be robbed of it in turn. */
  readonly yields?: boolean;
}

/** By the uid of the Lease. */
export type KeptLeases = Map<string, { readonly cluster: string }>;

export interface Lease extends AsyncDisposable {
  /** Aborted when the lease could not be kept: stop writing at once. */
  readonly lost: AbortSignal;
  /** It was lost to another process. */
  readonly taken: boolean;
}

interface Held {
  readonly holder: string;
  readonly resourceVersion: string;
  readonly durationSeconds: number;
  readonly transitions: number;
}

export async function acquireLease(options: LeaseOptions): Promise<Lease> {
  const duration = options.duration ?? 15_000;
  const patience = options.retry ?? 1_000;
  const mark = randomInt(1000);
  let seen: { held: Held; since: number } | undefined;
  let told: string | undefined;
  for (;;) {
    options.signal.throwIfAborted();
    const lease = await readLease(options);
    refuseKept(options, lease);
    const held = lease && heldBy(lease);
    if (held?.resourceVersion !== seen?.held.resourceVersion || seen === undefined)
      seen = held && { held, since: performance.now() };
    const free = held === undefined || held.holder === '' || (held.holder === options.identity && !options.yields);
    const expired = seen !== undefined && performance.now() - seen.since > seen.held.durationSeconds * 1000;
    if (free || expired) {
      const time = microTime(options.now(), mark);
      const taken = await writeLease(options, lease, { holder: options.identity, duration, acquire: true, time });
      if (taken !== undefined) return keepLease(options, { taken, duration, mark });
    } else if (told !== held.holder) {
      told = held.holder;
      options.onStandby?.(held.holder);
    }
    await sleep(patience, undefined, { signal: options.signal });
  }
}

/** Renews each third of the duration, more often after a failure; gives up when two thirds have passed without success. */
function keepLease(
  options: LeaseOptions,
  { taken, duration, mark }: { taken: KubernetesObject; duration: number; mark: number },
): Lease {
  const losing = new AbortController();
  const stopping = new AbortController();
  const { uid = '' } = taken.metadata;
  const own = { cluster: options.client.name };
  options.kept?.set(uid, own);
  let lease = taken;
  let renewed = performance.now();
  let robbed = false;
  /** When the last renewals were sent; one whose answer was lost may have been carried out. */
  let sent: readonly string[] = [renewTimeOf(taken)];
  const renew = async (): Promise<KubernetesObject | undefined> => {
    const time = microTime(options.now(), mark);
    sent = [...sent.slice(-4), time];
    const wish = { holder: options.identity, duration, acquire: false, time };
    const next = await writeLease(options, lease, wish);
    if (next !== undefined) return next;
    const found = await readLease(options);
    const isOurs = found && heldBy(found).holder === options.identity && sent.includes(renewTimeOf(found));
    return isOurs ? await writeLease(options, found, wish) : undefined;
  };

  const renewal = (async () => {
    let pause = duration / 3;
    while (!stopping.signal.aborted && !losing.signal.aborted) {
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      const asked = performance.now();
      pause = duration / 15;
      try {
        const next = await renew();
        // Another process holds it, or a second one of our identity.
        if (next === undefined) {
          robbed = true;
          return losing.abort(lostError('somebody else has taken it'));
        }
        lease = next;
        renewed = asked;
        pause = duration / 3;
      } catch (error) {
        if (performance.now() - renewed > (duration * 2) / 3) losing.abort(lostError('it could not be renewed', error));
      }
    }
  })();
  // A call that hangs must not keep us believing: the deadline is looked at apart from it.
  const deadline = setInterval(() => {
    if (performance.now() - renewed > duration * 0.9) losing.abort(lostError('it could not be renewed'));
  }, duration / 10);
  deadline.unref();

  return {
    lost: losing.signal,
    get taken() {
      return robbed;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(deadline);
      stopping.abort();
      await renewal;
      if (options.kept?.get(uid) === own) options.kept.delete(uid);
      if (!losing.signal.aborted)
        await writeLease(options, lease, { holder: '', duration: 1000, acquire: false }).catch(() => undefined);
    },
  };
}

/** It would be taken from ourselves, again and again. */
function refuseKept({ client, namespace, kept }: LeaseOptions, lease: KubernetesObject | undefined): void {
  const other = lease && kept?.get(lease.metadata.uid ?? '')?.cluster;
  const { name } = client;
  if (other === undefined || other === name) return;
  const message = `cluster ${name} is cluster ${other} by another name: both keep their state in namespace ${namespace} of one API server`;
  const hint = `leave ${name} out of clusters; what definitions call it goes into aliases of ${other}`;
  throw new HelmGitopsError('state.cluster-twice', 'user', message, { hint });
}

function lostError(why: string, cause?: unknown): HelmGitopsError {
  return new HelmGitopsError('state.lease-lost', 'transient', `the right to write in this cluster is lost: ${why}`, {
    cause,
  });
}

const leaseKind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;

function readLease({ client, namespace, name = 'helm-gitops', signal }: LeaseOptions) {
  return client.get({ ...leaseKind, namespace, name }, { signal });
}

interface Wish {
  readonly holder: string;
  readonly duration: number;
  readonly acquire: boolean;
  /** Default: now. */
  readonly time?: string;
}

/** Undefined when somebody was faster. */
async function writeLease(
  options: LeaseOptions,
  base: KubernetesObject | undefined,
  wish: Wish,
): Promise<KubernetesObject | undefined> {
  const { client, namespace, name = 'helm-gitops', now } = options;
  const time = wish.time ?? microTime(now());
  const spec = (base?.spec ?? {}) as Record<string, unknown>;
  const held = base && heldBy(base);
  const changedHands = held !== undefined && held.holder !== wish.holder;
  const lease = {
    ...(base ?? leaseKind),
    ...leaseKind,
    metadata: base?.metadata ?? { name, namespace },
    spec: {
      ...spec,
      holderIdentity: wish.holder,
      leaseDurationSeconds: Math.max(1, Math.round(wish.duration / 1000)),
      renewTime: time,
      ...(wish.acquire
        ? { acquireTime: time, leaseTransitions: (held?.transitions ?? 0) + (changedHands ? 1 : 0) }
        : {}),
    },
  };
  try {
    return base === undefined ? await createLease(options, lease) : await client.update(lease);
  } catch (error) {
    if (isClusterError(error, 'cluster.conflict', 'cluster.already-exists')) return undefined;
    if (base !== undefined && isClusterError(error, 'cluster.not-found')) return undefined;
    throw error;
  }
}

async function createLease(
  { client, namespace, signal }: LeaseOptions,
  lease: KubernetesObject,
): Promise<KubernetesObject> {
  try {
    return await client.create(lease, { signal });
  } catch (error) {
    if (!isClusterError(error, 'cluster.not-found')) throw error;
    await ensureStateNamespace(client, namespace, signal);
    return await client.create(lease, { signal });
  }
}

function heldBy(lease: KubernetesObject): Held {
  const spec = (lease.spec ?? {}) as Record<string, unknown>;
  return {
    holder: typeof spec.holderIdentity === 'string' ? spec.holderIdentity : '',
    resourceVersion: lease.metadata.resourceVersion ?? '',
    durationSeconds: typeof spec.leaseDurationSeconds === 'number' ? spec.leaseDurationSeconds : 15,
    transitions: typeof spec.leaseTransitions === 'number' ? spec.leaseTransitions : 0,
  };
}

function renewTimeOf({ spec }: KubernetesObject): string {
  return String((spec as Record<string, unknown> | undefined)?.renewTime ?? '');
}

/** Kubernetes' MicroTime has exactly six decimals; the last three tell processes of one identity apart. */
function microTime(time: Date, mark = 0): string {
  return time.toISOString().replace('Z', `${String(mark).padStart(3, '0')}Z`);
}
