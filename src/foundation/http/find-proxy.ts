/**
 * Takes a URL and the environment, returns the proxy to go through, by the rules of Go's httpproxy 0.51, which Helm has:
 * HTTPS_PROXY and HTTP_PROXY by the URL's scheme, upper case first; never for loopback; NO_PROXY as a list of `*`,
 * names (with all below), `.names` (only what is below), addresses and CIDR ranges, each with `:port` if wanted.
 */
import { BlockList, isIP } from 'node:net';
import { httpError } from './http-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export function findProxy(url: URL, environment: Environment): URL | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const written = variable(environment, name);
  if (written === '' || isExempt(url, variable(environment, 'NO_PROXY'))) return undefined;
  const proxy = URL.parse(/^[a-z0-9]+:\/\//i.test(written) ? written : `http://${written}`);
  if (proxy === null || !/^(https?|socks5h?):$/.test(proxy.protocol))
    throw httpError('http.proxy', `${name} is not the URL of a proxy`, {
      hint: 'for example http://proxy.example:3128',
    });
  return proxy;
}

function variable(environment: Environment, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

function isExempt(url: URL, noProxy: string): boolean {
  const host = bare(url.hostname);
  if (host === 'localhost' || isLoopback(host)) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInRange(entry, host);
  const [, name = '', wanted] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [undefined, entry];
  if (wanted !== undefined && wanted !== port) return false;
  const address = bare(name);
  if (isIP(address) !== 0) return address === host || isInRange(`${address}/${isIP(address) === 4 ? 32 : 128}`, host);
  const suffix = name.replace(/^\*\./, '.');
  if (suffix.startsWith('.')) return host.endsWith(suffix);
  return host === suffix || host.endsWith(`.${suffix}`);
}

function isInRange(entry: string, host: string): boolean {
  const [, network = '', bits = ''] = /^(.*)\/(\d{1,3})$/.exec(entry) ?? [];
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const range = new BlockList();
  range.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return range.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

export function isLoopback(host: string): boolean {
  return (isIP(host) === 4 && host.startsWith('127.')) || host === '::1';
}

/** Without the brackets of IPv6 and the dot of the root. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}
