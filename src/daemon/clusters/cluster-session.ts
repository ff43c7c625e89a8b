/** Everything that work in one cluster needs: its state, its queue, its releases, what is watched in it, and its requests. */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { allRights, type WatchRights } from '../../foundation/cluster/watch-rights.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import type { OnUnreadable } from '../../foundation/history/open-history.ts';
import { recordKind, type StorageDriver } from '../../foundation/history/record-object.ts';
import { type Histories, watchHistories } from '../../foundation/history/watch-histories.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { recordSecrets } from '../../foundation/secrets/record-secrets.ts';
import type { StateStore } from '../../foundation/state/open-state.ts';
import {
  type PreparedRelease,
  type ReleaseContext,
  type RenderRelease,
  releaseFields,
} from '../../pipeline/context.ts';
import { chartReadiness } from '../../pipeline/observe/chart-readiness.ts';
import type { Readiness } from '../../pipeline/observe/readiness.ts';
import type { SourceDrift } from '../../pipeline/promote/gates.ts';
import { createReleaseDrifts } from '../drift/release-drift.ts';
import { createSessionDrift, type SessionDrift } from '../drift/session-drift.ts';
import type { ReadModel } from '../read-model.ts';
import type { ReleaseLoopOptions } from '../releases/release-entry.ts';
import { createReleaseLoop, type ReleaseLoop } from '../releases/release-loop.ts';
import { type ApprovalSeals, createApprovalSeals } from '../requests/approval-seals.ts';
import type { Freezes } from '../requests/freezes.ts';
import { createGroupStore, type GroupStore } from '../rollback/group-store.ts';
import { createWorkQueue, type WorkQueue } from '../work-queue.ts';
import { createKnownStates, type KnownStates } from './known-states.ts';
import { createLiveView, type LiveView } from './live-view.ts';
import type { Reach } from './tell-reach.ts';

export interface SessionOptions {
  readonly client: ClusterClient;
  readonly states: StateStore;
  readonly render: RenderRelease;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly compat: 'helm3' | 'helm4';
  readonly driver: StorageDriver;
  readonly concurrency: number;
  readonly model: ReadModel;
  readonly reach: Reach;
  /** What the daemon's account may watch; default: everything. */
  readonly rights?: WatchRights;
  readonly mask: ReleaseContext['mask'];
  /** What a person has to decide before a release is deployed. */
  readonly holdOf: ReleaseLoopOptions['holdOf'];
  readonly across: ReleaseLoopOptions['across'];
  readonly freezes: Freezes;
  readonly http: ReleaseLoopOptions['http'];
  readonly signal: AbortSignal;
}

export interface ClusterSession extends AsyncDisposable {
  readonly context: ReleaseContext;
  readonly queue: WorkQueue;
  readonly loop: ReleaseLoop;
  readonly known: KnownStates;
  readonly drift: SessionDrift;
  readonly seals: ApprovalSeals;
  /** What has drifted of a release, another hand's revision too; `remembered` by an earlier process. Undefined: not looked at yet. */
  driftOf(id: string, remembered: readonly SourceDrift[] | undefined): readonly SourceDrift[] | undefined;
  /** Nothing of a release runs any more, though it is still defined. */
  unwatch(id: string): void;
  /** A release is gone: its objects are nobody's business any more. */
  forget(id: string): void;
  /** It lives on in another cluster, as `by` says. */
  leave(id: string, by: PreparedRelease): void;
}

const historyLimit = 10;
export function createClusterSession(options: SessionOptions): ClusterSession {
  const { client, emit, model, reach, signal } = options;
  const histories = openHistories(options, (...release) => loop.touched(...release));
  const view = createLiveView({
    client,
    ...(options.rights ? { rights: options.rights } : {}),
    onMoved: (id) => drift.moved(id),
    onStatus: (id, object) => noteHealth({ id, object, loop, queue, model, emit }),
    onLost: (resource, error) => !signal.aborted && reach.lost(resource, error),
    onRestored: (resource) => !signal.aborted && reach.restored(resource),
  });
  const known = createKnownStates(options.states, model.setDeliveries);
  const groups = createGroupStore(options.states);
  const context = releaseContext(options, { histories, view, known, groups });
  const queue = createWorkQueue({
    concurrency: options.concurrency,
    onError(key, thrown) {
      if (signal.aborted) return;
      emit(internalError(thrown, key));
    },
    // What became unready while it was worked on was not looked at.
    onRest(key) {
      for (const { id, object } of view.workloads(key))
        noteHealth({ id, object, loop, queue, model, emit, rested: true });
    },
  });
  const drifts = createReleaseDrifts({ emit, now: options.now, show: model.setDrift });
  const drift = createSessionDrift({ ...options, show: drifts.objects, context, queue, view, loop: () => loop });
  const loop: ReleaseLoop = createReleaseLoop({
    context,
    queue,
    model,
    emit,
    drifts,
    groups,
    http: options.http,
    holdOf: options.holdOf,
    across: options.across,
    marks: (id) => view.marks(id),
    workloads: () => view.workloads(),
    onStanding: (prepared, version, fresh) => drift.stand({ prepared, version, fresh }),
  });
  options.freezes.follow((environment) => loop.lookAgain(environment));
  const unwatch = (id: string) => {
    view.untrack(id);
    drift.clear(id);
  };
  return {
    context,
    queue,
    loop,
    known,
    drift,
    seals: createApprovalSeals({ client, namespace: options.states.namespace, signal }),
    driftOf(id, remembered = []) {
      if ((model.release(id)?.health ?? 'unknown') === 'unknown') return undefined;
      const byOthers = drifts.of(id);
      return [...(byOthers ? [byOthers] : []), ...(drift.views(id) ?? remembered)];
    },
    unwatch,
    forget(id) {
      unwatch(id);
      loop.forget(id);
    },
    leave(id, by) {
      unwatch(id);
      loop.leave(id, by);
    },
    async [Symbol.asyncDispose]() {
      drift.stop();
      await queue.stop();
      await view[Symbol.asyncDispose]();
      await histories[Symbol.asyncDispose]();
    },
  };
}

