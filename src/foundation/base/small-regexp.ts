/**
 * Matches the plain patterns that most charts have, without loading re2js. Takes a pattern and a text, returns what RE2
 * returns, in time linear in both: no place of the pattern meets a place of the text twice. Refuses what it does not know.
 */

/** Ranges of code points, both ends included. */
type Ranges = readonly (readonly [low: number, high: number])[];

type Node =
  | { readonly kind: 'rune'; readonly ranges: Ranges; readonly negated: boolean }
  | { readonly kind: 'begin' | 'end' }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'either'; readonly items: readonly Node[] }
  | { readonly kind: 'group'; readonly index: number; readonly item: Node }
  | { readonly kind: 'repeat'; readonly sign: string; readonly lazy: boolean; readonly item: Node };

type Step =
  | { readonly kind: 'rune'; readonly ranges: Ranges; readonly negated: boolean; readonly next: number }
  | { readonly kind: 'begin' | 'end'; readonly next: number }
  | { readonly kind: 'save'; readonly slot: number; readonly next: number }
  | { readonly kind: 'split'; readonly first: number; readonly second: number }
  | { readonly kind: 'match' };

export interface SmallRegexp {
  readonly steps: readonly Step[];
  readonly entry: number;
  readonly groups: number;
}

/** Undefined: it is not plain, or no pattern at all. */
export function compileSmall(pattern: string): SmallRegexp | undefined {
  if (!/^[ -~]{1,200}$/.test(pattern)) return undefined;
  const reading: Reading = { pattern, at: 0, groups: 0 };
  try {
    const tree = alternatives(reading);
    if (reading.at < pattern.length) return undefined;
    const steps: Step[] = [{ kind: 'match' }];
    return { steps, entry: emit(tree, 0, steps), groups: reading.groups };
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

const NOT_PLAIN = new Error('a pattern for RE2');

interface Reading {
  readonly pattern: string;
  at: number;
  groups: number;
}

function alternatives(reading: Reading): Node {
  const items = [sequence(reading)];
  while (reading.pattern[reading.at] === '|') {
    reading.at += 1;
    items.push(sequence(reading));
  }
  return items.length === 1 ? items[0]! : { kind: 'either', items };
}

function sequence(reading: Reading): Node {
  const items: Node[] = [];
  for (;;) {
    const char = reading.pattern[reading.at];
    if (char === undefined || char === '|' || char === ')') break;
    items.push(repeated(reading, atom(reading, char)));
  }
  // To RE2 an empty alternative is one too; here it is too rare to think about.
  if (items.length === 0) throw NOT_PLAIN;
  return { kind: 'list', items };
}

function repeated(reading: Reading, item: Node): Node {
  const { pattern } = reading;
  const sign = pattern[reading.at];
  if (sign !== '*' && sign !== '+' && sign !== '?') return item;
  reading.at += 1;
  const lazy = pattern[reading.at] === '?';
  if (lazy) reading.at += 1;
  // A loop over nothing has rules of its own, and two signs are a mistake that RE2 words.
  if (canBeEmpty(item) || '*+?'.includes(pattern[reading.at] ?? ' ')) throw NOT_PLAIN;
  return { kind: 'repeat', sign, lazy, item };
}

function canBeEmpty(node: Node): boolean {
  if (node.kind === 'list') return node.items.every(canBeEmpty);
  if (node.kind === 'either') return node.items.some(canBeEmpty);
  if (node.kind === 'group') return canBeEmpty(node.item);
  return node.kind === 'repeat' ? node.sign !== '+' : node.kind !== 'rune';
}

function atom(reading: Reading, char: string): Node {
  reading.at += 1;
  if (char === '(') return group(reading);
  if (char === '[') return classOf(reading);
  if (char === '\\') return { kind: 'rune', ranges: escaped(reading), negated: false };
  if (char === '^') return { kind: 'begin' };
  if (char === '$') return { kind: 'end' };
  if (char === '.') return { kind: 'rune', ranges: single('\n'), negated: true };
  if ('*+?{}]'.includes(char)) throw NOT_PLAIN;
  return { kind: 'rune', ranges: single(char), negated: false };
}

function group(reading: Reading): Node {
  const { pattern } = reading;
  const captures = pattern[reading.at] !== '?';
  if (!captures && pattern[reading.at + 1] !== ':') throw NOT_PLAIN;
  if (!captures) reading.at += 2;
  const index = captures ? ++reading.groups : 0;
  const item = alternatives(reading);
  if (pattern[reading.at] !== ')') throw NOT_PLAIN;
  reading.at += 1;
  return captures ? { kind: 'group', index, item } : item;
}

const single = (char: string): Ranges => [[char.charCodeAt(0), char.charCodeAt(0)]];
const between = (...pairs: readonly string[]): Ranges =>
  pairs.map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const);

const DIGIT = between('09');
const WORD = between('09', 'AZ', '__', 'az');
const SPACE = between('\t\n', '\f\r', '  ');

function escaped(reading: Reading): Ranges {
  const char = reading.pattern[reading.at];
  reading.at += 1;
  if (char === 'd') return DIGIT;
  if (char === 'w') return WORD;
  if (char === 's') return SPACE;
  if (char === 'n') return single('\n');
  if (char === 't') return single('\t');
  if (char === undefined || /[A-Za-z0-9]/.test(char)) throw NOT_PLAIN;
  return single(char);
}

function classOf(reading: Reading): Node {
  const { pattern } = reading;
  const negated = pattern[reading.at] === '^';
  if (negated) reading.at += 1;
  const ranges: (readonly [number, number])[] = [];
  for (let first = true; ; first = false) {
    const char = pattern[reading.at];
    if (char === ']' && !first) break;
    // Also `[:alpha:]`.
    if (char === undefined || char === ']' || char === '[') throw NOT_PLAIN;
    reading.at += 1;
    ranges.push(...(char === '\\' ? escapedInClass(reading) : rangeFrom(reading, char)));
  }
  reading.at += 1;
  return { kind: 'rune', ranges, negated };
}

function escapedInClass(reading: Reading): Ranges {
  const ranges = escaped(reading);
  if (reading.pattern[reading.at] === '-' && reading.pattern[reading.at + 1] !== ']') throw NOT_PLAIN;
  return ranges;
}

function rangeFrom(reading: Reading, low: string): Ranges {
  const { pattern } = reading;
  if (pattern[reading.at] !== '-' || pattern[reading.at + 1] === ']') return single(low);
  const high = pattern[reading.at + 1];
  if (high === undefined || high < low || high === '\\' || high === '[') throw NOT_PLAIN;
  reading.at += 2;
  return [[low.charCodeAt(0), high.charCodeAt(0)]];
}

/** Adds the steps of the node, from the last to the first, and returns the first. */
function emit(node: Node, next: number, steps: Step[]): number {
  const add = (step: Step): number => steps.push(step) - 1;
  switch (node.kind) {
    case 'list':
      return node.items.reduceRight((after, item) => emit(item, after, steps), next);
    case 'either':
      return node.items
        .map((item) => emit(item, next, steps))
        .reduceRight((second, first) => add({ kind: 'split', first, second }));
    case 'group': {
      const end = add({ kind: 'save', slot: 2 * node.index + 1, next });
      return add({ kind: 'save', slot: 2 * node.index, next: emit(node.item, end, steps) });
    }
    case 'repeat': {
      const split = add({ kind: 'match' });
      const body = emit(node.item, node.sign === '?' ? next : split, steps);
      const [first, second] = node.lazy ? [next, body] : [body, next];
      steps[split] = { kind: 'split', first, second };
      return node.sign === '+' ? body : split;
    }
    default:
      return add({ ...node, next });
  }
}

/** Of memory for one search: places in the pattern times places in the text. */
const MOST_PLACES = 2 ** 15;

/** Whether the text, all of it valid Unicode, is short enough for `findSmall`. */
export const isSmallEnough = ({ steps }: SmallRegexp, text: string): boolean =>
  steps.length * (text.length + 1) <= MOST_PLACES;

/** Start and end of the leftmost match from a position on and of its groups, -1 for those that took no part. */
export function findSmall(regexp: SmallRegexp, text: string, from: number): number[] | undefined {
  const seen = new Uint8Array(regexp.steps.length * (text.length + 1));
  const slots: number[] = new Array(2 * regexp.groups + 2).fill(-1);
  for (let start = from; start <= text.length; start += widthAt(text, start)) {
    const end = matchAt(regexp, { text, start, seen, slots });
    if (end >= 0) {
      slots[0] = start;
      slots[1] = end;
      return slots;
    }
  }
  return undefined;
}

const widthAt = (text: string, at: number): number => (text.codePointAt(at)! > 0xffff ? 2 : 1);

interface Attempt {
  readonly text: string;
  readonly start: number;
  /** Also from earlier starts: what led to nothing then leads to nothing now. */
  readonly seen: Uint8Array;
  readonly slots: number[];
}

/** The end, or -1; then the slots are as before. */
function matchAt({ steps, entry }: SmallRegexp, { text, start, seen, slots }: Attempt): number {
  // Pairs: a step and a position to try, or ~slot and what it held before.
  const waiting = [entry, start];
  while (waiting.length > 0) {
    let at = waiting.pop()!;
    let index = waiting.pop()!;
    if (index < 0) {
      slots[~index] = at;
      continue;
    }
    for (;;) {
      const place = index * (text.length + 1) + at;
      if (seen[place] === 1) break;
      seen[place] = 1;
      const step = steps[index]!;
      if (step.kind === 'match') return at;
      if (step.kind === 'split') {
        waiting.push(step.second, at);
        index = step.first;
        continue;
      }
      if (step.kind === 'save') {
        waiting.push(~step.slot, slots[step.slot]!);
        slots[step.slot] = at;
      } else if (step.kind === 'rune') {
        if (at >= text.length || !accepts(step, text.codePointAt(at)!)) break;
        at += widthAt(text, at);
      } else if (at !== (step.kind === 'begin' ? 0 : text.length)) break;
      index = step.next;
    }
  }
  return -1;
}

function accepts({ ranges, negated }: { ranges: Ranges; negated: boolean }, rune: number): boolean {
  for (const [low, high] of ranges) if (rune >= low && rune <= high) return !negated;
  return negated;
}
