/**
 * Takes what is remembered of an application's deliveries in each of its environments; returns how often, how fast and how
 * well it is delivered there, by the definitions of DORA (docs/contract.md), and the way of the version that runs. Pure.
 */
import type { Delivery } from '../../foundation/state/delivery.ts';

export interface DeliveryPlace {
  readonly environment: string;
  /** Oldest first. */
  readonly deliveries: readonly Delivery[];
}

/** Durations in milliseconds; undefined where nothing was counted. */
export interface DeliveryMeasures {
  readonly environment: string;
  /** Of the last 30 days. */
  readonly deployments: number;
  readonly failures: number;
  readonly perDay: number;
  /** Medians. */
  readonly leadTime?: number;
  readonly timeToRestore?: number;
  /** From 0 to 1. */
  readonly failureRate?: number;
  /** Of the version that runs there: the environments that it came through, this one last. */
  readonly path: readonly Stage[];
}

export interface Stage {
  readonly environment: string;
  readonly revision: string;
  /** RFC 3339: when it ran there. */
  readonly at: string;
  /** From the commit of the first stage to there. */
  readonly leadTime?: number;
  /** From the stage before, of the first one from the commit. */
  readonly stageTime?: number;
}

const day = 86_400_000;
const window = 30 * day;

export function measureDelivery(places: readonly DeliveryPlace[], now: number): DeliveryMeasures[] {
  const all = new Map(places.map((place) => [place.environment, place]));
  return places.map((place) => {
    const since = now - window;
    const { deliveries } = place;
    const counted = deliveries.filter(({ at, failed }) => Date.parse(at ?? failed ?? '') >= since);
    const done = counted.filter(isDone);
    const failed = counted.filter((one) => one.failed !== undefined);
    const leads = done.flatMap((one) => pathOf(all, place, one).at(-1)?.leadTime ?? []);
    const restores = failed.flatMap((one) => between(one.failed, one.restored) ?? []);
    const runs = deliveries.findLast((one): one is Done => isDone(one) && one.failed === undefined);
    return {
      environment: place.environment,
      deployments: done.length,
      failures: failed.length,
      perDay: done.length / (spanOf(counted, deliveries, now) / day),
      ...optional('leadTime', median(leads)),
      ...optional('timeToRestore', median(restores)),
      ...(counted.length === 0 ? {} : { failureRate: failed.length / counted.length }),
      path: runs === undefined ? [] : pathOf(all, place, runs),
    };
  });
}

/** Where more were made than are remembered, the time that those cover; a day at least. */
function spanOf(counted: readonly Delivery[], deliveries: readonly Delivery[], now: number): number {
  const [oldest] = counted;
  if (counted.length < deliveries.length || counted.length < remembered || oldest === undefined) return window;
  return Math.max(day, now - Date.parse(oldest.at ?? oldest.failed ?? ''));
}

/** How many are kept of each release (keep-deliveries.ts). */
const remembered = 20;

type Done = Delivery & { readonly at: string };
const isDone = (delivery: Delivery): delivery is Done => delivery.at !== undefined;

/** The same version in the environment before, when it ran there last until then; a circle ends. */
function pathOf(
  all: ReadonlyMap<string, DeliveryPlace>,
  { environment }: DeliveryPlace,
  delivery: Done,
  seen: ReadonlySet<string> = new Set(),
): Stage[] {
  const { version, at, revision, committed, from = [] } = delivery;
  const before = from.flatMap((name) => {
    const place = seen.has(name) || version === undefined ? undefined : all.get(name);
    const found = place?.deliveries.findLast(
      (one): one is Done => one.version === version && isDone(one) && one.at <= at,
    );
    return place && found ? [{ place, found }] : [];
  });
  const [latest] = before.sort((a, b) => (a.found.at < b.found.at ? 1 : -1));
  const path = latest ? pathOf(all, latest.place, latest.found, new Set([...seen, environment])) : [];
  const last = path.at(-1);
  const stageTime = between(last ? last.at : committed, at);
  const leadTime = last ? add(last.leadTime, stageTime) : stageTime;
  return [
    ...path,
    { environment, revision, at, ...optional('leadTime', leadTime), ...optional('stageTime', stageTime) },
  ];
}

/** Never less than nothing: commits have clocks of their own. */
function between(from: string | undefined, to: string | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.max(0, Date.parse(to) - Date.parse(from));
}

const add = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

const optional = <Name extends string>(name: Name, value: number | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: number };
