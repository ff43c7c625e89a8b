/**
 * Takes secrets, and then texts from which it takes every form of them out. The time for a text grows with its length and
 * hardly with the number of secrets: only where six characters begin some secret is anything compared. What is cut short
 * (`…` or `...` behind it, or twelve characters and more of its beginning) goes too. It never tells what it holds.
 */
import { MASK } from '../manifest/mask.ts';
import { secretVariants, shortestSecret } from './secret-variants.ts';

export interface SecretMask {
  add(secrets: Iterable<string>): void;
  /** Names that everybody sees anyway: a secret that is the same word masks nothing. */
  allow(names: Iterable<string>): void;
  text(text: string): string;
}

interface Group {
  /** Begin with the same six characters; sorted when `isSorted`. */
  readonly variants: string[];
  readonly short: Set<string>;
  isSorted: boolean;
}

/** So much of a secret's beginning is masked although the rest does not follow. */
const telling = 12;
/** Secrets of rotations and random values of charts pile up; the oldest go first. */
const most = 20_000;
const bits = 1 << 18;

export function createSecretMask(): SecretMask {
  const known = new Set<string>();
  const names = new Set<string>();
  let index = newIndex();
  const shrink = () => {
    const kept = [...known].slice(-most / 2);
    known.clear();
    index = newIndex();
    for (const secret of kept) addOne(secret);
  };
  const addOne = (secret: string) => {
    known.add(secret);
    for (const variant of secretVariants(secret)) put(index, variant);
  };
  return {
    add(secrets) {
      for (const secret of secrets) {
        if (secret.length < shortestSecret) continue;
        if (known.delete(secret)) known.add(secret);
        else addOne(secret);
      }
      if (known.size > most) shrink();
    },
    allow(added) {
      for (const name of added) names.add(name);
    },
    text: (text) => (known.size === 0 || text.length < shortestSecret ? text : maskText(text, index, names)),
  };
}

interface Index {
  readonly groups: Map<string, Group>;
  /** A bit per hash of six characters: most places of most texts end here. */
  readonly filter: Uint32Array;
}

const newIndex = (): Index => ({ groups: new Map(), filter: new Uint32Array(bits / 32) });

function put({ groups, filter }: Index, variant: string): void {
  const start = variant.slice(0, shortestSecret);
  let group = groups.get(start);
  if (group === undefined) {
    group = { variants: [], short: new Set(), isSorted: true };
    groups.set(start, group);
    let hash = 0;
    for (let i = 0; i < shortestSecret; i++) hash = next(hash, start.charCodeAt(i));
    const bit = bitOf(hash);
    filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }
  group.variants.push(variant);
  group.isSorted = false;
  if (variant.length < telling) group.short.add(variant);
}

const base = 0x01000193;
const next = (hash: number, code: number): number => (Math.imul(hash, base) + code + 1) | 0;
const bitOf = (hash: number): number => (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 7) & (bits - 1);
/** What a character counts for, six characters later. */
const leaving = Array.from({ length: shortestSecret }).reduce<number>((power) => Math.imul(power, base), 1);

function maskText(text: string, index: Index, names: ReadonlySet<string>): string {
  const { groups, filter } = index;
  let masked = '';
  let copied = 0;
  let from = -1;
  let to = -1;
  let hash = 0;
  const flush = () => {
    if (from < 0) return;
    masked += text.slice(copied, from) + MASK;
    copied = to;
  };
  for (let end = 0; end < text.length; end++) {
    hash = next(hash, text.charCodeAt(end));
    const at = end + 1 - shortestSecret;
    if (at < 0) continue;
    if (at > 0) hash = (hash - Math.imul(leaving, text.charCodeAt(at - 1) + 1)) | 0;
    const bit = bitOf(hash);
    if (((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) continue;
    const group = groups.get(text.slice(at, end + 1));
    const length = group === undefined ? 0 : matchLength(text, at, group);
    if (length === 0 || names.has(text.slice(at, at + length))) continue;
    if (at > to) {
      flush();
      from = at;
    }
    to = Math.max(to, at + length);
  }
  flush();
  return copied === 0 ? text : masked + text.slice(copied);
}

/** How many characters from there on are a secret, or as good as one. */
function matchLength(text: string, at: number, group: Group): number {
  if (!group.isSorted) {
    group.variants.sort(byUnits);
    group.isSorted = true;
  }
  const { variants, short } = group;
  let low = 0;
  let high = variants.length;
  const rest = text.slice(at);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byUnits(variants[middle] ?? '', rest) <= 0) low = middle + 1;
    else high = middle;
  }
  const longest = Math.max(shared(variants[low - 1] ?? '', rest), shared(variants[low] ?? '', rest));
  if (longest >= telling || (longest >= shortestSecret && /^(\.\.\.|…)/.test(rest.slice(longest, longest + 3))))
    return longest;
  for (let length = longest; length >= shortestSecret; length--) if (short.has(rest.slice(0, length))) return length;
  return 0;
}

const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function shared(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
