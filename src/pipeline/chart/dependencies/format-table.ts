/** A table as Helm prints it (gosuri/uitable): columns padded with spaces and parted by tabs, long cells cut with `...`. */

/** `maxWidth` 0: nothing is cut. */
export function formatTable(rows: readonly (readonly string[])[], maxWidth: number): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      const width = textWidth(cell);
      const limited = maxWidth === 0 ? width : Math.min(width, maxWidth);
      widths[column] = Math.max(widths[column] ?? 0, limited);
    });
  }
  // Upstream quirk: it fits every cell twice, which shows where wide characters are cut.
  const resizeTwice = (cell: string, width: number) => resize(resize(cell, width), width);
  return rows.map((row) => row.map((cell, column) => resizeTwice(cell, widths[column] ?? 0)).join('\t')).join('\n');
}

function resize(text: string, length: number): string {
  if (length === 0) return text;
  const width = textWidth(text);
  if (width <= length) return text + ' '.repeat(length - width);
  let cut = '';
  let taken = 0;
  for (const char of text) {
    cut += char;
    const own = textWidth(char);
    if (taken + own >= length - 3) break;
    taken += own;
  }
  return `${cut}...`;
}

const combining = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}\u{20000}-\u{3fffd}]$/u;

function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += combining.test(char) ? 0 : wide.test(char) ? 2 : 1;
  return width;
}
