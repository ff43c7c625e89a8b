/**
 * Takes a release, the environments it gets its version from, and what is remembered of all of them; returns what is to be
 * done: nothing, wait for which gates, or write which edits and how. It writes nothing.
 */
import { createHash } from 'node:crypto';
import { compareStrings } from '../foundation/base/byte-string.ts';
import { writeExactJson } from '../foundation/base/exact-json.ts';
import type { PromotionState, ReleaseState } from '../foundation/state/release-state.ts';
import type { Freeze } from '../foundation/state/shared-state.ts';
import type { Compat } from '../foundation/values/read-values.ts';
import { toJson } from '../foundation/yaml/plain-json.ts';
import type { PreparedRelease } from './context.ts';
import { definitionId, type ReleaseDefinition } from './definitions/release-definition.ts';
import type { HealthCheck } from './definitions/rollback-settings.ts';
import { describeWindow, windowAt } from './plan/sync-window.ts';
import {
  type Gate,
  type GateSource,
  type MeasuredCheck,
  promotionGates,
  type SourceDrift,
  whyNotHealthy,
} from './promote/gates.ts';
import { type Promotion, type PromotionRefusal, promoteError, tryPromotion } from './promote-version.ts';
import type { KeyEdit } from './values/choose-edits.ts';
import type { RanImage } from './values/pin-images.ts';
import { formatValuePath } from './values/provenance.ts';

export interface PromotionPlanInput {
  readonly target: PreparedRelease;
  /** In the order of `promote.from`. */
  readonly sources: readonly PreparedRelease[];
  /** Every release, by `app/environment`. */
  readonly all: ReadonlyMap<string, PreparedRelease>;
  /** All that the target's repository defines. */
  readonly defined: readonly ReleaseDefinition[];
  readonly compat: Compat;
  readonly stateOf: (prepared: PreparedRelease) => Promise<ReleaseState | undefined>;
  /** That a revision of a release runs, by Helm's number. */
  readonly imagesOf: (prepared: PreparedRelease, version: number | undefined) => Promise<readonly RanImage[]>;
  readonly freezeOf: (definition: ReleaseDefinition) => Freeze | undefined;
  /** A health check of a healthy source; `id` is that of the promotion. */
  readonly measure: (source: PreparedRelease, check: HealthCheck, id: string) => MeasuredCheck;
  /** What has drifted of a source, whose state this is; `id` is that of the promotion. Undefined: not known yet. */
  readonly driftOf: (
    source: PreparedRelease,
    state: ReleaseState | undefined,
    id: string,
  ) => readonly SourceDrift[] | undefined;
  /** Keys of the target that are as somebody has promoted them by hand; asked for only where that matters. */
  readonly byHand?: () => Promise<ReadonlySet<string>>;
  readonly now: () => Date;
}

export type PromotionStep =
  | { readonly step: 'none' }
  | ({ readonly step: 'refused' } & PromotionRefusal)
  | ({ readonly step: 'waiting' | 'ready' } & PlannedPromotion);

export interface PlannedPromotion {
  readonly promotion: Promotion;
  /** Of just these edits: `p-1a2b3c4d`. */
  readonly id: string;
  readonly gates: readonly Gate[];
  readonly as: 'commit' | 'pullRequest';
  /** Every gate is open but those that named people open. */
  readonly mayPropose: boolean;
  /** Keys that somebody has changed since they were promoted last: that is never written over. */
  readonly edited: readonly string[];
  /** What the edits write, as JSON by key. */
  readonly values: Readonly<Record<string, string>>;
  readonly state: PromotionState | undefined;
}

