/**
 * Go's fmt over GoValue: Sprint, Sprintln and Sprintf with every verb and flag. Errors are part of the output, as in
 * Go: `%!d(float64=1)`.
 */
import { fromBytes } from '../base/byte-string.ts';
import { formatFloatShortest } from './float.ts';
import {
  type Flags,
  formatBoolean,
  formatFloating,
  formatHexBytes,
  formatInteger,
  formatQuoted,
  formatQuotedRune,
  formatRune,
  formatString,
  formatUnicode,
  noFlags,
  pad,
} from './format.ts';
import { complexOf, isFunction, NIL_BYTES, typeName } from './kind.ts';
import { sortStrings } from './runes.ts';
import { GoInt, type GoMap, GoObject, type GoSlice, type GoValue } from './value.ts';

const PLAIN = noFlags();
/** Go prints addresses; ours are all this one, as long as most of Go 1.26's. */
const ADDRESS = 0x2c0000123450n;

/** fmt.Sprint: spaces between operands of which neither is a string. */
export function sprint(args: readonly GoValue[]): string {
  let text = '';
  let previousIsString = true;
  for (const arg of args) {
    const isString = typeof arg === 'string';
    if (!isString && !previousIsString) text += ' ';
    text += formatDefault(arg);
    previousIsString = isString;
  }
  return text;
}

/** fmt.Sprintln */
export function sprintln(args: readonly GoValue[]): string {
  return `${args.map(formatDefault).join(' ')}\n`;
}

/** `%v` */
export function formatDefault(value: GoValue): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return formatFloatShortest(value);
    case 'boolean':
      return value ? 'true' : 'false';
  }
  if (value instanceof GoInt && value.type === undefined) return value.value.toString();
  return formatArg(value, 'v', PLAIN);
}

/** A whole operand. */
function formatArg(arg: GoValue, verb: string, flags: Flags): string {
  if (arg === null) return verb === 'T' || verb === 'v' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
  if (verb === 'T') return formatString(typeName(arg), flags);
  if (verb === 'p') return formatPointer(arg, 'p', flags);
  if (arg instanceof Uint8Array && flags.sharpV && verb === 'v')
    return arg === NIL_BYTES ? '[]byte(nil)' : `[]byte${formatElements(arg, verb, flags)}`;
  return formatValue(arg, verb, { flags, depth: 0 });
}

interface Context {
  readonly flags: Flags;
  readonly depth: number;
  /** Inside %!verb(…): methods are not called again. */
  readonly erroring?: boolean;
}

function badVerb(verb: string, value: GoValue, context: Context): string {
  return `%!${verb}(${typeName(value)}=${formatValue(value, 'v', { ...context, depth: 0, erroring: true })})`;
}

function formatValue(value: GoValue, verb: string, context: Context): string {
  const { flags } = context;
  switch (typeof value) {
    case 'string':
      return formatText(value, verb, context);
    case 'number':
      return formatNumber(value, verb, context);
    case 'boolean':
      return verb === 't' || verb === 'v' ? formatBoolean(value, flags) : badVerb(verb, value, context);
  }
  // A nil element prints so whatever the verb.
  if (value === null) return flags.sharpV ? 'interface {}(nil)' : '<nil>';
  if (value instanceof GoInt) return formatInt(value, verb, context);
  // %w is for Errorf alone; Go notices before it looks into a value.
  if (verb === 'w' && !(value instanceof Uint8Array && context.depth === 0)) return badVerb(verb, value, context);
  if (value instanceof Uint8Array) return formatBytes(value, verb, context);
  if (value instanceof Map) return formatMap(value, verb, context);
  if (Array.isArray(value)) return formatSlice(value, verb, context);
  if (value instanceof GoObject) return formatObject(value, verb, context);
  return formatPointer(value, verb, flags);
}

function formatText(value: string, verb: string, context: Context): string {
  const { flags } = context;
  switch (verb) {
    case 'v':
      return flags.sharpV ? formatQuoted(value, flags) : formatString(value, flags);
    case 's':
      return formatString(value, flags);
    case 'x':
    case 'X':
      return formatHexBytes(value, flags, verb === 'X');
    case 'q':
      return formatQuoted(value, flags);
  }
  return badVerb(verb, value, context);
}

