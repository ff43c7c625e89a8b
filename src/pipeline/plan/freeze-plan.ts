/**
 * Takes the plan of a release with what it was made from, returns it as a person approves it and as it is compared later:
 * bounded, without a secret value. What chance gives (random values, the time) is left out of it.
 */
import { createHash } from 'node:crypto';
import { compareStrings } from '../../foundation/base/byte-string.ts';
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { getOwn, isMap, setOwn } from '../../foundation/fields/json-value.ts';
import { pointerSteps } from '../../foundation/fields/pointer.ts';
import { type KubernetesObject, keyId, objectLabel } from '../../foundation/manifest/object.ts';
import { maskManifest } from '../../foundation/secrets/mask-manifest.ts';
import type { FrozenField, FrozenObject, FrozenPlan } from '../../foundation/state/frozen-plan.ts';
import { type Change, type FieldChange, type Plan, restartsPods } from './plan.ts';

export interface FreezeInput {
  readonly plan: Plan;
  /** Of chart and values. */
  readonly inputs: string;
  readonly revision: string;
  readonly commit: { readonly author: string; readonly subject: string } | undefined;
  readonly chart: string;
  /** Helm's revision that it follows. */
  readonly base: number | undefined;
  readonly changed: readonly string[];
  readonly chance: Chance;
  /** Takes what the release's own secrets hold out of a text; of equal inputs always the same. */
  readonly mask: (text: string) => string;
}

/** What two renders of the same inputs gave otherwise. */
export interface Chance {
  /** JSON pointers, by `keyId`. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** Names. */
  readonly hooks: ReadonlySet<string>;
}

const mostObjects = 200;
const mostFields = 20;
const mostHooks = 20;
const longest = 100;
/** Characters of a whole plan: it goes into an annotation, whose limit is 256 KiB for all of an object. */
const largest = 48 * 1024;

export function freezePlan(input: FreezeInput): FrozenPlan {
  const { plan, inputs, revision, commit, chart, base, mask, chance } = input;
  const all = plan.changes.map((change) => freezeChange(input, change));
  const hooks = plan.hooks.map(({ kind, name, path, manifest, events, weight, delete_policies: policies }) => {
    const safe = kind === 'Secret' ? maskManifest(manifest) : manifest;
    const text = chance.hooks.has(name) ? '' : mask(safe);
    return { label: `${kind}/${name} (${events.join(', ')})`, decides: [path, events, weight, policies, text] };
  });
  const crds = plan.crds.map(({ name, text }) => [name, text]);
  const decides = [inputs, base, all.map(({ decides }) => decides), hooks.map((hook) => hook.decides), crds];
  const digest = digestOf(canonicalText(decides));
  const busy = all.filter(({ row }) => row.operation !== 'unchanged' && row.operation !== 'keep');
  const labels = hooks.map(({ label }) => mask(label));
  const cut = (text: string) => shorten(mask(text), 300);
  return withinBounds({
    ...{ id: `plan-${digest.slice(0, 10)}`, digest, inputs, revision },
    ...(commit === undefined ? {} : { author: cut(commit.author), subject: cut(commit.subject) }),
    chart,
    ...(base === undefined ? {} : { base }),
    changed: input.changed.map(cut),
    objects: busy.map(({ row }) => row),
    hooks:
      labels.length > mostHooks ? [...labels.slice(0, mostHooks), `and ${labels.length - mostHooks} more`] : labels,
  });
}

interface FrozenChange {
  readonly row: FrozenObject;
  readonly decides: unknown;
}

function freezeChange({ chance, mask }: FreezeInput, change: Change): FrozenChange {
  const { key, operation, reason, object, fields } = change;
  const id = keyId(key);
  const random = chance.fields.get(id) ?? [];
  const wanted = operation === 'delete' || operation === 'keep' ? '' : mask(wantedText(object, random));
  const moved = fields.map((field) => {
    const isChance = random.some((pointer) => isWithin(field.pointer, pointer) || isWithin(pointer, field.pointer));
    return frozenField(isChance ? { ...field, after: '(by chance)' } : field, mask);
  });
  const live = liveOf(change, mask);
  const row: FrozenObject = {
    ...{ object: mask(objectLabel(key)), namespace: key.namespace, operation },
    ...(reason === undefined ? {} : { reason: shorten(mask(reason), 300) }),
    ...(restartsPods(change) ? { restarts: true } : {}),
    wanted: digestOf(wanted).slice(0, 12),
    live: digestOf(live).slice(0, 12),
    fields: moved.slice(0, mostFields).map(({ field, before, after }) => ({
      field,
      before: shorten(before, longest),
      after: shorten(after, longest),
    })),
    ...(moved.length > mostFields ? { more: moved.length - mostFields } : {}),
  };
  return { row, decides: [id, operation, steadyReason(reason), wanted, live, moved] };
}

