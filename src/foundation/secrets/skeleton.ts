/**
 * A text without what quoting, escaping and breaking lines put into it: whitespace, quotes and backslashes go, `\u003c`
 * becomes the character it stands for, however many backslashes stand before it. What is one text before is one after,
 * so that a secret is found within JSON within JSON within YAML.
 */
export interface Skeleton {
  readonly text: string;
  /** From where to where in the text a part of the skeleton comes from. */
  origin(from: number, to: number): readonly [number, number];
}

const tokens = /\\+u([0-9a-fA-F]{4})|((?:\\+x[0-9a-fA-F]{2})+)|\\+[nrt]|\\+|[\s'"]+|[^\\\s'"]+/g;

export function skeletonOf(source: string): Skeleton {
  let text = source;
  if (source.includes('\\')) {
    text = '';
    for (const match of source.matchAll(tokens)) text += kept(match);
  }
  return { text: unquoted(text), origin: (from, to) => originOf(source, from, to) };
}

function kept([token, unicode, bytes]: RegExpExecArray): string {
  if (unicode !== undefined) return unquoted(String.fromCharCode(Number.parseInt(unicode, 16)));
  if (bytes !== undefined) return unquoted(textOf(Buffer.from(bytes.replace(/\\+x/g, ''), 'hex')));
  return /^[\\\s'"]/.test(token) ? '' : token;
}

const unquoted = (text: string): string => text.replace(/[\\\s'"]+/g, '');

/** Bytes where Go quotes, characters where YAML does. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}

/** Walked again, for next to no text holds a secret. */
function originOf(source: string, from: number, to: number): readonly [number, number] {
  let at = 0;
  let start = 0;
  for (const match of source.matchAll(tokens)) {
    const { length } = kept(match);
    const isPlain = length === match[0].length;
    if (length > 0 && at <= from && from < at + length) start = match.index + (isPlain ? from - at : 0);
    at += length;
    if (length > 0 && at >= to) return [start, match.index + match[0].length - (isPlain ? at - to : 0)];
  }
  return [start, source.length];
}
