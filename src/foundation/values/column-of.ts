/** Where a line begins, and where in it a character stands: a byte order mark is part of no line. */

export function lineStart(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return text.startsWith('\uFEFF', start) ? start + 1 : start;
}

export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset);
