/** `urlParse` and `urlJoin`. A host's address is never looked up: Helm does so only with --enable-dns. */
import { kindName } from '../../../foundation/template/kind.ts';
import { GoError, type GoFunction, type GoMap, type GoValue } from '../../../foundation/template/value.ts';
import { goFunction, nilDereference } from './go-function.ts';
import { formatUrl, formatUserInfo, hostnameOf, parseUrl } from './go-url.ts';

export const urlFunctions: readonly GoFunction[] = [
  goFunction('urlParse', '(string) map[string]interface {}', urlParse),
  goFunction('urlJoin', '(map[string]interface {}) string', urlJoin),
  goFunction('getHostByName', '(string) string', () => ''),
];

function prefixed<T>(prefix: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GoError) throw new GoError(prefix + error.message);
    throw error;
  }
}

function urlParse(text: string): GoMap {
  const url = prefixed('unable to parse url: ', () => parseUrl(text));
  return new Map<string, GoValue>([
    ['scheme', url.scheme],
    ['host', url.host],
    ['hostname', hostnameOf(url.host)],
    ['path', url.path],
    ['query', url.query],
    ['opaque', url.opaque],
    ['fragment', url.fragment],
    ['userinfo', url.user === undefined ? '' : formatUserInfo(url.user)],
  ]);
}

function urlJoin(parts: GoMap): string {
  const text = (key: string): string => {
    if (!parts.has(key)) return '';
    const value = parts.get(key) ?? null;
    if (value === null) throw nilDereference();
    if (typeof value === 'string') return value;
    throw new GoError(`unable to parse ${key} key, must be of type string, but ${kindName(value)} found`);
  };
  const url = {
    scheme: text('scheme'),
    host: text('host'),
    path: text('path'),
    query: text('query'),
    opaque: text('opaque'),
    fragment: text('fragment'),
  };
  const info = text('userinfo');
  const user =
    info === ''
      ? undefined
      : prefixed('unable to parse userinfo in dict: ', () => parseUrl(`proto://${info}@host`)).user;
  return formatUrl({ ...url, user });
}
