/** What is planned for a release, as it can be approved and compared later: see plan/freeze-plan.ts. It writes nothing. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Discovery } from '../foundation/cluster/cluster-client.ts';
import { diffFields } from '../foundation/fields/diff.ts';
import type { ReleaseRecord } from '../foundation/history/release-record.ts';
import {
  groupVersionKind,
  type JsonObject,
  type KubernetesObject,
  keyId,
  objectKey,
} from '../foundation/manifest/object.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { recordSecrets } from '../foundation/secrets/record-secrets.ts';
import { secretData } from '../foundation/secrets/secret-data.ts';
import { createSecretMask } from '../foundation/secrets/secret-mask.ts';
import type { FrozenPlan } from '../foundation/state/frozen-plan.ts';
import type { GoMap } from '../foundation/template/value.ts';
import { fromJson, toJson } from '../foundation/yaml/plain-json.ts';
import { accountOf, actFor } from './act-for.ts';
import type { PreparedRelease } from './context.ts';
import { type Chance, freezePlan } from './plan/freeze-plan.ts';
import { placeObjects } from './plan/place-objects.ts';
import type { Plan } from './plan/plan.ts';
import { type Preview, type PreviewContext, previewRelease } from './preview-revision.ts';
import type { RenderedRelease } from './render/rendered-release.ts';
import { shortRevision } from './source/checkout.ts';
import { listChanges, secretKeys } from './values/describe-changes.ts';
import { secretValues } from './values/secret-values.ts';

export interface PlannedRevision {
  /** With every object tried by a dry run. */
  readonly plan: Plan;
  readonly rendered: RenderedRelease;
  /** The revision that this one would follow. */
  readonly base: ReleaseRecord | undefined;
}

/** Planned and frozen in one, for whoever looks from outside. `known`: keys of the recorded values that came from a Secret. */
export async function freezeRelease(
  given: PreviewContext,
  prepared: PreparedRelease,
  known: readonly string[] | undefined,
): Promise<FrozenPlan> {
  return await freezePreview(given, await previewRelease(given, prepared), known);
}

export async function freezePreview(
  given: PreviewContext,
  { prepared, plan, rendered, base }: Preview,
  known: readonly string[] | undefined,
): Promise<FrozenPlan> {
  const context = actFor(given, accountOf(prepared.definition));
  return await freezeRevision(context, prepared, { plan, rendered, base: base?.record, known });
}

/** `context` acts for the release's account already. */
export async function freezeRevision(
  context: Pick<PreviewContext, 'client' | 'signal' | 'render'>,
  prepared: PreparedRelease,
  { plan, rendered, base, known }: PlannedRevision & { readonly known: readonly string[] | undefined },
): Promise<FrozenPlan> {
  const { digest, checkout, chart, layers, values } = prepared;
  const { metadata } = chart;
  const before = base && (fromJson(base.config ?? {}) as GoMap);
  const mask = createSecretMask();
  const ofValues = toJson(values) as JsonObject;
  mask.add([
    ...secretValues(ofValues, secretKeys(layers)),
    ...recordSecrets(rendered),
    ...(base ? [...recordSecrets(base), ...secretValues(base.config, known ?? [])] : []),
    ...secretData(plan.changes.flatMap(({ live }) => (live ? [live] : []))),
  ]);
  return freezePlan({
    plan,
    inputs: digest,
    revision: shortRevision(checkout.revision),
    commit: checkout.commit,
    chart: `${metadata.name}-${metadata.version}`,
    base: base?.version,
    changed: before ? listChanges({ before, after: values, layers, secretKeys: known }) : [],
    chance: rendered.unstable ? await findChance(context, prepared, { rendered, base }) : noChance,
    mask: mask.text,
  });
}

const noChance: Chance = { fields: new Map(), hooks: new Set() };

/** Charts print the time to the second. */
const second = 1_100;

/** Rendered once more: what then is otherwise is random, or the time. */
async function findChance(
  { client, signal, render }: Pick<PreviewContext, 'client' | 'signal' | 'render'>,
  prepared: PreparedRelease,
  { rendered, base }: Omit<PlannedRevision, 'plan'>,
): Promise<Chance> {
  await delay(second, undefined, { signal });
  const revision = (base?.version ?? 0) + 1;
  const again = await render({ prepared, client, revision, isInstall: base === undefined, signal });
  const discovery = await client.discovery({ signal });
  const others = objectsOf(again, prepared, discovery);
  const fields = [...objectsOf(rendered, prepared, discovery)].map(([id, object]) => {
    const other = others.get(id);
    const found = other === undefined ? [] : diffFields(other, object, groupVersionKind(object));
    return [id, found.map(({ pointer }) => pointer)] as const;
  });
  const hooks = new Map(again.hooks.map(({ name, manifest }) => [name, manifest]));
  const isChance = ({ name, manifest }: RenderedRelease['hooks'][number]) => hooks.get(name) !== manifest;
  return { fields: new Map(fields), hooks: new Set(rendered.hooks.filter(isChance).map(({ name }) => name)) };
}

function objectsOf(
  { manifest, crds }: RenderedRelease,
  { definition: { namespace } }: PreparedRelease,
  discovery: Discovery,
): Map<string, KubernetesObject> {
  const own = crds.flatMap(({ text }) => parseManifest(text));
  const placed = placeObjects({ objects: parseManifest(manifest), crds: own, namespace, discovery });
  return new Map(placed.map((object) => [keyId(objectKey(object)), object]));
}
