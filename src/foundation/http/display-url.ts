/**
 * Takes a URL, returns it as it may be shown: without name and password, and without the values of its query, which hold
 * the signatures of storage services and tokens. Never throws: a text that is no URL loses all that could be a secret.
 */

const longest = 300;

export function displayUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return shorten(text.replace(/\/\/[^/]*@/g, '//').replace(/[?#].*$/s, ''));
  url.username = '';
  url.password = '';
  url.hash = '';
  const query = [...url.searchParams.keys()].map((key) => `${encodeURIComponent(key)}=…`).join('&');
  url.search = '';
  if (query !== '') return shorten(`${url.href}?${query}`);
  // Read back, an address without a path has one.
  return shorten(url.pathname === '/' && !text.endsWith('/') ? url.href.replace(/\/$/, '') : url.href);
}

function shorten(text: string): string {
  const printable = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/g, '');
  return printable.length > longest ? `${printable.slice(0, longest)}…` : printable;
}
