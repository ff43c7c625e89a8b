/** Takes two texts, returns their differences as `diff -u` writes them; empty where there are none. */
import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';

export interface DiffSides {
  readonly before: string;
  readonly after: string;
  /** Of the two sides, as they stand after `---` and `+++`. */
  readonly names: readonly [string, string];
}

/** Edits beyond which all of a text is told as replaced: the time taken grows with their square. */
const maxEditLength = 1_000;

export function unifiedDiff({ before, after, names: [old, fresh] }: DiffSides): string {
  if (before === after) return '';
  const close = structuredPatch(old, fresh, before, after, '', '', { context: 3, maxEditLength });
  return formatPatch(close ?? replaced({ before, after, names: [old, fresh] }), FILE_HEADERS_ONLY);
}

function replaced({ before, after, names: [oldFileName, newFileName] }: DiffSides) {
  const [gone, come] = [linesOf(before), linesOf(after)];
  const lines = [...gone.map((text) => `-${text}`), ...come.map((text) => `+${text}`)];
  const hunk = { oldStart: 1, oldLines: gone.length, newStart: 1, newLines: come.length, lines };
  return { oldFileName, newFileName, oldHeader: '', newHeader: '', hunks: [hunk] };
}

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');
