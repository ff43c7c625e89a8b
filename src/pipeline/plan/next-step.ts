/**
 * Decides what a release needs, from its definition's digest, what is remembered and what Helm's records say.
 * It is the state machine of the daemon in one pure function: read here why a release was or was not deployed.
 */
import type { ReleaseInfo } from '../../foundation/history/release-record.ts';
import type { Quarantine, ReleaseState } from '../../foundation/state/release-state.ts';
import { following, isKnown, isOurRemoval, isOurs } from './our-revision.ts';

export type NextStep =
  /** Deployed from just these inputs. */
  | { readonly step: 'settled' }
  /** No revision yet, or the last was uninstalled. */
  | { readonly step: 'install'; readonly version: number }
  | { readonly step: 'upgrade'; readonly version: number; readonly why: string }
  /** Our own pending revision, cut short by a crash or a stop: carry it on as it is recorded. */
  | { readonly step: 'resume'; readonly version: number }
  /** Recorded as deployed by ourselves, but cut short before our state said so: nothing is left but to remember it. */
  | { readonly step: 'remember'; readonly version: number; readonly rolledBackTo?: number }
  /** Our own rollback, cut short: carry it on. `version` is the revision that is left. */
  | { readonly step: 'rollback'; readonly version: number; readonly to: number | undefined }
  /** A revision of ours failed for good, and what follows from it was cut short. */
  | { readonly step: 'remedy'; readonly version: number }
  /** Helm made it, or our state is lost: take it over if what is rendered equals what is recorded. */
  | { readonly step: 'adopt'; readonly version: number }
  /** The quarantine that a failure set has stood as long as `rollback.retryAfter` says: the same inputs are tried again. */
  | { readonly step: 'lift' }
  | {
      readonly step: 'hold';
      readonly reason: HoldReason;
      readonly message: string;
      readonly hint: string;
      /** Milliseconds until time alone makes a difference. */
      readonly for?: number;
    };

export type HoldReason =
  | 'approval'
  | 'empty-render'
  | 'suspended'
  | 'quarantined'
  | 'foreign-operation'
  | 'foreign-revision'
  | 'not-automatic'
  | 'removed-by-hand'
  | 'window'
  | 'frozen'
  | 'uninstalled';

export interface LatestRevision {
  readonly version: number;
  /** The number of the revision that follows it, where that is another than the next: records that cannot be read lie between. */
  readonly next?: number;
  readonly info: Pick<ReleaseInfo, 'status' | 'last_deployed' | 'description' | 'deleted'>;
  /** The installation that made it, by its state namespace, where that is another one. */
  readonly other?: string | undefined;
}

export interface Situation {
  readonly digest: string;
  readonly automatic: boolean;
  readonly suspended: boolean;
  readonly policy: 'report' | 'correct';
  /** Milliseconds after which a quarantine that no person set is lifted by itself; 0: never. */
  readonly retryAfter: number;
  /** A person asked for a deploy of this release now. */
  readonly requested: boolean;
  readonly state: ReleaseState | undefined;
  /** The newest revision. */
  readonly latest: LatestRevision | undefined;
  /** The number of a first revision; default: 1. */
  readonly first?: number;
  /** The cluster's answers differ from those that the deployed revision was rendered with. */
  readonly answersChanged: boolean;
  readonly now: number;
}

/** How long somebody else's pending revision is waited for after its `last_deployed`, an uninstall after its beginning. */
const foreignPatience = 3_600_000;

export function nextStep(given: Situation): NextStep {
  const situation = given.latest?.other === undefined ? given : { ...given, state: withoutIntent(given.state) };
  const { state, latest } = situation;
  if (situation.suspended || state?.suspended) {
    return hold(
      'suspended',
      state?.suspended?.reason ?? 'the release is suspended',
      'helm-gitops resume APP -e ENVIRONMENT',
    );
  }
  if (state?.uninstalled && state.uninstalled.digest === situation.digest && !situation.requested) {
    const { by, at } = state.uninstalled;
    return hold(
      'uninstalled',
      `uninstalled by ${by} at ${at}; git still defines it`,
      'run: helm-gitops sync APP -e ENVIRONMENT, or change its chart or values, to install it again',
    );
  }
  const pending = latest && pendingStep(situation, latest);
  if (pending) return pending;
  const cutShort = rememberStep(situation) ?? owedStep(situation);
  if (cutShort) return cutShort;
  const isOthers = latest?.other !== undefined && latest.info.status !== 'uninstalled';
  return quarantineStep(situation) ?? (isOthers ? undefined : settledStep(situation)) ?? deployStep(situation);
}

/** Another installation was faster: the number that ours was about to have is that of its revision. */
function withoutIntent(state: ReleaseState | undefined): ReleaseState | undefined {
  if (!state) return state;
  const { intent: _intent, ...rest } = state;
  return rest;
}

function quarantineStep({ state, digest, retryAfter, now }: Situation): NextStep | undefined {
  if (state?.quarantine?.digest !== digest) return undefined;
  const { reason, revision } = state.quarantine;
  const left = quarantineLeft(state.quarantine, retryAfter, now);
  if (left !== undefined && left <= 0) return { step: 'lift' };
  const held = hold(
    'quarantined',
    `${revision} was rolled back: ${reason}`,
    'change its values or chart, or run: helm-gitops retry APP -e ENVIRONMENT',
  );
  return left === undefined ? held : { ...held, for: left };
}

/** Milliseconds until it is over by itself; undefined: never. */
export function quarantineLeft({ at, by, group }: Quarantine, retryAfter: number, now: number): number | undefined {
  const passes = retryAfter > 0 && by === undefined && group === undefined;
  return passes ? Date.parse(at) + retryAfter - now : undefined;
}