function formatNumber(value: number, verb: string, context: Context): string {
  switch (verb) {
    case 'v':
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
      return formatFloating(value, verb, -1, context.flags);
    case 'f':
    case 'e':
    case 'E':
      return formatFloating(value, verb, 6, context.flags);
    case 'F':
      return formatFloating(value, 'f', 6, context.flags);
  }
  return badVerb(verb, value, context);
}

function formatInt(value: GoInt, verb: string, context: Context): string {
  const { flags } = context;
  const text = value.type?.format;
  if (text !== undefined && !context.erroring && !flags.sharpV && 'vsxXq'.includes(verb))
    return formatText(text(value), verb, context);
  switch (verb) {
    case 'v':
      if (flags.sharpV && value.kind.startsWith('u')) return formatInteger(value.value, 'x', { ...flags, sharp: true });
      return formatInteger(value.value, 'd', flags);
    case 'd':
    case 'b':
    case 'o':
    case 'O':
    case 'x':
    case 'X':
      return formatInteger(value.value, verb, flags);
    case 'c':
      return formatRune(value.value, flags);
    case 'q':
      return formatQuotedRune(value.value, flags);
    case 'U':
      return formatUnicode(value.value, flags);
  }
  return badVerb(verb, value, context);
}

function formatBytes(value: Uint8Array, verb: string, context: Context): string {
  const { flags } = context;
  switch (verb) {
    case 's':
      return formatString(fromBytes(value), flags);
    case 'q':
      return formatQuoted(fromBytes(value), flags);
    case 'x':
    case 'X':
      return formatHexBytes(value, flags, verb === 'X');
    case 'v':
      if (flags.sharpV) return `[]uint8${formatElements(value, verb, flags)}`;
  }
  // Charts that print a whole context print every file of it so.
  if (flags === PLAIN && verb === 'v') return decimalBytes(value);
  const elements = Array.from(value, (byte) => formatValue(new GoInt('uint8', BigInt(byte)), verb, context));
  return `[${elements.join(' ')}]`;
}

/** Each byte in decimal with a space behind it, in four places; made when it is first needed. */
let decimals: Uint8Array | undefined;

/** `[104 105]` */
function decimalBytes(value: Uint8Array): string {
  if (value.length === 0) return '[]';
  decimals ??= Uint8Array.from({ length: 1024 }, (_, i) => `${i >> 2} `.charCodeAt(i & 3));
  const out = Buffer.allocUnsafe(value.length * 4 + 1);
  let at = 0;
  out[at++] = 0x5b;
  for (let i = 0; i < value.length; i++) {
    const byte = value[i]!;
    const from = byte << 2;
    out[at++] = decimals[from]!;
    if (byte > 9) out[at++] = decimals[from + 1]!;
    if (byte > 99) out[at++] = decimals[from + 2]!;
    out[at++] = 0x20;
  }
  out[at - 1] = 0x5d;
  return out.toString('latin1', 0, at);
}

function formatElements(bytes: Uint8Array, verb: string, flags: Flags): string {
  const elements = Array.from(bytes, (byte) =>
    formatValue(new GoInt('uint8', BigInt(byte)), verb, { flags, depth: 1 }),
  );
  return `{${elements.join(', ')}}`;
}

function formatMap(map: GoMap, verb: string, context: Context): string {
  const inner = { ...context, depth: context.depth + 1 };
  const separator = context.flags.sharpV ? ', ' : ' ';
  // Added up, not joined: what is printed can be megabytes, and is copied once instead of at each level.
  let pairs = '';
  for (const key of sortStrings([...map.keys()])) {
    if (pairs !== '') pairs += separator;
    pairs += `${formatValue(key, verb, inner)}:${formatValue(map.get(key)!, verb, inner)}`;
  }
  if (!context.flags.sharpV) return `map[${pairs}]`;
  return typeName(map) + (map.isNil ? '(nil)' : `{${pairs}}`);
}

