/**
 * Go's net/url (1.26) as far as `urlParse` and `urlJoin` need it. Texts are walked as bytes, held here as Latin-1
 * strings, one character per byte; what comes out of a parse is decoded as Go decodes it.
 */
import { isIPv6 } from 'node:net';
import { fromBytes, toBytes } from '../../../foundation/base/byte-string.ts';
import { quote } from '../../../foundation/template/quote.ts';
import { GoError } from '../../../foundation/template/value.ts';

export interface UserInfo {
  readonly name: string;
  readonly password: string | undefined;
}

export interface GoUrl {
  scheme: string;
  opaque: string;
  user: UserInfo | undefined;
  host: string;
  path: string;
  query: string;
  fragment: string;
}

type Part = 'path' | 'host' | 'zone' | 'userPassword' | 'fragment';

/** What stays as it is beside letters, digits and `-_.~`. */
const SAFE: Readonly<Record<Part, string>> = {
  path: '$&+,/:;=@',
  host: '!"$&\'()*+,:;<=>[]',
  zone: '!"$&\'()*+,:;<=>[]',
  userPassword: '$&+,;=',
  fragment: '!$&()*+,/:;=?@',
};

const toLatin = (text: string): string => Buffer.from(toBytes(text)).toString('latin1');
const fromLatin = (bytes: string): string => fromBytes(Buffer.from(bytes, 'latin1'));

const isSafe = (char: string, part: Part): boolean => /[0-9A-Za-z\-_.~]/.test(char) || SAFE[part].includes(char);

function percentEncode(bytes: string, part: Part): string {
  return bytes.replace(/[^0-9A-Za-z\-_.~]/g, (char) =>
    SAFE[part].includes(char) ? char : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

const escapeError = (text: string): GoError => new GoError(`invalid URL escape ${quote(fromLatin(text))}`);

function percentDecode(bytes: string, part: Part): string {
  const hostLike = part === 'host' || part === 'zone';
  for (let at = 0; at < bytes.length; at++) {
    const char = bytes[at]!;
    if (char === '%') {
      checkEscape(bytes.slice(at, at + 3), part);
      at += 2;
    } else if (hostLike && char < '\x80' && !isSafe(char, part)) {
      throw new GoError(`invalid character ${quote(char)} in host name`);
    }
  }
  return bytes.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Within hosts only bytes beyond ASCII may be escaped; within zones also what a host could not hold otherwise. */
function checkEscape(text: string, part: Part): void {
  if (!/^%[0-9A-Fa-f]{2}$/.test(text)) throw escapeError(text);
  const value = Number.parseInt(text.slice(1), 16);
  if (text === '%25') return;
  if (part === 'host' && value < 0x80) throw escapeError(text);
  if (part === 'zone' && value !== 0x20 && !isSafe(String.fromCharCode(value), 'host')) throw escapeError(text);
}

/** Go's url.Parse. */
export function parseUrl(text: string): GoUrl {
  const bytes = toLatin(text);
  const hash = bytes.indexOf('#');
  const before = hash < 0 ? bytes : bytes.slice(0, hash);
  const url = wrapError(before, () => parseWithoutFragment(before));
  if (hash >= 0) url.fragment = wrapError(bytes, () => fromLatin(percentDecode(bytes.slice(hash + 1), 'fragment')));
  return url;
}

function wrapError<T>(bytes: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`parse ${quote(fromLatin(bytes))}: ${error.message}`);
    throw error;
  }
}

function parseWithoutFragment(bytes: string): GoUrl {
  const url: GoUrl = { scheme: '', opaque: '', user: undefined, host: '', path: '', query: '', fragment: '' };
  if (/[\x00-\x1f\x7f]/.test(bytes)) throw new GoError('net/url: invalid control character in URL');
  if (bytes === '*') return { ...url, path: '*' };
  if (bytes.startsWith(':')) throw new GoError('missing protocol scheme');
  const scheme = /^[A-Za-z][A-Za-z0-9+\-.]*(?=:)/.exec(bytes)?.[0] ?? '';
  url.scheme = scheme.toLowerCase();
  let rest = scheme === '' ? bytes : bytes.slice(scheme.length + 1);
  const question = rest.indexOf('?');
  if (question >= 0) {
    url.query = fromLatin(rest.slice(question + 1));
    rest = rest.slice(0, question);
  }
  if (!rest.startsWith('/')) {
    if (url.scheme !== '') return { ...url, opaque: fromLatin(rest) };
    if (rest.split('/')[0]!.includes(':')) {
      throw new GoError('first path segment in URL cannot contain colon');
    }
  }
  if (rest.startsWith('//') && (url.scheme !== '' || !rest.startsWith('///'))) {
    const slash = rest.indexOf('/', 2);
    parseAuthority(url, slash < 0 ? rest.slice(2) : rest.slice(2, slash));
    rest = slash < 0 ? '' : rest.slice(slash);
  }
  url.path = fromLatin(percentDecode(rest, 'path'));
  return url;
}

function parseAuthority(url: GoUrl, authority: string): void {
  const at = authority.lastIndexOf('@');
  url.host = fromLatin(parseHost(url.scheme, authority.slice(at + 1)));
  if (at < 0) return;
  const info = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) throw new GoError('net/url: invalid userinfo');
  const colon = info.indexOf(':');
  const decode = (text: string): string => fromLatin(percentDecode(text, 'userPassword'));
  url.user =
    colon < 0
      ? { name: decode(info), password: undefined }
      : { name: decode(info.slice(0, colon)), password: decode(info.slice(colon + 1)) };
}