export async function planPromotion(given: PromotionPlanInput): Promise<PromotionStep> {
  const input = { ...given, stateOf: readOnce(given.stateOf) };
  const { target, sources, stateOf, now } = input;
  const found = await chooseVersion(input);
  if ('error' in found) return { step: 'refused', ...found };
  if (found.edits.length === 0) return { step: 'none' };
  const values = Object.fromEntries(found.edits.map(({ path, after }) => [formatValuePath(path), valueJson(after)]));
  const id = promotionId(target.definition, values);
  const state = await stateOf(target);
  const standing = await Promise.all(sources.map((source) => standingOf(input, source, id)));
  const { definition } = target;
  const moment = now().getTime();
  const windows = windowsAt(definition, moment);
  const freeze = input.freezeOf(definition);
  const around = { dependencies: await dependenciesOf(input), downstream: await downstreamOf(input) };
  const edited = await editedSince(input, found.edits, state?.promotion);
  const as = edited.length > 0 ? 'pullRequest' : (definition.promote?.as ?? 'commit');
  const own = { target: { definition, state }, windows, freeze, id, byReview: as === 'pullRequest', now: moment };
  const gates = promotionGates({ sources: standing, ...around, ...own });
  const mayPropose = as === 'pullRequest' && gates.every(({ open, byPeople }) => open || byPeople);
  const planned = { promotion: found, id, gates, as, mayPropose, edited, values, state: state?.promotion };
  return { step: gates.every(({ open }) => open) ? 'ready' : 'waiting', ...planned };
}

/**
 * Where a release gets its version from, in the order of `promote.from`; undefined where it gets none, or where one of them
 * cannot be prepared: that holds it up. An environment in which the application does not run has no say.
 */
export function promotionSources(
  { definition: { app, promote, foreign, settings } }: PreparedRelease,
  { all, defined }: { all: ReadonlyMap<string, PreparedRelease>; defined: readonly ReleaseDefinition[] },
): PreparedRelease[] | undefined {
  if (promote === undefined || foreign !== undefined || settings.mode === 'observe') return undefined;
  const places = promote.from.map((environment) => definitionId({ app, environment }));
  const sources = places.flatMap((id) => all.get(id) ?? []);
  if (sources.length === 0) return undefined;
  const isHeldUp = places.some((id) => !all.has(id) && defined.some((one) => definitionId(one) === id));
  return isHeldUp ? undefined : sources;
}

async function standingOf(
  { stateOf, driftOf, measure }: PromotionPlanInput,
  source: PreparedRelease,
  id: string,
): Promise<GateSource> {
  const { definition, digest } = source;
  const state = await stateOf(source);
  const { rollback, tests } = definition.settings;
  // What has not stood its soak is not measured again.
  const asked = whyNotHealthy({ state, digest }) === undefined ? (rollback.checks ?? []) : [];
  const checks = asked.map((check) => measure(source, check, id));
  return { id: definitionId(definition), digest, state, tests, drift: driftOf(source, state, id), checks };
}

/** What moves may hang on a state, and so do the gates. */
function readOnce(stateOf: PromotionPlanInput['stateOf']): PromotionPlanInput['stateOf'] {
  const read = new Map<PreparedRelease, ReturnType<typeof stateOf>>();
  return (prepared) => {
    const state = read.get(prepared) ?? stateOf(prepared);
    read.set(prepared, state);
    return state;
  };
}

/** Several sources have to want the same. */
async function chooseVersion({
  target,
  sources,
  defined,
  compat,
  stateOf,
  imagesOf,
}: PromotionPlanInput): Promise<Promotion | PromotionRefusal> {
  const { keys, pin } = target.definition.settings.promotion;
  const isPinned = pin === 'digest';
  const needsState = isPinned || keys.includes('revision');
  const tried = sources.map(async (source) => {
    const state = needsState ? await stateOf(source) : undefined;
    // What has not become healthy waits for that, and moves nowhere before.
    const isSeen = isPinned && whyNotHealthy({ state, digest: source.digest }) === undefined;
    const images = isSeen ? await imagesOf(source, state?.healthy?.version) : undefined;
    return tryPromotion({ source, target, defined, keys: [], compat, ran: state, images });
  });
  const [first, ...others] = await Promise.all(tried);
  if (first === undefined) throw new Error('a promotion has no source');
  const refused = [first, ...others].find((one) => 'error' in one);
  if (refused !== undefined && 'error' in refused) return refused;
  const wanted = (one: Promotion | PromotionRefusal) => ('error' in one ? '' : JSON.stringify([...one.files]));
  const at = others.findIndex((other) => wanted(other) !== wanted(first));
  if (at < 0) return first;
  const { app } = target.definition;
  const names = [sources[0], sources[at + 1]].map((source) => source?.definition.environment ?? '');
  const message = `${app}: ${names.join(' and ')} do not have the same version`;
  const error = promoteError('promote.disagree', message, 'it goes on when all that promote.from names agree');
  return { reason: 'disagree', error };
}

