/**
 * Takes a release over from another tool that deployed it, without changing what runs: first what would be done, then, step
 * by step, the same. Each step may be done again after a crash; what was taken off is remembered in the tool's own object.
 */
import { isDeepStrictEqual } from 'node:util';
import { readOnlyClient } from '../foundation/cluster/read-only-client.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import type { StoredRelease } from '../foundation/history/release-record.ts';
import { supersedeOlder } from '../foundation/history/supersede-older.ts';
import type { JsonObject, KubernetesObject } from '../foundation/manifest/object.ts';
import { toJson } from '../foundation/yaml/plain-json.ts';
import { accountOf, actFor } from './act-for.ts';
import { fieldManager } from './apply/apply-plan.ts';
import { keepLiveFields } from './apply/keep-live-fields.ts';
import { pendingRecord, withStatus } from './apply/revision-record.ts';
import type { PreparedRelease, ReleaseContext } from './context.ts';
import type { ForeignObject } from './definitions/foreign-object.ts';
import { sourceText, storedChart } from './describe-source.ts';
import { liveForeign } from './observed-by.ts';
import { type ObservedChanges, observedChanges } from './plan/observed-changes.ts';
import type { Change, Plan } from './plan/plan.ts';
import { planRendered } from './preview-revision.ts';
import { rememberDeployed } from './remember-release.ts';
import type { RenderedRelease } from './render/rendered-release.ts';
import { changeForeign } from './takeover/change-foreign.ts';
import {
  beginHandover,
  type Handover,
  handoverOf,
  isHandedOver,
  remembered,
  takenOff,
  targetOf,
} from './takeover/handover.ts';
import { type Keeper, keeperOf, keepsOn } from './takeover/keeper-of.ts';
import { patchAsRead } from './takeover/patch-as-read.ts';
import { rememberObject, tracklessPatch } from './takeover/remember-object.ts';
import { saysTheSame } from './takeover/says-the-same.ts';
import { busy, changed, nameOf, wrong } from './takeover/takeover-errors.ts';
import { toolFields } from './takeover/tool-fields.ts';

export type TakeoverContext = Pick<
  ReleaseContext,
  | 'client'
  | 'own'
  | 'history'
  | 'render'
  | 'states'
  | 'installation'
  | 'stateNamespace'
  | 'now'
  | 'emit'
  | 'signal'
  | 'mask'
>;

export interface Takeover {
  readonly prepared: PreparedRelease;
  readonly foreign: ForeignObject;
  /** The other tool's own, as it was planned upon. */
  readonly object: KubernetesObject;
  /** It has been taken over already: nothing is left to do. */
  readonly isDone: boolean;
  readonly handover: Handover;
  readonly plan: Plan;
  readonly changes: ObservedChanges;
  readonly rendered: RenderedRelease;
  readonly base: StoredRelease | undefined;
  /** `KIND/NAME` of what the tool keeps and git does not render any more: it stays. */
  readonly left: readonly string[];
}

/** Bytes of an annotation, of the 256 KiB that an object may have. */
const longest = 200_000;

/** Reads, and tries by dry runs; writes nothing. Throws a user's error for what cannot be taken over. */
export async function planTakeover(given: TakeoverContext, prepared: PreparedRelease): Promise<Takeover> {
  const { definition } = prepared;
  const { foreign } = definition;
  const what = `${definition.app}/${definition.environment}`;
  if (foreign === undefined)
    throw wrong('takeover.none', `${what} is no definition of Argo CD or Flux`, 'take it over before it is rewritten');
  const context = actFor(given, accountOf(definition));
  const { client, signal } = context;
  const object = await liveForeign({ client: given.client, signal }, foreign);
  const name = nameOf(foreign);
  if (object === undefined)
    throw wrong('takeover.none', `there is no ${name} in cluster ${definition.cluster}`, 'nobody keeps it: deploy it');
  await refuseBusy(given, object, foreign);
  const history = context.history(recordsNamespace(definition), definition.releaseName);
  const base = await newestRevision(history);
  if (base?.record.info.status.match(/^(pending|uninstalling)/))
    throw busy(`revision ${base.record.version} of release ${definition.releaseName} is ${base.record.info.status}`);
  const reading = readOnlyClient(client);
  const rendered = await context.render({
    ...{ prepared, client: reading, signal },
    revision: (base?.record.version ?? 0) + 1,
    isInstall: base === undefined,
  });
  const discovery = await client.discovery({ signal });
  const planned = { rendered, base, unfinished: [], discovery, dryRun: 'all', takeOwnership: true } as const;
  const bare = await planRendered({ client: reading, signal, mask: context.mask }, prepared, planned);
  const plan = { ...bare, changes: await withToolFields({ client: reading, signal }, prepared, bare.changes) };
  const before = handoverOf(object);
  const isBegun = before?.since && (before.phase === 'begun' || isHandedOver(object, foreign));
  const handover = isBegun ? before : handoverFor(given, { prepared, foreign, object, plan, rendered, base });
  return {
    ...{ prepared, foreign, object, handover, plan, rendered, base },
    isDone: isHandedOver(object, foreign) && before?.phase === 'done',
    changes: observedChanges(plan),
    left: leftOf(object, plan),
  };
}

