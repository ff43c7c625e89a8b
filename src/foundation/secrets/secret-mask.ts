/**
 * Takes secrets, and then texts from which it takes every form of them out. The time for a text grows with its length and
 * hardly with the number of secrets: only where six characters begin some secret is anything compared. What is cut short
 * (`…` or `...` behind it, or twelve characters and more of its beginning) goes too, and so does what is folded, indented,
 * broken over lines or escaped more than once. It never tells what it holds.
 */
import { MASK } from '../manifest/mask.ts';
import { bareVariants, secretVariants, shortestSecret } from './secret-variants.ts';
import { skeletonOf } from './skeleton.ts';

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
/** Without whitespace and quotes words come together that were not one. */
const shortestBare = 8;
/** What is neither quoted nor broken over lines is found as it is. */
const altered = /[\n\\]|''/;
/** Secrets of rotations and random values of charts pile up; the oldest go first. */
const most = 20_000;
const bits = 1 << 18;

export function createSecretMask(): SecretMask {
  const known = new Set<string>();
  const names = new Set<string>();
  let index = newIndex();
  /** Of skeletons. */
  let bare = newIndex();
  const shrink = () => {
    const kept = [...known].slice(-most / 2);
    known.clear();
    index = newIndex();
    bare = newIndex();
    for (const secret of kept) addOne(secret);
  };
  const addOne = (secret: string) => {
    known.add(secret);
    for (const variant of secretVariants(secret)) put(index, variant);
    for (const variant of bareVariants(secret)) if (variant.length >= shortestBare) put(bare, variant);
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
    text(text) {
      if (known.size === 0 || text.length < shortestSecret) return text;
      const ranges = rangesIn(text, index, names);
      if (bare.groups.size > 0 && altered.test(text)) ranges.push(...alteredRanges(text, bare, names));
      return withoutRanges(text, ranges);
    },
  };
}

/** Of a text: from the first character up to, and without, the second. */
type Range = readonly [number, number];

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

function rangesIn(text: string, { groups, filter }: Index, names: ReadonlySet<string>): Range[] {
  const ranges: Range[] = [];
  let hash = 0;
  for (let end = 0; end < text.length; end++) {
    hash = next(hash, text.charCodeAt(end));
    const at = end + 1 - shortestSecret;
    if (at < 0) continue;
    if (at > 0) hash = (hash - Math.imul(leaving, text.charCodeAt(at - 1) + 1)) | 0;
    const bit = bitOf(hash);
    if (((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) continue;
    const group = groups.get(text.slice(at, end + 1));
    const length = group === undefined ? 0 : matchLength(text, at, group);
    if (length > 0 && !names.has(text.slice(at, at + length))) ranges.push([at, at + length]);
  }
  return ranges;
}

function alteredRanges(text: string, bare: Index, names: ReadonlySet<string>): Range[] {
  const skeleton = skeletonOf(text);
  return rangesIn(skeleton.text, bare, names)
    .map(([from, to]) => skeleton.origin(from, to))
    .filter(([from, to]) => altered.test(text.slice(from, to)));
}

function withoutRanges(text: string, ranges: Range[]): string {
  let masked = '';
  let copied = 0;
  let to = -1;
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    if (start > to) {
      masked += text.slice(copied, start) + MASK;
      copied = end;
    }
    to = Math.max(to, end);
    copied = Math.max(copied, to);
  }
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
