/**
 * `format`, which drafts before 2019 assert and later ones only note. What is not listed here is let pass, as upstream
 * does with formats it does not know.
 */
import { isIPv6 } from 'node:net';
import { compileRegexp, RegexpSyntaxError } from '../base/regexp.ts';
import { quote } from '../template/quote.ts';
import type { GoValue } from '../template/value.ts';
import { duration, semver, uriTemplate } from './check-more-formats.ts';
import { urlProblem } from './schema-url.ts';

type FormatCheck = (text: string) => string | undefined;

/** What is wrong with the value; undefined where it is right, or no text. */
export function checkFormat(format: string, value: GoValue): string | undefined {
  return typeof value === 'string' ? formats.get(format)?.(value) : undefined;
}

function ipv4(text: string): string | undefined {
  const groups = text.split('.');
  if (groups.length !== 4) return 'expected four decimals';
  for (const group of groups) {
    if (group.length > 1 && group.startsWith('0')) return 'leading zeros';
    if (!/^[+-]?\d+$/.test(group)) return `strconv.Atoi: parsing ${JSON.stringify(group)}: invalid syntax`;
    if (Number(group) < 0 || Number(group) > 255) return 'decimal must be between 0 and 255';
  }
  return undefined;
}

function ipv6(text: string): string | undefined {
  if (!text.includes(':')) return 'missing colon';
  if (text.includes('%')) return 'zone id is not a part of ipv6 address';
  return isIPv6(text) ? undefined : `ParseAddr(${quote(text)}): ${addressProblem(text)}`;
}

/** As Go's netip reads groups from left to right. */
function addressProblem(text: string): string {
  let gap = text.startsWith('::');
  let rest = gap ? text.slice(2) : text;
  let groups = 0;
  const at = (problem: string): string => `${problem} (at ${quote(rest)})`;
  while (groups < 8) {
    const [digits = ''] = /^[0-9a-fA-F]*/.exec(rest) ?? [];
    if (digits.length > 4) return at('each group must have 4 or less digits');
    if (digits === '') return at('each colon-separated field must have at least one digit');
    if (rest[digits.length] === '.') return embeddedProblem(rest, groups, gap);
    groups++;
    rest = rest.slice(digits.length);
    if (rest === '') break;
    if (!rest.startsWith(':')) return at('unexpected character, want colon');
    if (rest === ':') return at('colon must be followed by more characters');
    rest = rest.slice(1);
    if (!rest.startsWith(':')) continue;
    if (gap) return at('multiple :: in address');
    gap = true;
    rest = rest.slice(1);
    if (rest === '') break;
  }
  if (rest !== '') return at('trailing garbage after address');
  return gap ? 'the :: must expand to at least one field of zeros' : 'address string too short';
}

function embeddedProblem(rest: string, groups: number, gap: boolean): string {
  const at = (problem: string, text: string): string => `${problem} (at ${quote(text)})`;
  if (!gap && groups !== 6) return at('embedded IPv4 address must replace the final 2 fields of the address', rest);
  if (groups > 6) return at('too many hex fields to fit an embedded IPv4 at the end of the address', rest);
  const odd = /[^0-9.]/.exec(rest)?.index;
  if (odd !== undefined) return at('unexpected character', rest.slice(odd));
  const parts = rest.split('.');
  if (parts.includes('')) return 'IPv4 field must have at least one digit';
  if (parts.some((part) => /^0\d/.test(part))) return 'IPv4 field has octet with leading zero';
  if (parts.some((part) => Number(part) > 255)) return 'IPv4 field has value >255';
  return parts.length < 4 ? 'IPv4 address too short' : 'IPv4 address too long';
}

