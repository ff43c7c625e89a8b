/**
 * Takes a release back to a revision that was healthy: its stored manifest is applied again as a new Helm revision.
 * Nothing is rendered. It throws where that cannot be, before anything is written or told. The inputs that are left are
 * quarantined first, so that a crash in between cannot redeploy them. One that a crash cut short is carried on in its own
 * revision.
 */
import { HelmGitopsError } from '../foundation/base/errors.ts';
import type { Discovery } from '../foundation/cluster/cluster-client.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import type { ReleaseRecord, StoredRelease } from '../foundation/history/release-record.ts';
import { unfinishedBefore } from '../foundation/history/unfinished-revisions.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import type { Quarantine, RepeatedSource } from '../foundation/state/release-state.ts';
import { accountOf, actFor } from './act-for.ts';
import { refuseImpossible } from './apply/apply-plan.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from './context.ts';
import { holdToProject } from './definitions/hold-to-project.ts';
import { deployRevision, type Outcome } from './deploy-revision.ts';
import { sourceText } from './describe-source.ts';
import { placeObjects, placeRecordedWhole } from './plan/place-objects.ts';
import { planRelease } from './plan/plan-release.ts';
import { readLive } from './plan/read-live.ts';
import { withFailed } from './remediate/keep-deliveries.ts';
import { rememberRolledBack } from './remember-release.ts';

export interface RollbackInput {
  readonly prepared: Pick<PreparedRelease, 'op' | 'definition' | 'checkout' | 'digest'>;
  readonly to: number;
  readonly reason: string;
  /** The person who asked for it. */
  readonly by?: string;
  /** What the revision that is repeated was made from, where it is not the newest healthy one. */
  readonly repeats?: RepeatedSource | undefined;
  /** It goes back with its group, and not for a fault of its own. */
  readonly group?: Quarantine['group'];
  readonly aside: <Result>(wait: () => Promise<Result>) => Promise<Result>;
}

export async function rollbackRelease(
  given: ReleaseContext,
  input: RollbackInput,
): Promise<{ outcome: Outcome; version: number; tidy: boolean }> {
  const { definition, digest, op, checkout } = input.prepared;
  const context = actFor(given, accountOf(definition));
  const { releaseName } = definition;
  const history = context.history(recordsNamespace(definition), releaseName);
  const [newest, resumed] = await interrupted(context, input, history);
  const target = (await history.get(input.to))?.record;
  if (!newest || !target)
    throw new HelmGitopsError('rollback.no-revision', 'user', `release ${releaseName} has no revision ${input.to}`);
  const from = newest.record.version;
  // Of an object that several recorded, the newest counts.
  const left = [...(await unfinishedBefore(history, newest)), newest];
  const plan = await planBack(context, input, { target, left });
  const isNew = resumed === undefined && (await quarantine(context, input, from));
  tell(context, input, { from, target, isNew });
  const version = resumed?.record.version ?? (await history.next());
  const outcome = await deployRevision(context, {
    op,
    definition,
    action: 'rollback',
    version,
    to: input.to,
    repeats: input.repeats,
    source: sourceText({ checkout }),
    digest,
    plan,
    chart: target.chart,
    config: target.config,
    notes: target.info.notes ?? '',
    labels: target.labels ?? {},
    ...(resumed ? { resumed } : {}),
    superseded: new AbortController().signal,
    aside: input.aside,
  });
  let tidy = true;
  if (outcome.status === 'deployed')
    [, tidy] = await Promise.all([rememberRolledBack(context, definition, { version, to: input.to }), outcome.tidied]);
  // What was told to have failed must not begin by itself later on.
  else if (outcome.status === 'failed' && !outcome.wrote) await forgetBeginning(context, input, version);
  return { outcome, version, tidy };
}

/** The revision that is left, and the pending record of just this rollback where a crash cut it short. */
async function interrupted(
  context: ReleaseContext,
  { prepared, to }: RollbackInput,
  history: ReturnType<ReleaseContext['history']>,
): Promise<[StoredRelease | undefined, StoredRelease | undefined]> {
  const { namespace, releaseName } = prepared.definition;
  const latest = await newestRevision(history);
  const intent = (await context.states.read(namespace, releaseName))?.state.intent;
  const isOurs = intent?.action === 'rollback' && intent.version === latest?.record.version && intent.to === to;
  if (!latest || !isOurs || latest.record.info.status !== 'pending-rollback') return [latest, undefined];
  return [await newestRevision(history, ({ version }) => version < latest.record.version), latest];
}