/** What the target depends on and gets versions by promotion too: whether it has its own already. */
async function dependenciesOf(input: PromotionPlanInput): Promise<{ id: string; waits: boolean }[]> {
  const { target, all, defined } = input;
  const found = target.definition.settings.dependsOn.map(async (dependency) => {
    const id = definitionId(dependency);
    const prepared = all.get(id);
    const sources = prepared && promotionSources(prepared, { all, defined });
    if (prepared === undefined || sources === undefined) return [];
    const version = await chooseVersion({ ...input, target: prepared, sources });
    if ('error' in version) return version.reason === 'no-keys' ? [] : [{ id, waits: true }];
    return [{ id, waits: version.edits.length > 0 }];
  });
  return (await Promise.all(found)).flat();
}

/** What gets its version from the target in the end, and was rolled back; only where that is asked for. */
async function downstreamOf({ target, all, stateOf }: PromotionPlanInput): Promise<{ id: string; reason: string }[]> {
  const { app, settings } = target.definition;
  if (!settings.promotion.haltOnFailure) return [];
  const ofApp = [...all.values()].filter((one) => one.definition.app === app);
  const reached = new Set([target]);
  for (const from of reached)
    for (const one of ofApp) if (one.definition.promote?.from.includes(from.definition.environment)) reached.add(one);
  reached.delete(target);
  const found = [...reached].map(async (one) => {
    const reason = (await stateOf(one))?.quarantine?.reason;
    return reason === undefined ? [] : [{ id: definitionId(one.definition), reason }];
  });
  return (await Promise.all(found)).flat();
}

function windowsAt({ settings: { sync } }: ReleaseDefinition, now: number) {
  const { windows = [] } = sync;
  if (windows.length === 0) return undefined;
  return { ...windowAt(windows, now), text: windows.flat().map(describeWindow).join(', ') };
}

/** What is there now is neither what was promoted, by the daemon or by hand, nor what was put back: a person's. */
async function editedSince(
  { byHand }: PromotionPlanInput,
  edits: readonly KeyEdit[],
  promotion: PromotionState | undefined,
): Promise<string[]> {
  // What is taken back by a request is there until somebody merges that.
  const written = [promotion?.takenBack?.values, promotion?.last?.values];
  const others = edits.flatMap(({ path, before }) => {
    const key = formatValuePath(path);
    const known = written.flatMap((values) => values?.[key] ?? []);
    return known.length > 0 && !known.includes(valueJson(before)) ? [key] : [];
  });
  const promoted = others.length > 0 && byHand !== undefined ? await byHand() : new Set<string>();
  return others.filter((key) => !promoted.has(key));
}

/** Of a version for a target, whatever the order of its keys. */
export function promotionId(target: ReleaseDefinition, values: Readonly<Record<string, string>>): string {
  const sorted = Object.fromEntries(Object.entries(values).sort(([one], [other]) => compareStrings(one, other)));
  const of = JSON.stringify([definitionId(target), sorted]);
  return `p-${createHash('sha256').update(of).digest('hex').slice(0, 8)}`;
}

/** As a state remembers it. */
export const valueJson = (value: KeyEdit['before']): string =>
  value === undefined ? '' : writeExactJson(toJson(value));
