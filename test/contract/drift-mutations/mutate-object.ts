/** Takes a live object, returns a JSON patch that changes one place of it, inside or outside of what a chart would state. */
import type { Random } from '../../support/random.ts';

export interface PatchStep {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

type Json = Record<string, unknown>;

interface Spot {
  readonly path: string;
  readonly value: unknown;
}

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const escapeStep = (step: string) => step.replaceAll('~', '~0').replaceAll('/', '~1');

/** Everything in it, the whole excepted. */
function spotsOf(value: unknown, path = ''): Spot[] {
  const below = isMap(value)
    ? Object.entries(value).map(([key, item]) => [`${path}/${escapeStep(key)}`, item] as const)
    : Array.isArray(value)
      ? value.map((item, index) => [`${path}/${index}`, item] as const)
      : [];
  return below.flatMap(([place, item]) => [{ path: place, value: item }, ...spotsOf(item, place)]);
}

export function mutateObject(live: Json, random: Random): PatchStep[] {
  const { labels, annotations } = live['metadata'] as Json;
  const { apiVersion: _version, kind: _kind, status: _status, metadata: _metadata, ...rest } = live;
  const spots = spotsOf({ ...rest, metadata: { labels, annotations } }).filter(({ value }) => value !== undefined);
  if (random.chance(0.15)) return [addMark(live, random)];
  const spot = random.pick(spots);
  if (isMap(spot.value) && random.chance(0.7)) return [addTo(spot, random)];
  if (Array.isArray(spot.value) && random.chance(0.7)) return [addElement(spot, random)];
  if (random.chance(0.3)) return [{ op: 'remove', path: spot.path }];
  return [{ op: 'replace', path: spot.path, value: another(spot.value, random) }];
}

function addMark(live: Json, random: Random): PatchStep {
  const sort = random.pick(['labels', 'annotations']);
  const there = (live['metadata'] as Json)[sort];
  if (there === undefined) return { op: 'add', path: `/metadata/${sort}`, value: { added: 'x' } };
  return { op: 'add', path: `/metadata/${sort}/added-${random.below(3)}`, value: 'x' };
}

/** Fields that many structs have, so that some fit. */
const guesses: readonly (readonly [string, unknown])[] = [
  ['added', 'x'],
  ['priorityClassName', 'x'],
  ['paused', true],
  ['minReadySeconds', 3],
  ['sessionAffinity', 'ClientIP'],
  ['hostNetwork', true],
  ['workingDir', '/x'],
  ['optional', true],
  ['medium', 'Memory'],
  ['size', 9],
  ['colour', 'blue'],
  ['medium', 'Memory'],
  ['readOnly', true],
  ['concurrencyPolicy', 'Forbid'],
  ['startingDeadlineSeconds', 30],
  ['immutable', true],
  ['privileged', true],
  ['runAsUser', 7],
  ['failureThreshold', 9],
  ['behavior', { scaleDown: { stabilizationWindowSeconds: 7 } }],
];

function addTo({ path }: Spot, random: Random): PatchStep {
  const [key, value] = random.chance(0.4) ? (guesses[0] as readonly [string, unknown]) : random.pick(guesses);
  return { op: 'add', path: `${path}/${key}`, value: /\/data$/.test(path) && random.chance(0.5) ? 'eA==' : value };
}

/** A copy of an element under another name and number, so that lists with keys take it. */
function addElement({ path, value }: Spot, random: Random): PatchStep {
  const list = value as unknown[];
  const copy = structuredClone(list.length > 0 ? random.pick(list) : 'x');
  if (isMap(copy)) {
    if (typeof copy['name'] === 'string') copy['name'] = `${copy['name']}-${random.below(9)}`;
    for (const key of ['port', 'containerPort'])
      if (typeof copy[key] === 'number') copy[key] = 1000 + random.below(1000);
    if (typeof copy['mountPath'] === 'string') copy['mountPath'] = `/more${random.below(9)}`;
  }
  return { op: 'add', path: `${path}/-`, value: typeof copy === 'string' ? `${copy}-more` : copy };
}

function another(value: unknown, random: Random): unknown {
  if (typeof value === 'number') return value + 1 + random.below(5);
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return Array.isArray(value) ? value.slice(1) : {};
  if (/^\d+(\.\d+)?(m|Mi|Gi)?$/.test(value)) return `${1 + random.below(900)}${value.replace(/[\d.]/g, '')}`;
  if (value.endsWith('%')) return `${1 + random.below(99)}%`;
  // base64 stays base64.
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(value) && value.length % 4 === 0) return `eA==${''}`;
  return random.pick([`${value}x`, 'other', random.chance(0.5) ? value.toUpperCase() : `a${value}`]);
}
