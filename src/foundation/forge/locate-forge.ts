/**
 * Takes a repository's URL and what the configuration says of its forge, returns which forge that is and what the repository
 * is called there; undefined where nobody knows. It asks nobody.
 */
import type { ForgeConfig, ForgeKind } from '../git/repository-config.ts';
import { forgeKinds } from './forge-kinds.table.ts';

export interface ForgePlace {
  readonly kind: ForgeKind;
  /** Where its API begins, without a slash at the end. */
  readonly api: string;
  /** `OWNER/NAME`; GitLab's groups may lie within each other. */
  readonly path: string;
  /** The repository as a web address: credentials are found by it. */
  readonly web: string;
}

export function locateForge(url: string, configured: ForgeConfig | undefined): ForgePlace | undefined {
  const address = addressOf(url);
  if (address === undefined) return undefined;
  const { origin, host, path } = address;
  const known = (Object.keys(forgeKinds) as ForgeKind[]).find((one) => Object.hasOwn(forgeKinds[one].hosts, host));
  const kind = configured?.kind ?? known;
  if (kind === undefined) return undefined;
  const { hosts, apiPath } = forgeKinds[kind];
  const wellKnown = Object.hasOwn(hosts, host) ? hosts[host] : undefined;
  const given = configured?.api?.replace(/\/+$/, '') ?? wellKnown;
  const web = `${origin}/${path}`;
  const segments = path.split('/');
  if (given !== undefined) {
    const below = URL.parse(given);
    const prefix = below?.origin === origin ? below.pathname.slice(1).replace(apiPath.slice(1), '') : '';
    return place({
      kind,
      api: given,
      path: prefix !== '' && path.startsWith(prefix) ? path.slice(prefix.length) : path,
      web,
    });
  }
  // Below an address of its own a forge may have a path; only GitLab has more than two parts to a name.
  const above = kind === 'gitlab' ? [] : segments.slice(0, -2);
  const api = `${[origin, ...above].join('/')}${apiPath}`;
  return place({ kind, api, path: segments.slice(above.length).join('/'), web });
}

const place = (found: ForgePlace): ForgePlace | undefined => (found.path.includes('/') ? found : undefined);

interface Address {
  /** `https://git.example.com:8443` */
  readonly origin: string;
  readonly host: string;
  readonly path: string;
}

function addressOf(url: string): Address | undefined {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/.exec(url);
  const parsed = scp === null ? URL.parse(url) : URL.parse(`ssh://${scp[1]}/${scp[2]}`);
  if (parsed === null || !/^(https?|ssh):$/.test(parsed.protocol)) return undefined;
  const host = parsed.hostname.toLowerCase();
  const path = parsed.pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  // The port of ssh is not that of the web.
  const origin = parsed.protocol === 'ssh:' ? `https://${host}` : parsed.origin;
  return { origin, host, path };
}
