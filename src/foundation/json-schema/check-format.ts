/**
 * `format`, which drafts before 2019 assert and later ones only note. What is not listed here is let pass, as upstream
 * does with formats it does not know.
 */
import { isIPv6 } from 'node:net';
import { compileRegexp, RegexpSyntaxError } from '../base/regexp.ts';
import type { GoValue } from '../template/value.ts';

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
  return isIPv6(text) ? undefined : `ParseAddr(${JSON.stringify(text)}): unable to parse IP`;
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

function date(text: string): string | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const given = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (day !== undefined && !Number.isNaN(given.getTime()) && given.getUTCDate() === Number(day)) return undefined;
  return `parsing time ${JSON.stringify(text)} as "2006-01-02": cannot parse`;
}

function time(text: string): string | undefined {
  if (text.length < 9) return 'less than 9 characters long';
  const [, hour, minute, second] =
    /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[zZ]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
  if (hour === undefined) return 'missing colon in correct place';
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return 'hour/min/sec are not in range';
  return undefined;
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
  if (text.includes('\\')) return 'contains \\';
  if (/[\x00-\x1f\x7f]/.test(text)) return `parse ${JSON.stringify(text)}: net/url: invalid control character in URL`;
  const broken = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(text)?.[0];
  if (broken !== undefined) return `parse ${JSON.stringify(text)}: invalid URL escape ${JSON.stringify(broken)}`;
  if (/^:/.test(text)) return `parse ${JSON.stringify(text)}: missing protocol scheme`;
  if (/^[^/?#]*:/.test(text) && !/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text)) {
    return `parse ${JSON.stringify(text)}: first path segment in URL cannot contain colon`;
  }
  return undefined;
}

function uri(text: string): string | undefined {
  const wrong = uriReference(text);
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
  return bad === undefined ? undefined : `non hex character '${bad}'`;
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
]);