/** What a quota says of its use by others moves all the time, and decides nothing. */
export function steadyReason(reason: string | undefined): string | undefined {
  return reason?.replace(
    /(exceeded quota: [^,]{1,253}, requested: \S{1,999}) used: \S{1,999} limited: /g,
    '$1 limited: ',
  );
}

const frozenField = ({ pointer, before, after }: FieldChange, mask: (text: string) => string): FrozenField => ({
  field: mask(pointer),
  before: mask(textOf(before)),
  after: mask(textOf(after)),
});

function textOf(value: unknown): string {
  if (value === undefined) return '(none)';
  return typeof value === 'string' ? value : writeExactJson(value);
}

const shorten = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);

/** Of a Secret only which keys it has: its values are those of the inputs, or of the live object it is looked up from. */
function wantedText(object: KubernetesObject, random: readonly string[]): string {
  const copy = structuredClone(object.kind === 'Secret' ? withoutData(object) : object);
  for (const pointer of random) hide(copy, pointerSteps(pointer));
  return canonicalText(copy);
}

function withoutData(secret: KubernetesObject): KubernetesObject {
  const keys = [secret['data'], secret['stringData']].flatMap((map) => (isMap(map) ? Object.keys(map) : []));
  const { data: _data, stringData: _stringData, ...rest } = secret;
  return { ...rest, keys: keys.sort(compareStrings) } as KubernetesObject;
}

function hide(value: unknown, [step, ...rest]: readonly string[]): void {
  if (step === undefined || typeof value !== 'object' || value === null) return;
  if (rest.length > 0) hide(getOwn(value, step), rest);
  else if (Array.isArray(value)) value[Number(step)] = null;
  else setOwn(value, step, null);
}

/**
 * What the plan was made upon: which object it was, and for one that goes all that it held. Of one that stays the fields
 * that change say what they were; what others add beside them, and what is left to them, moves nothing.
 */
function liveOf({ operation, live }: Change, mask: (text: string) => string): string {
  if (live === undefined || operation === 'unchanged' || operation === 'keep') return '';
  const { uid, resourceVersion, labels, annotations } = live.metadata;
  if (live.kind === 'Secret') return `${uid} ${resourceVersion}`;
  if (operation !== 'delete') return `${uid}`;
  const { status: _status, metadata: _metadata, ...content } = live;
  const { replicas: _replicas, ...spec } = isMap(content['spec']) ? content['spec'] : {};
  return mask(canonicalText([uid, labels, annotations, { ...content, spec }]));
}

/** Equal for equal values, whatever the order of their keys. */
function canonicalText(value: unknown): string {
  return writeExactJson(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const copy = {};
  for (const key of Object.keys(value).sort(compareStrings)) setOwn(copy, key, sorted(getOwn(value, key)));
  return copy;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What is worst to overlook stays: first fields go, then objects, the last first. */
function withinBounds(plan: FrozenPlan): FrozenPlan {
  const objects = plan.objects.toSorted((a, b) => weight(b) - weight(a)).slice(0, mostObjects);
  const left = largest - sizeOf({ ...plan, objects: [] });
  let size = objects.reduce((sum, object) => sum + sizeOf(object), 0);
  for (let at = objects.length - 1; at >= 0 && size > left; at -= 1) {
    const object = objects[at] as FrozenObject;
    objects[at] = withoutFields(object);
    size -= sizeOf(object) - sizeOf(objects[at] as FrozenObject);
  }
  for (let last = objects.at(-1); last !== undefined && size > left; last = objects.at(-1)) {
    objects.pop();
    size -= sizeOf(last);
  }
  const more = plan.objects.length - objects.length;
  return { ...plan, objects, ...(more > 0 ? { more } : {}) };
}

const sizeOf = (part: FrozenPlan | FrozenObject): number => Buffer.byteLength(JSON.stringify(part)) + 1;

function withoutFields(object: FrozenObject): FrozenObject {
  const count = object.fields.length + (object.more ?? 0);
  return { ...object, fields: [], ...(count > 0 ? { more: count } : {}) };
}

const weights: Readonly<Record<string, number>> = { refused: 4, replacementRefused: 4, delete: 3 };
const weight = ({ operation, restarts }: FrozenObject): number => weights[operation] ?? (restarts ? 2 : 1);