function formatSlice(slice: GoSlice, verb: string, context: Context): string {
  const inner = { ...context, depth: context.depth + 1 };
  const elements = slice.map((element) => formatValue(element, verb, inner));
  if (!context.flags.sharpV) return `[${elements.join(' ')}]`;
  return typeName(slice) + (slice.isNil ? '(nil)' : `{${elements.join(', ')}}`);
}

function formatObject(object: GoObject, verb: string, context: Context): string {
  const { flags } = context;
  const complex = complexOf(object);
  if (complex !== undefined) {
    if (!'vbgGxXfFeE'.includes(verb)) return badVerb(verb, object, context);
    return `(${formatNumber(complex.re, verb, context)}${formatNumber(complex.im, verb, { ...context, flags: { ...flags, plus: true } })}i)`;
  }
  if (object.type.nil && context.depth === 0) return pad('<nil>', flags);
  const { goString, printed } = object.type;
  if (goString !== undefined && verb === 'v' && flags.sharpV && !context.erroring)
    return formatString(goString(object), flags);
  // Inside of something else a value lies behind no pointer either.
  const hasString = object.format !== undefined && (object.type.asValue === undefined || context.depth === 0);
  if (hasString && !context.erroring && !flags.sharpV && 'vsxXq'.includes(verb)) {
    return formatText(object.format!(), verb, context);
  }
  const isPointer = object.type.kind === 'ptr';
  if (isPointer && context.depth > 0) return formatPointer(object, verb, flags);
  const inner = { ...context, depth: context.depth + 1 };
  const fields = [...(printed?.(object) ?? object.fields)].map(([name, field]) => {
    const text = formatValue(field, verb, inner);
    return flags.plusV || flags.sharpV ? `${name}:${text}` : text;
  });
  const body = `{${fields.join(flags.sharpV ? ', ' : ' ')}}`;
  const typed = flags.sharpV ? object.type.name.replace(/^\*/, '') + body : body;
  return isPointer ? `&${typed}` : typed;
}

function formatPointer(value: GoValue, verb: string, flags: Flags): string {
  const isPointer =
    value instanceof Map ||
    Array.isArray(value) ||
    value instanceof Uint8Array ||
    isFunction(value) ||
    (value instanceof GoObject && value.type.kind === 'ptr');
  if (!isPointer) return badVerb(verb, value, { flags, depth: 0 });
  const isNil = (value as GoMap | GoSlice).isNil === true || (value instanceof GoObject && value.type.nil === true);
  const address = isNil ? 0n : ADDRESS;
  if (verb === 'v' && flags.sharpV) return `(${typeName(value)})(${isNil ? 'nil' : `0x${address.toString(16)}`})`;
  if (verb === 'v' && isNil) return pad('<nil>', flags);
  if (verb === 'v' || verb === 'p') return formatInteger(address, 'x', { ...flags, sharp: !flags.sharp });
  return 'bodxX'.includes(verb) ? formatInteger(address, verb, flags) : badVerb(verb, value, { flags, depth: 0 });
}

// Formats

/** fmt.Sprintf */
export function sprintf(format: string, args: readonly GoValue[]): string {
  const state: FormatState = { format, at: 0, args, argNum: 0, reordered: false, goodArgNum: true };
  let text = '';
  for (;;) {
    const percent = format.indexOf('%', state.at);
    if (percent < 0) break;
    text += format.slice(state.at, percent);
    state.at = percent + 1;
    text += formatOne(state);
  }
  text += format.slice(state.at);
  if (!state.reordered && state.argNum < args.length) text += extraArgs(args.slice(state.argNum));
  return text;
}

interface FormatState {
  readonly format: string;
  at: number;
  readonly args: readonly GoValue[];
  argNum: number;
  /** An index like [3] was seen: left-over operands are no error then. */
  reordered: boolean;
  goodArgNum: boolean;
}

function extraArgs(args: readonly GoValue[]): string {
  const shown = args.map((arg) => (arg === null ? '<nil>' : `${typeName(arg)}=${formatDefault(arg)}`));
  return `%!(EXTRA ${shown.join(', ')})`;
}