/** What the tool has set and git does not say is a difference, too. */
async function withToolFields(
  reading: Parameters<typeof toolFields>[0],
  { definition }: PreparedRelease,
  changes: readonly Change[],
): Promise<Change[]> {
  const { settings, foreign } = definition;
  const told: Change[] = [];
  for (const change of changes) {
    const { live, object } = change;
    const wanted = live && isKept(change) && keepLiveFields({ object, live, ignore: settings.drift.ignore });
    const added = wanted ? await toolFields(reading, { live, wanted, tool: foreign?.tool ?? '' }) : [];
    told.push(added.length === 0 ? change : { ...change, operation: 'update', fields: [...change.fields, ...added] });
  }
  return told;
}

type Planned = Pick<Takeover, 'prepared' | 'foreign' | 'object' | 'plan' | 'rendered' | 'base'>;

function handoverFor({ now }: TakeoverContext, { prepared, foreign, object, plan, rendered, base }: Planned): Handover {
  const { namespace, releaseName } = prepared.definition;
  const { name, namespace: place = '' } = object.metadata;
  const claimed = plan.changes.filter(isKept).flatMap((change) =>
    change.live === undefined
      ? []
      : rememberObject({
          live: change.live,
          rendered: change.object,
          release: { name: releaseName, namespace },
          tool: foreign.tool,
          trackedAs: [`${name}`, `${place}_${name}`],
        }),
  );
  const isContinued = base?.record.info.status === 'deployed' && saysTheSame(base.record.manifest, rendered.manifest);
  const revision = isContinued ? {} : { revision: (base?.record.version ?? 0) + 1 };
  const handover = beginHandover(object, { since: now().toISOString(), ...revision, objects: claimed });
  if (JSON.stringify(handover).length > longest)
    throw wrong(
      'takeover.too-large',
      `${claimed.length} objects are too many to remember`,
      'delete the other tool by hand',
    );
  return handover;
}

/** What is there and is to stay as it is. */
const isKept = ({ operation }: Change) => operation === 'adopt' || operation === 'unchanged' || operation === 'update';

/** In Argo CD's own words of what it keeps. */
function leftOf(object: KubernetesObject, { changes }: Plan): string[] {
  const status = (object['status'] ?? {}) as { readonly resources?: readonly Tracked[] };
  const id = ({ group = '', kind, namespace = '', name }: Tracked) => `${group}/${kind}/${namespace}/${name}`;
  const rendered = new Set(changes.map(({ key }) => id(key)));
  const tracked = Array.isArray(status.resources) ? status.resources : [];
  return tracked.filter((one) => !one.hook && !rendered.has(id(one))).map(({ kind, name }) => `${kind}/${name}`);
}

interface Tracked {
  readonly group?: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly hook?: boolean;
}

async function refuseBusy(context: TakeoverContext, object: KubernetesObject, foreign: ForeignObject): Promise<void> {
  const name = nameOf(foreign);
  if (object.metadata.deletionTimestamp !== undefined) throw busy(`${name} is being deleted`);
  if (handoverOf(object)?.phase === 'undoing')
    throw wrong('takeover.undoing', `giving ${name} back was cut short`, 'finish that first: --undo --yes');
  const status = (object['status'] ?? {}) as { readonly operationState?: { readonly phase?: string } };
  if (object['operation'] !== undefined || status.operationState?.phase === 'Running')
    throw busy(`${name} is being synced`);
  const keeper = keeperOf(object);
  if (keeper === undefined) return;
  const live = await context.client.get(keeper, { signal: context.signal });
  if (live === undefined || !keepsOn(live)) return;
  const message = `the ${keeper.kind} ${keeper.namespace}/${keeper.name} would put back what is taken off ${name}`;
  throw wrong('takeover.kept', message, keptHints[keeper.kind]);
}