function rememberStep({ state, latest, digest, requested }: Situation): NextStep | undefined {
  const intent = state?.intent;
  if (latest?.info.status !== 'deployed' || intent?.version !== latest.version || intent.digest !== digest) return;
  const { version } = latest;
  if (intent.action === 'rollback')
    return intent.to === undefined ? undefined : { step: 'remember', version, rolledBackTo: intent.to };
  return requested || intent.action === 'uninstall' ? undefined : { step: 'remember', version };
}

/** What a crash kept us from: a rollback that has no record yet, or the remedy of a failure. */
function owedStep({ state, latest, digest }: Situation): NextStep | undefined {
  const { intent, failure, quarantine } = state ?? {};
  if (!latest) return undefined;
  const { version, info } = latest;
  if (intent?.action === 'rollback' && intent.digest === digest && intent.version === following(latest))
    return { step: 'rollback', version, to: intent.to };
  const isOfLatest = intent?.version === version || quarantine?.helmRevision === version;
  const owed = failure?.owed === true && failure.digest === digest && isOfLatest;
  return owed && ['failed', 'deployed', 'uninstalling'].includes(info.status) ? { step: 'remedy', version } : undefined;
}

function settledStep(situation: Situation): NextStep | undefined {
  const { state, latest, digest } = situation;
  // Overtaken in the middle of ours: what we began with these inputs is not what stands there now.
  const overtaken = latest !== undefined && state?.intent?.digest === digest && state.intent.version < latest.version;
  if (!state?.deployed && !overtaken) return undefined;
  const wanted = state?.deployed?.digest === digest || overtaken;
  const held = situation.policy === 'report' && !situation.requested && wanted;
  if (!latest || latest.info.status === 'uninstalled') {
    if (!held || isOurRemoval(state, latest)) return undefined;
    return hold(
      'removed-by-hand',
      'the release was uninstalled by another hand',
      'run: helm-gitops sync APP -e ENVIRONMENT to put back what git says',
    );
  }
  const foreign = latest.version !== state?.deployed?.helmRevision;
  if (foreign && held && !isOurs(state, latest)) {
    return hold(
      'foreign-revision',
      (state?.deployed?.helmRevision ?? 0) > latest.version
        ? `the record of revision ${state?.deployed?.helmRevision} was taken away by another hand; what stands there may be newer than revision ${latest.version}`
        : `revision ${latest.version} was made by another hand (${latest.info.description})`,
      'run: helm-gitops sync APP -e ENVIRONMENT to put back what git says',
    );
  }
  if (foreign || latest.info.status !== 'deployed' || state?.deployed?.digest !== digest) return undefined;
  return situation.answersChanged || situation.requested ? undefined : { step: 'settled' };
}

function deployStep(situation: Situation): NextStep {
  const { state, latest } = situation;
  if (!situation.automatic && !situation.requested && !isBegun(situation)) {
    return hold('not-automatic', 'sync.automatic is false', 'run: helm-gitops sync APP -e ENVIRONMENT');
  }
  if (!latest) return { step: 'install', version: situation.first ?? 1 };
  const version = following(latest);
  if (latest.info.status === 'uninstalled') return { step: 'install', version };
  if (!isKnown(state, latest)) return { step: 'adopt', version: latest.version };
  return { step: 'upgrade', version, why: upgradeReason(situation, latest) };
}

/** Somebody has asked for it, and a crash came before its record was there. */
function isBegun({ state, latest, digest, first = 1 }: Situation): boolean {
  const { intent, failure } = state ?? {};
  if (intent?.action !== 'install' && intent?.action !== 'upgrade') return false;
  const isNext = intent.version === (latest ? following(latest) : first);
  return isNext && intent.digest === digest && failure?.digest !== digest;
}

function upgradeReason(situation: Situation, latest: LatestRevision): string {
  const { deployed, intent, failure } = situation.state ?? {};
  const digest = intent?.version === latest.version ? intent.digest : deployed?.digest;
  // Other inputs make a revision whoever asked, even one that changes no object: hooks run, and the record says them.
  if (situation.requested && (digest === undefined || digest === situation.digest)) return 'request';
  const failed = intent?.version === latest.version ? intent.digest : failure?.digest;
  if (latest.info.status === 'failed') return (failed ?? situation.digest) === situation.digest ? 'retry' : 'revision';
  if (deployed?.digest !== situation.digest || latest.info.status !== 'deployed') return 'revision';
  return latest.version === deployed.helmRevision ? 'cluster' : 'drift';
}

function pendingStep(situation: Situation, latest: LatestRevision): NextStep | undefined {
  const intent = situation.state?.intent;
  const isLeaving = latest.info.status === 'uninstalling' && !isOurRemoval(situation.state, latest);
  if (!isLeaving && !latest.info.status.startsWith('pending-')) return undefined;
  if (!isLeaving && intent?.version === latest.version) {
    if (intent.digest === situation.digest) {
      if (intent.action === 'rollback') return { step: 'rollback', version: latest.version - 1, to: intent.to };
      return { step: 'resume', version: latest.version };
    }
    return { step: 'upgrade', version: following(latest), why: 'superseded' };
  }
  const began = (isLeaving && latest.info.deleted) || latest.info.last_deployed;
  const age = situation.now - Date.parse(began);
  if (age < foreignPatience) {
    return hold(
      'foreign-operation',
      `another operation (${latest.info.status}, revision ${latest.version}) is in progress`,
      'it is waited for until an hour after it began',
    );
  }
  // Whether another installation's is taken over is decided as of one that has ended.
  return latest.other === undefined ? { step: 'upgrade', version: following(latest), why: 'abandoned' } : undefined;
}

function hold(reason: HoldReason, message: string, hint: string): Extract<NextStep, { step: 'hold' }> {
  return { step: 'hold', reason, message, hint };
}