function openHistories(options: SessionOptions, onForeign: (namespace: string, release: string) => void): Histories {
  const { client, driver, emit, mask, now, reach, signal, rights = allRights } = options;
  const known = new Set<string>();
  const kind = recordKind(driver).kind;
  const onUnreadable: OnUnreadable = (object, { message }, namespace) => {
    const name = `${kind}/${object}`;
    if (known.has(`${namespace} ${name}`)) return;
    known.add(`${namespace} ${name}`);
    const hint = `it is left out, as helm leaves it out; if nobody needs it: kubectl -n ${namespace} delete ${kind.toLowerCase()} ${object}`;
    emit({ event: 'record.unreadable', cluster: client.name, namespace, object: name, message, hint });
  };
  const resource = (namespace: string) => `release records${namespace === '' ? '' : ` in ${namespace}`}`;
  return watchHistories({
    client,
    driver,
    onUnreadable,
    onRecord: (record) => mask?.add(recordSecrets(record)),
    onForeign,
    now,
    signal,
    ...(rights === allRights ? {} : { scope: () => rights.scopeOf(recordKind(driver)) }),
    onLost: (error, namespace) => !signal.aborted && reach.lost(resource(namespace), error),
    onRestored: (namespace) => !signal.aborted && reach.restored(resource(namespace)),
  });
}

function releaseContext(
  { client, states, render, emit, mask, now, compat, freezes, signal, rights = allRights }: SessionOptions,
  { histories, view, known, groups }: { histories: Histories; view: LiveView; known: KnownStates; groups: GroupStore },
): ReleaseContext {
  return {
    client,
    live: view.knowledge,
    watches: { watch: view.watches.watch, scope: rights.knownScope },
    creations: new Map(),
    states: known,
    history: histories.of,
    render,
    emit,
    mask,
    now,
    installation: states.installation,
    stateNamespace: states.namespace,
    freezeOf: freezes.of,
    keptVersions: groups.keptVersions,
    compat,
    historyLimit,
    signal,
  };
}

interface HealthNote {
  id: string;
  object: KubernetesObject;
  loop: ReleaseLoop;
  queue: WorkQueue;
  model: ReadModel;
  emit: Emit;
  /** Nothing has moved: it is looked at for what may have been missed. */
  rested?: boolean;
}

/** A workload that has failed for good is told; one that is not ready is followed up while its revision soaks. */
function noteHealth(note: HealthNote): void {
  const readiness = chartReadiness(note.object);
  // An expression that is not understood was refused before the object was deployed.
  if (readiness instanceof Promise) readiness.then((known) => judgeHealth(note, known)).catch(() => undefined);
  else judgeHealth(note, readiness);
}

const stands: readonly string[] = ['healthy', 'rolledBack'];

function judgeHealth({ id, object, loop, queue, model, emit, rested }: HealthNote, readiness: Readiness): void {
  if (queue.isRunning(id)) return;
  const view = model.release(id);
  const prepared = loop.prepared(id);
  if (!view || !prepared) return;
  const fields = releaseFields(prepared);
  if (readiness.status === 'failed' && stands.includes(view.health))
    emit({ event: 'release.unhealthy', ...fields, object: readiness.object, message: readiness.message });
  if (readiness.status === 'failed' || readiness.status === 'progressing') loop.unready(id, object);
  else if (!rested && readiness.status === 'ready' && view.health === 'failed' && view.version !== undefined) {
    emit({ event: 'release.recovered', ...fields, version: view.version });
    loop.recovered(id);
  }
}