const keptHints: Readonly<Record<Keeper['kind'], string>> = {
  Application: 'switch off its automated sync first (spec.syncPolicy.automated)',
  ApplicationSet: 'set its spec.syncPolicy.applicationsSync: create-only first',
  Kustomization: 'take spec.suspend: false out of the HelmRelease in git first',
};

/** Every step may be done again. What was planned must be clean. */
export async function takeOver(given: TakeoverContext, takeover: Takeover): Promise<{ readonly version: number }> {
  const { prepared, foreign, handover, plan } = takeover;
  const { definition } = prepared;
  const context = actFor(given, accountOf(definition));
  const begun = { ...handover, phase: 'begun' } as const;
  await changeForeign(given, takeover.object, (object) => takenOff(object, begun, foreign));
  for (const change of plan.changes.filter(isKept)) await claim(context, takeover, change);
  const version = await record(context, takeover);
  await rememberDeployed(given, prepared, { version, answers: takeover.rendered.answers });
  await changeForeign(given, takeover.object, () => ({
    metadata: { annotations: remembered({ ...handover, phase: 'done' }) },
  }));
  await nudge(context, takeover, version);
  return { version };
}

/** Applied by `helm` first, which changes its marks alone; only then does the other tool lose its hold on the fields. */
async function claim(
  context: TakeoverContext,
  { prepared, foreign, handover }: Takeover,
  change: Change,
): Promise<void> {
  const { client, signal } = context;
  const target = targetOf({ ...change.object, ...change.object.metadata });
  const live = await client.get(target, { signal });
  const known = handover.objects.find((one) => isDeepStrictEqual(targetOf(one), target));
  if (live === undefined || known === undefined || versionOf(live) !== (change.live && versionOf(change.live)))
    throw changed(`${target.kind}/${target.name}`);
  const { ignore } = prepared.definition.settings.drift;
  const object = keepLiveFields({ object: change.object, live, ignore });
  await client.apply(object, { fieldManager, force: true, signal });
  await patchAsRead({ client, signal, target, fieldManager: 'helm-gitops' }, (applied) =>
    applied === undefined ? undefined : tracklessPatch(applied, known, foreign.tool),
  );
}

/** Of what people wrote, where status is counted apart. */
const versionOf = ({ metadata }: KubernetesObject) => metadata.generation ?? metadata.resourceVersion;

/** Helm's own of what runs; where there is one that says just that, it goes on. */
async function record(context: TakeoverContext, takeover: Takeover): Promise<number> {
  const { prepared, foreign, plan, rendered, handover, base } = takeover;
  const { definition, chart, values } = prepared;
  const { revision } = handover;
  if (base !== undefined && (revision === undefined || base.record.version >= revision)) return base.record.version;
  const history = context.history(recordsNamespace(definition), definition.releaseName);
  const source = sourceText(prepared);
  const made = pendingRecord(
    {
      action: base === undefined ? 'install' : 'upgrade',
      name: definition.releaseName,
      namespace: definition.namespace,
      version: revision ?? 1,
      previous: base?.record,
      chart: storedChart(chart, rendered.processed),
      config: toJson(values) as JsonObject,
      manifest: rendered.manifest,
      hooks: plan.hooks,
      notes: rendered.notes,
      now: context.now(),
      stateNamespace: context.stateNamespace,
    },
    source,
  );
  await history.create(withStatus(made, 'deployed', `Taken over from ${foreign.tool} (${source})`));
  await supersedeOlder(history, made.version);
  return made.version;
}

/** A daemon watches the records: it looks again now, and not only when its interval is over. */
async function nudge(context: TakeoverContext, { prepared }: Takeover, version: number): Promise<void> {
  const { definition } = prepared;
  const history = context.history(recordsNamespace(definition), definition.releaseName);
  const stored = await history.get(version);
  if (stored !== undefined) await history.update(stored, stored.record);
}