const isOptionalPort = (text: string): boolean => /^(?::[0-9]*)?$/.test(text);
const badPort = (text: string): GoError => new GoError(`invalid port ${quote(fromLatin(text))} after host`);

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) throw new GoError('invalid IP-literal');
  if (open === 0) return parseLiteral(host);
  const strict = scheme === 'http' || scheme === 'https';
  const colon = strict ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0 && !isOptionalPort(host.slice(colon))) throw badPort(host.slice(colon));
  return percentDecode(host, 'host');
}

/** `[fe80::1%25en0]:80`: an IPv6 address, a zone behind `%25`, a port. */
function parseLiteral(host: string): string {
  const close = host.lastIndexOf(']');
  if (close < 0) throw new GoError("missing ']' in host");
  const port = host.slice(close + 1);
  if (!isOptionalPort(port)) throw badPort(port);
  const inner = host.slice(1, close);
  const zone = inner.indexOf('%25');
  const address =
    zone < 0
      ? percentDecode(inner, 'host')
      : percentDecode(inner.slice(0, zone), 'host') + percentDecode(inner.slice(zone), 'zone');
  if (/^[0-9.]+$/.test(address) && address.split('.').length === 4) throw new GoError('invalid IP-literal');
  const [plain, zoneName] = address.split(/%(.*)/s);
  if (!isIPv6(plain!) || zoneName === '') {
    throw new GoError(`invalid host: ParseAddr(${quote(fromLatin(address))}): unable to parse IP`);
  }
  return `[${address}]${port}`;
}

/** Go's URL.Hostname: without port and brackets. */
export function hostnameOf(host: string): string {
  const colon = host.lastIndexOf(':');
  const name = colon >= 0 && isOptionalPort(host.slice(colon)) ? host.slice(0, colon) : host;
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

export function formatUserInfo(user: UserInfo): string {
  const name = percentEncode(toLatin(user.name), 'userPassword');
  return user.password === undefined ? name : `${name}:${percentEncode(toLatin(user.password), 'userPassword')}`;
}

/** Go's URL.String for a URL put together from its parts. */
export function formatUrl(url: GoUrl): string {
  let text = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.opaque !== '') text += url.opaque;
  else text += formatAuthorityAndPath(url, text);
  if (url.query !== '') text += `?${url.query}`;
  if (url.fragment !== '') text += `#${percentEncode(toLatin(url.fragment), 'fragment')}`;
  return text;
}

function formatAuthorityAndPath(url: GoUrl, before: string): string {
  let text = '';
  const named = url.host !== '' || url.user !== undefined;
  if (named || (url.scheme !== '' && url.path !== '')) text += '//';
  if (url.user !== undefined) text += `${formatUserInfo(url.user)}@`;
  text += percentEncode(toLatin(url.host), 'host');
  const path = url.path === '*' ? '*' : percentEncode(toLatin(url.path), 'path');
  if (path !== '' && !path.startsWith('/') && url.host !== '') text += '/';
  if (before + text === '' && path.split('/')[0]!.includes(':')) text += './';
  return text + path;
}