function hostname(text: string): string | undefined {
  const name = text.replace(/\.$/, '');
  if (Buffer.byteLength(name) > 253) return 'more than 253 characters long';
  for (const label of name.split('.')) {
    if (label.length < 1 || label.length > 63) return 'label must be 1 to 63 characters long';
    if (label.startsWith('-')) return 'label starts with hyphen';
    if (label.endsWith('-')) return 'label ends with hyphen';
    const bad = /[^a-zA-Z0-9-]/.exec(label)?.[0];
    if (bad !== undefined) return `invalid character '${bad}'`;
  }
  return undefined;
}

function email(text: string): string | undefined {
  if (Buffer.byteLength(text) > 254) return 'more than 255 characters long';
  const at = text.lastIndexOf('@');
  if (at < 0) return 'missing @';
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  if (local.length > 64) return 'local part more than 64 characters long';
  if (!/^"(?:[^"\\\r]|\\.)*"$/.test(local)) {
    if (local.startsWith('.')) return 'starts with dot';
    if (local.endsWith('.')) return 'ends with dot';
    if (local.includes('..')) return 'consecutive dots';
    const bad = /[^a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]/u.exec(local)?.[0];
    if (bad !== undefined) return `invalid character '${bad}'`;
  }
  if (domain.startsWith('[') && domain.endsWith(']')) {
    const address = domain.slice(1, -1);
    return address.startsWith('IPv6:') ? ipv6(address.slice(5)) : ipv4(address);
  }
  const wrong = hostname(domain);
  return wrong === undefined ? undefined : `invalid domain: ${wrong}`;
}

/** As Go's time.Parse goes through its layout. */
function date(text: string): string | undefined {
  const problem = (rest: string, part: string): string =>
    `parsing time ${quote(text)} as "2006-01-02": cannot parse ${quote(rest)} as ${quote(part)}`;
  if (!/^\d{4}/.test(text)) return problem(text, '2006');
  if (text[4] !== '-') return problem(text.slice(4), '-');
  const [month, day] = [text.slice(5, 7), text.slice(8, 10)];
  if (!/^\d\d$/.test(month)) return problem(text.slice(5), '01');
  if (Number(month) < 1 || Number(month) > 12) return `parsing time ${quote(text)}: month out of range`;
  if (text[7] !== '-') return problem(text.slice(7), '-');
  if (!/^\d\d$/.test(day)) return problem(text.slice(8), '02');
  if (text.length > 10) return `parsing time ${quote(text)}: extra text: ${quote(text.slice(10))}`;
  const given = new Date(`${text}T00:00:00Z`);
  const exists = !Number.isNaN(given.getTime()) && given.getUTCDate() === Number(day);
  return exists ? undefined : `parsing time ${quote(text)}: day out of range`;
}

function time(text: string): string | undefined {
  if (text.length < 9) return 'less than 9 characters long';
  if (text[2] !== ':' || text[5] !== ':') return 'missing colon in correct place';
  const parts = text.slice(0, 8).split(':', 3);
  if (!parts.every((part) => /^[+-]?\d+$/.test(part))) return 'invalid hour/min/sec';
  const [hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (Math.min(hour, minute, second) < 0) return 'non-positive hour/min/sec';
  if (hour > 23 || minute > 59 || second > 60) return 'hour/min/sec out of range';
  const [fraction = ''] = /^\.\d*/.exec(text.slice(8)) ?? [];
  if (fraction === '.') return 'no digits in second fraction';
  const zone = text.slice(8 + fraction.length);
  const wrong = /^[zZ]$/.test(zone) ? undefined : offset(zone);
  return wrong ?? (second === 60 ? leapSecond(hour * 60 + minute, zone) : undefined);
}

function offset(zone: string): string | undefined {
  if (Buffer.byteLength(zone) !== 6) return 'offset must be 6 characters long';
  if (!/^[+-]/.test(zone)) return 'offset must begin with plus/minus';
  if (zone[3] !== ':') return 'missing colon in offset in correct place';
  const parts = [zone.slice(1, 3), zone.slice(4)];
  if (!parts.every((part) => /^[+-]?\d+$/.test(part))) return 'invalid hour/min in offset';
  const [hours = 0, minutes = 0] = parts.map(Number);
  if (Math.min(hours, minutes) < 0) return 'non-positive hour/min in offset';
  return hours > 23 || minutes > 59 ? 'hour/min in offset out of range' : undefined;
}

/** Only the last minute of a day in UTC has one. */
function leapSecond(minutes: number, zone: string): string | undefined {
  const east = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)) || 0;
  const shifted = minutes + (zone.startsWith('+') ? -east : east);
  return (shifted < 0 ? shifted + 1440 : shifted) === 1439 ? undefined : 'invalid leap second';
}

