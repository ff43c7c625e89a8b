/**
 * Takes the text of a definition, returns a short digest of each of its lines, by which another text is known to be nearly
 * the same. Its own name does not count: that of a renamed application has changed. It cannot be read back.
 */

/** A definition may be long, what is remembered of it is not. */
const mostLines = 120;
const digits = 3;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function outlineOf(text: string, name: string): string {
  const lines = text
    .split('\n')
    .map((line) => withoutWord(line.trim(), name))
    .filter((line) => line !== '' && !line.startsWith('#') && line !== '---');
  return lines.slice(0, mostLines).map(shortDigest).join('');
}

/** Each standing alone gives way to a NUL. Not by an expression, which would have to be compiled for every name. */
function withoutWord(line: string, word: string): string {
  let [rest, from] = ['', 0];
  for (let at = line.indexOf(word); at !== -1 && word !== ''; at = line.indexOf(word, at + 1)) {
    if (at < from || isWordly(line[at - 1]) || isWordly(line[at + word.length])) continue;
    rest += `${line.slice(from, at)}\0`;
    from = at + word.length;
  }
  return rest + line.slice(from);
}

const isWordly = (character: string | undefined): boolean => character !== undefined && /[A-Za-z0-9]/.test(character);

/** 0 to 1: how much of the longer one is in the other too. */
export function similarity(one: string, other: string): number {
  const [left, right] = [linesOf(one), linesOf(other)];
  const longest = Math.max(left.length, right.length);
  if (longest === 0) return 1;
  const counts = new Map<string, number>();
  for (const line of left) counts.set(line, (counts.get(line) ?? 0) + 1);
  let common = 0;
  for (const line of right) {
    const count = counts.get(line) ?? 0;
    if (count > 0) common += 1;
    counts.set(line, count - 1);
  }
  return common / longest;
}

function linesOf(outline: string): string[] {
  return Array.from({ length: Math.floor(outline.length / digits) }, (_, line) =>
    outline.slice(line * digits, (line + 1) * digits),
  );
}

/** FNV-1a, folded to 18 bits. */
function shortDigest(line: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < line.length; at += 1) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
  const folded = (hash >>> 18) ^ (hash & 0x3ffff);
  return [12, 6, 0].map((shift) => alphabet[(folded >>> shift) & 63]).join('');
}