function tell(
  context: ReleaseContext,
  { prepared, to, reason }: RollbackInput,
  { from, target, isNew }: { from: number; target: ReleaseRecord; isNew: boolean },
): void {
  const fields = releaseFields(prepared);
  const { digest, checkout } = prepared;
  const commit = checkout.commit?.id;
  if (isNew) context.emit({ event: 'revision.quarantined', ...fields, digest, version: from, commit, reason });
  const toCommit = targetRevision(target.info.description);
  context.emit({ event: 'rollback.started', ...fields, from, to, toCommit, fromCommit: commit, reason });
}

async function planBack(
  context: ReleaseContext,
  { prepared }: RollbackInput,
  { target, left }: { target: ReleaseRecord; left: readonly StoredRelease[] },
) {
  const { definition } = prepared;
  const release = { name: definition.releaseName, namespace: definition.namespace };
  const discovery = await context.client.discovery({ signal: context.signal });
  const place = (manifest: string) =>
    placeRecordedWhole({ objects: parseManifest(manifest), namespace: definition.namespace, discovery });
  const recorded = left.flatMap(({ record }) => place(record.manifest));
  // What the cluster serves no more cannot be put back: refused, before anything else of it is changed.
  const objects = parseManifest(target.manifest);
  const putBack = (known: Discovery) =>
    placeObjects({ objects, namespace: definition.namespace, discovery: known, crds: [] });
  const rendered = putBack(discovery);
  holdToProject(definition, { objects: rendered, hooks: target.hooks, crds: [], discovery });
  const { ignore } = definition.settings.drift;
  const live = await readLive({
    client: context.client,
    release,
    recorded,
    rendered,
    ignore,
    dryRun: 'same',
    signal: context.signal,
    live: context.live,
  });
  // Reading may have shown that the cluster serves something else by now than was known of it.
  const seen = await context.client.discovery({ signal: context.signal });
  if (seen !== discovery) putBack(seen);
  const { prune } = definition.settings.sync;
  const plan = planRelease({
    release,
    recorded,
    rendered,
    manifest: target.manifest,
    hooks: target.hooks,
    crds: [],
    live,
    prune,
    takeOwnership: false,
  });
  refuseImpossible(plan);
  return plan;
}

/** False where it is held already, as before a rollback that had to wait. */
async function quarantine(
  context: ReleaseContext,
  { prepared, reason, by, group }: RollbackInput,
  helmRevision: number,
): Promise<boolean> {
  const { namespace, releaseName } = prepared.definition;
  let isNew = true;
  await context.states.change(namespace, releaseName, (state) => {
    const held = state?.quarantine?.digest === prepared.digest;
    // A person's outlasts one of the daemon's own, not the other way round.
    isNew = !held || (by !== undefined && state?.quarantine?.by === undefined);
    if (!state || !isNew) return state;
    const at = context.now().toISOString();
    const last = group === undefined ? state.deliveries?.at(-1) : undefined;
    const isLeft = last?.digest === prepared.digest;
    return {
      ...state,
      ...(isLeft ? { deliveries: withFailed(state.deliveries, { ...last, failed: at }) } : {}),
      quarantine: {
        digest: prepared.digest,
        helmRevision,
        revision: prepared.checkout.revision,
        reason,
        at,
        ...(by === undefined ? {} : { by }),
        ...(group === undefined ? {} : { group }),
      },
    };
  });
  return isNew;
}

/** What a person asked for in vain leaves what runs as it is, and nothing of it is held. */
async function forgetBeginning(
  context: ReleaseContext,
  { prepared, by }: RollbackInput,
  version: number,
): Promise<void> {
  const { namespace, releaseName } = prepared.definition;
  await context.states.change(namespace, releaseName, (state) => {
    if (state?.intent?.version !== version) return state;
    const { intent: _intent, quarantine, ...rest } = state;
    const runs = by !== undefined && state.deployed?.digest === quarantine?.digest;
    return runs || quarantine === undefined ? rest : { ...rest, quarantine };
  });
}

function targetRevision(description: string): string | undefined {
  return /@([^\s()]+)/.exec(description)?.[1];
}
