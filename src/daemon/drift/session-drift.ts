/**
 * The drift of one cluster's releases: what is compared and when, where it is told (the log, the page, the release's state,
 * Kubernetes Events), and what an earlier process knew of it.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import { newestRevision } from '../../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import { accountOf, actFor } from '../../pipeline/act-for.ts';
import type { PreparedRelease, ReleaseContext } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { placeRecorded } from '../../pipeline/plan/place-objects.ts';
import { recordedCrds } from '../../pipeline/plan/recorded-crds.ts';
import type { LiveView } from '../clusters/live-view.ts';
import type { DriftView } from '../control.ts';
import type { ReleaseLoop } from '../releases/release-loop.ts';
import type { WorkQueue } from '../work-queue.ts';
import { createDriftEvents } from './drift-events.ts';
import { createDriftRecords, type DriftRecords } from './drift-records.ts';
import { createDriftWatch, type DriftWatch } from './drift-watch.ts';
import { windowGate } from './may-correct.ts';

export interface SessionDriftOptions {
  readonly client: ClusterClient;
  readonly emit: Emit;
  readonly now: () => Date;
  /** To the page, the API and the metrics. */
  readonly show: (id: string, drift: readonly DriftView[]) => void;
  readonly signal: AbortSignal;
  readonly context: ReleaseContext;
  readonly queue: WorkQueue;
  readonly view: LiveView;
  readonly loop: () => ReleaseLoop;
}

export interface SessionDrift extends Pick<DriftWatch, 'clear' | 'standing' | 'views' | 'accept'> {
  moved(id: string): void;
  /** What runs is watched from now on. */
  stand(release: StandingRelease): Promise<void>;
  stop(): void;
}

/** Milliseconds: changes of one release that come together are compared together. */
const settleTime = 30;
const busyTime = 1_000;
const failedTime = 5_000;
/** What may not be watched is looked at again. */
const blindTime = 60_000;
const roundTime = 600_000;
const remindTime = 60_000;

export function createSessionDrift(options: SessionDriftOptions): SessionDrift {
  const { client, emit, now, show, signal, context, view, loop } = options;
  const { states } = context;
  const mask = (text: string) => context.mask?.text(text) ?? text;
  const onError = (id: string, error: unknown) =>
    !signal.aborted && asHelmGitopsError(error).fault === 'internal' && emit(internalError(error, id));
  const records = createDriftRecords({
    ...{ states, mask, signal },
    placeOf: (id) => loop().prepared(id)?.definition,
    onError: (error) => void onError('state of drift', error),
  });
  const drift = createDriftWatch({
    ...{ client, emit, now, signal },
    onChange(id, views) {
      show(id, views);
      records.changed(id, views);
    },
    onEqual: view.knowledge.foundEqual,
    onTold: createDriftEvents({ client, now, mask, signal }),
    async mayCorrect(definition) {
      const state = (await states.read(definition.namespace, definition.releaseName))?.state;
      if (state?.suspended || definition.settings.sync.suspend || context.freezeOf?.(definition.environment))
        return undefined;
      return windowGate(now)(definition);
    },
    onError: (id, error) => void onError(id, error),
  });
  const checks = createChecks({ ...options, drift });
  return {
    ...{ clear: drift.clear, standing: drift.standing, views: drift.views, accept: drift.accept },
    moved: checks.moved,
    stand: (release) => stand(release, { context, view, drift, checks, records }),
    stop: checks.stop,
  };
}

interface Checks {
  moved(id: string): void;
  stop(): void;
}

type ChecksOptions = Pick<SessionDriftOptions, 'context' | 'queue' | 'view' | 'loop' | 'emit'> & {
  readonly drift: DriftWatch;
};

/** Compares what is unsettled of a release a moment after something moved; while a job of it runs, a moment after that. */
function createChecks({ context, queue, view, drift, loop, emit }: ChecksOptions): Checks {
  const due = new Map<string, NodeJS.Timeout>();
  const schedule = (id: string, pause: number) => {
    clearTimeout(due.get(id));
    due.set(id, setTimeout(() => run(id), pause).unref());
  };
  const run = (id: string) => {
    due.delete(id);
    if (context.signal.aborted) return;
    // What moves meanwhile is the job's own doing, or is still unsettled when it is over.
    if (queue.isRunning(id)) return schedule(id, busyTime);
    compare(id).catch((thrown) => {
      const error = asHelmGitopsError(thrown);
      if (context.signal.aborted) return;
      if (error.fault === 'internal') emit(internalError(error, id));
      else schedule(id, failedTime);
    });
  };
  const compare = async (id: string) => {
    const prepared = loop().prepared(id);
    const unsettled = view.unsettled(id);
    if (!prepared || unsettled.size === 0) return;
    const { definition } = prepared;
    const { history } = actFor(context, accountOf(definition));
    const latest = (await newestRevision(history(recordsNamespace(definition), definition.releaseName)))?.record;
    if (latest?.info.status !== 'deployed') return;
    await drift.check(definition, latest, unsettled);
    if (view.isBlind(id)) schedule(id, blindTime);
  };
  // An event that was lost between two parts of this process is made good; who watches nothing new is asked nothing.
  const rounds = setInterval(() => {
    for (const id of view.tracked()) if (!due.has(id) && view.unsettled(id).size > 0) schedule(id, settleTime);
  }, roundTime);
  const reminder = setInterval(() => drift.remind(), remindTime);
  rounds.unref();
  reminder.unref();
  return {
    moved: (id) => schedule(id, settleTime),
    stop() {
      clearInterval(rounds);
      clearInterval(reminder);
      for (const timer of due.values()) clearTimeout(timer);
    },
  };
}

export interface StandingRelease {
  readonly prepared: PreparedRelease;
  readonly version: number;
  /** Deployed just now. */
  readonly fresh: boolean;
}

interface Parts {
  readonly context: ReleaseContext;
  readonly view: LiveView;
  readonly drift: DriftWatch;
  readonly checks: Checks;
  readonly records: DriftRecords;
}

async function stand({ prepared, version, fresh }: StandingRelease, parts: Parts): Promise<void> {
  const { definition } = prepared;
  const id = definitionId(definition);
  const { context, view, drift, checks, records } = parts;
  if (fresh) drift.clear(id);
  const { namespace, releaseName } = definition;
  const state = fresh ? undefined : (await context.states.read(namespace, releaseName))?.state;
  if (state && !view.tracked().has(id)) {
    drift.recall(id, state);
    if (state.drift) records.known(id);
  }
  if (state?.clean?.version === version && !view.tracked().has(id)) await view.resume(id, state.clean.objects);
  else {
    const { history } = actFor(context, accountOf(definition));
    const record = (await history(recordsNamespace(definition), releaseName).get(version))?.record;
    if (!record) return;
    const discovery = await context.client.discovery();
    const objects = placeRecorded({ objects: parseManifest(record.manifest), namespace, discovery });
    await view.track(id, definition.settings.crds === 'skip' ? objects : [...objects, ...recordedCrds(record)]);
  }
  if (view.unsettled(id).size > 0) checks.moved(id);
}
