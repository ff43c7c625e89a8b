/** URLs of schemas and pointers into them, as Go's net/url and the library that Helm uses write them. */

/** Undefined: no URL. Without the fragment, which is decoded. */
export function joinUrl(base: string, reference: string): { url: string; fragment: string } | undefined {
  const hash = reference.indexOf('#');
  const path = hash < 0 ? reference : reference.slice(0, hash);
  const fragment = decode(hash < 0 ? '' : reference.slice(hash + 1));
  if (fragment === undefined || urlProblem(path) !== undefined) return undefined;
  if (path === '') return { url: base, fragment };
  try {
    const { href } = new URL(path, base);
    // A URL of the user's own stays as written.
    return { url: /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(path) ? path : href, fragment };
  } catch {
    return { url: path, fragment };
  }
}

/** What Go's url.Parse has against a text. */
export function urlProblem(text: string): string | undefined {
  const parsing = `parse ${JSON.stringify(text)}: `;
  if (/[\x00-\x1f\x7f]/.test(text)) return `${parsing}net/url: invalid control character in URL`;
  if (text.startsWith(':')) return `${parsing}missing protocol scheme`;
  const broken = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(text)?.[0];
  if (broken !== undefined) return `${parsing}invalid URL escape ${JSON.stringify(broken)}`;
  if (/^[^/?#]*:/.test(text) && !/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text)) {
    return `${parsing}first path segment in URL cannot contain colon`;
  }
  const host = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
  const space = /[ <>"]/.exec(host)?.[0];
  return space === undefined ? undefined : `${parsing}invalid character ${JSON.stringify(space)} in host name`;
}

function decode(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

/** `file:///values.schema.json#/properties/a` */
export function formatLocation(url: string, pointer: string): string {
  return `${url}#${pointer.split('/').map(escapeSegment).join('/')}`;
}

/** Go's url.PathEscape. */
function escapeSegment(segment: string): string {
  if (/^\w*$/.test(segment)) return segment;
  return encodeURIComponent(segment)
    .replace(/%(24|26|2B|3A|3D|40)/g, (code) => decodeURIComponent(code))
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export const pointerStep = (step: string): string => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`;
