/** Lines of a help text: flags with what they do, from a table; those without a summary are left out. */
import type { DependencyFlag } from './dependency-flags.table.ts';

export function flagLines(flags: Readonly<Record<string, DependencyFlag>>): string {
  const lines = Object.entries(flags).flatMap(([name, { short, value, summary }]) => {
    const left = `${short === undefined ? '    ' : `-${short}, `}--${name}${value ? ` <${value}>` : ''}`;
    return summary === undefined ? [] : [[left, summary] as const];
  });
  const width = Math.max(...lines.map(([left]) => left.length));
  return lines.map(([left, summary]) => `  ${left.padEnd(width)}  ${summary}\n`).join('');
}
