/**
 * Takes the WWW-Authenticate header of a 401, returns the challenges that a registry may pose: bearer (RFC 6750 as Docker
 * uses it) before basic. Junk gives undefined; it reads each character once.
 */

export type Challenge =
  | { readonly type: 'basic' }
  | {
      readonly type: 'bearer';
      readonly realm: string;
      readonly service: string | undefined;
      readonly scope: string | undefined;
    };

const longestHeader = 8192;
const part = /([A-Za-z][A-Za-z0-9_-]*)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+)))?\s*,?\s*/y;

export function parseChallenge(header: string | undefined): Challenge | undefined {
  if (header === undefined || header.length > longestHeader) return undefined;
  const challenges = split(header);
  const bearer = challenges.find(({ scheme, fields }) => scheme === 'bearer' && fields.has('realm'));
  const realm = bearer?.fields.get('realm');
  if (bearer !== undefined && realm !== undefined)
    return { type: 'bearer', realm, service: bearer.fields.get('service'), scope: bearer.fields.get('scope') };
  return challenges.some(({ scheme }) => scheme === 'basic') ? { type: 'basic' } : undefined;
}

function split(header: string): { scheme: string; fields: Map<string, string> }[] {
  const challenges: { scheme: string; fields: Map<string, string> }[] = [];
  part.lastIndex = header.length - header.trimStart().length;
  while (part.lastIndex < header.length) {
    const [, name, quoted, plain] = part.exec(header) ?? [];
    // After a failed match lastIndex is 0 again.
    if (name === undefined) break;
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), fields: new Map() });
    else if (!challenges.at(-1)?.fields.has(name.toLowerCase()))
      challenges.at(-1)?.fields.set(name.toLowerCase(), value);
  }
  return challenges;
}
