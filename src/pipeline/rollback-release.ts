/**
 * Takes a release back to a revision that was healthy: its stored manifest is applied again as a new Helm revision.
 * Nothing is rendered. The inputs that are left are quarantined first, so that a crash in between cannot redeploy them.
 */
import { HelmGitopsError } from '../foundation/base/errors.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from './context.ts';
import { holdToProject } from './definitions/hold-to-project.ts';
import { deployRevision, type Outcome } from './deploy-revision.ts';
import { placeRecorded } from './plan/place-objects.ts';
import { planRelease } from './plan/plan-release.ts';
import { readLive } from './plan/read-live.ts';
import { sourceText } from './reconcile-release.ts';

export interface RollbackInput {
  readonly prepared: Pick<PreparedRelease, 'op' | 'definition' | 'checkout' | 'digest'>;
  readonly to: number;
  readonly reason: string;
  readonly aside: <Result>(wait: () => Promise<Result>) => Promise<Result>;
}

export async function rollbackRelease(
  context: ReleaseContext,
  input: RollbackInput,
): Promise<{ outcome: Outcome; version: number }> {
  const { definition, digest, op, checkout } = input.prepared;
  const { namespace, releaseName } = definition;
  const fields = releaseFields(input.prepared);
  const history = context.history(namespace, releaseName);
  const latest = await newestRevision(history);
  const target = (await history.get(input.to))?.record;
  if (!latest || !target)
    throw new HelmGitopsError('rollback.no-revision', 'user', `release ${releaseName} has no revision ${input.to}`);
  await quarantine(context, input, latest.record.version);
  const from = latest.record.version;
  context.emit({
    event: 'revision.quarantined',
    ...fields,
    digest,
    version: from,
    commit: checkout.commit?.id,
    reason: input.reason,
  });
  context.emit({
    event: 'rollback.started',
    ...fields,
    from,
    to: input.to,
    toCommit: targetRevision(target.info.description),
    fromCommit: checkout.commit?.id,
    reason: input.reason,
  });
  const version = from + 1;
  const outcome = await deployRevision(context, {
    op,
    definition,
    action: 'rollback',
    version,
    to: input.to,
    source: sourceText({ checkout }),
    digest,
    plan: await planBack(context, input, {
      manifest: target.manifest,
      hooks: target.hooks,
      current: latest.record.manifest,
    }),
    chart: target.chart,
    config: target.config,
    notes: target.info.notes ?? '',
    superseded: new AbortController().signal,
    aside: input.aside,
  });
  if (outcome.status === 'deployed') await Promise.all([remember(context, input, version), outcome.tidied]);
  return { outcome, version };
}

async function planBack(
  context: ReleaseContext,
  { prepared }: RollbackInput,
  sides: { manifest: string; hooks: Parameters<typeof planRelease>[0]['hooks']; current: string },
) {
  const { definition } = prepared;
  const release = { name: definition.releaseName, namespace: definition.namespace };
  const discovery = await context.client.discovery({ signal: context.signal });
  const place = (manifest: string) =>
    placeRecorded({ objects: parseManifest(manifest), namespace: definition.namespace, discovery });
  const [recorded, rendered] = [place(sides.current), place(sides.manifest)];
  holdToProject(definition, { objects: rendered, hooks: sides.hooks, crds: [], discovery });
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
  const { prune } = definition.settings.sync;
  return planRelease({
    release,
    recorded,
    rendered,
    manifest: sides.manifest,
    hooks: sides.hooks,
    crds: [],
    live,
    prune,
    takeOwnership: false,
  });
}

async function quarantine(
  context: ReleaseContext,
  { prepared, reason }: RollbackInput,
  helmRevision: number,
): Promise<void> {
  const { namespace, releaseName } = prepared.definition;
  await context.states.change(namespace, releaseName, (state) => {
    if (!state || state.quarantine?.digest === prepared.digest) return state;
    return {
      ...state,
      quarantine: {
        digest: prepared.digest,
        helmRevision,
        revision: prepared.checkout.revision,
        reason,
        at: context.now().toISOString(),
      },
    };
  });
}

/** The revision that runs now was made from the inputs of the one it repeats. */
async function remember(context: ReleaseContext, { prepared, to }: RollbackInput, version: number): Promise<void> {
  const { namespace, releaseName } = prepared.definition;
  await context.states.change(namespace, releaseName, (state) => {
    if (!state) return state;
    const { intent: _intent, ...rest } = state;
    const source = state.healthy?.version === to ? state.healthy : state.deployed;
    const digest = source?.digest ?? 'unknown';
    const deployed = { ...(state.deployed ?? { revision: 'unknown' }), digest, helmRevision: version };
    return { ...rest, deployed, healthy: { version, digest, revision: deployed.revision } };
  });
}

function targetRevision(description: string): string | undefined {
  return /@([^\s()]+)/.exec(description)?.[1];
}
