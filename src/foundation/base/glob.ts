/**
 * Two glob dialects of Go: gobwas/glob with '/' as separator (`.Files.Glob`) and path/filepath.Match (.helmignore).
 * Both take a pattern and a slash-separated name, both throw a GlobError for a bad pattern, and neither backtracks
 * exponentially: they track the set of reachable pattern positions.
 */

export class GlobError extends Error {
  override readonly name = 'GlobError';
}

interface CharClass {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [number, number])[];
}

type Part =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' | 'super' | 'single' }
  | { readonly kind: 'class'; readonly set: CharClass }
  | { readonly kind: 'alternatives'; readonly options: readonly (readonly Part[])[] };

/** gobwas: `*` stops at '/', `**` does not, `{a,b}` nests, `[!a-z]`, `\` escapes. */
export function compileGlob(pattern: string): (name: string) => boolean {
  const parts = new GlobParser(pattern).parse();
  return (name) => {
    const chars = [...name];
    return advance(parts, chars, new Set([0])).has(chars.length);
  };
}

/** All positions of the name that the parts can reach from the given ones. */
function advance(parts: readonly Part[], chars: readonly string[], from: ReadonlySet<number>): Set<number> {
  let positions = new Set(from);
  for (const part of parts) {
    if (positions.size === 0) break;
    const next = new Set<number>();
    if (part.kind === 'alternatives') {
      for (const option of part.options) for (const at of advance(option, chars, positions)) next.add(at);
    } else if (part.kind === 'any' || part.kind === 'super') {
      spread(chars, positions, { crossing: part.kind === 'super', into: next });
    } else {
      for (const at of positions) if (at < chars.length && accepts(part, chars[at]!)) next.add(at + 1);
    }
    positions = next;
  }
  return positions;
}

function spread(
  chars: readonly string[],
  from: ReadonlySet<number>,
  to: { readonly crossing: boolean; readonly into: Set<number> },
): void {
  let reachable = false;
  for (let at = 0; at <= chars.length; at++) {
    if (at > 0 && chars[at - 1] === '/' && !to.crossing) reachable = false;
    reachable ||= from.has(at);
    if (reachable) to.into.add(at);
  }
}

function accepts(part: Part, char: string): boolean {
  if (part.kind === 'char') return part.char === char;
  if (part.kind === 'single') return char !== '/';
  return part.kind === 'class' && inClass(part.set, char.codePointAt(0)!);
}

const inClass = (set: CharClass, point: number): boolean =>
  set.ranges.some(([low, high]) => low <= point && point <= high) !== set.negated;

/** Reads gobwas' grammar, quirks included: an unclosed `{` is tolerated, `[]` is not, `!` alone is a bad range. */
class GlobParser {
  private readonly chars: readonly string[];
  private at = 0;

  constructor(pattern: string) {
    this.chars = [...pattern];
  }

  parse(): readonly Part[] {
    return this.sequence(0);
  }

  private sequence(depth: number): Part[] {
    const parts: Part[] = [];
    while (this.at < this.chars.length) {
      const char = this.chars[this.at]!;
      if (depth > 0 && (char === ',' || char === '}')) break;
      this.at += 1;
      if (char === '*') parts.push(this.star());
      else if (char === '?') parts.push({ kind: 'single' });
      else if (char === '[') parts.push({ kind: 'class', set: this.charClass() });
      else if (char === '{') parts.push({ kind: 'alternatives', options: this.alternatives(depth + 1) });
      else if (char !== '\\') parts.push({ kind: 'char', char });
      else if (this.at < this.chars.length) parts.push({ kind: 'char', char: this.chars[this.at++]! });
    }
    return parts;
  }

  private star(): Part {
    if (this.chars[this.at] !== '*') return { kind: 'any' };
    this.at += 1;
    return { kind: 'super' };
  }

  private alternatives(depth: number): Part[][] {
    const options: Part[][] = [this.sequence(depth)];
    while (this.chars[this.at] === ',') {
      this.at += 1;
      options.push(this.sequence(depth));
    }
    this.at += 1;
    return options;
  }

  private charClass(): CharClass {
    const negated = this.chars[this.at] === '!';
    if (negated) this.at += 1;
    const set = this.chars[this.at + 1] === '-' ? this.range() : this.list();
    if (this.chars[this.at] !== ']') {
      throw new GlobError(this.at < this.chars.length ? 'expected close range character' : 'unexpected end of input');
    }
    this.at += 1;
    return { negated, ranges: set };
  }

