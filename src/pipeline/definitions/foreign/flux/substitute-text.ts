/**
 * Variables in a text, as Flux substitutes them after a build: `${name}`, with defaults (`${name:-text}`), cases, parts and
 * replacements as in bash; `$$` is a dollar. Takes the text and the values, returns the text. Throws for a broken one. Pure.
 */

export interface Variables {
  /** Undefined: there is none of that name. */
  get(name: string): string | undefined;
}

export class SubstitutionError extends Error {}

const closing = '}';

/** A text beyond it is not gone through: nothing that a person wrote. */
const depthLimit = 20;

export function substituteText(text: string, variables: Variables): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) return result + text.slice(at);
    result += text.slice(at, dollar);
    if (text[dollar + 1] === '$') {
      // What follows an escaped dollar is text.
      result += '$';
      at = dollar + 2;
      continue;
    }
    if (text[dollar + 1] !== '{') {
      result += '$';
      at = dollar + 1;
      continue;
    }
    const read = readExpression(text, dollar + 2, { variables, depth: 0 });
    result += read.value;
    at = read.end;
  }
  return result;
}

interface Reading {
  readonly variables: Variables;
  readonly depth: number;
}

interface Read {
  readonly value: string;
  readonly end: number;
}

const namePattern = /[\p{L}\p{Nd}_]+/uy;

/** From behind `${` to behind its `}`. */
function readExpression(text: string, start: number, reading: Reading): Read {
  if (reading.depth > depthLimit) throw new SubstitutionError('variables are nested too deeply');
  const isLength = text[start] === '#';
  namePattern.lastIndex = start + (isLength ? 1 : 0);
  const name = namePattern.exec(text)?.[0];
  if (name === undefined) throw new SubstitutionError('unable to parse variable name');
  const at = namePattern.lastIndex;
  const operator = isLength ? '' : operatorAt(text, at);
  const inner = { ...reading, depth: reading.depth + 1 };
  const [first, rest] = argumentsOf(operator);
  let end = at + operator.length;
  const found: string[] = [];
  for (const stop of [first, rest]) {
    if (stop === undefined || (found.length > 0 && text[end] === closing)) continue;
    if (found.length > 0) end += 1;
    const argument = readArgument(text, end, { ...inner, stop });
    found.push(argument.value);
    end = argument.end;
  }
  if (text[end] !== closing) throw new SubstitutionError('missing closing brace');
  const value = reading.variables.get(name) ?? '';
  return { value: isLength ? String(Buffer.byteLength(value)) : apply(operator, value, found), end: end + 1 };
}

const operators = [':-', ':=', ':?', ':+', '//', '/#', '/%', '##', '%%', '^^', ',,', ':', '=', '/', '#', '%', '^', ','];

const operatorAt = (text: string, at: number): string =>
  operators.find((operator) => text.startsWith(operator, at)) ?? '';

/** What ends each argument, beside the closing brace. */
function argumentsOf(operator: string): readonly [string?, string?] {
  if (operator === ':') return [':', ''];
  if (operator.startsWith('/')) return ['/', ''];
  return ['', '^', '^^', ',', ',,'].includes(operator) ? [] : [''];
}

function readArgument(text: string, start: number, reading: Reading & { readonly stop: string }): Read {
  let value = '';
  for (let at = start; at < text.length; ) {
    const char = text[at] as string;
    if (char === '$' && text[at + 1] === '{') {
      const inner = readExpression(text, at + 2, reading);
      value += inner.value;
      at = inner.end;
    } else if (char === reading.stop || (char === closing && reading.stop !== '/')) {
      return { value, end: at };
    } else {
      const isEscape = reading.stop === '/' && char === '\\' && /[/\\]/.test(text[at + 1] ?? '');
      value += isEscape ? text[at + 1] : char;
      at += isEscape ? 2 : 1;
    }
  }
  throw new SubstitutionError('missing closing brace');
}

function apply(operator: string, value: string, [first = '', second = '']: readonly string[]): string {
  if (['=', ':=', ':-', ':?', ':+'].includes(operator)) return value === '' ? first : value;
  if (operator === '^^') return value.toUpperCase();
  if (operator === ',,') return value.toLowerCase();
  if (operator === '^') return value.charAt(0).toUpperCase() + value.slice(1);
  if (operator === ',') return value.charAt(0).toLowerCase() + value.slice(1);
  if (operator === ':') return part(value, first, second);
  if (operator === '//') return first === '' ? value : value.replaceAll(first, () => second);
  if (operator === '/') return value.replace(first, () => second);
  if (operator === '/#') return value.startsWith(first) ? second + value.slice(first.length) : value;
  if (operator === '/%') return value.endsWith(first) ? value.slice(0, value.length - first.length) + second : value;
  if (operator.startsWith('#')) return trimmed(value, first, operator === '##');
  if (operator.startsWith('%')) return reversed(trimmed(reversed(value), reversed(first), operator === '%%'));
  return value;
}

function part(value: string, from: string, count: string): string {
  if (!/^[-+]?\d+$/.test(from.trim()) || (count !== '' && !/^[-+]?\d+$/.test(count))) return value;
  const start = Number(from) < 0 ? Math.max(0, value.length + Number(from)) : Number(from);
  const length = count === '' ? value.length : Number(count);
  return length < 0 ? value.slice(start) : value.slice(start, start + length);
}

const reversed = (text: string): string => [...text].reverse().join('');

/** Without the shortest or longest beginning that fits a pattern of `*` and `?`. */
function trimmed(value: string, pattern: string, longest: boolean): string {
  const fits = (text: string) => fitsShell(text, pattern);
  const lengths = Array.from({ length: value.length }, (_, index) => index + 1);
  const found = longest
    ? lengths.findLast((length) => fits(value.slice(0, length)))
    : lengths.find((length) => fits(value.slice(0, length)));
  return found === undefined ? value : value.slice(found);
}

function fitsShell(text: string, pattern: string): boolean {
  let [at, from] = [0, 0];
  let [star, mark] = [-1, 0];
  while (at < text.length) {
    if (from < pattern.length && (pattern[from] === '?' || pattern[from] === text[at]) && pattern[from] !== '*') {
      at++;
      from++;
    } else if (pattern[from] === '*') {
      star = from++;
      mark = at;
    } else if (star >= 0) {
      from = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[from] === '*') from++;
  return from === pattern.length;
}
