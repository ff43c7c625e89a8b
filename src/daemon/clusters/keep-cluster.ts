/**
 * Takes one cluster and how to begin work in it, keeps that work going for as long as the daemon lives: begins, hands it
 * on, ends it when the right to write there is lost, begins anew. No cluster waits for another, and none ends the process.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { aborted } from '../../foundation/base/aborted.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { clusterError } from '../../foundation/cluster/cluster-error.ts';
import { type RecordsPlace, recordsNamespace } from '../../foundation/history/records-namespace.ts';
import type { ReleaseRecord } from '../../foundation/history/release-record.ts';
import type { Lease } from '../../foundation/state/acquire-lease.ts';
import type { StateStore } from '../../foundation/state/open-state.ts';
import type { Freezes } from '../requests/freezes.ts';
import type { ClusterSession } from './cluster-session.ts';
import type { ConfiguredCluster } from './configured-clusters.ts';
import type { Reach } from './tell-reach.ts';

/** What one cluster is worked on with, until its lease is lost. */
export interface Work {
  readonly session: ClusterSession;
  readonly states: StateStore;
  readonly freezes: Freezes;
  readonly lease: Lease;
}

export interface KeepOptions {
  readonly cluster: ConfiguredCluster;
  readonly reach: Reach;
  readonly begin: (client: ClusterClient, begun: Beginning) => Promise<Work>;
  /** The stack ends with the work. */
  readonly onBegun: (work: Work, stack: AsyncDisposableStack) => void;
  readonly onEnded: () => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
  readonly random: () => number;
}

export interface Beginning {
  /** Aborted when this work has to end. */
  readonly signal: AbortSignal;
  /** Another daemon works there: it is waited for, and others need not wait for that. */
  readonly onStandby: () => void;
  /** Another process has just taken over here: see `LeaseOptions.yields`. */
  readonly yields: boolean;
}

export interface KeptCluster extends AsyncDisposable {
  /** Resolves when work has begun, or when it is known that it cannot begin now. */
  readonly settled: Promise<void>;
  readonly begun: Promise<void>;
}

const backoff = { first: 1_000, max: 15_000 };
/** Milliseconds that calls to a cluster which may not answer any more are given to end. */
const patience = 3_000;

export function keepCluster(options: KeepOptions): KeptCluster {
  const settled = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  const ended = keep(
    { ...options, signal },
    {
      onStandby: settled.resolve,
      onFailed: settled.resolve,
      onBegun: () => {
        settled.resolve();
        begun.resolve();
      },
    },
  );
  return {
    settled: settled.promise,
    begun: begun.promise,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await ended;
    },
  };
}

type Told = Readonly<Record<'onStandby' | 'onFailed' | 'onBegun', () => void>>;

async function keep(options: KeepOptions, told: Told): Promise<void> {
  const { signal, reach, random } = options;
  let failures = 0;
  let yields = false;
  const begun = () => {
    failures = 0;
    told.onBegun();
  };
  while (!signal.aborted) {
    try {
      yields = (await workOnce(options, { ...told, onBegun: begun, yields })) === 'taken';
    } catch (error) {
      if (signal.aborted) return;
      reach.out(error);
      told.onFailed();
      failures += 1;
      const pause = Math.min(backoff.max, backoff.first * 2 ** (failures - 1)) * (0.75 + random() / 2);
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Returns when the daemon ends or another one has taken over here, throws when the cluster cannot be worked with. */
async function workOnce(options: KeepOptions, told: Told & { yields: boolean }): Promise<'ended' | 'taken'> {
  const { reach, cluster } = options;
  const { onStandby, yields } = told;
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const client = await cluster.open();
  let work: Work;
  try {
    work = await options.begin(client, { signal, yields, onStandby });
  } catch (error) {
    ending.abort(error);
    await soon(client[Symbol.asyncDispose]());
    throw error;
  }
  const { session, lease } = work;
  const stack = new AsyncDisposableStack();
  reach.back();
  options.onBegun(work, stack);
  told.onBegun();
  await aborted(AbortSignal.any([options.signal, lease.lost]));
  options.onEnded();
  // Told before its watches and calls end: why they did is this.
  if (lease.lost.aborted && !lease.taken) reach.out(lossOf(lease));
  ending.abort(lease.lost.reason);
  // In this order: nothing is written any more when others may begin.
  for (const part of [stack, session, lease, client]) await soon(part[Symbol.asyncDispose]());
  if (options.signal.aborted) return 'ended';
  if (lease.taken) return 'taken';
  throw lossOf(lease);
}

function lossOf({ lost: { reason } }: Lease): unknown {
  const { message, cause } = reason as Error;
  return cause instanceof Error ? cause : clusterError('cluster.timeout', message);
}

/** What does not end by itself is left behind: the client's connections end with it. */
async function soon(work: PromiseLike<unknown>): Promise<void> {
  const given = new AbortController();
  const { signal } = given;
  await Promise.race([work, delay(patience, undefined, { ref: false, signal })]).catch(() => undefined);
  given.abort();
}

/** Helm's, of a release that a person looks at. */
export async function recordsOf(
  work: ReadonlyMap<string, Work>,
  { cluster, release, ...place }: RecordsPlace & { cluster: string; release: string },
): Promise<ReleaseRecord[]> {
  const records = await work.get(cluster)?.session.context.history(recordsNamespace(place), release).list();
  return (records ?? []).map(({ record }) => record);
}
