/**
 * Splits rendered text into documents exactly as Helm does, by patterns and not by YAML: `---` splits even within a block
 * scalar, and `---kind: X` on one line too. Takes text, returns the documents' texts; it never parses them.
 */
import type { HelmCompat } from './kind-order.ts';

/** v4.2.4 keeps a document's trailing newlines; v3.21 trims both ends. */
export function splitManifests(text: string, compat: HelmCompat = 'helm4'): string[] {
  return compat === 'helm4' ? splitHelm4(text) : splitHelm3(text);
}

/** `(?m)^---[ \t]*`, each document trimmed on its left, blank ones dropped. */
function splitHelm4(text: string): string[] {
  return trimStart(text)
    .split(/(?:^|(?<=\n))---[ \t]*/)
    .map(trimStart)
    .filter((part) => part !== '');
}

/**
 * `(?:^|\s*\n)---\s*` by hand, since the pattern takes quadratic time on long runs of blanks. The newline before the
 * dashes must not belong to the separator before: the second of two `---` lines is content.
 */
function splitHelm3(text: string): string[] {
  const source = trimStart(trimEnd(text));
  const parts: string[] = [];
  let from = 0;
  for (let at = source.indexOf('---'); at >= 0; ) {
    const isSeparator = at === 0 || (at - 1 >= from && source.charCodeAt(at - 1) === 10);
    if (!isSeparator) {
      at = source.indexOf('---', at + 1);
      continue;
    }
    let end = at;
    while (end > from && isRegexpSpace(source.charCodeAt(end - 1))) end--;
    parts.push(source.slice(from, end));
    from = at + 3;
    while (isRegexpSpace(source.charCodeAt(from))) from++;
    at = source.indexOf('---', from);
  }
  parts.push(source.slice(from));
  return parts.filter((part) => part !== '').map((part) => trimStart(trimEnd(part)));
}

/** RE2's \s. */
function isRegexpSpace(c: number): boolean {
  return c === 32 || c === 9 || c === 10 || c === 12 || c === 13;
}

/** Go's unicode.IsSpace, which differs from JavaScript's trim in U+0085 and U+FEFF. */
function isGoSpace(c: number): boolean {
  if (c <= 32) return c === 32 || (c >= 9 && c <= 13);
  if (c < 0x80) return false;
  return (
    c === 0x85 ||
    c === 0xa0 ||
    c === 0x1680 ||
    (c >= 0x2000 && c <= 0x200a) ||
    c === 0x2028 ||
    c === 0x2029 ||
    c === 0x202f ||
    c === 0x205f ||
    c === 0x3000
  );
}

function trimStart(text: string): string {
  let from = 0;
  while (from < text.length && isGoSpace(text.charCodeAt(from))) from++;
  return text.slice(from);
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isGoSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}
