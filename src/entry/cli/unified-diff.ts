/** Takes two texts, returns their differences as `diff -u` writes them; empty where there are none. */

export interface DiffSides {
  readonly before: string;
  readonly after: string;
  /** Of the two sides, as they stand after `---` and `+++`. */
  readonly names: readonly [string, string];
}

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

const context = 3;

export function unifiedDiff({ before, after, names }: DiffSides): string {
  const lines = compareLines(linesOf(before), linesOf(after));
  const hunks = hunksOf(lines);
  if (hunks.length === 0) return '';
  return [`--- ${names[0]}`, `+++ ${names[1]}`, ...hunks.flatMap((hunk) => printHunk(lines, hunk)), ''].join('\n');
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Common beginnings and ends aside, by the longest common subsequence: manifests are short. */
function compareLines(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const rest = Math.min(before.length, after.length) - start;
  while (end < rest && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const same = (texts: readonly string[]): Line[] => texts.map((text) => ({ sign: ' ', text }));
  return [
    ...same(before.slice(0, start)),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

/** Cells of the table beyond which all of it is told as replaced. */
const largest = 4_000_000;

function middle(before: readonly string[], after: readonly string[]): Line[] {
  const whole = [
    ...before.map((text): Line => ({ sign: '-', text })),
    ...after.map((text): Line => ({ sign: '+', text })),
  ];
  if (before.length * after.length > largest) return whole;
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1)
    for (let column = after.length - 1; column >= 0; column -= 1)
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, now] = [before[row], after[column]];
    if (old !== undefined && old === now) {
      lines.push({ sign: ' ', text: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (now === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: '-', text: old });
      row += 1;
    } else if (now !== undefined) {
      lines.push({ sign: '+', text: now });
      column += 1;
    }
  }
  return lines;
}

/** From, and up to but not with. */
type Hunk = readonly [number, number];

function hunksOf(lines: readonly Line[]): Hunk[] {
  const hunks: [number, number][] = [];
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    const from = Math.max(0, index - context);
    const to = Math.min(lines.length, index + context + 1);
    const last = hunks.at(-1);
    if (last && from <= last[1]) last[1] = to;
    else hunks.push([from, to]);
  }
  return hunks;
}

function printHunk(lines: readonly Line[], [from, to]: Hunk): string[] {
  const count = (part: readonly Line[], other: '-' | '+') => part.filter(({ sign }) => sign !== other).length;
  const ahead = lines.slice(0, from);
  const own = lines.slice(from, to);
  const range = (other: '-' | '+') => {
    const length = count(own, other);
    const first = count(ahead, other) + (length === 0 ? 0 : 1);
    return length === 1 ? `${first}` : `${first},${length}`;
  };
  return [`@@ -${range('+')} +${range('-')} @@`, ...own.map(({ sign, text }) => `${sign}${text}`)];
}