/** One verb with what stands before it, the percent sign past. */
function formatOne(s: FormatState): string {
  const flags = noFlags();
  s.goodArgNum = true;
  readFlags(s, flags);
  let afterIndex = readArgNumber(s);
  let errors = '';
  if (s.format[s.at] === '*') {
    s.at++;
    errors += widthFromArg(s, flags);
    afterIndex = false;
  } else {
    flags.width = readNumber(s);
    if (afterIndex && flags.width !== undefined) s.goodArgNum = false;
  }
  if (s.format[s.at] === '.' && s.at + 1 < s.format.length) {
    s.at++;
    if (afterIndex) s.goodArgNum = false;
    afterIndex = readArgNumber(s);
    if (s.format[s.at] === '*') {
      s.at++;
      errors += precisionFromArg(s, flags);
      afterIndex = false;
    } else flags.precision = readNumber(s) ?? 0;
  }
  if (!afterIndex) readArgNumber(s);
  if (s.at >= s.format.length) return `${errors}%!(NOVERB)`;
  return errors + formatVerb(s, flags);
}

function formatVerb(s: FormatState, flags: Flags): string {
  const verb = String.fromCodePoint(s.format.codePointAt(s.at)!);
  s.at += verb.length;
  const shown = verb.isWellFormed() ? verb : '\ufffd';
  if (verb === '%') return '%';
  if (!s.goodArgNum) return `%!${shown}(BADINDEX)`;
  if (s.argNum >= s.args.length) return `%!${shown}(MISSING)`;
  if (verb === 'v' || verb === 'w') {
    flags.sharpV = flags.sharp;
    flags.plusV = flags.plus;
    flags.sharp = false;
    flags.plus = false;
  }
  return formatArg(s.args[s.argNum++]!, shown, flags);
}

function readFlags(s: FormatState, flags: Flags): void {
  for (; s.at < s.format.length; s.at++) {
    const char = s.format[s.at];
    if (char === '#') flags.sharp = true;
    else if (char === '0') flags.zero = true;
    else if (char === '+') flags.plus = true;
    else if (char === '-') flags.minus = true;
    else if (char === ' ') flags.space = true;
    else return;
  }
}

const tooLarge = (value: number): boolean => value > 1e6 || value < -1e6;

/** Digits as a number; undefined for none. A crazy one swallows the rest of the format. */
function readNumber(s: FormatState): number | undefined {
  let value: number | undefined;
  for (; s.at < s.format.length; s.at++) {
    const digit = s.format.charCodeAt(s.at) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    if (tooLarge(value ?? 0)) {
      s.at = s.format.length;
      return undefined;
    }
    value = (value ?? 0) * 10 + digit;
  }
  return value;
}

/** An index like [3], which moves to that operand; whether a well-formed one was there. */
function readArgNumber(s: FormatState): boolean {
  if (s.format[s.at] !== '[') return false;
  s.reordered = true;
  const close = s.format.length - s.at < 3 ? -1 : s.format.indexOf(']', s.at + 1);
  if (close < 0) {
    s.at += 1;
    s.goodArgNum = false;
    return false;
  }
  const inside = s.format.slice(s.at + 1, close);
  s.at = close + 1;
  const isNumber = /^\d+$/.test(inside) && Number(inside) <= 1e7;
  const index = Number(inside) - 1;
  if (isNumber && index >= 0 && index < s.args.length) s.argNum = index;
  else s.goodArgNum = false;
  return isNumber;
}

/** The operand that a `*` takes, where it is an integer of sane size. */
function intFromArg(s: FormatState): number | undefined {
  if (s.argNum >= s.args.length) return undefined;
  const arg = s.args[s.argNum++]!;
  if (!(arg instanceof GoInt)) return undefined;
  const value = Number(arg.value);
  return tooLarge(value) ? undefined : value;
}

function widthFromArg(s: FormatState, flags: Flags): string {
  const width = intFromArg(s);
  if (width === undefined) return '%!(BADWIDTH)';
  flags.width = Math.abs(width);
  if (width < 0) {
    flags.minus = true;
    flags.zero = false;
  }
  return '';
}

function precisionFromArg(s: FormatState, flags: Flags): string {
  const precision = intFromArg(s);
  if (precision === undefined || precision < 0) return '%!(BADPREC)';
  flags.precision = precision;
  return '';
}
