/**
 * Which changed value is behind which planned change: the release is rendered again with just that one value as it was, and
 * what then is otherwise is its work. A render each, so only for people who look, and for few values; nothing is told
 * where a render is not repeatable, or where a field of the live object cannot be found again in the rendered one.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { Discovery } from '../foundation/cluster/cluster-client.ts';
import { diffFields } from '../foundation/fields/diff.ts';
import { equalJson } from '../foundation/fields/json-value.ts';
import { valueAt } from '../foundation/fields/pointer.ts';
import type { ReleaseRecord } from '../foundation/history/release-record.ts';
import {
  groupVersionKind,
  type KubernetesObject,
  keyId,
  type ObjectKey,
  objectKey,
} from '../foundation/manifest/object.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import type { GoMap } from '../foundation/template/value.ts';
import { fromJson } from '../foundation/yaml/plain-json.ts';
import type { PreparedRelease } from './context.ts';
import { placeObjects } from './plan/place-objects.ts';
import type { Plan } from './plan/plan.ts';
import type { RenderedRelease } from './render/rendered-release.ts';
import { describeChange } from './values/describe-changes.ts';
import { changedValues, withValue } from './values/provenance.ts';

export interface ExplainInput {
  readonly prepared: PreparedRelease;
  readonly plan: Plan;
  readonly rendered: RenderedRelease;
  /** The revision that this one would follow. */
  readonly base: ReleaseRecord;
  readonly discovery: Discovery;
  /** As the plan was rendered, with these values instead. */
  readonly render: (prepared: PreparedRelease) => Promise<RenderedRelease>;
}

/** `values/shop/prod.yaml:4 image.tag v1→v2`, by object and field; see `causesOf`. */
export type Causes = ReadonlyMap<string, readonly string[]>;

/** More changed values than these are not told apart. */
const most = 12;

/** Of a field, or without a pointer of the whole object: that it is there at all. */
export function causesOf(causes: Causes, key: ObjectKey, pointer = ''): readonly string[] {
  return causes.get(placeOf(key, pointer)) ?? [];
}

export const placeOf = (key: ObjectKey, pointer = ''): string => `${keyId(key)} ${pointer}`;

export async function explainPlan(input: ExplainInput): Promise<Causes> {
  const { prepared, plan, rendered, base } = input;
  const causes = new Map<string, string[]>();
  const before = fromJson(base.config ?? {}) as GoMap;
  const changes = changedValues(before, prepared.values);
  const isTold = plan.changes.some(({ operation }) => operation !== 'unchanged' && operation !== 'keep');
  if (!isTold || rendered.unstable || changes.length === 0 || changes.length > most) return causes;
  const now = objectsOf(rendered, input);
  for (const change of changes) {
    const undone = { ...prepared, values: withValue(prepared.values, change.path, change.before) };
    const without = await input.render(undone).catch(notRendered);
    if (without === undefined) continue;
    const text = describeChange(change, { layers: prepared.layers, secretKeys: undefined });
    for (const place of differences(plan, { now, without: objectsOf(without, input) }))
      causes.set(place, [...(causes.get(place) ?? []), text]);
  }
  return causes;
}

/** With the value as it was the chart may refuse to render. */
function notRendered(thrown: unknown): undefined {
  if (asHelmGitopsError(thrown).fault === 'internal') throw thrown;
}

type Objects = ReadonlyMap<string, KubernetesObject>;

function objectsOf({ manifest, crds }: RenderedRelease, { prepared, discovery }: ExplainInput): Objects {
  const { namespace } = prepared.definition;
  const own = crds.flatMap(({ text }) => parseManifest(text));
  const placed = placeObjects({ objects: parseManifest(manifest), crds: own, namespace, discovery });
  return new Map(placed.map((object) => [keyId(objectKey(object)), object]));
}

/** The planned fields and objects that are otherwise without the change. */
function differences(plan: Plan, { now, without }: { now: Objects; without: Objects }): string[] {
  return plan.changes.flatMap(({ key, operation, fields }) => {
    const id = keyId(key);
    const [is, was] = [now.get(id), without.get(id)];
    if (operation === 'create' || operation === 'delete')
      return (is === undefined) === (was === undefined) ? [] : [`${id} `];
    if (is === undefined || was === undefined) return [];
    const moved = diffFields(was, is, groupVersionKind(is)).map(({ pointer }) => pointer);
    return fields
      .filter(({ pointer, after }) => is.kind === 'Secret' || isThere(is, pointer, after))
      .filter(({ pointer }) => moved.some((other) => isWithin(other, pointer) || isWithin(pointer, other)))
      .map(({ pointer }) => `${id} ${pointer}`);
  });
}

/** A pointer leads into the live object, whose lists may stand in another order. */
const isThere = (object: KubernetesObject, pointer: string, value: unknown): boolean =>
  equalJson(valueAt(object, pointer) ?? null, value ?? null);

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);
