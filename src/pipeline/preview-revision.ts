/** What a revision would do to one release, without doing it: the daemon's own plan, also printed by `plan`. */
import type { Discovery } from '../foundation/cluster/cluster-client.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import type { ReleaseRecord, StoredRelease } from '../foundation/history/release-record.ts';
import { unfinishedBefore } from '../foundation/history/unfinished-revisions.ts';
import { groupVersionKind, type KubernetesObject, keyId, objectKey } from '../foundation/manifest/object.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { secretData } from '../foundation/secrets/secret-data.ts';
import { accountOf, actFor } from './act-for.ts';
import type { PreparedRelease, ReleaseContext, RenderRelease } from './context.ts';
import { holdToProject } from './definitions/hold-to-project.ts';
import { type Causes, explainPlan } from './explain-plan.ts';
import { isOfAnother } from './plan/ownership.ts';
import { placeObjects, placeRecordedWhole } from './plan/place-objects.ts';
import type { Plan } from './plan/plan.ts';
import { planCrds } from './plan/plan-crds.ts';
import { planRelease } from './plan/plan-release.ts';
import { type PlannedAround, plannedHooks } from './plan/planned-hooks.ts';
import { readLive } from './plan/read-live.ts';
import { recordedHook } from './plan/recorded-hook.ts';
import { refuseNameless } from './plan/refuse-nameless.ts';
import { tryCreates } from './plan/try-creates.ts';
import { refuseOtherRelease } from './refuse-records.ts';
import type { RenderedRelease } from './render/rendered-release.ts';

export interface PlanningInput {
  readonly rendered: RenderedRelease;
  /** The revision that this one would follow. */
  readonly base: StoredRelease | undefined;
  /** Those whose objects may be left beside that one's (`unfinishedBefore`), oldest first. */
  readonly unfinished: readonly StoredRelease[];
  readonly discovery: Discovery;
  readonly dryRun: 'all' | 'same';
  /** Objects that exist and are not the release's count as if they were. */
  readonly takeOwnership?: boolean;
}

export interface Preview {
  readonly prepared: PreparedRelease;
  readonly plan: Plan;
  readonly around: PlannedAround;
  /** The newest revision, where the release is there, and whether its manifest is what is rendered. */
  readonly base?: { readonly record: ReleaseRecord; readonly isSame: boolean } | undefined;
  /** Which changed values are behind it. */
  readonly causes: Causes;
  readonly rendered: RenderedRelease;
}

export interface PreviewContext extends Pick<ReleaseContext, 'client' | 'signal' | 'history' | 'mask'> {
  readonly render: RenderRelease;
}

/** Renders with the cluster's own answers and dry-runs every object. */
export async function previewRelease(given: PreviewContext, prepared: PreparedRelease): Promise<Preview> {
  const context = actFor(given, accountOf(prepared.definition));
  const { client, signal } = context;
  const { definition } = prepared;
  const history = context.history(recordsNamespace(definition), definition.releaseName);
  const [discovery, newest] = await Promise.all([client.discovery({ signal }), newestRevision(history)]);
  const revision = (newest?.record.version ?? 0) + 1;
  // What was uninstalled with its history kept is installed anew.
  const base = newest?.record.info.status === 'uninstalled' ? undefined : newest;
  const unfinished = base ? await unfinishedBefore(history, base) : [];
  const render = (given: PreparedRelease) =>
    context.render({ prepared: given, client, revision, isInstall: base === undefined, signal });
  const rendered = await render(prepared);
  const plan = await planRendered(context, prepared, { rendered, base, unfinished, discovery, dryRun: 'all' });
  const causes = base
    ? await explainPlan({ prepared, plan, rendered, base: base.record, discovery, render })
    : new Map();
  const isSame = base?.record.manifest === rendered.manifest;
  const { crds: policy, tests } = definition.settings;
  const crds = await planCrds(client, { crds: plan.crds, changes: plan.changes, policy }, signal);
  const before = base?.record.hooks ?? [];
  const hooks = plannedHooks({ hooks: plan.hooks, before, action: base ? 'upgrade' : 'install', tests });
  return { prepared, plan, around: { crds, hooks }, base: base && { record: base.record, isSame }, causes, rendered };
}

export async function planRendered(
  context: Pick<ReleaseContext, 'client' | 'signal' | 'live' | 'mask'>,
  prepared: PreparedRelease,
  input: PlanningInput,
): Promise<Plan> {
  const { definition } = prepared;
  refuseOtherRelease(definition, input.base?.record);
  const release = { name: definition.releaseName, namespace: definition.namespace };
  const crds = input.rendered.crds.flatMap(({ text }) => parseManifest(text));
  const objects = parseManifest(input.rendered.manifest);
  // What another release brought since is known after a second look.
  const missed = objects.some((object) => input.discovery.resource(groupVersionKind(object)) === undefined);
  const discovery = missed
    ? await context.client.discovery({ refresh: true, signal: context.signal })
    : input.discovery;
  const where = { namespace: definition.namespace, discovery };
  const hooksOf = (wanted: string) =>
    input.rendered.hooks.filter(({ kind }) => kind === wanted).flatMap(({ manifest }) => parseManifest(manifest));
  const rendered = placeObjects({ objects, crds, hooked: hooksOf('CustomResourceDefinition'), ...where });
  refuseNameless(rendered);
  holdToProject(definition, { objects: rendered, hooks: input.rendered.hooks, crds, discovery: input.discovery });
  const recordedIn = ({ record }: StoredRelease) =>
    placeRecordedWhole({ objects: parseManifest(record.manifest), ...where });
  // Oldest first: of an object that several recorded, the newest counts.
  const recorded = [...input.unfinished, ...(input.base ? [input.base] : [])].flatMap(recordedIn);
  context.mask?.add(secretData([...recorded, ...rendered, ...hooksOf('Secret')]));
  const { ignore } = definition.settings.drift;
  const live = await readLive({
    client: context.client,
    release,
    recorded,
    rendered,
    ignore,
    dryRun: input.dryRun,
    signal: context.signal,
    live: context.live,
  });
  const refusals =
    input.dryRun === 'all'
      ? await tryCreates({
          ...{ client: context.client, release, rendered, live, signal: context.signal },
          definitions: [...crds, ...rendered].filter(({ kind }) => kind === 'CustomResourceDefinition'),
        })
      : undefined;
  // Reading may have shown that the cluster serves something else by now than was known of it.
  const seen = await context.client.discovery({ signal: context.signal });
  if (seen !== discovery) placeObjects({ objects, crds, namespace: definition.namespace, discovery: seen });
  // Of what one that failed never came to make, nothing is to be said; what another release made instead is not its own.
  const wanted = new Set(rendered.map((object) => keyId(objectKey(object))));
  const wasMade = (object: KubernetesObject) => {
    const id = keyId(objectKey(object));
    const found = live.get(id);
    return found !== undefined && (found.known !== undefined || !wanted.has(id) || !isOfAnother(found.object, release));
  };
  return planRelease({
    release,
    recorded: input.base?.record.info.status === 'deployed' ? recorded : recorded.filter(wasMade),
    rendered,
    manifest: input.rendered.manifest,
    hooks: input.rendered.hooks.map(recordedHook),
    crds: input.rendered.crds,
    live,
    ...(refusals ? { refusals } : {}),
    prune: definition.settings.sync.prune,
    takeOwnership: input.takeOwnership ?? false,
  });
}