  private range(): [number, number][] {
    const low = this.chars[this.at]!;
    const high = this.chars[this.at + 2];
    if (high === undefined) throw new GlobError('unexpected end of input');
    if (high.codePointAt(0)! < low.codePointAt(0)!) {
      throw new GlobError(`hi character '${high}' should be greater than lo '${low}'`);
    }
    this.at += 3;
    return [[low.codePointAt(0)!, high.codePointAt(0)!]];
  }

  private list(): [number, number][] {
    const listed: [number, number][] = [];
    while (this.at < this.chars.length && this.chars[this.at] !== ']') {
      if (this.chars[this.at] === '\\') this.at += 1;
      const point = this.chars[this.at]?.codePointAt(0);
      if (point !== undefined) listed.push([point, point]);
      this.at += 1;
    }
    if (this.at >= this.chars.length) throw new GlobError('unexpected end of input');
    if (listed.length === 0) throw new GlobError('could not parse range');
    return listed;
  }
}

/**
 * path/filepath.Match of Unix: `*` and `?` stop at '/', `[^a-z]`, `\\` escapes; the whole name must match. Like Go it
 * notices a bad pattern only as far as it reads: what stands behind a star that found no match is never looked at.
 */
export function matchFilepath(pattern: string, name: string): boolean {
  const chars = [...name];
  let rest = [...pattern];
  let at = 0;
  while (rest.length > 0) {
    const chunk = scanChunk(rest);
    rest = chunk.rest;
    if (chunk.star && chunk.chars.length === 0) return !chars.slice(at).includes('/');
    const parts = parseChunk(chunk.chars);
    const last = rest.length === 0;
    let end = endOfChunk(parts, chars, at);
    while ((end < 0 || (last && end < chars.length)) && chunk.star && at < chars.length && chars[at] !== '/') {
      at += 1;
      end = endOfChunk(parts, chars, at);
    }
    if (end < 0 || (last && end < chars.length)) return false;
    at = end;
  }
  return at === chars.length;
}

interface Chunk {
  readonly star: boolean;
  readonly chars: readonly string[];
  readonly rest: string[];
}

/** Stars, and what follows them up to the next star outside a class. */
function scanChunk(pattern: readonly string[]): Chunk {
  let start = 0;
  while (pattern[start] === '*') start += 1;
  let end = start;
  let inClass = false;
  for (; end < pattern.length; end++) {
    const char = pattern[end];
    if (char === '\\') end += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '*' && !inClass) break;
  }
  return { star: start > 0, chars: pattern.slice(start, end), rest: pattern.slice(end) };
}

/** Where the chunk's match that begins here ends; −1 where it does not match. */
function endOfChunk(parts: readonly Part[], chars: readonly string[], from: number): number {
  const end = from + parts.length;
  if (end > chars.length) return -1;
  return parts.every((part, i) => accepts(part, chars[from + i]!)) ? end : -1;
}

const badPattern = (): GlobError => new GlobError('syntax error in pattern');

function parseChunk(chars: readonly string[]): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]!;
    if (char === '?') {
      parts.push({ kind: 'single' });
    } else if (char === '[') {
      const parsed = parseFilepathClass(chars, at + 1);
      parts.push({ kind: 'class', set: parsed.set });
      at = parsed.last;
    } else if (char === '\\') {
      at += 1;
      if (at >= chars.length) throw badPattern();
      parts.push({ kind: 'char', char: chars[at]! });
    } else {
      parts.push({ kind: 'char', char });
    }
  }
  return parts;
}

/** A class from behind its `[`; `last` is where its `]` stands. */
function parseFilepathClass(chars: readonly string[], from: number): { set: CharClass; last: number } {
  const negated = chars[from] === '^';
  const ranges: [number, number][] = [];
  let at = negated ? from + 1 : from;
  const bound = (): number => {
    if (chars[at] === undefined || chars[at] === '-' || chars[at] === ']') throw badPattern();
    if (chars[at] === '\\') at += 1;
    const point = chars[at]?.codePointAt(0);
    at += 1;
    // A lone surrogate is a stray byte, which Go refuses; and a class must still be closed.
    if (point === undefined || (point >= 0xd800 && point <= 0xdfff) || at >= chars.length) throw badPattern();
    return point;
  };
  while (chars[at] !== ']' || ranges.length === 0) {
    const low = bound();
    if (chars[at] !== '-') {
      ranges.push([low, low]);
      continue;
    }
    at += 1;
    ranges.push([low, bound()]);
  }
  return { set: { negated, ranges }, last: at };
}
