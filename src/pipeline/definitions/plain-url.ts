/**
 * One way to write a URL or a pattern of one: no user, the host in lower case, `..` resolved as a server would, without
 * `.git` and slashes at the end. `git@host:path` is `ssh://host/path`.
 */
export function plainUrl(written: string): string {
  const scp = /^(?:[^@/:]+@)?([^@/:]+):(?!\/\/)(.*)$/.exec(written);
  const url = scp ? `ssh://${scp[1]}/${scp[2]}` : written;
  const [, scheme = '', host = '', path = ''] = /^([a-z0-9+.-]+:\/\/)(?:[^/@]*@)?([^/?#]*)(.*)$/i.exec(url) ?? [];
  if (scheme === '') return written;
  const segments: string[] = [];
  for (const segment of path.replaceAll('\\', '/').split('/').slice(1)) {
    const plain = segment.replace(/%2e/gi, '.');
    if (plain === '..') segments.pop();
    else if (plain !== '.') segments.push(segment);
  }
  const rest = segments
    .join('/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const standard = scheme.toLowerCase() === 'https://' ? ':443' : scheme.toLowerCase() === 'http://' ? ':80' : ':22';
  const name = host.toLowerCase();
  const server = name.endsWith(standard) && !scheme.startsWith('oci') ? name.slice(0, -standard.length) : name;
  return `${scheme.toLowerCase()}${server}${path === '' ? '' : `/${rest}`}`.replace(/\/$/, '');
}
