/**
 * Go's regexp package over RE2 (re2js): compiles with Go's error texts, finds, replaces and splits by Go's rules.
 * Takes patterns of charts; never hands one to JavaScript's RegExp. Strings may hold stray bytes (byte-string.ts).
 * Plain patterns over short texts are matched without re2js, which takes as long to load as a small chart to render.
 */
import { LRUCache } from 'lru-cache';
import { MatcherInput, type MatcherInputBase, RE2JS, RE2JSSyntaxException } from 're2js';
import { fromBytes, isPlain, toBytes } from './byte-string.ts';
import { compileSmall, findSmall, isSmallEnough, type SmallRegexp } from './small-regexp.ts';

/** What Go's regexp.Compile returns as error. */
export class RegexpSyntaxError extends Error {
  override readonly name = 'RegexpSyntaxError';
}

export interface Regexp {
  readonly pattern: string;
  readonly program: () => RE2JS;
  readonly small: SmallRegexp | undefined;
  /** Group indexes by name, in order: Go lets a name occur twice. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
}

/** Start and end of the match and of each group, in units of the subject; -1 for a group that took no part. */
type Match = readonly number[];

/** Compiling costs about 18 µs; charts use the same handful of patterns again and again. */
const cache = new LRUCache<string, Regexp | RegexpSyntaxError>({ max: 500 });

/** Go's regexp.Compile. Throws a RegexpSyntaxError with Go's text. */
export function compileRegexp(pattern: string): Regexp {
  let known = cache.get(pattern);
  if (known === undefined) {
    known = compile(pattern);
    cache.set(pattern, known);
  }
  if (known instanceof RegexpSyntaxError) throw new RegexpSyntaxError(known.message);
  return known;
}

function compile(pattern: string): Regexp | RegexpSyntaxError {
  if (!isPlain(pattern)) {
    // Go shows the pattern from the bad byte on.
    const rest = pattern.slice(pattern.search(/\p{Cs}/u));
    return new RegexpSyntaxError(`error parsing regexp: invalid UTF-8: \`${rest}\``);
  }
  const small = compileSmall(pattern);
  if (small !== undefined) return { pattern, small, program: compiledLate(pattern), groups: new Map() };
  try {
    return assemble(pattern, pattern);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    if (error.getDescription() === 'duplicate capture group name') return assemble(pattern, renameDuplicates(pattern));
    return new RegexpSyntaxError(`error parsing regexp: ${error.getDescription()}: \`${error.getPattern() ?? ''}\``);
  }
}

function compiledLate(pattern: string): () => RE2JS {
  let program: RE2JS | undefined;
  return () => {
    program ??= RE2JS.compile(pattern);
    return program;
  };
}

function assemble(pattern: string, accepted: string): Regexp {
  const program = RE2JS.compile(accepted);
  const groups = new Map<string, number[]>();
  const named = Object.entries(program.namedGroups() as Record<string, number>).sort((a, b) => a[1] - b[1]);
  for (const [unique, index] of named) {
    const name = unique.replace(/_again\d+$/, '');
    groups.set(name, [...(groups.get(name) ?? []), index]);
  }
  return { pattern, small: undefined, program: () => program, groups };
}

/** Go (unlike RE2 in C++ and re2js) accepts a group name twice; later ones get names of their own here. */
function renameDuplicates(pattern: string): string {
  const seen = new Set<string>();
  let count = 0;
  return pattern.replace(/\(\?P?<(\w+)>/g, (group, name: string) => {
    if (!seen.has(name)) {
      seen.add(name);
      return group;
    }
    count += 1;
    return `(?P<${name}_again${count}>`;
  });
}

/** A text with positions to search in: UTF-16 units, or bytes where the text holds stray ones. */
interface Subject {
  readonly length: number;
  matchFrom(regexp: Regexp, position: number): Match | undefined;
  /** Width of the rune at the position; 0 at the end. */
  widthAt(position: number): number;
  slice(start: number, end: number): string;
}

function subjectOf(text: string): Subject {
  return isPlain(text) ? unitSubject(text) : byteSubject(toBytes(text));
}

function unitSubject(text: string): Subject {
  return {
    length: text.length,
    matchFrom: (regexp, position) => {
      const { small } = regexp;
      if (small !== undefined && isSmallEnough(small, text)) return findSmall(small, text, position);
      return matchFrom(regexp, MatcherInput.utf16(text), position);
    },
    widthAt: (position) => (position >= text.length ? 0 : text.codePointAt(position)! > 0xffff ? 2 : 1),
    slice: (start, end) => text.slice(start, end),
  };
}

function byteSubject(bytes: Uint8Array): Subject {
  return {
    length: bytes.length,
    matchFrom: (regexp, position) => matchFrom(regexp, MatcherInput.utf8(bytes), position),
    widthAt: (position) => {
      if (position >= bytes.length) return 0;
      const first = fromBytes(bytes.subarray(position, position + 4)).codePointAt(0)!;
      return first < 0x80 || (first >= 0xdc80 && first <= 0xdcff) ? 1 : first < 0x800 ? 2 : first < 0x10000 ? 3 : 4;
    },
    slice: (start, end) => fromBytes(bytes.subarray(start, end)),
  };
}

function matchFrom(regexp: Regexp, input: MatcherInputBase, position: number): Match | undefined {
  const matcher = regexp.program().matcher(input);
  if (!matcher.find(position)) return undefined;
  const match: number[] = [];
  for (let group = 0; group <= matcher.groupCount(); group++) match.push(matcher.start(group), matcher.end(group));
  return match;
}

/** Go's MatchString. */
export function matchRegexp(regexp: Regexp, text: string): boolean {
  return subjectOf(text).matchFrom(regexp, 0) !== undefined;
}

/** Go's FindString: the leftmost match, "" when there is none. */
export function findRegexp(regexp: Regexp, text: string): string {
  const subject = subjectOf(text);
  const match = subject.matchFrom(regexp, 0);
  return match === undefined ? '' : subject.slice(match[0]!, match[1]!);
}

/** Go's allMatches: at most `limit` (all when negative), no empty match right behind another one. */
function allMatches(regexp: Regexp, subject: Subject, limit: number): Match[] {
  const found: Match[] = [];
  let previousEnd = -1;
  for (let position = 0; (limit < 0 || found.length < limit) && position <= subject.length; ) {
    const match = subject.matchFrom(regexp, position);
    if (match === undefined) break;
    let accept = true;
    if (match[1] === position) {
      accept = match[0] !== previousEnd;
      const width = subject.widthAt(position);
      position = width > 0 ? position + width : subject.length + 1;
    } else {
      position = match[1]!;
    }
    previousEnd = match[1]!;
    if (accept) found.push(match);
  }
  return found;
}

/** Go's FindAllString; null (a nil slice) when nothing matches. */
export function findAllRegexp(regexp: Regexp, text: string, limit: number): string[] | null {
  const subject = subjectOf(text);
  const matches = allMatches(regexp, subject, limit);
  return matches.length === 0 ? null : matches.map((match) => subject.slice(match[0]!, match[1]!));
}

/** Go's Split; null (a nil slice) for a limit of 0. */
export function splitRegexp(regexp: Regexp, text: string, limit: number): string[] | null {
  if (limit === 0) return null;
  if (regexp.pattern.length > 0 && text.length === 0) return [''];
  const subject = subjectOf(text);
  const parts: string[] = [];
  let begin = 0;
  let end = 0;
  for (const match of allMatches(regexp, subject, limit)) {
    if (limit > 0 && parts.length === limit - 1) break;
    end = match[0]!;
    if (match[1] !== 0) parts.push(subject.slice(begin, end));
    begin = match[1]!;
  }
  if (end !== subject.length) parts.push(subject.slice(begin, subject.length));
  return parts;
}

/** Go's ReplaceAllLiteralString. */
export function replaceAllLiteral(regexp: Regexp, text: string, replacement: string): string {
  return replaceWith(regexp, subjectOf(text), () => replacement);
}

/** Go's ReplaceAllString: `$1`, `${name}` and `$$` in the replacement are expanded. */
export function replaceAllRegexp(regexp: Regexp, text: string, replacement: string): string {
  const subject = subjectOf(text);
  return replaceWith(regexp, subject, (match) => expand(regexp, subject, { match, template: replacement }));
}

function replaceWith(regexp: Regexp, subject: Subject, replacement: (match: Match) => string): string {
  let result = '';
  let lastEnd = 0;
  for (let position = 0; position <= subject.length; ) {
    const match = subject.matchFrom(regexp, position);
    if (match === undefined) break;
    const [start, end] = match as unknown as [number, number];
    result += subject.slice(lastEnd, start);
    if (end > lastEnd || start === 0) result += replacement(match);
    lastEnd = end;
    // One rune at least; at the end of the text, where there is none, one step.
    position = Math.max(end, position + Math.max(subject.widthAt(position), 1));
  }
  return result + subject.slice(lastEnd, subject.length);
}

/** Go's Expand: names are as long as possible (`$1x` is `${1x}`), unknown ones are empty, a lone `$` stays. */
function expand(regexp: Regexp, subject: Subject, input: { match: Match; template: string }): string {
  const group = (index: number): string | undefined => {
    const start = input.match[2 * index] ?? -1;
    return start < 0 ? undefined : subject.slice(start, input.match[2 * index + 1]!);
  };
  if (!input.template.includes('$')) return input.template;
  return input.template.replace(
    /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
    (_, dollar: string | undefined, braced: string | undefined, bare: string | undefined) => {
      if (dollar !== undefined) return '$';
      const name = (braced ?? bare)!;
      if (/^(0|[1-9][0-9]{0,8})$/.test(name)) return group(Number(name)) ?? '';
      for (const index of regexp.groups.get(name) ?? []) {
        const text = group(index);
        if (text !== undefined) return text;
      }
      return '';
    },
  );
}

/** Go's regexp.QuoteMeta. */
export const quoteMeta = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