function dateTime(text: string): string | undefined {
  if (text.length < 20) return 'less than 20 characters long';
  if (text[10] !== 't' && text[10] !== 'T') return '11th character must be t or T';
  const wrong = date(text.slice(0, 10));
  if (wrong !== undefined) return `invalid date element: ${wrong}`;
  const late = time(text.slice(11));
  return late === undefined ? undefined : `invalid time element: ${late}`;
}

function uriReference(text: string): string | undefined {
  return text.includes('\\') ? 'contains \\' : urlProblem(text);
}

function uri(text: string): string | undefined {
  const wrong = urlProblem(text);
  if (wrong !== undefined) return wrong;
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text) ? undefined : 'relative url';
}

function uuid(text: string): string | undefined {
  const groups = text.split('-');
  const lengths = [8, 4, 4, 4, 12];
  if (groups.length !== lengths.length) return `must have ${lengths.length} elements`;
  const wrong = groups.findIndex((group, index) => group.length !== lengths[index]);
  if (wrong >= 0) return `element ${wrong + 1} must be ${lengths[wrong]} characters long`;
  const bad = /[^0-9a-fA-F-]/u.exec(text)?.[0];
  return bad === undefined ? undefined : `non-hex character '${bad}'`;
}

function jsonPointer(text: string): string | undefined {
  if (text !== '' && !text.startsWith('/')) return 'not starting with /';
  return /~(?![01])/.test(text) ? "~ must be followed by '0' or '1'" : undefined;
}

function regex(text: string): string | undefined {
  try {
    compileRegexp(text);
    return undefined;
  } catch (error) {
    if (error instanceof RegexpSyntaxError) return error.message;
    throw error;
  }
}

const formats: ReadonlyMap<string, FormatCheck> = new Map<string, FormatCheck>([
  ['ipv4', ipv4],
  ['ipv6', ipv6],
  ['hostname', hostname],
  ['email', email],
  ['date', date],
  ['time', time],
  ['date-time', dateTime],
  ['uri', uri],
  ['iri', uri],
  ['uri-reference', uriReference],
  ['iri-reference', uriReference],
  ['uuid', uuid],
  ['json-pointer', jsonPointer],
  ['regex', regex],
  ['duration', duration],
  ['period', period],
  ['semver', semver],
  ['relative-json-pointer', relativeJsonPointer],
  ['uri-template', uriTemplate],
]);

function period(text: string): string | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return 'missing slash';
  const [start, end] = [text.slice(0, slash), text.slice(slash + 1)];
  const wrong = start.startsWith('P')
    ? named('invalid start duration', duration(start))
    : named('invalid start date-time', dateTime(start));
  if (wrong !== undefined) return wrong;
  const isLength = end.startsWith('P') && !start.startsWith('P');
  return isLength ? named('invalid end duration', duration(end)) : named('invalid end date-time', dateTime(end));
}

const named = (name: string, wrong: string | undefined): string | undefined =>
  wrong === undefined ? undefined : `${name}: ${wrong}`;

function relativeJsonPointer(text: string): string | undefined {
  const [digits = ''] = /^\d*/.exec(text) ?? [];
  if (digits === '') return 'must start with non-negative integer';
  if (digits.length > 1 && digits.startsWith('0')) return 'starts with zero';
  const rest = text.slice(digits.length);
  return rest === '#' ? undefined : jsonPointer(rest);
}
